"""The address called after each night, so that a service elsewhere notices when nights stop coming."""

from __future__ import annotations

import os
import time
from urllib.parse import urlsplit

import httpx

from extractors.http.deadline_transport import DeadlineTransport, trust_context
from extractors.http.exchange import NETWORK, network_message, user_agent
from procedures.errors import SettingsError
from procedures.proxies import find_route
from settings.monitoring import MonitoringSettings
from steps.log import log

TRIES = 3
"""A single lost call would look like a lost night."""

PAUSE = 1.0
"""Seconds between two tries."""


def send_heartbeat(settings: MonitoringSettings, *, success: bool) -> bool:
    """Call the address, or `/fail` below it; return whether it answered. A failure is only logged.

    The address is a secret: whoever knows it can call it. The log names its host.
    """
    if settings.heartbeat_url is None:
        return False
    parts = urlsplit(settings.heartbeat_url)
    path = parts.path.rstrip("/") if success else f"{parts.path.rstrip('/')}/fail"
    reason = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        try:
            status = _get(parts._replace(path=path).geturl(), settings)
        except (*NETWORK, httpx.InvalidURL) as error:
            reason = network_message(error)
        except (SettingsError, UnicodeError, OSError) as error:
            reason = str(error)
            break
        else:
            if status < 400:
                return True
            reason = f"trả lời {status}"
            if status < 500:
                break
    log.warning("không báo được cho nơi giám sát", host=parts.hostname, reason=reason)
    return False


def _get(url: str, settings: MonitoringSettings) -> int:
    route = find_route(url, settings.proxy, os.environ)
    transport = DeadlineTransport(
        trust_context(settings.ca_file), total=settings.heartbeat_timeout, proxy=route.proxy
    )
    client = httpx.Client(
        transport=transport,
        timeout=settings.heartbeat_timeout,
        trust_env=False,
        headers={"User-Agent": user_agent()},
    )
    with client:
        return client.get(url).status_code

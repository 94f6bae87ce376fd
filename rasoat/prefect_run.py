"""`rasoat sync --prefect`: the nightly flow, in this process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from flows.prefect_environment import prefect_environment
from settings.configuration import Configuration
from steps.nights.reporting.run_summary import Summary, summarise


def sync_with_prefect(
    configuration: Configuration, moment: datetime, sources: Sequence[str], *, anyway: bool = False
) -> Summary:
    """Run the flow against `PREFECT_API_URL`, or a temporary server kept under `RASOAT_HOME`."""
    home = configuration.home / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    for name, value in prefect_environment(home, os.environ).items():
        if name not in os.environ or name.lower() == "no_proxy":
            os.environ[name] = value
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    from flows.nightly import NightFailed, nightly

    try:
        run_id = cast(int, nightly(as_of=moment, sources=list(sources) or None, anyway=anyway))
    except NightFailed as failure:
        run_id = failure.run_id
    return summarise(configuration, run_id)

"""`make up`: the Prefect server, one worker, the nights and the review site on loopback, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from flows.prefect_environment import prefect_environment
from steps.terminal import replace_unencodable

HOST = "127.0.0.1"
STARTUP_SECONDS = 180
"""A cold machine needs up to forty seconds for the server's first start."""

Process = subprocess.Popen[bytes]


def main() -> int:
    """Start everything, deploy, then wait; every child is stopped at the end."""
    replace_unencodable()
    signal.signal(signal.SIGTERM, _interrupt)
    environment = server_environment(int(os.environ.get("RASOAT_PREFECT_PORT", "4200")))
    children: list[Process] = []
    try:
        children.append(start_server(environment))
        deploy(environment)
        children.append(start_worker(environment))
        children.append(start_site(int(os.environ.get("RASOAT_SITE_PORT", "8000"))))
        address = environment["PREFECT_API_URL"].removesuffix("/api")
        print(f"Prefect: {address} — lịch 'nightly' chạy lúc 02:00; dừng bằng Ctrl-C", flush=True)
        nightly = children[:2]  # nights go on where only the site's port was taken
        while all(child.poll() is None for child in nightly):
            time.sleep(0.5)
        return 1
    except RuntimeError as error:
        print(f"rasoat: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode  # the deploying has said why
    except KeyboardInterrupt:
        return 0
    finally:
        stop(children)


def server_environment(port: int, home: Path | None = None) -> dict[str, str]:
    """Return the environment of server, worker and deployment: all data under `RASOAT_HOME`."""
    folder = (home or Path(os.environ.get("RASOAT_HOME", "var")).absolute()) / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        **prefect_environment(folder, os.environ),
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # leases in memory would go with the server, and a night under way or its slot with them
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_CLI_PROMPT": "false",
        "DO_NOT_TRACK": "1",
    }


def start_server(environment: Mapping[str, str]) -> Process:
    """Start the Prefect server and wait until it answers.

    Raises:
        RuntimeError: it ended, or did not answer in time.
    """
    server = _prefect(environment, "server", "start")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    health = environment["PREFECT_API_URL"] + "/health"
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with opener.open(health, timeout=5):
                return server
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    stop([server])
    raise RuntimeError(f"Máy chủ Prefect không trả lời tại {health}")


def deploy(environment: Mapping[str, str]) -> None:
    """Create the work pool, everything of `prefect.yaml`, and the guard against dead runs."""
    command = [sys.executable, "-m", "flows.deploying"]
    subprocess.run(command, env=dict(environment), check=True, stdin=subprocess.DEVNULL)


def start_worker(environment: Mapping[str, str], number: int = 1) -> Process:
    """Start a worker of the pool."""
    return _prefect(environment, "worker", "start", "--pool", "rasoat", "--name", f"rasoat-{number}")


def start_site(port: int) -> Process:
    """Start the review site, with the settings of this process."""
    rasoat = str(Path(sys.executable).with_name("rasoat"))
    return subprocess.Popen([rasoat, "review", "--port", str(port)], stdin=subprocess.DEVNULL)


def stop(children: list[Process]) -> None:
    """End the children, last one first, by interrupt and then by force."""
    for child in reversed(children):
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
    for child in reversed(children):
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _prefect(environment: Mapping[str, str], *arguments: str) -> Process:
    return subprocess.Popen(
        [sys.executable, "-m", "prefect", *arguments], env=dict(environment), stdin=subprocess.DEVNULL
    )


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

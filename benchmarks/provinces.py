"""A night of many offices over the bundled portals, with a few workers: time, requests, memory, disk.

    python benchmarks/provinces.py [--offices 34] [--workers 2] [--rate 50]

Each office has a home and a database of its own; all share what they read of the national portal
(docs/many-offices.md). The politeness bound is what the requests alone must take at that rate: an office asks
its two portals one after the other; the first one goes alone, so that the others find what it read, then so
many run at once as there are workers.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import structlog

from portals.config import write_settings
from portals.serve import Portals

NIGHT = datetime(2026, 11, 23, 2, tzinfo=timezone(timedelta(hours=7)))
PORTALS = ("national", "provincial")


@dataclass(frozen=True, slots=True)
class Done:
    """One office's night; `memory` is its worker's peak so far, in MiB as what lies on the disk."""

    status: str
    requests: dict[str, int]
    seconds: float
    cpu: float
    memory: float
    database: float
    archive: float


def night(settings: Path) -> Done:
    """The night of one office, in a worker."""
    from settings.environment import Environment
    from settings.reading import load_configuration
    from steps.nights.night import NightRequest
    from steps.nights.run_now import sync_now

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    home = settings.parent / "var"
    configuration = load_configuration(Environment(home=home, config=settings, _env_file=None))
    clock, cpu = time.perf_counter(), time.process_time()
    summary = sync_now(configuration, NightRequest(NIGHT), lambda _source, _done, _total: None)
    return Done(
        status=summary.status,
        requests={name: source.requests for name, source in summary.sources.items()},
        seconds=time.perf_counter() - clock,
        cpu=time.process_time() - cpu,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        database=_mib(home.glob("rasoat.db*")),
        archive=_mib((home / "archive").rglob("*")),
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--offices", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second of an office to a portal")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rasoat-bench-") as name, Portals(departments=["G09"]) as portals:
        folder = Path(name)
        settings = [_office(folder, portals, number, asked.rate) for number in range(asked.offices)]
        start = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(asked.workers) as pool:
            done = [pool.apply(night, settings[:1])]
            done += pool.imap_unordered(night, settings[1:], chunksize=1)
        wall = time.perf_counter() - start
        shared = _mib((folder / "shared").rglob("*"))
    if any(each.status != "complete" for each in done):
        raise SystemExit(f"a night was not complete: {done}")
    requests = {portal: sum(each.requests[portal] for each in done) for portal in PORTALS}
    alone = max(each.requests["national"] for each in done) * asked.offices
    first, others = sum(done[0].requests.values()), sum(sum(each.requests.values()) for each in done[1:])
    bound = (first + others / asked.workers) / asked.rate
    print(f"{asked.offices} offices, {asked.workers} workers, {asked.rate:g} requests a second to a portal")
    print(f"wall time          {wall:8.1f} s, politeness bound {bound:.1f} s: {wall / bound:.2f} of it")
    print(
        f"CPU of an office   {sum(each.cpu for each in done) / len(done):8.1f} s, its worker's imports once"
    )
    print(
        f"national portal    {requests['national']:8,} requests; without sharing {alone:,} "
        f"({requests['national'] / alone:.2f})"
    )
    print(f"provincial portals {requests['provincial']:8,} requests")
    print(f"peak of a worker   {max(each.memory for each in done):8.0f} MiB")
    print(f"an office's disk   {max(each.database for each in done):8.1f} MiB database, "
          f"{max(each.archive for each in done):.1f} MiB archive; shared {shared:.1f} MiB")  # fmt: skip


def _office(folder: Path, portals: Portals, number: int, rate: float) -> Path:
    home = folder / f"office-{number:02}"
    home.mkdir()
    return write_settings(
        home / "rasoat.toml",
        portals.national.base_url,
        portals.provincial.base_url,
        department={"name": f"Sở Nội vụ {number:02}"},
        national={"requests_per_second": rate, "share": folder / "shared"},
        provincial={"requests_per_second": rate},
    )


def _mib(files: Iterable[Path]) -> float:
    return sum(file.stat().st_size for file in files if file.is_file()) / (1 << 20)


if __name__ == "__main__":
    main()

"""What nights over 6,300 procedures ask of a portal, beside a reader that asks for every record every night.

    python benchmarks/nightly_requests.py [--procedures 6300] [--refresh-nights 30]

The portal is a bundled one on loopback: the real records, repeated under codes and ids of their own. Both
readers run against it, and what they asked is counted by the portal. Our nights run in a process of their
own, so that their peak memory is theirs: the listing, the details that are due, loading, and the list of
services; the gates and the comparison ask nothing. Ends with an error where an unchanged night asks for more
than the pages of its lists, the records whose turn it is, and ten.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx

from portals.config import write_settings
from portals.national import DETAIL, KINDS, LIST, National
from portals.records import Record, load_records, stable_id
from portals.world import World

FIRST = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
PAGE = 100
THREADS = 8
ALLOWANCE = 10
"""Requests beside pages and records: the session, robots.txt, the second look at the first page."""


def procedures(number: int) -> World:
    """So many procedures: each real record again and again, its parts shared, its code and id its own."""
    records = load_records()
    return World(_as_another(records[n % len(records)], n) for n in range(number))


def _as_another(record: Record, n: int) -> Record:
    code = f"{1 + n // 900_000}.{100_000 + n % 900_000:06d}"
    return record | {"code": code, "codeNotation": code, "id": stable_id(record["createdAt"] + n, code)}


@dataclass
class Night:
    """What one night cost. `archive` is how much the archive grew, in bytes."""

    name: str
    asked: Counter[str]
    received: int
    seconds: float
    peak: float
    archive: int = 0

    @property
    def requests(self) -> int:
        return self.asked.total()


@dataclass
class Bench:
    portal: National
    folder: Path
    refresh_nights: int
    nights: list[Night] = field(default_factory=list)

    @contextmanager
    def counted(self, name: str) -> Iterator[dict[str, float]]:
        """A night within the block; it may tell its `peak` and `archive`."""
        self.portal.requests.clear()
        told: dict[str, float] = {"peak": 0.0, "archive": 0}
        start = time.perf_counter()
        yield told
        took = time.perf_counter() - start
        logged = list(self.portal.requests)
        asked = Counter(KINDS.get(urlsplit(each.path).path, "page") for each in logged)
        received = sum(each.size for each in logged)
        self.nights.append(Night(name, asked, received, took, told["peak"], int(told["archive"])))

    def ours(self, name: str, day: int) -> None:
        """A night in a process of its own."""
        before = _size(self.folder / "var" / "archive")
        as_of = (FIRST + timedelta(days=day)).isoformat()
        with self.counted(name) as told:
            done = subprocess.run(
                [sys.executable, __file__, "--night", as_of, "--folder", str(self.folder)],
                stdout=subprocess.PIPE,
                env={key: value for key, value in os.environ.items() if not key.startswith("RASOAT_")},
                check=True,
            )
            told["peak"] = json.loads(done.stdout)["peak"]
            told["archive"] = _size(self.folder / "var" / "archive") - before

    def naive(self) -> None:
        """One request a procedure: every page of the listing, then every record."""
        with self.counted("one request a procedure"), httpx.Client(base_url=self.portal.base_url) as http:
            http.get("/")
            ids, cursor = [], ""
            while True:
                body = {"limit": PAGE, "lastId": cursor, "q": "", "categoryId": "", "departmentCode": ""}
                data = http.post(LIST, json=body).json()["data"]
                if not data["items"]:
                    break
                ids += [item["id"] for item in data["items"]]
                cursor = data["lastId"]
            with ThreadPoolExecutor(THREADS) as pool:
                for answer in pool.map(lambda each: http.post(DETAIL, json={"id": each}), ids):
                    answer.raise_for_status()


def night(folder: Path, as_of: datetime) -> None:
    """One of our nights, here; prints its peak memory in MiB as JSON."""
    from settings.environment import Environment
    from settings.reading import load_configuration as settings
    from steps.database import open_locked
    from steps.log import configure
    from steps.nights.begin_run import begin
    from steps.nights.close_run import finish
    from steps.sources.extract import extract
    from steps.sources.list_services import list_services
    from steps.sources.load import load

    configure("console")
    environment = Environment(home=folder / "var", config=folder / "rasoat.toml", _env_file=None)
    configuration = settings(environment)
    with open_locked(configuration):
        run_id = begin(configuration, as_of, "sync", "national")
        load(configuration, extract(configuration, run_id, "national"))
        list_services(configuration, run_id, "national")
        finish(configuration, run_id)
    print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def report(bench: Bench, number: int) -> None:
    """The table, and whether the unchanged night kept to its bound. Sizes are of bytes as they travelled."""
    naive = bench.nights[-1]
    print(f"{number:,} procedures, each read again within {bench.refresh_nights} nights")
    print(
        f"{'':26}{'requests':>9}{'lists':>7}{'records':>9}{'received':>12}{'archive':>11}{'peak':>9}{'':8}ratio"
    )
    for each in bench.nights:
        lists = each.asked["list"] + each.asked["services"]
        archive = f"{each.archive / 1e6:8.2f} MB" if each.peak else f"{'—':>11}"
        peak = f"{each.peak:5.0f} MiB" if each.peak else f"{'—':>9}"
        received = f"{each.received / 1e6:9.2f} MB"
        print(
            f"{each.name:26}{each.requests:9,}{lists:7,}{each.asked['detail']:9,}{received}{archive}"
            f"{peak}{each.seconds:6.1f} s{each.requests / naive.requests:7.3f}"
        )
    unchanged = bench.nights[1]
    lists = unchanged.asked["list"] + unchanged.asked["services"]
    bound = lists + math.ceil(number / bench.refresh_nights) + ALLOWANCE
    print(
        f"unchanged night: {unchanged.requests:,} requests, at most {bound:,} allowed; one in "
        f"{naive.requests / unchanged.requests:.1f} of one request a procedure"
    )
    if unchanged.requests > bound or unchanged.asked["detail"] > math.ceil(number / bench.refresh_nights):
        raise SystemExit("an unchanged night asks for too much")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--procedures", type=int, default=6_300)
    options.add_argument("--refresh-nights", type=int, default=30)
    options.add_argument("--night", type=datetime.fromisoformat, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    told = options.parse_args()
    if told.night:
        night(told.folder, told.night)
        return
    portal = National(procedures(told.procedures))
    portal.start()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            bench = Bench(portal, Path(scratch), told.refresh_nights)
            write_settings(
                bench.folder / "rasoat.toml",
                portal.base_url,
                portal.base_url,
                national={
                    "departments": [],
                    "levels": [],
                    "page_size": PAGE,
                    "refresh_nights": told.refresh_nights,
                    "requests_per_second": 1000.0,
                    "concurrency": THREADS,
                    "expect": {"min": 1, "max": 1_000_000, "max_drop": 0.05},
                },
            )
            bench.ours("ours, first night", 0)
            bench.ours("ours, unchanged night", 1)
            bench.naive()
            report(bench, told.procedures)
    finally:
        portal.stop()


if __name__ == "__main__":
    main()

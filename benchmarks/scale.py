"""How a night grows with its portal: 1,000 to 1,000,000 procedures, and lists of the same size beside it.

    python benchmarks/scale.py [--sizes 1000 10000 100000] [--sides 100000] [--plans]

Of each size the nights of `benchmarks/load.py`, every record read on each: the first, an unchanged one, one
with 1 % changed. Up to `--sides` a list and a provincial portal as long come beside it, one row in twenty of
each with another time, and the three are compared twice: once with every finding new, once with none. Each
step runs in a process of its own; the making of records is left out. CPU counts PostgreSQL's processes too.
Where it bends is seen in the microseconds a record beside it. `--plans` ends with PostgreSQL's plans of what
a night and a page ask of the largest warehouse.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import text

from benchmarks.load import MAKING, SOURCE, load_side, ours, records, stores, time_of
from procedures.findings import CATALOGUE
from procedures.model import Procedure
from procedures.values.durations import ProcessingTime
from settings.configuration import Configuration
from settings.department import Department
from settings.sources import SourceSettings
from steps.database import engine_of
from warehouse.db.engine import open_engine, reading, writing
from warehouse.sources import runs

PROVINCIAL = SourceSettings(
    name="provincial", kind="national-api", role="provincial", base_url="https://province.invalid"
)
OTHER_EVERY = 20
"""One row in so many of the list and of the provincial portal has another time."""

STEPS = ("first", "unchanged", "changed", "sides", "compared", "compared again")

PLANS = {
    "what differs tonight": (
        "SELECT s.key FROM staged s LEFT JOIN procedure_version v ON v.source = 'national' AND v.key = s.key "
        "AND v.valid_to IS NULL WHERE s.snapshot_id = (SELECT max(snapshot_id) FROM staged) "
        "AND s.presence = 'read' AND (v.version_id IS NULL OR v.digest <> s.digest)"
    ),
    "digests of the current versions": (
        "SELECT key, digest FROM procedure_version WHERE source = 'national' AND valid_to IS NULL"
    ),
    "one procedure as of a day": (
        "SELECT record FROM procedure_version WHERE source = 'national' AND key = '1.000500' "
        "AND valid_from <= '2026-11-26' AND (valid_to IS NULL OR valid_to > '2026-11-26')"
    ),
    "versions that a run opened": (
        "SELECT count(*) FROM procedure_version WHERE opened_run = (SELECT max(run_id) FROM run)"
    ),
}
"""What a night and a page ask, by name."""


@dataclass(frozen=True, slots=True)
class StepCost:
    """One step: seconds, seconds of CPU with the server's, and MiB at its peak."""

    seconds: float
    cpu: float
    memory: float


def configuration(address: str, home: Path) -> Configuration:
    return Configuration(
        home=home, database_url=address, department=Department(), sources=(SOURCE, PROVINCIAL)
    )


def rows_of(side: str, number: int) -> Iterator[Procedure]:
    """The records of one side; one in twenty says another time, each side's own ones."""
    shift = (CATALOGUE, PROVINCIAL.name).index(side)
    for n, procedure in enumerate(records(number, "changed")):
        if n % OTHER_EVERY == shift:
            yield replace(procedure, processing_time=(ProcessingTime(amount=91, unit="working_day"),))
        else:
            yield procedure


def step(name: str, address: str, number: int) -> None:
    """Do one step."""
    if name in ("first", "unchanged", "changed"):
        ours(address, number, name)
        return
    from steps.nights.reconcile import reconcile

    with tempfile.TemporaryDirectory(prefix="rasoat-bench-") as home:
        settings = configuration(address, Path(home))
        engine = engine_of(settings)
        if name == "sides":
            for side in (CATALOGUE, PROVINCIAL.name):
                run_id = load_side(settings, engine, side, rows_of(side, number), "changed")
                with writing(engine) as connection:
                    runs.finish_run(connection, run_id, "complete")
            return
        with writing(engine) as connection:
            run_id = runs.begin_run(connection, as_of=time_of("changed"), kind="sync")
        reconcile(settings, run_id)
        with writing(engine) as connection:
            runs.finish_run(connection, run_id, "complete")


def one(name: str, address: str, number: int) -> None:
    """One step in this process; its figures as JSON."""
    for _ in records(1, "first"):
        pass  # what is only imported or compiled once is nobody's work
    MAKING.seconds, MAKING.cpu = 0.0, 0.0
    clock, cpu = time.perf_counter(), time.process_time()
    step(name, address, number)
    seconds = time.perf_counter() - clock - MAKING.seconds
    cpu = time.process_time() - cpu - MAKING.cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": peak}))


def measured(name: str, address: str, number: int, server: Callable[[], float]) -> StepCost:
    """One step in a process of its own."""
    command = [sys.executable, "-P", __file__, "--one", name, "--address", address, "--sizes", str(number)]
    before = server()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}, {number}:\n{done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    return StepCost(told["seconds"], told["cpu"] + server() - before, told["memory"])


def grow(
    engine: str,
    sizes: list[int],
    sides: int,
    addresses: Callable[[], str],
    server: Callable[[], float],
    *,
    plans: bool,
) -> None:
    """Print a table of every size on one engine."""
    print(f"\n{engine}")
    print(
        f"{'procedures':>11}  {'step':16}{'wall':>9}{'CPU':>9}{'a record':>11}{'peak':>10}"
        f"{'database':>10}{'findings':>10}"
    )
    address = ""
    for number in sizes:
        address = addresses()
        for name in STEPS if number <= sides else STEPS[:3]:
            done = measured(name, address, number, server)
            print(
                f"{number:11,}  {name:16}{done.seconds:7.1f} s{done.cpu:7.1f} s"
                f"{done.cpu / number * 1e6:8.0f} µs{done.memory:6.0f} MiB{_mib(address):6.0f} MiB"
                f"{_findings(address):10,}",
                flush=True,
            )
    if plans and address.startswith("postgresql"):
        _explain(address)


def _mib(address: str) -> float:
    with reading(open_engine(address)) as connection:
        sqlite = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        postgresql = "SELECT pg_database_size(current_database())"
        size = connection.execute(text(sqlite if address.startswith("sqlite") else postgresql)).scalar_one()
    return float(size) / (1 << 20)


def _findings(address: str) -> int:
    with reading(open_engine(address)) as connection:
        return int(connection.execute(text("SELECT count(*) FROM finding")).scalar_one())


def _explain(address: str) -> None:
    with writing(open_engine(address)) as connection:
        connection.execute(text("ANALYZE"))
        for name, query in PLANS.items():
            print(f"\n{name}")
            for (line,) in connection.execute(text(f"EXPLAIN (ANALYZE, COSTS OFF, BUFFERS) {query}")):
                print(f"  {line}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument(
        "--sides", type=int, default=100_000, help="the largest size that is compared as well"
    )
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--one", choices=STEPS)
    parser.add_argument("--address", default="")
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.address, asked.sizes[0])
        return
    with ExitStack() as stack:
        for engine, addresses, server in stores(asked.engines, stack):
            grow(engine, asked.sizes, asked.sides, addresses, server, plans=asked.plans)


if __name__ == "__main__":
    main()

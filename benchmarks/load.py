"""Nights of full records into the warehouse, beside dlt's scd2 merge and beside bare SQLAlchemy Core.

    python benchmarks/load.py [--records 100000] [--peer-records 4000] [--engines sqlite postgresql]

The real records of `portals/data`, each many times under a code of its own: a first night, one on which
nothing moved, one with 1 % changed; every record is read on all three. Between them a night on which the
listing shows that nothing moved, and only the share is read that is read in turn; the others have none like
it, so it stands beside their unchanged one. Ours stages every record, compares and applies, as a night does.
Core is the least that could be written by hand: hash every record, look the hashes up, end and insert
versions in one transaction; no staging, no changes, no listing, no evidence. dlt merges flat rows by a hash
made for it. Each runs in a process of its own; the time in which records are made and let go is left out.
CPU counts PostgreSQL's processes too.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, Engine, bindparam, func, select

from extractors.portals.national_record import parse_detail
from portals.records import load_records
from procedures.findings import CATALOGUE
from procedures.model import Paper, Procedure, record_digest, to_record
from procedures.snapshot import Certificate, Observation, SnapshotState, SnapshotVerdict
from settings.configuration import Configuration
from settings.department import Department
from settings.sources import SourceSettings
from tests.machine import find_program
from warehouse.db.engine import open_engine, writing
from warehouse.db.schema import upgrade
from warehouse.sources import runs, snapshots
from warehouse.sources.procedure_rows import version_columns
from warehouse.sources.staging import StagingSink
from warehouse.tables.source_tables import procedure_version

NIGHTS = ("first", "unchanged", "listed", "changed")
CHANGED_EVERY = 100
"""One record in so many says something else on the last night."""
SOURCE = SourceSettings(
    name="national",
    kind="national-api",
    role="national",
    base_url="https://portal.invalid",
    refresh_nights=7,
)
BEGAN = datetime(2026, 11, 23, 19, tzinfo=UTC)


@dataclass(slots=True)
class Making:
    """Seconds and seconds of CPU that went by while records were made and let go: nobody's work."""

    seconds: float = 0.0
    cpu: float = 0.0


MAKING = Making()


def records(number: int, night: str) -> Iterator[Procedure]:
    """The records of that night, one at a time; the time that takes is kept in `MAKING`."""
    made = _made(number, night)
    procedure: Procedure | None = None
    while True:
        clock, cpu = time.perf_counter(), time.process_time()
        del procedure
        procedure = next(made, None)
        MAKING.seconds += time.perf_counter() - clock
        MAKING.cpu += time.process_time() - cpu
        if procedure is None:
            return
        yield procedure


def _made(number: int, night: str) -> Iterator[Procedure]:
    """Each of texts of its own, as a reader makes them."""
    parsed = (parse_detail(record, "https://portal.invalid") for record in load_records())
    real = [pickle.dumps(each) for each in parsed if each]
    for n in range(number):
        code = f"{1 + n // 1_000_000}.{n % 1_000_000:06d}"
        moved = night == "changed" and n % CHANGED_EVERY == 0
        record, turn = pickle.loads(real[n % len(real)]), n // len(real)
        yield replace(
            record,
            name=f"{record.name} tại khu vực {turn}" if turn else record.name,
            requirements=f"Đủ điều kiện của khu vực {turn}",
            dossier=(*(record.dossier or ()), Paper(name=f"Đơn theo mẫu của khu vực {turn}")),
            code=code,
            url=f"https://portal.invalid/{code}",
            decision_number="2026/QĐ-BNV" if moved else f"{100 + n // 30}/QĐ-BNV",
        )


def ours(address: str, number: int, night: str) -> int:
    """As a night does; gives the number of versions it opened."""
    engine = open_engine(address)
    with tempfile.TemporaryDirectory(prefix="rasoat-bench-") as home:
        configuration = Configuration(
            home=Path(home), database_url=address, department=Department(), sources=(SOURCE,)
        )
        run_id = load_side(configuration, engine, SOURCE.name, records(number, night), night)
    with writing(engine) as connection:
        runs.finish_run(connection, run_id, "complete", at=time_of(night))
        return _opened(connection, run_id)


def load_side(
    configuration: Configuration,
    engine: Engine,
    name: str,
    procedures: Iterator[Procedure],
    night: str,
) -> int:
    """Stage what a source shows on that night, compare and apply it; gives the run, which is not finished.

    A source that the configuration does not have is the department's list.
    """
    from steps.sources.load import load

    as_of, number, source = time_of(night), 0, configuration.source(name)
    role, scope = (source.role, source.scope) if source else (CATALOGUE, {})
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=as_of, kind="sync")
        snapshot_id = snapshots.begin_snapshot(
            connection, run_id, name, role, as_of=as_of, day=as_of.date(), scope=scope
        )
    with StagingSink(engine, snapshot_id) as stage:
        for procedure in procedures:
            due = night != "listed" or number % SOURCE.refresh_nights == 0
            number += 1
            stage.observe(
                Observation(
                    key=procedure.code or "",
                    presence="read" if due else "seen",
                    code=procedure.code,
                    source_id=procedure.code,
                    list_digest="0123456789abcdef01234567",
                    state=procedure.state,
                    procedure=procedure if due else None,
                    evidence={"list": "0" * 64, "detail": "1" * 64},
                )
            )
            del procedure  # nobody else holds it while the next one is made
    certificate = Certificate(declared_total=number, listed=number, present=number)
    with writing(engine) as connection:
        snapshots.finish_snapshot(
            connection, snapshot_id, certificate, SnapshotVerdict(SnapshotState.COMPLETE, None)
        )
    load(configuration, snapshot_id)
    return run_id


def core(address: str, number: int, night: str) -> int:
    """The least that could be written by hand."""
    engine = open_engine(address)
    at = time_of(night)
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at, kind="sync")
    v = procedure_version
    standing = select(v.c.key, v.c.digest).where(v.c.source == SOURCE.name, v.c.valid_to.is_(None))
    end = v.update().where(v.c.source == SOURCE.name, v.c.key == bindparam("ended"), v.c.valid_to.is_(None))
    end = end.values(valid_to=at.isoformat(), closed_run=run_id)
    opened = 0
    with writing(engine) as connection:
        known = {row.key: row.digest for row in connection.execute(standing)}
        differing = (each for each in records(number, night) if known.get(each.code or "") != _hash(each))
        while batch := list(islice(differing, 1000)):
            if ended := [{"ended": each.code} for each in batch if each.code in known]:
                connection.execute(end, ended)
            rows = [
                {
                    **version_columns(each),
                    "source": SOURCE.name,
                    "key": each.code,
                    "evidence": "{}",
                    "valid_from": at.isoformat(),
                    "opened_run": run_id,
                }
                for each in batch
            ]
            connection.execute(v.insert(), rows)
            opened += len(batch)
    return opened


def _hash(procedure: Procedure) -> str:
    """As one would hash a record by hand; the same hash as ours."""
    text = json.dumps(to_record(procedure), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return record_digest(text.encode())


def dlt(address: str, number: int, night: str) -> int:
    """The slowly changing dimension of dlt over the same columns."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
    import dlt as tool

    @tool.resource(
        name="procedure",
        write_disposition={"disposition": "merge", "strategy": "scd2", "row_version_column_name": "digest"},
        columns={"digest": {"data_type": "text"}},
    )
    def procedure() -> Iterator[dict[str, Any]]:
        for each in records(number, night):
            yield {key: value for key, value in version_columns(each).items() if value is not None}

    folder = tempfile.TemporaryDirectory(prefix="rasoat-bench-")
    pipeline = tool.pipeline(
        pipeline_name="load",
        pipelines_dir=folder.name,
        destination=tool.destinations.sqlalchemy(address.replace("@/", "@localhost/")),  # it asks for a host
        dataset_name="main" if address.startswith("sqlite") else "scd",
    )
    pipeline.run(procedure(), loader_file_format="typed-jsonl")
    with pipeline.sql_client() as client:
        table = client.make_qualified_table_name("procedure")
        counted = client.execute_sql(f"SELECT count(*) FROM {table}")
    folder.cleanup()
    return int(counted[0][0]) if counted else 0


WHO: dict[str, Callable[[str, int, str], int]] = {"ours": ours, "core": core, "dlt": dlt}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one night cost one of them: seconds, seconds of CPU, and MiB at its peak."""

    records: int
    seconds: float
    cpu: float
    memory: float
    opened: int

    @property
    def rate(self) -> float:
        """Records a second of CPU: the machine may have other work, which the clock would count."""
        return self.records / max(self.cpu, 1e-9)


def one(who: str, address: str, number: int, night: str) -> None:
    """One night of one of them, in this process; its figures as JSON."""
    importlib.import_module({"ours": "steps.sources.load", "core": "sqlalchemy", "dlt": "dlt"}[who])
    for _ in records(1, night):
        pass  # what is only imported or compiled once is nobody's work
    MAKING.seconds, MAKING.cpu = 0.0, 0.0
    clock, cpu = time.perf_counter(), time.process_time()
    opened = WHO[who](address, number, night)
    seconds = time.perf_counter() - clock - MAKING.seconds
    cpu = time.process_time() - cpu - MAKING.cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": peak, "opened": opened}))


def measured(who: str, address: str, number: int, night: str, server: Callable[[], float]) -> Figures:
    """One night in a process of its own."""
    command = [sys.executable, "-P", __file__, "--one", who, "--address", address, "--night", night]
    before = server()
    done = subprocess.run([*command, "--records", str(number)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{who}, {night}:\n{done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    cpu = told.pop("cpu") + server() - before
    return Figures(records=number, cpu=cpu, **told)


def compared(
    engine: str, number: int, peers: int, addresses: Callable[[], str], server: Callable[[], float]
) -> None:
    """Every night of everyone on one engine, as a table."""
    print(f"\n{engine}: {number:,} records (dlt: {peers:,}), 1 in {CHANGED_EVERY} changed on the last night")
    print(f"{'night':11}{'who':6}{'records/s':>11}{'CPU':>10}{'wall':>10}{'peak':>10}")
    address = {who: addresses() for who in WHO}
    figures: dict[tuple[str, str], Figures] = {}
    for night in NIGHTS:
        for who in WHO:
            if night == "listed" and who != "ours":
                figures[who, night] = figures[who, "unchanged"]
                continue
            many = peers if who == "dlt" else number
            each = figures[who, night] = measured(who, address[who], many, night, server)
            print(
                f"{night:11}{who:6}{each.rate:11,.0f}{each.cpu:8.1f} s{each.seconds:8.1f} s"
                f"{each.memory:6.0f} MiB",
                flush=True,
            )
        if figures["ours", night].opened != figures["core", night].opened:
            raise SystemExit(f"they opened other versions: {figures}")
        ours, core, dlt = (figures[who, night] for who in WHO)
        print(
            f"{'':11}ours: {ours.cpu / core.cpu:.2f} of Core's CPU, {ours.rate / dlt.rate:.1f} times dlt's "
            f"records a second, {ours.cpu / figures['ours', 'first'].cpu:.2f} of the first night's CPU"
        )
    first = figures["ours", "first"]
    small = measured("ours", addresses(), number // 10, "first", server)
    print(
        f"peak of a first night: {small.memory:.0f} MiB with {small.records:,} records, "
        f"{first.memory:.0f} MiB with {number:,} ({first.memory / small.memory:.2f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=5_000)
    parser.add_argument("--peer-records", type=int, default=500)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--one", choices=WHO)
    parser.add_argument("--address", default="")
    parser.add_argument("--night", choices=NIGHTS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.address, asked.records, asked.night)
        return
    with ExitStack() as stack:
        for engine, addresses, server in stores(asked.engines, stack):
            compared(engine, asked.records, asked.peer_records, addresses, server)


def stores(
    engines: list[str], stack: ExitStack
) -> Iterator[tuple[str, Callable[[], str], Callable[[], float]]]:
    """Yield each engine that is here: its name, what gives an empty database, and its server's CPU so far."""
    if "sqlite" in engines:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rasoat-bench-")))
        numbers = iter(range(1_000))
        yield "SQLite", lambda: migrated(f"sqlite:///{folder / f'{next(numbers)}.db'}"), lambda: 0.0
    if "postgresql" in engines and find_program("initdb") is None:
        print("\nPostgreSQL: not on this machine, not measured")
    elif "postgresql" in engines:
        from tests.postgres import Cluster

        cluster = Cluster()
        stack.callback(cluster.stop)
        yield "PostgreSQL", lambda: migrated(cluster.address(cluster.create())), cluster.cpu_seconds


def migrated(address: str) -> str:
    engine = open_engine(address)
    upgrade(engine)
    engine.dispose()
    return address


def time_of(night: str) -> datetime:
    return BEGAN + timedelta(days=NIGHTS.index(night))


def _opened(connection: Connection, run_id: int) -> int:
    opened = select(func.count()).where(procedure_version.c.opened_run == run_id)
    return int(connection.execute(opened).scalar_one())


if __name__ == "__main__":
    main()

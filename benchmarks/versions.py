"""Ten million versions in PostgreSQL: one table as it is, beside one in partitions by source and year.

    python benchmarks/versions.py [--versions 10000000] [--procedures 100000]

Narrow rows (what a night and a page look up by, without the record's text): versions of so many procedures
of three sources, ended evenly over ten years, the newest of each current. Partitioned is by source, and
within it the current versions apart from those that ended in each year: an ended version moves there by the
same update. Each question is asked twice, and the second answer counts: milliseconds, blocks touched, and
what the plan reads.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, text

from tests.machine import find_program
from warehouse.db.engine import open_engine, writing

SOURCES = ("national", "provincial", "catalogue")
YEARS = range(2026, 2036)

COLUMNS = """version_id bigint NOT NULL, source text NOT NULL, key text NOT NULL, digest text NOT NULL,
    valid_from text NOT NULL, valid_to text"""
ALIKE = (
    "CREATE INDEX ON {0} (source, key, valid_to, digest)",
    "CREATE INDEX ON {0} (version_id)",
)

QUESTIONS = {
    "current digests of a source": (
        "SELECT key, digest FROM {0} WHERE source = 'national' AND valid_to IS NULL"
    ),
    "a procedure's history": "SELECT * FROM {0} WHERE source = 'national' AND key = '1.000500'",
    "a source as of a day": (
        "SELECT key, digest FROM {0} WHERE source = 'national' AND valid_from <= '2031-05-05' "
        "AND (valid_to > '2031-05-05' OR valid_to IS NULL)"
    ),
    "1 % of a source changes": (
        "UPDATE {0} SET valid_to = '2035-12-31' WHERE source = 'national' AND valid_to IS NULL "
        "AND key IN (SELECT '1.' || lpad((n * 100)::text, 6, '0') "
        "FROM generate_series(0, {procedures} / 100) n)"
    ),
}


def create_tables(connection: Connection) -> None:
    """Make both tables, empty and without indexes."""
    run = connection.exec_driver_sql
    run(f"CREATE TABLE flat ({COLUMNS})")
    run(f"CREATE TABLE parted ({COLUMNS}) PARTITION BY LIST (source)")
    for source in SOURCES:
        run(
            f"CREATE TABLE parted_{source} PARTITION OF parted FOR VALUES IN ('{source}') "
            "PARTITION BY RANGE (valid_to)"
        )
        for year in YEARS:
            run(
                f"CREATE TABLE parted_{source}_{year} PARTITION OF parted_{source} "
                f"FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
            )
        run(f"CREATE TABLE parted_{source}_current PARTITION OF parted_{source} DEFAULT")


def fill(connection: Connection, versions: int, procedures: int) -> None:
    """Give each procedure of each source as many versions in a row, the last of them current."""
    each = versions // (procedures * len(SOURCES))
    connection.exec_driver_sql(
        f"""
        INSERT INTO flat
        SELECT row_number() OVER (), source, '1.' || lpad(p::text, 6, '0'), md5(source || p || ':' || v),
            (date '2026-01-01' + (3650 * v / {each}))::text,
            CASE WHEN v < {each} - 1 THEN (date '2026-01-01' + (3650 * (v + 1) / {each}))::text END
        FROM unnest(ARRAY{list(SOURCES)}) source, generate_series(0, {procedures} - 1) p,
            generate_series(0, {each} - 1) v
        """
    )
    connection.exec_driver_sql("INSERT INTO parted SELECT * FROM flat")
    for table in ("flat", "parted"):
        for index in ALIKE:
            connection.exec_driver_sql(index.format(table))
    connection.exec_driver_sql("CREATE UNIQUE INDEX ON flat (source, key) WHERE valid_to IS NULL")
    for source in SOURCES:
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX ON parted_{source}_current (key)")


def ask(connection: Connection, question: str) -> tuple[float, int, str]:
    """Return milliseconds and blocks of the second answer, and what its plan reads."""
    for _ in range(2):
        with connection.begin_nested() as trial:
            answer = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {question}"
            ).scalar()
            trial.rollback()
    (told,) = json.loads(answer) if isinstance(answer, str) else answer
    plan = told["Plan"]
    blocks = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    return told["Execution Time"], blocks, ", ".join(dict.fromkeys(_scans(plan)))


def _scans(plan: dict[str, Any]) -> list[str]:
    own = [f"{plan['Node Type']} on {plan['Relation Name']}"] if "Relation Name" in plan else []
    scans = [scan for each in plan.get("Plans", ()) for scan in _scans(each)]
    return [*own, *scans] if len(own) + len(scans) <= 4 else [f"{len(own) + len(scans)} scans"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--versions", type=int, default=300_000)
    parser.add_argument("--procedures", type=int, default=10_000)
    asked = parser.parse_args()
    if find_program("initdb") is None:
        print("PostgreSQL: not on this machine, not measured")
        return
    from tests.postgres import Cluster

    cluster = Cluster()
    try:
        with writing(open_engine(cluster.address(cluster.create()))) as connection:
            began = time.perf_counter()
            create_tables(connection)
            fill(connection, asked.versions, asked.procedures)
            connection.exec_driver_sql("ANALYZE")
            print(f"{asked.versions:,} versions made in {time.perf_counter() - began:.0f} s")
            for question, words in QUESTIONS.items():
                for table in ("flat", "parted"):
                    sql = words.format(table, procedures=asked.procedures)
                    took, blocks, scans = ask(connection, sql)
                    print(f"{question:30}{table:8}{took:10.1f} ms{blocks:10,} blocks  {scans}")
            for name, statement in (
                ("flat", "DELETE FROM flat WHERE valid_to < '2027-01-01'"),
                ("parted", "DROP TABLE parted_national_2026, parted_provincial_2026, parted_catalogue_2026"),
            ):
                began = time.perf_counter()
                connection.execute(text(statement))
                print(f"{'a year is forgotten':30}{name:8}{(time.perf_counter() - began) * 1e3:10.1f} ms")
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()

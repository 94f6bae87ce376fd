"""A night with dlt, and the list beside it with datacompy: `python -m benchmarks.rivals.with_dlt`.

The list by dlt's REST client and its cursor paginator, every record deferred to a pool of threads over one
session, the row hashed after `row_of`, the versions kept by the merge strategy scd2. What moved is asked of
the table. Prints what was found as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.rivals.record_row import DETAIL, LIST, LIST_COLUMNS, digest_of, list_body, row_of

TABLE = "procedure"


class Pace:
    """At most so many requests a second, whichever thread they come from."""

    def __init__(self, rate: float) -> None:
        self._step = 1 / rate
        self._next = time.monotonic()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for this request's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._step
        if turn > now:
            time.sleep(turn - now)


def source(portal: str, page: int, rate: float, threads: int, as_of: datetime) -> Any:
    """Return the resource: the list, and behind it every record."""
    import dlt
    from dlt.sources.helpers import requests
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
    from requests.adapters import HTTPAdapter

    pace = Pace(rate)
    session = requests.Client(session_attrs={"headers": {"Origin": portal}}).session
    session.mount("http://", HTTPAdapter(pool_maxsize=threads))
    session.get(f"{portal}/")
    paginator = JSONResponseCursorPaginator(cursor_path="data.lastId", cursor_body_path="lastId")
    client = RESTClient(portal, session=session, paginator=paginator, data_selector="data.items")

    @dlt.resource
    def listed() -> Iterator[list[dict[str, Any]]]:
        for items in client.paginate(LIST, method="POST", json=list_body(page)):
            pace.wait()
            yield items

    @dlt.transformer(
        data_from=listed,
        name=TABLE,
        write_disposition={
            "disposition": "merge",
            "strategy": "scd2",
            "row_version_column_name": "digest",
            "boundary_timestamp": as_of.isoformat(),
        },
        columns={"digest": {"data_type": "text"}},
        max_table_nesting=0,
    )
    def records(items: list[dict[str, Any]]) -> Iterator[Callable[[], dict[str, Any]]]:
        @dlt.defer
        def record(source_id: str) -> dict[str, Any]:
            pace.wait()
            row = row_of(client.post(DETAIL, json={"id": source_id}).json()["data"])
            return row | {"digest": digest_of(row)}

        for item in items:
            yield record(item["id"])

    return records


def destination(address: str) -> Any:
    """Return where it loads: dlt's own driver of PostgreSQL, or SQLite through SQLAlchemy."""
    from dlt import destinations

    if address.startswith("sqlite"):
        return destinations.sqlalchemy(address)
    # it asks for a password and a host
    own = address.replace("+psycopg", "").replace("@/", ":none@localhost/")
    return destinations.postgres(own)


def compare_list(frame: Path, rows: list[tuple[str, ...]], report: Path) -> list[str]:
    """Return the codes that the list has otherwise than what is current; write datacompy's report."""
    import polars
    from datacompy import PolarsCompare

    current = polars.DataFrame(rows, schema=list(LIST_COLUMNS), orient="row")
    listed = polars.read_csv(frame, infer_schema=False).with_columns(polars.all().fill_null(""))
    comparison = PolarsCompare(listed, current, join_columns="code", df1_name="list", df2_name="portal")
    report.write_text(comparison.report(), encoding="utf-8")
    return [*comparison.all_mismatch()["code"], *comparison.df1_unq_rows["code"]]


def night(asked: argparse.Namespace) -> dict[str, list[str]]:
    """Return the codes that changed, came and went, and those that the list has otherwise."""
    os.environ |= {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "ERROR",
        "EXTRACT__WORKERS": str(asked.threads),
        "EXTRACT__MAX_PARALLEL_ITEMS": str(4 * asked.threads),
    }
    import dlt
    from dlt.common.time import ensure_datetime_in_tz

    pipeline = dlt.pipeline(
        pipeline_name="night",
        pipelines_dir=str(asked.folder / "dlt"),
        destination=destination(asked.address),
        dataset_name="main" if asked.address.startswith("sqlite") else "scd",
    )
    first = not pipeline.default_schema_name
    done = pipeline.run(source(asked.portal, asked.page, asked.rate, asked.threads, asked.as_of))
    with pipeline.sql_client() as client:
        table = client.make_qualified_table_name(TABLE)
        loaded = client.execute_sql(f"SELECT code FROM {table} WHERE _dlt_load_id = '{done.loads_ids[0]}'")
        opened = set() if first else {code for (code,) in loaded}
        versions = client.execute_sql(
            f"SELECT code, _dlt_valid_to FROM {table} WHERE _dlt_valid_to IS NOT NULL"
        )
        ended = {code for code, at in versions if ensure_datetime_in_tz(at, UTC) == asked.as_of}
        columns = ", ".join(LIST_COLUMNS)
        current = client.execute_sql(f"SELECT {columns} FROM {table} WHERE _dlt_valid_to IS NULL")
    return {
        "changed": sorted(opened & ended),
        "added": sorted(opened - ended),
        "removed": sorted(ended - opened),
        "disagreeing": compare_list(
            asked.frame, [tuple(row) for row in current], asked.folder / "report.txt"
        ),
    }


def main() -> None:
    """Carry out one night."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--portal", required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--frame", type=Path, required=True)
    parser.add_argument("--as-of", type=datetime.fromisoformat, required=True)
    parser.add_argument("--page", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    print(json.dumps(night(parser.parse_args())))


if __name__ == "__main__":
    main()

"""People work on findings while a run compares: they do not wait for it, and lose nothing they decide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from settings.configuration import Configuration
from steps.database import engine_of
from steps.findings import triage
from steps.findings.triage import SeenVersion
from tests.taking import compare_all, taking_office
from warehouse.db.engine import reading
from warehouse.tables.finding_tables import finding

CODE = "1.000002"


@pytest.fixture
def office(tmp_path: Path) -> Configuration:
    return taking_office(tmp_path)


def stored(office: Configuration) -> Any:
    with reading(engine_of(office)) as connection:
        return connection.execute(select(finding).where(finding.c.code == CODE)).one()


@contextmanager
def deciding_before_each_transaction(office: Configuration) -> Iterator[list[str]]:
    """Somebody decides whenever a transaction is about to begin; gives what was decided."""
    decided: list[str] = []
    deciding = False

    def decide(_connection: Connection) -> None:
        nonlocal deciding
        if deciding:
            return
        deciding = True
        row = stored(office)
        status = "in_progress" if row.status == "confirmed" else "confirmed"
        triage.move(office, SeenVersion(row.finding_id, row.version), status, "lan")
        decided.append(status)
        deciding = False

    event.listen(engine_of(office), "engine_connect", decide)
    try:
        yield decided
    finally:
        event.remove(engine_of(office), "engine_connect", decide)


def test_what_is_decided_while_a_run_compares_stays_decided(office: Configuration) -> None:
    first = stored(office)
    with deciding_before_each_transaction(office) as decided:
        compare_all(office, 22)
    after = stored(office)
    assert len(decided) > 3
    assert (after.status, after.version) == (decided[-1], first.version + len(decided))
    assert after.last_seen_run > first.last_seen_run


def test_what_is_compared_is_read_in_no_transaction_that_writes(office: Configuration) -> None:
    reads: list[bool] = []

    def note(connection: Connection, _cursor: object, statement: str, *_rest: Any) -> None:
        if "procedure_version.record" in statement:
            reads.append(connection.get_execution_options().get("rasoat_writes", False))

    event.listen(engine_of(office), "before_cursor_execute", note)
    compare_all(office, 22)
    event.remove(engine_of(office), "before_cursor_execute", note)
    assert reads
    assert not any(reads)

"""The discrepancy table of any past day, and a trail that nobody rewrites; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from procedures.errors import WarehouseError
from procedures.findings import Finding, FindingKind, FindingStatus, Severity
from tests.warehouse.findings.test_findings_life import NIGHT, Night, fee, night  # noqa: F401 - the fixture
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.findings.history import findings_as_of

Table = Callable[[int], list[dict[str, Any]]]


def after(number: int) -> datetime:
    """Noon after a night, counted from 1."""
    return NIGHT + timedelta(days=number, hours=10)


def table(engine: Engine, number: int, status: str | None = None) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return findings_as_of(connection, after(number), status=status)


def other() -> Finding:
    return Finding(
        kind=FindingKind.NOT_IN_CATALOGUE,
        severity=Severity.LOW,
        subject="1.000009",
        code="1.000009",
        name="Thủ tục khác",
        provincial_value="Thủ tục khác",
        sources=frozenset({"catalogue", "national"}),
    )


@pytest.fixture
def nights(engine: Engine, night: Night) -> Engine:  # noqa: F811 - the fixture
    """Opened; moved and joined by another; resolved; back with the second value."""
    night(fee())
    night(fee(national="30.000 đồng"), other())
    night(other())
    night(fee(national="30.000 đồng"), other())
    return engine


def test_each_night_is_told_as_it_was(nights: Engine) -> None:
    told = [
        [(row["code"], row["status"], row["national_value"]) for row in table(nights, number)]
        for number in range(5)
    ]
    assert told == [
        [],
        [("1.013703", "open", "20.000 đồng")],
        [("1.013703", "open", "30.000 đồng"), ("1.000009", "open", None)],
        [("1.000009", "open", None)],
        [("1.013703", "open", "30.000 đồng"), ("1.000009", "open", None)],
    ]


def test_what_was_resolved_then_can_be_asked_for(nights: Engine) -> None:
    (row,) = table(nights, 3, status="resolved")
    assert (row["code"], row["resolved_run"], row["last_seen_run"]) == ("1.013703", 3, 3)
    assert table(nights, 4, status="resolved") == []


def test_what_a_person_decided_counts_from_then_on(nights: Engine) -> None:
    with writing(nights) as connection:
        number = store.list_findings(connection)[0]["finding_id"]
        at = after(5)
        store.set_status(connection, number, FindingStatus.CONFIRMED, actor="Lan", note=None, at=at)
    assert [row["status"] for row in table(nights, 4)] == ["open", "open"]
    assert [row["status"] for row in table(nights, 5)] == ["confirmed", "open"]


def test_today_is_what_the_view_says(nights: Engine) -> None:
    with reading(nights) as connection:
        now = store.list_findings(connection)
    assert table(nights, 9) == now


@pytest.mark.parametrize("name", ("finding_event", "finding_past", "ledger_event", "change"))
@pytest.mark.parametrize("change", ("UPDATE {} SET {} = {}", "DELETE FROM {}"))
def test_the_database_itself_keeps_the_trail(nights: Engine, name: str, change: str) -> None:
    column = {"change": "change_id", "finding_past": "past_id"}.get(name, "event_id")
    with writing(nights) as connection:
        if name == "ledger_event":
            connection.execute(
                text(
                    "INSERT INTO ledger_event (at, actor, subject_kind, subject, attribute)"
                    " VALUES ('2026', 'Lan', 'decision', '1', 'stage')"
                )
            )
        if name == "change":
            row = (
                "INSERT INTO snapshot (run_id, source, role, as_of, day, scope, applied, released, counts)"
                " VALUES (1, 'national', 'national', '2026', '2026', '{}', 1, 0, '{}')"
            )
            connection.execute(text(row))
            connection.execute(
                text(
                    "INSERT INTO change (run_id, snapshot_id, source, key, kind, evidence, rules_version)"
                    " VALUES (1, 1, 'national', '1', 'new', '{}', '1')"
                )
            )
        before = connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
    assert before > 0
    with pytest.raises(WarehouseError, match="append-only"), writing(nights) as connection:
        connection.execute(text(change.format(name, column, column)))
    with reading(nights) as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == before

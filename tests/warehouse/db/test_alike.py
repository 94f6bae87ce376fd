"""What the two engines would by themselves answer otherwise: letters' case, and where nothing stands."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import Connection, Engine

from procedures.findings import Finding, FindingKind, Severity
from tests.warehouse.nights import at
from warehouse.alerts import outbox
from warehouse.announcements.ledger_events import LedgerEvent, events_of, record_events
from warehouse.announcements.run_figures import store_decisions
from warehouse.db.bulk import bulk_insert
from warehouse.db.column_values import to_time
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import procedure_search, runs
from warehouse.tables.finding_tables import alert, decision, decision_code


def test_what_happened_to_a_decision_is_not_what_happened_to_one_written_alike(engine: Engine) -> None:
    subjects = ("1/QĐ-A", "1/QĐ-A 1.000001", "1/qđ-a 1.000001", "1/QĐ_A 1.000001", "1/QĐ-AB", "11/QĐ-A")
    with writing(engine) as connection:
        record_events(connection, [happened(subject) for subject in subjects])
        assert [each.subject for each in events_of(connection, "decision", "1/QĐ-A")] == list(subjects[:2])
        assert [each.subject for each in events_of(connection, "decision", "1/QĐ_A")] == [subjects[3]]


def happened(subject: str) -> LedgerEvent:
    return LedgerEvent(
        subject_kind="decision", subject=subject, attribute="note", from_value=None, to_value="x", actor="An"
    )


@pytest.fixture
def run_id(engine: Engine) -> int:
    with writing(engine) as connection:
        return runs.begin_run(connection, as_of=at(22), kind="sync")


def keep(connection: Connection, run_id: int, **days: str | None) -> None:
    """Decisions of one code, by number with their dates."""
    empty = {"new_codes": "[]", "changed_codes": "[]", "repealed_codes": "[]", "announced": 0.0}
    lines = [
        {"decision_number": number, "decision_date": day, "state": "pending", "run_id": run_id, **empty}
        for number, day in days.items()
    ]
    bulk_insert(connection, decision, lines)
    codes = [
        {"decision_number": number, "code": "1.000001", "role": "new", "stage": "new"} for number in days
    ]
    bulk_insert(connection, decision_code, codes)


def test_only_what_a_person_did_to_a_decision_itself_keeps_it_in_the_ledger(
    engine: Engine, run_id: int
) -> None:
    with writing(engine) as connection:
        keep(connection, run_id, **{"1/QĐ-A": None, "1%": None, "1/qđ-a": None})
        record_events(connection, [happened("1/QĐ-A 1.000001")])
        store_decisions(connection, run_id, [])
        left = connection.execute(decision.select()).scalars().all()
    assert left == ["1/QĐ-A"]


def test_a_decision_without_a_date_stands_after_those_with_one(engine: Engine, run_id: int) -> None:
    with writing(engine) as connection:
        keep(connection, run_id, **{"1/QĐ": None, "2/QĐ": "2026-01-02", "3/QĐ": "2026-03-04"})
        told = [each["decision_number"] for each in procedure_search.decisions_of(connection, "1.000001")]
    assert told == ["3/QĐ", "2/QĐ", "1/QĐ"]


def test_a_finding_in_another_script_is_short_enough_for_the_index_of_lists(
    engine: Engine, run_id: int
) -> None:
    signs = [chr(code) for code in range(0x20000, 0x2A000)]  # of four bytes each, and none like the next
    name, division = ("".join(Random(n).choices(signs, k=800)) for n in (1, 2))
    found = Finding(
        kind=FindingKind.ATTRIBUTE_MISMATCH,
        severity=Severity.MEDIUM,
        subject="1.000001",
        code="1.000001",
        name=name,
        attribute="name",
        catalogue_value=name,
        division=division,
        sources=frozenset({"catalogue", "national"}),
    )
    with writing(engine) as connection:
        store.apply_findings(connection, run_id, [found], fresh_sources={"national"}, at=at(22))
        (row,) = store.list_findings(connection)
    assert (row["name"], row["division"]) == (name, division)


def test_the_newest_trouble_is_that_of_the_letter_tried_last(engine: Engine) -> None:
    rows = [
        {
            **dict.fromkeys(("kind", "channel", "recipient", "subject", "body", "created_at"), ""),
            "dedupe_key": str(n),
            "state": "queued",
            "finding_count": 0,
            "attempts": 1,
            "last_error": f"lỗi {n}",
            "next_try_at": when and to_time(at(when)),
        }
        for n, when in enumerate((22, 24, None, 23))
    ]
    with writing(engine) as connection:
        bulk_insert(connection, alert, rows)
    with reading(engine) as connection:
        assert outbox.last_error(connection) == "lỗi 1"

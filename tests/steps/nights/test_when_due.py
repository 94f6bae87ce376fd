"""From when on a decision counts, as the nights and the people of an office make it known."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine

from procedures.changes import Comparison, VersionStep
from procedures.findings import Side
from procedures.model import Procedure
from procedures.office.decision_lines import DecisionLine
from procedures.values.fees import Fee
from reconciliation import decision_lines, reconcile
from steps.announcements.ledger import LedgerEntry, store_entry
from steps.nights.refresh_ledger import with_ledger_data
from tests.addresses import bundled
from tests.office import Office
from tests.reconciliation.making import rules as rules_of
from tests.warehouse.conftest import (  # noqa: F401 - four are fixtures
    address,
    engine,
    migrate,
    postgres,
    sqlite_template,
)
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.announcements import decision_history
from warehouse.announcements.decision_history import DecisionSighting
from warehouse.db.engine import open_engine, reading, writing
from warehouse.sources import versions

OLD = procedure("1.000001", fee=(Fee(way=None, type="fee", amount=5, text=None),))
BESIDE = procedure("1.000003", decision_number="9/QĐ-BNV", decision_date=None)
AMENDED = replace(
    OLD,
    decision_number="902/QĐ-BNV",
    decision_date=date(2026, 11, 23),
    fee=(Fee(way=None, type="fee", amount=9, text=None),),
)
NEW = procedure("1.000002", decision_number="9/QĐ-BNV", decision_date=None)


def lines(connection: Connection, today: date, *listed: Procedure) -> dict[str, DecisionLine]:
    """The ledger of a department that lists these procedures."""
    rules = with_ledger_data(
        connection,
        rules_of(
            today=today,
            levels=frozenset({"province"}),
            seen_at_baseline=decision_history.entered_silently(connection, "national"),
            changed_codes=decision_history.changed_codes(connection, "national"),
        ),
        ZoneInfo("Asia/Ho_Chi_Minh"),
    )
    its = {str(each.code): each for each in listed}
    catalogue = Side(source="catalogue", role="catalogue", complete=True, fresh=True, procedures=its)
    national = versions.load_side(connection, "national", role="national", fresh=True)
    found = reconcile(catalogue, [national], [], rules)
    return {each.decision_number: each for each in decision_lines(catalogue, [national], rules, found)}


@pytest.fixture
def nights(engine: Engine) -> Nights:  # noqa: F811 - a fixture
    """A baseline; the next night one procedure is amended; the one after that another is new."""
    its = Nights(engine)
    its.night(at(22), read(OLD), read(BESIDE))
    its.night(at(24), read(AMENDED), read(BESIDE))
    its.night(at(25), read(AMENDED), read(BESIDE), read(NEW))
    return its


def test_what_a_night_tells_of_a_decision_is_kept_apart_from_what_was_there(nights: Nights) -> None:
    with reading(nights.engine) as connection:
        assert sorted(decision_history.decisions_seen(connection)) == [
            DecisionSighting(at(22), "1.000001", "627/QĐ-BNV", date(2026, 3, 1), False),
            DecisionSighting(at(22), "1.000003", "9/QĐ-BNV", None, False),
            DecisionSighting(at(24), "1.000001", "902/QĐ-BNV", date(2026, 11, 23), True),
            DecisionSighting(at(25), "1.000002", "9/QĐ-BNV", None, True),
        ]


def test_records_read_again_under_new_rules_tell_of_no_decision(engine: Engine) -> None:  # noqa: F811
    its = Nights(engine)
    its.night(at(22), read(OLD))
    run_id, _ = its.begin(at(23))
    anew = Comparison(versions=(VersionStep(action="open", key="1.000001", procedure=AMENDED),))
    with writing(engine) as connection:
        versions.apply_reread(connection, "national", anew, as_of=at(23), run_id=run_id)
        assert not any(each.reported for each in decision_history.decisions_seen(connection))


def test_a_night_that_renumbers_everything_is_read_once_not_for_each_code(tmp_path: Path) -> None:
    assert effort(tmp_path / "more.db", codes=400) < 3 * effort(tmp_path / "few.db", codes=200)


def effort(file: Path, *, codes: int) -> int:
    """So many hundred instructions SQLite runs to tell the decisions of a night that renumbered all codes."""
    migrate(f"sqlite:///{file}")
    engine = open_engine(f"sqlite:///{file}")  # noqa: F811 - not the fixture
    listed = [procedure(f"1.{number:06}") for number in range(codes)]
    its = Nights(engine)
    its.night(at(22), *map(read, listed))
    its.night(at(24), *(read(replace(each, decision_number="628/QĐ-BNV")) for each in listed))
    steps: list[None] = []
    with reading(engine) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(lambda: steps.append(None), 100)
        seen = decision_history.decisions_seen(connection)
        driver.set_progress_handler(None, 100)
    assert [each.reported for each in sorted(seen)] == [False] * codes + [True] * codes
    engine.dispose()
    return len(steps)


def test_a_decision_of_after_the_baseline_is_overdue_whatever_code_it_names(nights: Nights) -> None:
    with reading(nights.engine) as connection:
        before = lines(connection, date(2026, 12, 7), OLD, BESIDE)
        after = lines(connection, date(2027, 1, 7), OLD, BESIDE)
    assert {line.state for line in before.values()} == {"pending"}
    assert (after["902/QĐ-BNV"].overdue, after["902/QĐ-BNV"].due_date) == (("1.000001",), date(2026, 12, 8))
    assert after["9/QĐ-BNV"].overdue == ("1.000002",), "a new code of an old decision, from its own day on"
    assert after["9/QĐ-BNV"].due_date == date(2026, 12, 9)


def test_the_baseline_night_holds_nobody_to_anything(engine: Engine) -> None:  # noqa: F811
    its = Nights(engine)
    its.night(at(22), read(OLD), read(BESIDE))
    with reading(engine) as connection:
        assert not any(line.overdue for line in lines(connection, date(2027, 1, 7)).values())


def test_a_repeal_that_a_person_enters_is_due_from_that_day_on(tmp_path: Path) -> None:
    with bundled() as portals:
        office = Office(tmp_path, portals)
        office.first_nights(1, "national")
        code = office.rows("v_procedure_current", source="catalogue")[10]["code"]
        entered = datetime.fromisoformat("2027-03-01T09:00:00+07:00")
        shown = store_entry(
            office.configuration, "901/QĐ-BNV", LedgerEntry(repeals=(code,)), "Lan", at=entered
        )
        assert (shown.line.state, shown.line.due_date) == ("pending", date(2027, 3, 15))
        office.night("2027-03-16T02:00:00+07:00", "national")
        (row,) = office.rows("v_decision", decision_number="901/QĐ-BNV")
        assert (row["state"], row["due_date"]) == ("overdue", "2027-03-15")

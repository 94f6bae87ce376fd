"""A held snapshot that a person lets through never takes back what was read since."""

from __future__ import annotations

from datetime import date

import pytest

from portals.records import midnight
from portals.scenario import scripted_record
from procedures.errors import InputError
from steps.sources.release import release_snapshot
from tests.office import NIGHTS, Office

CODE = "1.013747"


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


def held_night(office: Office, as_of: str) -> int:
    """A night on which the portal lists too few; the snapshot's id."""
    faults = office.portals.national.faults
    faults.order("total_shrinks", where="list")
    national = office.night(as_of, "national").sources["national"]
    faults.clear()
    assert national.state == "held"
    return national.snapshot_id


def release(office: Office, snapshot_id: int) -> None:
    release_snapshot(office.configuration, snapshot_id, "Nguyễn Thị Lan", "cổng gộp thủ tục thật")


def test_a_partial_night_since_stands_against_an_older_held_one(office: Office) -> None:
    office.first_night("national")
    held = held_night(office, NIGHTS[1])
    office.portals.national.world.edit(CODE, requirementsAndConditions="Điều kiện mới, đêm sau")
    office.portals.national.faults.order("total_higher", where="list")
    partial = office.night(NIGHTS[2], "national").sources["national"]
    office.portals.national.faults.clear()
    assert (partial.state, partial.changed) == ("partial", 1)
    before = office.views()
    with pytest.raises(InputError, match=f"đã đưa vào gần nhất .{partial.snapshot_id}. "):
        release(office, held)
    assert office.views() == before


def test_of_two_snapshots_of_one_moment_the_later_one_stands(office: Office) -> None:
    office.first_night("national")
    held = held_night(office, NIGHTS[1])
    assert office.night(NIGHTS[1], "national").sources["national"].state == "complete"
    with pytest.raises(InputError, match="cũ hơn"):
        release(office, held)


def test_letting_an_older_night_through_does_not_turn_the_calendar_back(office: Office) -> None:
    """The decision became overdue on the day after that night: it still is."""
    office.take_in(office.sample_catalogue(), "2026-10-20T08:00:00+07:00")
    office.night("2026-10-21T02:00:00+07:00", "national")
    world = office.portals.national.world
    record = scripted_record(
        world.by_code(CODE),
        code="1.099999",
        name="Thủ tục mới của Bộ Nội vụ",
        createdAt=midnight(date(2026, 10, 22)),
    )
    record["procedureProposal"].update(
        proposalNumber="999/QĐ-BNV", decisionNumber=None, decisionDate=midnight(date(2026, 10, 20))
    )
    world.publish(record)
    office.night("2026-10-22T02:00:00+07:00", "national")
    (decision,) = office.rows("v_decision", decision_number="999/QĐ-BNV")
    due = date.fromisoformat(decision["due_date"])
    held = held_night(office, f"{due}T02:00:00+07:00")
    office.take_in(office.sample_catalogue(), f"{due.replace(day=due.day + 1)}T08:00:00+07:00")
    overdue = office.rows("v_finding", kind="announcement_overdue")
    assert [row["status"] for row in overdue] == ["open"]
    release(office, held)
    assert office.rows("v_finding", kind="announcement_overdue")[0]["status"] == "open"

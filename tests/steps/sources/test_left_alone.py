"""Portals that said no are left alone for a while, and the schedule keeps to its hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from procedures.dates.hours_of_day import is_within, next_end, parse_hours
from rasoat.status_lines import print_status
from steps.database import open_locked
from steps.nights.begin_run import begin
from steps.nights.close_run import finish
from steps.nights.night import NightRequest
from steps.nights.reporting.run_summary import Summary
from steps.nights.run_now import sync_now
from steps.sources.extract import extract
from steps.sources.replay import replay_run
from steps.sources.run_mode import RunMode
from steps.sources.status import current_status
from tests.addresses import bundled
from tests.office import Office
from warehouse.db.engine import reading
from warehouse.sources.snapshots import SnapshotRow, get_snapshot

FEW: dict[str, Any] = {"expect": {"min": 1, "max": 400, "max_drop": 0.05}, "retry_pause": 0.01}
EVENING = datetime.fromisoformat("2026-11-22T23:00:00+07:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a provincial portal of 40 procedures."""
    with bundled() as portals:
        for code in portals.provincial.world.codes[40:]:
            portals.provincial.world.drop(code)
        yield Office(tmp_path, portals, provincial=FEW)


def sync(office: Office, as_of: datetime, progress: Any = None, **manner: bool) -> Summary:
    order = NightRequest(as_of, ("provincial",), RunMode(**manner))
    return sync_now(office.configuration, order, progress or (lambda _source, _done, _total: None))


def once(office: Office, as_of: datetime, **manner: bool) -> SnapshotRow:
    """Reads the source, and no more of a night than that."""
    configuration = office.configuration
    with open_locked(configuration) as engine:
        run_id = begin(configuration, as_of, "sync", "provincial")
        snapshot_id = extract(configuration, run_id, "provincial", RunMode(**manner))
        with reading(engine) as connection:
            row = get_snapshot(connection, snapshot_id)
        finish(configuration, run_id)
    return row


def asked(office: Office) -> int:
    return len(office.portals.provincial.requests)


def refuse(office: Office, fault: str = "forbidden_403", **order: Any) -> None:
    office.portals.provincial.faults.order(fault, **{"where": "list"} | order)


def test_a_portal_that_said_no_is_asked_again_next_night_and_not_before(office: Office) -> None:
    refuse(office)
    assert once(office, EVENING).state == "blocked"
    office.portals.provincial.faults.clear()
    before = asked(office)
    summary = sync(office, EVENING + HOUR)
    again = summary.sources["provincial"]
    assert (again.state, summary.exit_code, asked(office)) == ("blocked", 3, before)
    assert "05:00 23/11/2026" in again.reason
    assert replay_run(office.configuration, summary.run_id).equal
    still = once(office, EVENING + 5 * HOUR)
    assert still.state == "blocked", "being left alone is no new refusal"
    assert "05:00 23/11/2026" in (still.reason or "")
    assert once(office, EVENING + 6 * HOUR).state == "complete"
    assert once(office, EVENING + 7 * HOUR).state == "complete"


def test_a_person_may_have_it_asked_anyway_and_then_it_is_over(office: Office) -> None:
    refuse(office)
    once(office, EVENING)
    office.portals.provincial.faults.clear()
    assert once(office, EVENING + HOUR, anyway=True).state == "complete"
    assert once(office, EVENING + 2 * HOUR).state == "complete"


def test_the_very_same_night_may_be_asked_again(office: Office) -> None:
    refuse(office)
    once(office, EVENING)
    office.portals.provincial.faults.clear()
    assert once(office, EVENING).state == "complete"


def test_a_time_that_the_portal_names_stands_in_place_of_the_settings(office: Office) -> None:
    refuse(office, "too_many_429", retry_after=1800)
    assert "1800 giây" in (once(office, EVENING).reason or "")
    office.portals.provincial.faults.clear()
    before = asked(office)
    assert "23:30 22/11/2026" in (once(office, EVENING + HOUR / 4).reason or "")
    assert asked(office) == before
    assert once(office, EVENING + HOUR).state == "complete"


@pytest.mark.parametrize("fault", ["robots_forbid", "redirect_other_host", "error_502"])
def test_what_is_no_refusal_of_ours_needs_no_rest(office: Office, fault: str) -> None:
    refuse(office, fault, where="robots" if fault == "robots_forbid" else "list")
    assert once(office, EVENING).state in ("blocked", "failed")
    office.portals.provincial.faults.clear()
    assert once(office, EVENING + HOUR / 60).state == "complete"


def test_the_rest_can_be_set_to_none(office: Office) -> None:
    office.configure(provincial=FEW | {"cool_down": 0})
    refuse(office)
    once(office, EVENING)
    office.portals.provincial.faults.clear()
    assert once(office, EVENING + HOUR / 60).state == "complete"


def test_status_says_until_when_a_portal_is_left_alone(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(office)
    now = datetime.now(office.configuration.department.zone).replace(microsecond=0)
    once(office, now)
    (told,) = current_status(office.configuration)["sources"].values()
    assert told["left_alone_until"] == (now + 6 * HOUR).isoformat()
    print_status(current_status(office.configuration))
    shown = capsys.readouterr().out
    assert f"để yên đến {now + 6 * HOUR:%H:%M %d/%m/%Y}" in shown
    office.portals.provincial.faults.clear()
    once(office, now + HOUR / 60, anyway=True)
    (told,) = current_status(office.configuration)["sources"].values()
    assert told["left_alone_until"] is None


@pytest.mark.parametrize(
    ("hours", "clock", "inside", "ends"),
    [
        ("22:00-05:30", "22:00", True, "23T05:30"),
        ("22:00-05:30", "05:29", True, "22T05:30"),
        ("22:00-05:30", "05:30", False, "23T05:30"),
        ("22:00-05:30", "12:00", False, "23T05:30"),
        ("01:00-05:00", "03:00", True, "22T05:00"),
        ("01:00-05:00", "00:59", False, "22T05:00"),
    ],
)
def test_hours_may_pass_midnight(hours: str, clock: str, inside: bool, ends: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-22T{clock}:00+07:00")
    assert is_within(parse_hours(hours), moment) is inside
    assert f"{next_end(parse_hours(hours), moment):%dT%H:%M}" == ends


def test_the_schedule_asks_nothing_outside_its_hours_and_a_person_may(office: Office) -> None:
    office.configure(department={"night": "22:00-05:30"}, provincial=FEW)
    noon = datetime.fromisoformat("2026-11-22T12:00:00+07:00")
    with time_machine.travel(noon):
        told = once(office, noon, scheduled=True)
        assert (told.state, asked(office)) == ("failed", 0)
        assert "ngoài khung giờ đọc 22:00-05:30" in (told.reason or "")
        assert once(office, noon + HOUR).state == "complete"


def test_a_source_may_have_hours_of_its_own(office: Office) -> None:
    office.configure(department={"night": "22:00-05:30"}, provincial=FEW | {"window": "11:00-13:00"})
    noon = datetime.fromisoformat("2026-11-22T12:00:00+07:00")
    with time_machine.travel(noon):
        assert once(office, noon, scheduled=True).state == "complete"


def test_when_its_hours_end_what_was_read_is_loaded_and_nothing_is_retired(office: Office) -> None:
    office.configure(department={"night": "22:00-05:30"}, provincial=FEW)
    with time_machine.travel(EVENING):
        assert sync(office, EVENING, scheduled=True).sources["provincial"].state == "complete"
    stood = office.rows("v_procedure_current")
    late = datetime.fromisoformat("2026-11-24T05:29:00+07:00")
    before = asked(office)
    with time_machine.travel(late) as clock:

        def progress(_source: str, done: int, _total: int) -> None:
            if done == 10:
                clock.move_to(late + timedelta(minutes=2))

        told = sync(office, late, progress, scheduled=True)
    source = told.sources["provincial"]
    assert (source.state, told.exit_code) == ("partial", 3)
    assert "hết khung giờ đọc cổng" in source.reason
    assert 10 <= asked(office) - before <= 20
    assert office.rows("v_procedure_current") == stood
    assert replay_run(office.configuration, told.run_id).equal
    assert sync(office, late + 20 * HOUR).sources["provincial"].state == "complete"


def test_a_portal_of_pages_sends_a_record_again_only_when_it_changed(office: Office) -> None:
    sync(office, EVENING)
    stood = office.rows("v_procedure_current")
    sent = [each for each in office.portals.provincial.requests if each.status == 304]
    assert sent == []
    told = sync(office, EVENING + 24 * HOUR)
    sent = [each for each in office.portals.provincial.requests if each.status == 304]
    assert told.sources["provincial"].state == "complete"
    assert len(sent) == 40
    assert office.rows("v_procedure_current") == stood
    assert replay_run(office.configuration, told.run_id).equal

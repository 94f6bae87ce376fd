"""A night on which nothing moved runs no gate, and loads nothing that only a gate needs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime

import pytest

from portals.records import Record
from steps.database import engine_of
from steps.nights.withdraw import withdraw_run
from tests.office import EXPECTS_FEW, NIGHTS, RASOAT, Office
from warehouse.db.engine import reading, writing
from warehouse.quality import validations
from warehouse.quality.validation_history import checks_of

NIGHT = """
import sys
from datetime import datetime
from steps.nights.night import NightRequest
from steps.nights.run_now import sync_now
from settings.reading import load_configuration
order = NightRequest(datetime.fromisoformat(sys.argv[1]), ("national",))
end = sync_now(load_configuration(), order, lambda *_: None)
assert end.status == "complete", end
heavy = {"great_expectations", "pandas"} & set(sys.modules)
sys.exit(f"loaded {sorted(heavy)}" if heavy else 0)
"""


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


def suites(office: Office, run_id: int) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for row in office.rows("v_validation", run_id=run_id):
        told.setdefault(row["suite"], set()).add(row["expectation"])
    return told


def test_all_three_gates_are_recorded_as_unchanged_and_none_is_run(office: Office) -> None:
    first = office.night(NIGHTS[0], "national")
    assert all("unchanged" not in told for told in suites(office, first.run_id).values())
    done = subprocess.run(
        [sys.executable, "-c", NIGHT, NIGHTS[1]],
        env=office.environment | {"PYTHONPATH": str(RASOAT.parents[2])},
        cwd=office.home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = suites(office, first.run_id + 1)
    for suite in ("listing", "records", "warehouse"):
        assert told[suite] == {"unchanged"}


def test_a_gate_whose_batch_moved_is_run_and_the_others_are_not(office: Office) -> None:
    office.first_night("national")
    office.portals.national.world.amend("1.013747", "executionMethods.*.processingTime", 9)
    told = suites(office, office.night(NIGHTS[1], "national").run_id)
    assert told["listing"] == told["warehouse"] == {"unchanged"}
    assert "time_sane" in told["records"]


def test_what_was_turned_away_is_turned_away_again_while_it_stays_as_it_was(office: Office) -> None:
    world = office.portals.national.world
    world.edit("1.013747", name="Đăng ký kinh doanh 23/09")
    first = office.night(NIGHTS[0], "national")
    second = office.night(NIGHTS[1], "national")
    assert first.sources["national"].quarantined == second.sources["national"].quarantined == 1
    assert suites(office, second.run_id)["records"] == {"unchanged"}
    rules = [(row["run_id"], row["code"], row["rule"]) for row in office.rows("v_quarantine")]
    assert rules == [(night.run_id, "1.013747", "not_a_test_record") for night in (first, second)]
    with reading(engine_of(office.configuration)) as connection:
        failed = [check.expectation for check in checks_of(connection, second.run_id) if not check.success]
    assert "not_a_test_record" in failed
    world.edit("1.013747", name="Đăng ký kinh doanh 24/09")
    third = office.night(NIGHTS[2], "national")
    assert "not_a_test_record" in suites(office, third.run_id)["records"]
    world.edit("1.013747", name="Thành lập tổ chức")
    assert office.night(NIGHTS[3], "national").sources["national"].quarantined == 0


def test_a_decision_ahead_of_its_day_is_judged_until_the_day_has_come(office: Office) -> None:
    ahead = datetime.fromisoformat(NIGHTS[2]).timestamp() * 1000

    def decided(record: Record) -> None:
        record["procedureProposal"]["decisionDate"] = ahead

    office.portals.national.world.edit("1.013747", decided)
    ends = [office.night(night, "national").sources["national"].quarantined for night in NIGHTS[:4]]
    assert ends == [1, 1, 0, 0]


def in_turn(office: Office, nights: int) -> None:
    office.configure(national={**EXPECTS_FEW, "refresh_nights": nights})


def know_other_rules(office: Office) -> None:
    """As a version of the program before this one left it."""
    with writing(engine_of(office.configuration)) as connection:
        other_rules = "others 2026-11-21T19:00:00+00:00"
        validations.store_pass(connection, "national", validations.RULES_SINCE, other_rules)


def judged(office: Office, night: str) -> int:
    """The records that the gate judged on a night of the national portal."""
    run = office.night(night, "national")
    told = office.rows("v_validation", run_id=run.run_id, suite="records", expectation="name_present")
    return sum(json.loads(row["observed"])["rows"] for row in told)


def test_a_record_read_in_turn_that_is_as_it_was_is_not_judged_again(office: Office) -> None:
    in_turn(office, 3)
    office.first_night("national")
    for night in NIGHTS[1:5]:
        run = office.night(night, "national")
        read = office.rows("v_snapshot", run_id=run.run_id)[0]["details_read"]
        assert read > 10
        assert suites(office, run.run_id)["records"] == {"unchanged"}


def test_of_a_night_with_a_change_only_that_is_judged(office: Office) -> None:
    office.first_night("national")
    office.portals.national.world.amend("1.013747", "executionMethods.*.processingTime", 9)
    assert judged(office, NIGHTS[1]) == 1


def test_under_new_rules_every_record_is_judged_once_when_its_turn_comes(office: Office) -> None:
    in_turn(office, 3)
    office.first_night("national")
    know_other_rules(office)
    everything = len(office.rows("v_procedure_current", source="national"))
    assert sum(judged(office, night) for night in NIGHTS[1:4]) == everything
    assert judged(office, NIGHTS[4]) == 0


def test_a_version_that_another_reading_left_in_force_is_judged_when_it_is_read_again(office: Office) -> None:
    in_turn(office, 1)
    world = office.portals.national.world
    office.first_night("national")
    ways = world.by_code("1.013747")["executionMethods"]
    know_other_rules(office)
    everything = len(office.rows("v_procedure_current", source="national"))
    world.edit("1.013747", executionMethods=ways[::-1])  # no change, and so no version
    other = next(code for code in world.codes if code != "1.013747")
    world.edit(other, name="Cấp lại giấy phép của tổ chức")
    assert judged(office, NIGHTS[1]) == everything
    world.edit("1.013747", executionMethods=ways)
    assert (judged(office, NIGHTS[2]), judged(office, NIGHTS[3])) == (1, 0)
    assert {row["code"] for row in office.rows("v_change")} == {other}


def test_rules_that_were_new_on_a_withdrawn_night_are_new_again(office: Office) -> None:
    in_turn(office, 1)
    office.first_night("national")
    know_other_rules(office)
    office.portals.national.world.amend("1.013747", "executionMethods.*.processingTime", 9)
    run = office.night(NIGHTS[1], "national")
    withdraw_run(office.configuration, run.run_id, "Lan", "cổng thử nghiệm")
    everything = len(office.rows("v_procedure_current", source="national"))
    assert (judged(office, NIGHTS[2]), judged(office, NIGHTS[3])) == (everything, 0)


def test_a_run_of_the_same_time_under_new_rules_takes_over_no_word_of_the_old_ones(office: Office) -> None:
    office.portals.national.world.edit("1.013747", name="Đăng ký kinh doanh 23/09")
    office.night(NIGHTS[0], "national")
    know_other_rules(office)
    again = office.night(NIGHTS[0], "national")
    assert "not_a_test_record" in suites(office, again.run_id)["records"]
    assert suites(office, office.night(NIGHTS[1], "national").run_id)["records"] != {"unchanged"}
    assert suites(office, office.night(NIGHTS[2], "national").run_id)["records"] == {"unchanged"}


def test_a_gate_that_was_closed_says_nothing_of_the_night_after(office: Office) -> None:
    in_turn(office, 1)
    portal = office.portals.national
    whole = portal.world.copy()
    office.first_night("national")
    for code in set(portal.world.codes):
        portal.world.edit(code, name=f"Cấp giấy phép {code} " * 60)
    assert office.night(NIGHTS[1], "national").sources["national"].state == "failed"
    portal.world = whole
    night = office.night(NIGHTS[2], "national")
    assert suites(office, night.run_id)["records"] == {"unchanged"}
    with reading(engine_of(office.configuration)) as connection:
        checks = {check.expectation: check.success for check in checks_of(connection, night.run_id)}
    assert checks["no_rule_takes_half"]
    assert checks["name_length"]

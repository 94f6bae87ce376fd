"""Nights in a row, from the portals' bytes to the warehouse's views."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from portals.scenario import Scenario
from portals.serve import Portals
from steps.nights.reporting.run_summary import Summary
from tests.addresses import bundled
from tests.office import NIGHTS, Office


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, list[Summary]]:
    """The demo's scenario: an import, the night before decision 627/QĐ-BNV, and the night after."""
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path_factory.mktemp("scripted"), portals)
        return office, office.first_nights(2)


def test_the_first_complete_snapshot_is_a_silent_baseline(scripted: tuple[Office, list[Summary]]) -> None:
    office, (imported, first, _) = scripted
    assert (imported.status, first.status) == ("complete", "complete")
    assert office.rows("v_change", run_id=imported.run_id) == []
    assert office.rows("v_change", run_id=first.run_id) == []
    assert first.sources["national"].procedures > 100
    assert first.findings["opened"] > 0


def test_a_page_that_fails_makes_the_night_degraded_and_retires_nothing(
    scripted: tuple[Office, list[Summary]],
) -> None:
    _, (_, first, second) = scripted
    assert second.status == "degraded"
    assert second.exit_code == 3
    assert second.sources["national"].state == "complete"
    provincial = second.sources["provincial"]
    assert provincial.state == "partial"
    assert provincial.reason
    assert (provincial.missing, provincial.repealed) == (0, 0)
    assert provincial.procedures == first.sources["provincial"].procedures


def test_every_scripted_change_is_told_by_its_kind_and_nothing_else_is(
    scripted: tuple[Office, list[Summary]],
) -> None:
    office, (_, _, second) = scripted
    told = Counter(
        (row["kind"], row["code"], row["attribute"])
        for row in office.rows("v_change", run_id=second.run_id, source="national")
    )
    new = [*(f"1.0137{n:02d}" for n in (2, 3, 4, 6, 7, 8, 9, *range(11, 18))), "1.999862"]
    assert told == Counter(
        {
            **{("new", code, None): 1 for code in new},
            ("changed", "1.013747", "processing_time"): 1,
            ("changed", "1.014199", "fee"): 1,
            ("changed", "1.012946", "legal_bases"): 1,
            ("changed", "1.010802", "name"): 1,
            ("missing", "1.009467", None): 1,
            ("repealed", "1.000414", None): 1,
            ("changed", "1.012091", "executing_levels"): 1,
            ("cosmetic", "1.010826", "name"): 1,
            ("cosmetic", "1.010828", "name"): 1,
        }
    )


def test_a_dead_state_is_the_evidence_of_a_repeal(scripted: tuple[Office, list[Summary]]) -> None:
    office, (_, _, second) = scripted
    (row,) = office.rows("v_change", run_id=second.run_id, source="national", kind="repealed")
    assert "INACTIVE" in row["evidence"]
    current = {each["code"] for each in office.rows("v_procedure_current", source="national")}
    assert "1.000414" not in current
    assert "1.009467" in current


def test_the_missing_one_is_marked_and_its_look_up_is_kept(scripted: tuple[Office, list[Summary]]) -> None:
    office, (_, _, second) = scripted
    (row,) = office.rows("v_procedure_current", source="national", code="1.009467")
    assert row["presence"] == "missing"
    (change,) = office.rows("v_change", run_id=second.run_id, kind="missing")
    assert json.loads(change["evidence"])


def test_findings_of_one_cause_are_few_jobs(scripted: tuple[Office, list[Summary]]) -> None:
    office, _ = scripted
    rows = [row for row in office.rows("v_finding") if row["status"] == "open"]
    cases = Counter(row["case_id"] for row in rows)
    assert len(rows) > 50
    assert len(cases) < 25
    assert cases["decision:627/QĐ-BNV"] == 15
    assert cases["incomplete:G09:agency"] == 8
    own = [row for row in rows if row["case_id"] == f"finding:{row['fingerprint']}"]
    assert all(cases[row["case_id"]] == 1 for row in own)


def test_the_ministry_s_new_procedures_are_findings_with_a_due_date(
    scripted: tuple[Office, list[Summary]],
) -> None:
    office, (_, _, second) = scripted
    rows = office.rows("v_finding", kind="new_from_ministry", first_seen_run=second.run_id)
    assert "1.999862" in {row["code"] for row in rows}
    assert all(row["due_date"] for row in rows)


def test_each_gate_left_its_expectations_in_the_warehouse(scripted: tuple[Office, list[Summary]]) -> None:
    office, (_, first, _) = scripted
    rows = office.rows("v_validation", run_id=first.run_id)
    assert {row["source"] for row in rows} == {"national", "provincial", "warehouse"}
    assert {row["suite"] for row in rows} >= {"listing", "records", "warehouse"}
    assert all(row["success"] in (0, 1) for row in rows)


def test_a_second_identical_night_opens_none_and_closes_none(tmp_path: Path, portals: Portals) -> None:
    office = Office(tmp_path, portals)
    _, first = office.first_nights()
    before = office.views()
    second = office.night(NIGHTS[1])
    after = office.views()
    assert second.status == "complete"
    assert second.findings == {"opened": 0, "resolved": 0, "open": first.findings["open"]}
    assert office.rows("v_change") == []
    assert after["v_procedure_history"] == before["v_procedure_history"]
    assert after["v_finding_event"] == before["v_finding_event"]


def test_a_vanished_procedure_is_repealed_after_two_complete_nights_and_comes_back_as_reinstated(
    office: Office,
) -> None:
    world = office.portals.national.world
    office.first_nights()
    (record,) = [each for each in world.ordered() if each["code"] == "1.009467"]
    world.drop("1.009467")
    assert office.night(NIGHTS[1]).sources["national"].missing == 1
    third = office.night(NIGHTS[2])
    assert (third.sources["national"].missing, third.sources["national"].repealed) == (0, 1)
    world.publish(record)
    back = office.night(NIGHTS[3]).sources["national"]
    assert (back.reinstated, back.new) == (1, 0)


def test_two_runs_of_one_day_count_once_on_the_ladder(office: Office) -> None:
    office.night("2026-11-22T02:00:00+07:00")
    office.portals.national.world.drop("1.009467")
    assert office.night("2026-11-23T02:00:00+07:00").sources["national"].missing == 1
    again = office.night("2026-11-23T20:00:00+07:00").sources["national"]
    assert (again.missing, again.repealed) == (0, 0)
    assert office.night("2026-11-24T02:00:00+07:00").sources["national"].repealed == 1

"""The second try of a night asks for what the day's nights have not brought to an end, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portals.serve import Portals
from steps.database import open_locked
from steps.nights.begin_run import begin
from steps.nights.reporting.operator_page import operator_page
from steps.nights.reporting.run_summary import summarise
from steps.sources.unsettled_sources import unsettled_sources
from tests.office import NIGHTS, Office

NIGHT = datetime.fromisoformat(NIGHTS[0])


@pytest.fixture
def office(tmp_path: Path, portals: Portals) -> Office:
    """An office whose portals are tried without pauses."""
    return Office(tmp_path, portals, national={"retry_pause": 0.0}, provincial={"retry_pause": 0.0})


def test_before_the_first_night_of_a_day_everything_is_lacking(office: Office) -> None:
    assert unsettled_sources(office.configuration, NIGHT) == ("national", "provincial")
    assert unsettled_sources(office.configuration, NIGHT, ("provincial",)) == ("provincial",)


def test_a_portal_that_failed_is_asked_again_and_one_that_turned_us_away_is_not(office: Office) -> None:
    office.portals.national.faults.order("error_500", where="all")
    office.portals.provincial.faults.order("forbidden_403", where="all")
    summary = office.night(NIGHTS[0])
    assert {name: each.state for name, each in summary.sources.items()} == {
        "national": "failed",
        "provincial": "blocked",
    }
    assert unsettled_sources(office.configuration, NIGHT) == ("national",)
    assert unsettled_sources(office.configuration, NIGHT, ("provincial",)) == ()
    assert unsettled_sources(office.configuration, NIGHT + timedelta(days=1)) == ("national", "provincial")


def test_a_night_that_was_killed_has_ended_nothing(office: Office) -> None:
    office.portals.provincial.faults.order("forbidden_403", where="all")
    office.night(NIGHTS[0], "provincial")
    assert unsettled_sources(office.configuration, NIGHT) == ("national",)
    with open_locked(office.configuration):
        begin(office.configuration, NIGHT, "sync", "national")
    assert unsettled_sources(office.configuration, NIGHT) == ("national",)


def test_the_morning_page_says_of_each_source_why_and_what_to_do(office: Office) -> None:
    office.portals.national.faults.order("error_500", where="all")
    office.portals.provincial.faults.order("forbidden_403", where="all")
    page = operator_page(office.configuration, office.night(NIGHTS[0]))
    run_id = office.rows("v_run")[-1]["run_id"]
    assert page.startswith(f"# {summarise(office.configuration, run_id).headline}\n")
    for name, title, words, advice in (
        ("national", "Cổng DVC quốc gia", "Không đọc được", "rasoat doctor --live --source national"),
        ("provincial", "Cổng DVC tỉnh", "Cổng từ chối truy cập", "để yên cổng"),
    ):
        reason = office.rows("v_snapshot", source=name)[-1]["reason"]
        assert f"| {title} | {words} | {reason} |" in page
        (line,) = [each for each in page.splitlines() if each.startswith(f"- **{title}**")]
        assert advice in line
    assert f"run-{run_id}.html" in page

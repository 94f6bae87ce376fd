"""A night on which nothing moved runs no gate, and loads nothing that only a gate needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.office import NIGHTS, RASOAT, Office

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


def test_a_night_with_a_record_turned_away_is_no_pass(office: Office) -> None:
    office.portals.national.world.edit("1.013747", name="Đăng ký kinh doanh 23/09")
    office.first_night("national")
    told = suites(office, office.night(NIGHTS[1], "national").run_id)
    assert "not_a_test_record" in told["records"]

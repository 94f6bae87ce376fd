"""Fields that move on a portal are named the first night; what moves by itself is declared and silent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portals.serve import Portals
from portals.world import World
from tests.addresses import bundled
from tests.office import NIGHTS, Office

EXPECT = {"min": 1, "max": 400, "max_drop": 0.5}


@pytest.fixture
def portals() -> Iterator[Portals]:
    with bundled() as running:
        running.national.world = World(running.national.world.ordered()[:30])
        yield running


@pytest.fixture
def office(tmp_path: Path, portals: Portals) -> Office:
    return Office(tmp_path, portals, national={"expect": EXPECT, "levels": []})


def on_all(office: Office, **fields: Any) -> None:
    world = office.portals.national.world
    for code in world.codes:
        world.edit(code, **fields)


def drift(office: Office, run_id: int) -> dict[str, list[dict[str, str]]]:
    rows = office.rows("v_validation", run_id=run_id, suite="drift", success=0)
    return {row["expectation"]: json.loads(row["observed"])["examples"] for row in rows}


def test_new_retyped_and_missing_fields_are_named_the_first_night_and_not_the_second(office: Office) -> None:
    assert drift(office, office.night(NIGHTS[0], "national").run_id) == {}
    on_all(office, satisfaction={"score": 4}, keywords=7, formalityTargetType=None)
    second = office.night(NIGHTS[1], "national")
    assert second.status == "complete"
    assert drift(office, second.run_id) == {
        "field_new": [{"key": "detail.satisfaction", "value": "4"}],
        "field_retyped": [{"key": "detail.keywords (string → number)", "value": "7"}],
        "field_missing": [{"key": "detail.formalityTargetType", "value": ""}],
    }
    assert drift(office, office.night(NIGHTS[2], "national").run_id) == {}


def test_a_renamed_field_of_the_details_is_named_with_both_names(office: Office) -> None:
    office.first_night("national")
    office.portals.national.faults.order(
        "renamed_field", where="detail", field="departmentPromulgateName", to="promulgatingName"
    )
    end = office.night(NIGHTS[1], "national")
    assert drift(office, end.run_id)["field_renamed"] == [
        {"key": "detail.departmentPromulgateName → detail.promulgatingName", "value": "Bộ Nội vụ"}
    ]


def test_a_needed_field_that_is_renamed_ends_the_source_and_is_named_with_an_example(office: Office) -> None:
    office.first_night("national")
    office.portals.national.faults.order("renamed_field", where="list", field="code", to="maThuTuc")
    national = office.night(NIGHTS[1], "national").sources["national"]
    assert national.state == "failed"
    assert "thiếu trường code" in (national.reason or "")
    (run,) = [row["run_id"] for row in office.rows("v_run")][-1:]
    (renamed,) = drift(office, run)["field_renamed"]
    assert renamed["key"] == "list.code → list.maThuTuc"
    assert renamed["value"].startswith(("1.", "2.", "3."))


def test_a_label_of_a_page_that_is_renamed_is_named(office: Office) -> None:
    office.first_night("provincial")
    office.portals.provincial.faults.order(
        "renamed_field", where="detail", field="Lĩnh vực", to="Lĩnh vực thủ tục"
    )
    end = office.night(NIGHTS[1], "provincial")
    (renamed,) = drift(office, end.run_id)["field_renamed"]
    assert renamed["key"] == "trang.nhãn «Lĩnh vực» → trang.nhãn «Lĩnh vực thủ tục»"
    assert renamed["value"]


def test_volatile_fields_are_no_drift_no_change_and_no_second_reading(office: Office) -> None:
    office.configure(
        national={"expect": EXPECT, "levels": [], "volatile": ["viewCount", "type"], "refresh_nights": 10}
    )
    on_all(office, viewCount=1)
    office.first_night("national")
    on_all(office, viewCount="hai", type="INTERCONNECTED")
    end = office.night(NIGHTS[1], "national")
    assert drift(office, end.run_id) == {}
    (snapshot,) = office.rows("v_snapshot", run_id=end.run_id)
    assert snapshot["details_read"] == 3
    assert office.rows("v_change") == []


def test_a_listing_far_from_what_is_usual_is_held_where_the_settings_state_no_range(office: Office) -> None:
    office.configure(national={"expect": {"max_drop": 0.9}, "levels": [], "refresh_nights": 30})
    for night in NIGHTS[:7]:
        assert office.night(night, "national").status == "complete"
    world = office.portals.national.world
    for code in world.codes[:15]:
        world.drop(code)
    end = office.night(NIGHTS[7], "national").sources["national"]
    assert end.state == "held"
    assert "15" in (end.reason or "")
    office.configure(national={"expect": {"min": 1, "max_drop": 0.9}, "levels": [], "refresh_nights": 30})
    assert office.night(NIGHTS[8], "national").status == "complete"

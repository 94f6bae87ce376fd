"""A portal that loses fields of its records, or writes them otherwise, has changed no procedure."""

from __future__ import annotations

import copy
import html
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from portals.records import Record
from portals.world import World
from steps.sources.release import release_snapshot
from tests.office import NIGHTS, Office

Spoiling = Callable[[Record], object]


def spoil(world: World, change: Spoiling) -> World:
    """Every record changed; gives the world as it was."""
    before = world.copy()

    def edited(record: Record) -> None:
        change(record)

    for code in dict.fromkeys(world.codes):
        world.edit(code, edited)
    return before


def changes(office: Office) -> Counter[tuple[str, str | None]]:
    return Counter((row["kind"], row["attribute"]) for row in office.rows("v_change", source="national"))


def without(field: str) -> Spoiling:
    return lambda record: record.pop(field, None)


def holding(field: str, value: Any) -> Spoiling:
    return lambda record: record.update({field: copy.deepcopy(value)})


def of_methods(field: str, told: Callable[[Any], Any]) -> Spoiling:
    def change(record: Record) -> None:
        for method in record["executionMethods"]:
            method[field] = told(method.get(field))

    return change


LOST: dict[str, tuple[tuple[Spoiling, str], ...]] = {
    "failed": (
        (without("isMinistry"), "isMinistry"),
        (holding("isProvince", None), "isProvince"),
        (holding("isOtherAgency", "false"), "isOtherAgency"),
        (without("isFullProcess"), "isFullProcess"),
    ),
    "held": (
        (holding("executionMethods", []), "cách thức thực hiện"),
        (holding("legalBasisesDetails", []), "căn cứ pháp lý"),
        (of_methods("processingTimeUnit", lambda _: None), "thời hạn giải quyết"),
        (of_methods("submissionMethod", lambda way: way and way.lower()), "cách thức"),
    ),
}


@pytest.mark.parametrize("state", LOST)
def test_a_field_that_a_portal_lost_ends_the_night_and_is_named(office: Office, state: str) -> None:
    office.first_night("national")
    for night, (change, named) in enumerate(LOST[state], start=1):
        before = spoil(office.portals.national.world, change)
        national = office.night(NIGHTS[night], "national").sources["national"]
        office.portals.national.world = before
        assert (national.state, changes(office)) == (state, {}), named
        assert named in (national.reason or "")
    assert office.night(NIGHTS[5], "national").sources["national"].state == "complete"
    assert changes(office) == {}


def test_a_partial_night_without_a_field_loads_nothing_that_a_person_could_let_through(
    office: Office,
) -> None:
    office.first_night("national")
    spoil(office.portals.national.world, holding("legalBasisesDetails", []))
    office.portals.national.faults.order("total_higher", where="list")
    national = office.night(NIGHTS[1], "national").sources["national"]
    assert national.state == "failed"
    assert "căn cứ pháp lý" in (national.reason or "")
    assert changes(office) == {}


def test_a_field_that_is_really_emptied_is_told_once_a_person_says_so(office: Office) -> None:
    office.first_night("national")
    spoil(office.portals.national.world, holding("legalBasisesDetails", []))
    held = office.night(NIGHTS[1], "national").sources["national"].snapshot_id
    release_snapshot(office.configuration, held, "Nguyễn Thị Lan", "cổng bỏ mục căn cứ")
    told = changes(office)
    assert set(told) == {("changed", "legal_bases")}
    assert office.night(NIGHTS[2], "national").sources["national"].state == "complete"
    assert changes(office) == told


def test_a_few_procedures_that_lose_a_field_are_told_the_same_night(office: Office) -> None:
    office.first_night("national")
    world = office.portals.national.world
    said = [code for code in dict.fromkeys(world.codes) if world.by_code(code)["legalBasisesDetails"]]
    for code in said[:3]:
        world.edit(code, legalBasisesDetails=[])
    assert office.night(NIGHTS[1], "national").sources["national"].state == "complete"
    assert changes(office) == {("changed", "legal_bases"): 3}


def of_steps(told: Callable[[str], str]) -> Spoiling:
    def change(record: Record) -> None:
        record["requirementsAndConditions"] = told(record["requirementsAndConditions"])
        for step in record["executionSteps"]:
            step["description"] = told(step.get("description") or "")

    return change


WRITTEN_OTHERWISE = {
    "flags gone in a third of the records": lambda record: (
        record.pop("isProvince") if record["id"][-1] in "01234" else None
    ),
    "numbers as text": of_methods("processingTime", lambda value: None if value is None else str(value)),
    "zero for no date": lambda record: record.update(
        procedureProposal=(record.get("procedureProposal") or {}) | {"decisionDate": 0}
    ),
    "HTML in long texts": of_steps(lambda text: f"<div class='x'>{html.escape(text)}&nbsp;</div>"),
}


def test_what_is_only_written_otherwise_is_no_change(office: Office) -> None:
    office.first_night("national")
    for night, (written, change) in enumerate(WRITTEN_OTHERWISE.items(), start=1):
        before = spoil(office.portals.national.world, change)
        state = office.night(NIGHTS[night], "national").sources["national"].state
        office.portals.national.world = before
        assert (state, changes(office)) == ("complete", {}), written
    assert office.night(NIGHTS[5], "national").sources["national"].state == "complete"
    assert changes(office) == {}


def test_html_in_names_is_cosmetic(office: Office) -> None:
    office.first_night("national")
    spoil(
        office.portals.national.world,
        lambda record: record.update(
            name=f"<p><b>{record['name'][:3]}</b>{html.escape(record['name'][3:])}</p>"
        ),
    )
    office.night(NIGHTS[1], "national")
    assert set(changes(office)) == {("cosmetic", "name")}
    assert not [row for row in office.rows("v_procedure_current") if "<" in row["name"] or "&" in row["name"]]

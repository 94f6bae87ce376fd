"""A record of a portal without codes in its list is given another code where it stands."""

from __future__ import annotations

import pytest

from tests.office import NIGHTS, Office

CODE, NEXT = "2.002341", "1.999999"
SOURCE = "provincial"


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


def told(office: Office) -> list[tuple[str, str, str | None]]:
    return [(row["code"], row["kind"], row["successor_code"]) for row in office.rows("v_change")]


@pytest.mark.parametrize("refresh_nights", [1, 2])
def test_the_old_code_is_replaced_by_the_new_one(office: Office, refresh_nights: int) -> None:
    office.configure(provincial={"refresh_nights": refresh_nights})
    office.first_night(SOURCE)
    office.portals.provincial.world.edit(CODE, code=NEXT)
    for at in NIGHTS[1:6]:
        assert office.night(at, SOURCE).sources[SOURCE].state == "complete"
    assert sorted(told(office)) == [
        (NEXT, "new", None),
        (CODE, "missing", None),
        (CODE, "replaced", NEXT),
    ]
    assert not office.rows("v_quarantine")


def test_a_page_that_shows_a_namesake_s_record_is_put_aside(office: Office) -> None:
    world = office.portals.provincial.world
    name, other = world.by_code(CODE)["name"], world.next_to(world.by_code(CODE))["code"]
    world.edit(other, name=name)
    office.first_night(SOURCE)
    before = world.by_code(CODE)
    world.edit(CODE, code=other)
    for at in NIGHTS[1:3]:
        assert office.night(at, SOURCE).sources[SOURCE].quarantined == 1
    assert {row["rule"] for row in office.rows("v_quarantine")} == {"wrong_code"}
    world.publish(before)
    office.night(NIGHTS[3], SOURCE)
    assert told(office) == []


def test_names_that_are_escaped_twice_have_not_changed(office: Office) -> None:
    office.first_night(SOURCE)
    world = office.portals.provincial.world
    for code in list(dict.fromkeys(world.codes)):
        name = world.by_code(code)["name"].encode("ascii", "xmlcharrefreplace").decode()
        world.edit(code, name=f"<b>{name}</b>")
    assert office.night(NIGHTS[1], SOURCE).sources[SOURCE].state == "complete"
    assert {row["kind"] for row in office.rows("v_change")} == {"cosmetic"}


def test_rows_that_are_numbered_anew_are_the_procedures_that_they_name(office: Office) -> None:
    office.first_night(SOURCE)
    world = office.portals.provincial.world
    records = list(world.ordered())
    for record, following in zip(records, [*records[1:], records[0]], strict=True):
        world.publish(record | {"id": following["id"]})
    for at in NIGHTS[1:3]:
        assert office.night(at, SOURCE).sources[SOURCE].state == "complete"
    assert told(office) == []

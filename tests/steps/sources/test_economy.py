"""A night asks for what is new, what the listing says has changed, and a share of the rest in turn."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from portals.serve import Portals
from portals.world import World
from tests.office import Office
from tests.steps.portal_watch import Watch

REFRESH = 4
FEW = 22
"""Procedures of the small portal; no multiple of `REFRESH`."""

NEW = "00000000-0000-7000-8000-000000000001"
"""Id of the procedure that is published on the way."""

DAYS = [f"2026-12-{day:02d}T02:00:00+07:00" for day in range(1, 12)]


@pytest.fixture
def watched(tmp_path: Path, portals: Portals) -> tuple[Office, Watch, World]:
    """An office on a portal of few procedures, whose records are read again within four nights."""
    world = World(portals.national.world.ordered()[:FEW])
    portals.national.world = world
    office = Office(
        tmp_path,
        portals,
        national={
            "levels": [],
            "refresh_nights": REFRESH,
            "expect": {"min": 1, "max": 100, "max_drop": 0.9},
            "confirm_after": 1,
        },
    )
    return office, Watch(portals.national), world


def asked_for(office: Office, watch: Watch, as_of: str) -> set[str | None]:
    """The ids of the records asked for in one night, each once."""
    watch.asked.clear()
    assert office.night(as_of, "national").status == "complete"
    assert set(watch.details.values()) <= {1}
    return set(watch.details)


def test_over_ten_nights_no_record_grows_older_than_the_setting_allows(
    watched: tuple[Office, Watch, World],
) -> None:
    office, watch, world = watched
    last_read: dict[str | None, int] = {}
    for night, as_of in enumerate(DAYS[:10]):
        expected = set()
        if night == 3:
            world.edit(world.codes[0], name="Thủ tục vừa đổi tên ở danh sách")
            expected = {world.by_code(world.codes[0])["id"]}
        if night == 4:
            code = "1.999001"
            new = {"id": NEW, "code": code, "codeNotation": code, "name": "Thủ tục mới công bố"}
            world.publish(world.by_code(world.codes[1]) | new)
            expected = {NEW}
        if night == 6:  # those that are due first are the ones that stay
            for record in sorted(world.ordered(), key=lambda each: last_read[each["id"]])[FEW // 2 :]:
                world.drop(record["code"])
        asked = asked_for(office, watch, as_of)
        assert expected <= asked
        last_read |= dict.fromkeys(asked, night)
        ages = {record["id"]: night - last_read[record["id"]] for record in world.ordered()}
        assert max(ages.values()) < REFRESH
        if night in (1, 2, 9):
            assert len(asked) == math.ceil(len(ages) / REFRESH)


def test_a_night_without_news_asks_for_its_share_and_a_handful_besides(
    watched: tuple[Office, Watch, World],
) -> None:
    office, _, _ = watched
    for as_of in DAYS[:2]:
        office.night(as_of, "national")
    snapshot = office.rows("v_snapshot")[-1]
    assert snapshot["requests"] <= snapshot["pages"] + math.ceil(FEW / REFRESH) + 10


def test_nights_without_a_reading_make_no_flood(watched: tuple[Office, Watch, World]) -> None:
    office, watch, _ = watched
    for as_of in DAYS[:2]:
        office.night(as_of, "national")
    assert len(asked_for(office, watch, DAYS[10])) == math.ceil(FEW / REFRESH)

"""The same nights on SQLite and on PostgreSQL leave the same rows in every view, whatever a portal says."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from portals.serve import Portals
from portals.world import World
from steps.database import engine_of
from steps.findings.finding_queries import list_findings
from tests.office import NIGHTS, Office
from tests.postgres import Cluster, fresh_database, postgres  # noqa: F401 - the fixture
from tests.steps.kills import letters

DECISIONS = 30
WIDE = {"expect": {"min": 1, "max": 1000, "max_drop": 0.9}, "requests_per_second": 1000.0, "concurrency": 8}
LETTERS = [chr(code) for code in range(0x1EA0, 0x1EFA)]

BY_ARRIVAL = frozenset({"quarantine_id"})
"""What follows the order in which a portal's answers happened to come."""

SPOILT: dict[str, Callable[[str], str]] = {
    "a NUL sign": lambda text: f"{text[:5]}\x00{text[5:]}",
    "more than an index takes": lambda text: text + " " + "".join(Random(text).choices(LETTERS, k=5_000)),
}
"""What SQLite holds as it is, and PostgreSQL refuses."""


@pytest.fixture(scope="module")
def portals() -> Iterator[Portals]:
    """404 real records of two ministries, carried by 30 decisions."""
    with Portals(departments=["G09", "G19"]) as running:
        world = running.national.world
        for n, code in enumerate(world.codes):
            world.edit(code, decisionNo=f"{600 + n % DECISIONS}/QĐ-BNV")
        yield running


@pytest.fixture
def offices(tmp_path: Path, portals: Portals, postgres: Cluster) -> Iterator[tuple[Office, Office]]:  # noqa: F811
    """On SQLite, which gives rows that nobody ordered from the last to the first, and on PostgreSQL, whose
    database sorts as Vietnamese does.
    """
    wide = {"departments": ["G09", "G19"], "levels": ["ministry", "province", "commune"], **WIDE}
    told = {"recipients": ["vanphong@example.invalid"]}
    here, there = (
        Office(tmp_path / name, portals, national=wide, provincial=WIDE, alerts=told)
        for name in ("sqlite", "postgresql")
    )
    engine = engine_of(here.configuration)
    engine.dispose()
    event.listen(engine, "connect", _reverse)
    with fresh_database(postgres, sorted_as="vi") as address:
        there.address = address
        yield here, there
        engine_of(there.configuration).dispose()
    engine.dispose()


def _reverse(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA reverse_unordered_selects = ON").close()


def texts_of(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """The place of every text within a record."""
    if isinstance(value, str):
        yield path
    for name, each in (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    ):
        yield from texts_of(each, *path, name)


def spoil(world: World) -> None:
    """Spoil every text that a record can have, in each way, each in a record of its own."""
    done: set[Any] = set()
    for record in world.ordered():
        places = {tuple(part for part in path if isinstance(part, str)): path for path in texts_of(record)}
        ways = ((name, how) for name in places if name != ("id",) for how in SPOILT)
        name, how = next((each for each in ways if each not in done), (None, None))
        if name is None or how is None:
            continue
        done.add((name, how))
        *way, last = places[name]
        changed = copy.deepcopy(record)
        within: Any = changed
        for part in way:
            within = within[part]
        within[last] = SPOILT[how](within[last])
        if "updatedAt" in changed:
            changed["updatedAt"] += 60_000
        world.publish(changed)


def test_every_view_says_the_same_after_the_same_nights(
    offices: tuple[Office, Office], portals: Portals
) -> None:
    def alike(step: Callable[[Office], Any]) -> None:
        here, there = (step(office) for office in offices)
        assert (here.status, here.sources) == (there.status, there.sources)
        first, second = (office.views(without=BY_ARRIVAL) for office in offices)
        assert [view for view in first if first[view] != second[view]] == []
        assert letters(offices[0]) == letters(offices[1])
        listed, as_listed = (
            list_findings(office.configuration, kind=None, status=None, division=None) for office in offices
        )
        assert listed == as_listed

    alike(lambda office: office.take_in(office.sample_catalogue()))
    alike(lambda office: office.night(NIGHTS[0]))
    assert len(offices[1].rows("v_decision")) >= DECISIONS
    assert len(offices[1].rows("v_procedure_current", source="national")) > 400
    for portal in (portals.national, portals.provincial):
        spoil(portal.world)
    portals.national.world.drop(portals.national.world.codes[-1])
    alike(lambda office: office.night(NIGHTS[1]))
    assert len(offices[1].rows("v_decision")) >= DECISIONS
    alike(lambda office: office.night(NIGHTS[2]))
    kinds = {"changed", "cosmetic", "missing", "repealed"}
    assert {row["kind"] for row in offices[1].rows("v_change")} >= kinds

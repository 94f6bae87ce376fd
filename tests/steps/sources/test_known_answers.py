"""Nights on which answers are known tell what they would have told without."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portals.serve import Portals
from portals.world import World
from steps.database import engine_of
from steps.sources.archive import archive_of
from steps.sources.known_answers import DOCUMENT, known_records
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import NIGHTS, SmallOffice, keep_few
from warehouse.db.engine import reading
from warehouse.sources.staging import StagingSink
from warehouse.tables.source_tables import listing, snapshot

MOVING = {"requests", "retries", "bytes"}
"""What a certificate says of the requests themselves, which hang on who connects first."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    """An office that reads every record every night, after its first night."""
    with bundled() as portals:
        keep_few(portals)
        office = SmallOffice(tmp_path_factory.mktemp("begun"), portals)
        office.night(NIGHTS[0], "national")
        yield office


def copied(office: SmallOffice, home: Path) -> SmallOffice:
    shutil.copytree(office.home, home)
    return SmallOffice(home, office.portals)


def documents(office: SmallOffice) -> list[Path]:
    return sorted(office.configuration.archive.glob(f"requests/*.{DOCUMENT}.json.gz"))


def known_of(office: SmallOffice) -> int:
    """How many answers of the first night are known."""
    engine = engine_of(office.configuration)
    national = office.configuration.source("national")
    assert national is not None
    known = known_records(archive_of(office.configuration), national, 1, StagingSink(engine, 1))
    return len(known or ())


def told(office: SmallOffice) -> dict[str, Any]:
    """What the last night left: its certificate, records and changes."""
    with reading(engine_of(office.configuration)) as connection:
        last = connection.execute(
            select(snapshot.c.certificate, snapshot.c.state, snapshot.c.counts).order_by(
                snapshot.c.snapshot_id.desc()
            )
        ).first()
        assert last is not None
        listed = connection.execute(select(listing).order_by(listing.c.source, listing.c.key)).all()
    certificate = json.loads(last.certificate)
    return {
        "certificate": {name: value for name, value in certificate.items() if name not in MOVING},
        "state": (last.state, last.counts),
        "listed": [tuple(each) for each in listed],
        "records": office.rows("v_procedure_current"),
        "history": office.rows("v_procedure_history"),
        "changes": office.views("v_change", without=frozenset({"detected_at"})),
    }


def edited(world: World) -> World:
    """One night later: a name, a state and a requirement are others, one record is new, one is gone."""
    world, codes = world.copy(), world.codes
    world.edit(codes[0], name="Thủ tục đã đổi tên")
    world.edit(codes[1], state="INACTIVE")
    world.edit(codes[2], requirementsAndConditions="Có hợp đồng.")
    world.drop(codes[3])
    another = {"id": "00000000-0000-7000-8000-000000000001", "code": "1.999001", "codeNotation": "1.999001"}
    world.publish(world.by_code(codes[4]) | another)
    return world


def test_a_night_with_known_answers_leaves_what_one_without_leaves(
    begun: SmallOffice, tmp_path: Path
) -> None:
    portals: Portals = begun.portals
    before, left = portals.national.world, []
    portals.national.world = edited(before)
    try:
        for name, forget in (("known", False), ("forgotten", True)):
            office = copied(begun, tmp_path / name)
            assert known_of(office) == len(before.codes)
            if forget:
                documents(office)[0].unlink()
                assert known_of(office) == 0
            run = office.night(NIGHTS[1], "national")
            assert len(documents(office)) == 2 - forget
            assert replay_run(office.configuration, run.run_id).equal
            left.append(told(office))
    finally:
        portals.national.world = before
    assert left[0] == left[1]


def test_a_damaged_document_costs_nothing_but_time(begun: SmallOffice, tmp_path: Path) -> None:
    office = copied(begun, tmp_path / "office")
    documents(office)[0].write_bytes(b"broken")
    assert known_of(office) == 0
    assert office.night(NIGHTS[1], "national").status == "complete"
    assert told(office)["certificate"]["details_read"] == len(office.portals.national.world.codes)

"""The last looks of people at the morning page, on both engines."""

from __future__ import annotations

from sqlalchemy import Engine

from procedures.office.visits import Visit
from tests.warehouse.nights import at
from warehouse.db.engine import reading, writing
from warehouse.office import visits


def test_each_person_has_a_last_look_of_their_own(engine: Engine) -> None:
    for visit in (Visit(at(22)), Visit(at(23), at(22))):
        with writing(engine) as connection:
            visits.store_visit(connection, "lan", visit)
    with reading(engine) as connection:
        assert visits.last_visit(connection, "lan") == Visit(at(23), at(22))
        assert visits.last_visit(connection, "hoa") is None

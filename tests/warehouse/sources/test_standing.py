"""Which records stand is asked in memory, and answered as the database would."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from procedures.errors import WarehouseError
from procedures.model import record_bytes, record_digest
from tests.warehouse.nights import Nights, at, met, procedure
from warehouse.db.engine import reading, writing
from warehouse.sources import staging
from warehouse.sources.standing_digests import StandingDigests
from warehouse.tables.source_tables import procedure_version, staged

OLD, NEW = procedure("1.000001", name="Cũ"), procedure("1.000001", name="Mới")


def hashed(name: str, code: str = "1.000001") -> str:
    return record_digest(record_bytes(procedure(code, name=name)))


def test_only_the_version_of_that_key_that_stands_counts(nights: Nights) -> None:
    nights.night(at(22), OLD, procedure("1.000002"))
    nights.night(at(23), NEW, procedure("1.000002"))
    with reading(nights.engine) as connection:
        standing = StandingDigests(connection, "national")
        other = StandingDigests(connection, "provincial")
    assert standing.has("1.000001", hashed("Mới"))
    assert not standing.has("1.000001", hashed("Cũ"))
    assert not standing.has("1.000002", hashed("Mới"))
    assert not other.has("1.000001", hashed("Mới"))


def test_it_agrees_with_the_database_on_every_version(nights: Nights) -> None:
    many = [procedure(f"1.{number:06}", name=f"Thủ tục {number}") for number in range(200)]
    nights.night(at(22), *many)
    nights.night(at(23), *(procedure(f"1.{number:06}", name=f"Tên {number % 150}") for number in range(100)))
    v = procedure_version.c
    with reading(nights.engine) as connection:
        standing = StandingDigests(connection, "national")
        rows = connection.execute(select(v.key, v.digest, v.valid_to)).all()
    assert len(rows) == 300
    assert [standing.has(row.key, row.digest) for row in rows] == [row.valid_to is None for row in rows]


def test_a_record_that_lost_its_text_fails_the_night_and_is_not_taken_for_unread(nights: Nights) -> None:
    nights.night(at(22), OLD)
    snapshot_id = nights.take(at(23), NEW, met("1.000002", "seen"))
    with writing(nights.engine) as connection:
        connection.execute(staged.update().values(record=None))
    with reading(nights.engine) as connection, pytest.raises(WarehouseError, match=r"1\.000001"):
        staging.staged_difference(connection, snapshot_id)

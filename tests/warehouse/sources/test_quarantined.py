"""What waits for a person, on either engine: once a record, until it changes or is decided on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procedures.errors import NotFoundError
from procedures.model import Procedure
from procedures.snapshot import SnapshotState
from tests.warehouse.nights import Nights, at, procedure
from warehouse.db.engine import reading, writing
from warehouse.quality import quarantine
from warehouse.sources import complete_nights, staging

GOOD = procedure("1.000002")
BAD = replace(procedure("1.000001"), name="Đăng ký kinh doanh 23/09")


def turned_away(nights: Nights, day: int, record: Procedure, **said: SnapshotState) -> int:
    """A night whose gate turns `record` away."""
    snapshot_id = nights.take(at(day), record, GOOD, **said)
    with writing(nights.engine) as connection:
        thrown = {str(record.code): ("not_a_test_record", "bản ghi thử")}
        staging.quarantine_staged(connection, snapshot_id, thrown, stage="records")
    return snapshot_id


def standing(nights: Nights) -> list[tuple[int, str]]:
    with reading(nights.engine) as connection:
        return [(row["quarantine_id"], row["state"]) for row in quarantine.list_quarantined(connection)]


def test_the_same_record_of_two_nights_stands_once_as_the_newest(nights: Nights) -> None:
    nights.load(turned_away(nights, 22, BAD))
    ((first, _),) = standing(nights)
    nights.load(turned_away(nights, 23, BAD, state=SnapshotState.PARTIAL))
    ((second, state),) = standing(nights)
    assert second > first
    assert state == "waiting"


def test_a_complete_night_that_does_not_turn_it_away_clears_the_list(nights: Nights) -> None:
    nights.load(turned_away(nights, 22, BAD))
    nights.night(at(23), replace(BAD, name="Đăng ký thành lập hội"), GOOD)
    assert standing(nights) == []


def test_a_released_record_is_known_by_its_content_and_not_by_its_key_alone(nights: Nights) -> None:
    nights.load(turned_away(nights, 22, BAD))
    ((number, _),) = standing(nights)
    with writing(nights.engine) as connection:
        quarantine.decide(connection, number, "released", actor="Lan", reason="đúng")
    for name, known in ((BAD.name, {"1.000001"}), ("Đăng ký kinh doanh 24/09", set())):
        tonight = nights.take(at(23), replace(BAD, name=name), GOOD)
        with reading(nights.engine) as connection:
            assert quarantine.released_keys(connection, tonight) == known


def test_a_later_word_stands_in_place_of_an_earlier_one(nights: Nights) -> None:
    nights.load(turned_away(nights, 22, BAD))
    ((number, _),) = standing(nights)
    with writing(nights.engine) as connection:
        for state in ("released", "dismissed"):
            quarantine.decide(connection, number, state, actor="Lan", reason="đã xem")  # type: ignore[arg-type]  # both are
        with pytest.raises(NotFoundError, match="12345"):
            quarantine.decide(connection, 12_345, "dismissed", actor="Lan", reason="x")
    assert standing(nights) == [(number, "dismissed")]
    assert nights.rows("v_quarantine", "state") == ["dismissed"]


def test_complete_nights_are_remembered_one_a_day_and_of_one_scope(nights: Nights) -> None:
    from tests.warehouse.nights import SCOPE

    for day in (22, 23, 24):
        nights.night(at(day), procedure("1.000001"), GOOD)
    nights.night(at(24, 9), GOOD)
    with reading(nights.engine) as connection:
        known = complete_nights.complete_nights(connection, "national", SCOPE, 30)
        assert [night.present for night in known] == [2, 2, 1]
        assert len(complete_nights.complete_nights(connection, "national", SCOPE, 2)) == 2
        assert complete_nights.complete_nights(connection, "national", {"departments": []}, 30) == []

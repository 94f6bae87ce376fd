"""Any run can be rebuilt from the archived bytes, without the network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from portals.scenario import Scenario
from procedures.errors import NotFoundError
from steps.database import engine_of
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import Office
from warehouse.db.engine import writing
from warehouse.tables.source_tables import change, snapshot


@pytest.fixture
def past(tmp_path: Path) -> Office:
    """An office with an import and two nights behind it, whose portals are gone."""
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path, portals)
        office.first_nights(2)
    return office


def test_every_run_is_rebuilt_without_the_portals_and_nothing_is_written(past: Office) -> None:
    before = past.views()
    for run_id in (1, 2, 3):
        outcome = replay_run(past.configuration, run_id)
        assert outcome.equal, outcome.text
    assert past.views() == before


def test_a_change_that_was_tampered_with_is_named(past: Office) -> None:
    with writing(engine_of(past.configuration)) as connection:
        connection.execute(text("DROP TRIGGER change_no_update"))
        connection.execute(change.update().where(change.c.code == "1.013747").values(new_value="[]"))
    outcome = replay_run(past.configuration, 3)
    assert not outcome.equal
    assert "1.013747" in outcome.text
    assert past.rasoat("replay", "3").returncode == 1


def test_a_certificate_that_was_tampered_with_is_named(past: Office) -> None:
    (row,) = past.rows("v_snapshot", run_id=2, source="national")
    told = json.loads(row["certificate"]) | {"listed": row["listed"] + 7}
    with writing(engine_of(past.configuration)) as connection:
        chosen = snapshot.c.snapshot_id == row["snapshot_id"]
        connection.execute(snapshot.update().where(chosen).values(certificate=json.dumps(told)))
    outcome = replay_run(past.configuration, 2)
    assert not outcome.equal
    assert f"chứng nhận listed: dựng lại được {row['listed']}, đã lưu {row['listed'] + 7}" in outcome.text


def test_damaged_bytes_are_named_and_are_no_equality(past: Office) -> None:
    archive = past.configuration.archive
    victim = max(archive.glob("[0-9a-f][0-9a-f]/*.gz"), key=lambda path: path.stat().st_size)
    victim.write_bytes(b"\x1f\x8bbroken")
    texts = [replay_run(past.configuration, run_id) for run_id in (1, 2, 3)]
    assert not all(outcome.equal for outcome in texts)
    assert any("bị hỏng" in outcome.text for outcome in texts)


def test_an_unknown_run_is_named(past: Office) -> None:
    with pytest.raises(NotFoundError, match="77"):
        replay_run(past.configuration, 77)

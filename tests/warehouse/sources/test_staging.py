"""What a reader meets is staged until one transaction makes it current."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from threading import Thread

import pytest
from sqlalchemy import Engine, func, select

from procedures.errors import InputError, NotFoundError
from procedures.snapshot import LookUp, QuarantinedRecord, SnapshotState
from tests.warehouse.nights import Nights, at, met, procedure, read
from warehouse.db.engine import reading, writing
from warehouse.sources import runs, snapshots, staged_difference, staging
from warehouse.sources.staging import StagingSink
from warehouse.tables.source_tables import staged, staged_look_up

KILLED = """
import os, sys
from tests.warehouse.nights import *
from warehouse.db.engine import open_engine
nights = Nights(open_engine(sys.argv[1]))
if sys.argv[2] == "reading":
    _, snapshot_id = nights.begin(at(23))
    stage = StagingSink(nights.engine, snapshot_id, batch=10)
    for number in range(100):
        stage.observe(read(procedure(f"1.{number:06}", name="Khác")))
else:
    versions.bulk_insert = lambda *_: os.kill(os.getpid(), 9)
    nights.night(at(23), *(procedure(f"1.{number:06}", name="Khác") for number in range(100)))
os.kill(os.getpid(), 9)
"""


def staged_rows(engine: Engine) -> int:
    with reading(engine) as connection:
        return sum(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (staged, staged_look_up)
        )


@pytest.mark.parametrize("moment", ["reading", "loading"])
def test_a_kill_leaves_last_night_as_it_was(nights: Nights, address: str, moment: str) -> None:
    nights.night(at(22), *(procedure(f"1.{number:06}") for number in range(100)))
    before = nights.rows("v_procedure_history"), nights.rows("v_change")
    killed = subprocess.run([sys.executable, "-c", KILLED, address, moment], check=False)
    assert killed.returncode == -9
    assert staged_rows(nights.engine) >= 100
    assert (nights.rows("v_procedure_history"), nights.rows("v_change")) == before

    with writing(nights.engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(24), kind="sync")
    assert staged_rows(nights.engine) == 0
    assert nights.rows("v_run", "status") == ["complete", "failed", None]
    assert nights.rows("v_snapshot", "state")[1] == "failed"
    assert "ngắt giữa chừng" in nights.rows("v_snapshot", "reason")[1]
    with writing(nights.engine) as connection:
        runs.finish_run(connection, run_id, "complete")
    assert nights.night(at(24), *(procedure(f"1.{number:06}") for number in range(100))) == {}


def test_nothing_stays_staged_once_a_snapshot_is_current(nights: Nights) -> None:
    snapshot_id = nights.take(
        at(22), procedure("1.000001"), look_ups=[LookUp(key="1.000002", outcome="not_found")]
    )
    assert staged_rows(nights.engine) == 2
    nights.load(snapshot_id)
    assert staged_rows(nights.engine) == 0


@pytest.mark.parametrize("state", [SnapshotState.BLOCKED, SnapshotState.FAILED])
def test_nothing_stays_staged_of_a_snapshot_that_was_turned_away(
    nights: Nights, state: SnapshotState
) -> None:
    nights.take(at(22), procedure("1.000001"), state=state, reason="cổng từ chối")
    assert staged_rows(nights.engine) == 0


def test_a_held_snapshot_keeps_its_records_until_it_is_released(nights: Nights) -> None:
    nights.night(at(22), procedure("1.000001"))
    held = nights.take(at(23), procedure("1.000001", name="Tên mới"), state=SnapshotState.HELD)
    with writing(nights.engine) as connection:
        for run in runs.all_runs(connection):
            runs.finish_run(connection, run.run_id, "degraded")
        assert [row.snapshot_id for row in snapshots.held_snapshots(connection, "national")] == [held]
        assert snapshots.held_snapshots(connection, "provincial") == []
        snapshots.mark_released(connection, held, by="Lan", reason="cổng gộp thủ tục thật")
    assert nights.load(held) == {"changed": 1}
    assert nights.rows("v_procedure_current", "name") == ["Tên mới"]
    with writing(nights.engine) as connection:
        assert snapshots.get_snapshot(connection, held).released
        with pytest.raises(InputError, match="không bị tạm giữ"):
            snapshots.mark_released(connection, held, by="Lan", reason="")
        with pytest.raises(NotFoundError, match="999"):
            snapshots.mark_released(connection, 999, by="Lan", reason="")


def test_a_step_that_is_tried_again_takes_up_its_own_snapshot(nights: Nights) -> None:
    run_id, snapshot_id = nights.begin(at(22))
    with StagingSink(nights.engine, snapshot_id) as stage:
        stage.observe(read(procedure("1.000001")))
        stage.quarantine(
            QuarantinedRecord(code="1.000002", stage="extract", rule="wrong_code", reason="mã khác")
        )
    with writing(nights.engine) as connection:
        again = snapshots.begin_snapshot(
            connection, run_id, "national", "national", as_of=at(22), day=date(2026, 11, 22), scope={}
        )
    assert again == snapshot_id
    assert staged_rows(nights.engine) == 0
    assert nights.rows("v_quarantine") == []


def test_a_reading_that_breaks_off_writes_no_more(nights: Nights) -> None:
    _, snapshot_id = nights.begin(at(22))

    def broken_off() -> None:
        with StagingSink(nights.engine, snapshot_id) as stage:
            stage.observe(read(procedure("1.000001")))
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        broken_off()
    assert staged_rows(nights.engine) == 0


def test_of_a_key_met_twice_the_last_stands(nights: Nights) -> None:
    nights.night(at(22), procedure("1.000001", name="Cũ"), procedure("1.000001", name="Mới"))
    assert nights.rows("v_procedure_current", "name") == ["Mới"]


def test_a_stage_may_be_fed_from_several_threads(nights: Nights) -> None:
    _, snapshot_id = nights.begin(at(22))
    with StagingSink(nights.engine, snapshot_id, batch=7) as stage:
        feeders = [
            Thread(
                target=lambda low: [stage.observe(met(f"1.{low + n:06}", "unread")) for n in range(50)],
                args=(low,),
            )
            for low in (0, 50, 100)
        ]
        for feeder in feeders:
            feeder.start()
        for feeder in feeders:
            feeder.join()
    assert staged_rows(nights.engine) == 150


def test_only_what_differs_reaches_the_comparison(nights: Nights) -> None:
    codes = [f"1.{number:06}" for number in range(20)]
    nights.night(at(22), *(procedure(code) for code in codes))
    moved = procedure(codes[3], name="Tên mới")
    tonight = [met(code, "seen") for code in codes[5:]] + [procedure(code) for code in codes[:3]]
    snapshot_id = nights.take(at(23), *tonight, moved, procedure("1.000100"))
    with reading(nights.engine) as connection:
        previous, current = staging.staged_difference(connection, snapshot_id)
        assert staged_difference.differing_keys(connection, snapshot_id) == [*codes[3:5], "1.000100"]
        some = staging.staged_difference(connection, snapshot_id, codes[4:])
    assert set(previous) == {codes[3], codes[4]}
    assert set(current) == {codes[3], "1.000100"}
    assert current[codes[3]].procedure == moved
    assert previous[codes[4]].procedure == procedure(codes[4])
    assert some == ({codes[4]: previous[codes[4]]}, {}), "a piece of it"


def test_a_gate_reads_the_staged_records_and_throws_some_out(nights: Nights) -> None:
    nights.night(at(22), procedure("1.000001"), procedure("1.000002"))
    poisoned = replace(procedure("1.000001"), name="Đăng ký kinh doanh 23/09")
    snapshot_id = nights.take(at(23), poisoned, met("1.000002", "seen"))
    with writing(nights.engine) as connection:
        listing = staging.staged_listing(connection, snapshot_id)
        assert [(row.key, row.name, row.presence) for row in listing] == [
            ("1.000001", poisoned.name, "read"),
            ("1.000002", "Cấp giấy phép số 1.000002", "seen"),
        ]
        records = list(staging.staged_observations(connection, snapshot_id))
        assert [each.procedure for each in records] == [poisoned]
        thrown = {"1.000001": ("test_record", "bản ghi thử"), "1.000009": ("test_record", "không có")}
        assert staging.quarantine_staged(connection, snapshot_id, thrown, stage="records") == 1
        assert list(staging.staged_observations(connection, snapshot_id)) == []
        assert snapshots.get_snapshot(connection, snapshot_id).summary_values["quarantined"] == 1
    assert nights.rows("v_quarantine", "code", "stage", "rule") == [("1.000001", "records", "test_record")]
    assert nights.load(snapshot_id) == {}
    assert nights.rows("v_procedure_current", "presence", "name") == [
        ("listed", "Cấp giấy phép số 1.000001"),
        ("listed", "Cấp giấy phép số 1.000002"),
    ]

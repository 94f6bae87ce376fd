"""What reports ask of the warehouse, as it stood after any run, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from procedures.findings import Finding, FindingKind, FindingStatus, Severity
from procedures.model import Paper, Procedure
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.announcements import report_queries
from warehouse.announcements.report_queries import Moment
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import runs

FIRST = datetime.fromisoformat("2026-11-22T02:00:00+07:00")
SIDES = ("catalogue", "national")


def finding(code: str, kind: FindingKind = FindingKind.OVERLAP, **said: object) -> Finding:
    values = {"severity": Severity.MEDIUM, "subject": code, "code": code, "sources": frozenset(SIDES)}
    return Finding(kind=kind, **(values | said))  # type: ignore[arg-type]  # a test's own values


def night(engine: Engine, day: int, *holding: Finding) -> int:
    when = FIRST + timedelta(days=day)
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=when, kind="sync")
        store.apply_findings(connection, run_id, holding, fresh_sources=SIDES, at=when)
        runs.finish_run(connection, run_id, "complete", at=when)
    return run_id


def moment(run_id: int, day: int) -> Moment:
    when = FIRST + timedelta(days=day, hours=6)
    return Moment(run_id, when, when.date())


def told(engine: Engine, seen: Moment) -> set[str]:
    with reading(engine) as connection:
        return {row["code"] for row in report_queries.unresolved_findings(connection, seen)}


def test_a_report_of_an_earlier_night_tells_what_stood_then(engine: Engine) -> None:
    one = night(engine, 0, finding("1.000001"), finding("1.000002"))
    two = night(engine, 1, finding("1.000002"), finding("1.000003"))
    assert told(engine, moment(one, 0)) == {"1.000001", "1.000002"}
    assert told(engine, moment(two, 1)) == {"1.000002", "1.000003"}
    with reading(engine) as connection:
        assert report_queries.opened_and_resolved(connection, moment(two, 1), (two,)) == (
            {"overlap": 1}, {"overlap": 1},
        )  # fmt: skip
        assert report_queries.opened_and_resolved(connection, moment(two, 1), ()) == ({}, {})
        assert report_queries.count_unresolved(connection, moment(one, 0)) == {("overlap", "medium"): 2}


def test_findings_of_several_kinds_are_read_kind_after_kind(engine: Engine) -> None:
    late, gone, double = FindingKind.INCOMPLETE_RECORD, FindingKind.MISSING_CODE, FindingKind.OVERLAP
    codes = ("1.000001", "1.000002")
    run_id = night(engine, 0, *(finding(code, kind) for code in codes for kind in (late, gone, double)))
    with reading(engine) as connection:
        found = report_queries.unresolved_findings(connection, moment(run_id, 0), [double.value, late.value])
        assert [(row["kind"], row["code"]) for row in found] == [
            (kind.value, code) for kind in (double, late) for code in codes
        ]


LONG = Procedure(
    name="Hỗ trợ",
    code="1.000001",
    steps=("Nộp hồ sơ", "Nhận kết quả"),
    dossier=(Paper(name="Đơn", originals=1), Paper(name="Bản sao")),
    results=("Quyết định",),
    requirements="Có đủ giấy tờ",
    processing_time=(ProcessingTime(amount=5, unit="working_day"),),
    fee=(Fee(amount=50_000),),
    subjects=("Cá nhân", "Tổ chức"),
    legal_bases=("Nghị định 131/2021/NĐ-CP",),
    raw=(("name", "Hỗ  trợ"),),
    online_reason="Phải có mặt",
    executing_levels=frozenset({"province", "commune"}),
    ways=frozenset(),
    decision_date=date(2026, 2, 5),
    eligible_full_online=False,
    delegated=True,
)
EMPTY = Procedure(
    name="Không", code="1.000002", steps=(), dossier=(), results=(), requirements="", processing_time=(),
    fee=(), subjects=(),
)  # fmt: skip
SILENT = procedure("1.000003")


def test_a_report_reads_procedures_without_their_long_texts_and_knows_which_parts_exist(
    engine: Engine,
) -> None:
    Nights(engine).night(at(21), *map(read, (LONG, EMPTY, SILENT)))
    with reading(engine) as connection:
        found = dict(report_queries.procedures_at(connection, "national", at(22)))
    assert found["1.000001"] == replace(
        LONG,
        steps=("…",),
        dossier=(Paper(name="…"),),
        results=("…",),
        requirements="…",
        processing_time=(ProcessingTime(),),
        fee=(Fee(),),
        legal_bases=None,
        raw=(),
    )
    assert found["1.000002"] == EMPTY
    assert found["1.000003"] == SILENT


@pytest.mark.parametrize("status", (FindingStatus.RESOLVED, FindingStatus.IGNORED))
def test_what_a_person_ended_stood_until_then(engine: Engine, status: FindingStatus) -> None:
    run_id = night(engine, 0, finding("1.000001"))
    with writing(engine) as connection:
        (row,) = runs.view_rows(connection, "v_finding")
        store.set_status(
            connection, row["finding_id"], status, actor="Lan", note="đã xem", at=FIRST + timedelta(days=3)
        )
    assert told(engine, moment(run_id, 2)) == {"1.000001"}
    assert told(engine, moment(run_id, 3)) == set()


def test_progress_is_by_division_with_what_is_past_its_date(engine: Engine) -> None:
    due = FIRST.date()
    run_id = night(
        engine,
        0,
        finding("1.000001", division="Phòng B", due_date=due - timedelta(days=1)),
        finding("1.000002", division="Phòng B", due_date=due),
        finding("1.000003"),
        finding("1.000004", division="Phòng A"),
    )
    with reading(engine) as connection:
        rows = report_queries.division_progress(connection, moment(run_id, 0))
    assert [(row.division, row.open, row.overdue) for row in rows] == [
        ("Phòng A", 1, 0), ("Phòng B", 2, 1), (None, 1, 0),
    ]  # fmt: skip


def test_the_last_run_until_a_moment_is_one_that_ended_well(engine: Engine) -> None:
    one = night(engine, 0)
    with writing(engine) as connection:
        failed = runs.begin_run(connection, as_of=FIRST + timedelta(days=1), kind="sync")
        runs.finish_run(connection, failed, "failed")
    with reading(engine) as connection:
        found = report_queries.last_run_until(connection, FIRST + timedelta(days=2))
        assert found is not None
        assert found[0] == one
        assert report_queries.last_run_until(connection, FIRST - timedelta(seconds=1)) is None
        assert report_queries.runs_between(connection, FIRST, FIRST) == (one,)


def test_changes_are_told_once_a_procedure_and_never_for_their_spelling(
    nights: Nights, engine: Engine
) -> None:
    nights.night(at(1), procedure("1.000001"), procedure("1.000002", name="Thành lập hội"))
    nights.night(
        at(2),
        procedure("1.000001", requirements="mới", results=("Quyết định",)),
        procedure("1.000002", name="THÀNH LẬP HỘI"),
    )
    with reading(engine) as connection:
        ids = report_queries.runs_between(connection, at(2), at(2))
        (moved,) = report_queries.portal_changes(connection, ("national",), ids)
        assert (moved.code, moved.kind) == ("1.000001", "changed")
        assert set(moved.attributes) == {"requirements", "results"}
        changes = report_queries.changes_of(connection, ("national",), ["1.000001", "1.000002"])
        assert {code: {row.attribute for row in rows} for code, rows in changes.items()} == {
            "1.000001": {"requirements", "results"}
        }
        assert report_queries.ever_listed(connection, ("national",), ["1.000002", "1.999999"]) == {"1.000002"}
        assert report_queries.portal_changes(connection, ("national",), ()) == []

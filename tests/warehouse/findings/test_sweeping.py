"""All that a filter finds, moved at once on either engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Connection, Engine

from procedures.errors import ConflictError, InputError
from procedures.findings import Severity
from tests.warehouse.findings.test_working import about, compare, row_of
from tests.warehouse.nights import at
from warehouse.db.engine import reading, writing
from warehouse.findings import bulk_triage, triage
from warehouse.findings.action_journal import FindingSample
from warehouse.findings.bulk_triage import BulkResult, FindingChange, SelectionState
from warehouse.findings.filters import Filter
from warehouse.sources.runs import view_rows

TODAY = date(2026, 11, 24)
ALL = Filter()
DIVISION = Filter(division="Phòng B")


def standing(engine: Engine, wanted: Filter = ALL) -> SelectionState:
    with reading(engine) as connection:
        return bulk_triage.selection_state(connection, wanted, TODAY)


def sweep(engine: Engine, mark: str, status: str = "confirmed", wanted: Filter = ALL) -> BulkResult:
    change = FindingChange(status=status, note="Đã họp")
    with writing(engine) as connection:
        return bulk_triage.change_all(connection, wanted, TODAY, change, mark=mark, actor="Lan", at=at(24))


def statuses(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [row["status"] for row in view_rows(connection, "v_finding", order_by=("finding_id",))]


def test_each_moves_with_an_event_and_what_is_not_wanted_stays(engine: Engine) -> None:
    compare(engine, 22, *(about(f"1.00000{n}", division="Phòng B" if n < 4 else "A") for n in range(1, 6)))
    with writing(engine) as connection:
        triage.move(connection, 2, "ignored", version=1, actor="Hoa", note="Phí của tỉnh", at=at(23))
        triage.move(connection, 3, "in_progress", version=1, actor="Hoa", at=at(23))
    everything = Filter(status=None, division="Phòng B")
    seen = standing(engine, everything)
    assert (seen.count, seen.by_status) == (3, {"open": 1, "ignored": 1, "in_progress": 1})
    swept = sweep(engine, seen.mark, "ignored", everything)
    assert (swept.done, swept.unchanged) == (2, FindingSample(1, [2]))
    assert statuses(engine) == ["ignored", "ignored", "ignored", "open", "open"]
    with reading(engine) as connection:
        told = [triage.list_events(connection, each)[0] for each in (1, 2, 3)]
        assert [triage.triage_state_of(connection, each).version for each in (1, 2, 3, 4)] == [2, 2, 3, 1]
    assert [(each.actor, each.from_status, each.to_status, each.note) for each in told] == [
        ("Lan", "open", "ignored", "Đã họp"),
        ("Hoa", "open", "ignored", "Phí của tỉnh"),
        ("Lan", "in_progress", "ignored", "Đã họp"),
    ]
    compare(engine, 24, about("1.000001", division="Phòng B"), about("1.000003", national_value="Ba"))
    assert statuses(engine)[:3] == ["ignored", "resolved", "open"], "ignored until a side says otherwise"


def _moved(connection: Connection) -> None:
    triage.move(connection, 2, "resolved", version=1, actor="Hoa")


def _given_away(connection: Connection) -> None:
    triage.assign(connection, 2, version=1, division="Phòng C", person=None, wanted_by=None, actor="Hoa")


@pytest.mark.parametrize("act", [_moved, _given_away])
def test_what_another_moved_is_told_and_nothing_is_written(engine: Engine, act: object) -> None:
    compare(engine, 22, *(about(f"1.00000{n}", division="Phòng B") for n in (1, 2, 3)))
    seen = standing(engine, DIVISION)
    with writing(engine) as connection:
        triage.note(connection, 1, "một lời không làm đổi gì", actor="Bình")
    assert standing(engine, DIVISION).mark == seen.mark
    with writing(engine) as connection:
        act(connection)  # type: ignore[operator]
    before = statuses(engine)
    with pytest.raises(ConflictError):
        sweep(engine, seen.mark, wanted=DIVISION)
    assert statuses(engine) == before
    with reading(engine) as connection:
        since = bulk_triage.changed_since(connection, DIVISION, TODAY, seen.event)
    assert since == {"Hoa": FindingSample(1, [2])}
    assert sweep(engine, standing(engine, DIVISION).mark, wanted=DIVISION).done == 2


def test_what_a_night_moved_or_added_is_somebody_else_s_doing_too(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"), about("1.000002"))
    seen = standing(engine)
    compare(engine, 23, about("1.000001", national_value="Ba"), about("1.000002"), about("1.000003"))
    with pytest.raises(ConflictError):
        sweep(engine, seen.mark)
    with reading(engine) as connection:
        assert bulk_triage.changed_since(connection, ALL, TODAY, seen.event) == {
            "rasoat": FindingSample(2, [1, 3])
        }


def test_where_nothing_would_move_it_is_said(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"))
    with pytest.raises(InputError, match="Không còn sai lệch nào"):
        sweep(engine, standing(engine).mark, "open")
    none = Filter(text="khong co")
    with pytest.raises(InputError, match="Không còn sai lệch nào"):
        sweep(engine, standing(engine, none).mark, wanted=none)
    with pytest.raises(InputError, match="Trạng thái"):
        sweep(engine, standing(engine).mark, "xong")


def test_of_many_the_first_are_named(engine: Engine) -> None:
    compare(engine, 22, *(about(f"1.{n:06}", severity=Severity.LOW) for n in range(120)))
    low = Filter(severity="low", status=None)
    assert sweep(engine, standing(engine).mark).done == 120
    with reading(engine) as connection:
        stayed = bulk_triage.unaffected(connection, low, TODAY, FindingChange(status="confirmed"))
    assert (stayed.count, stayed.ids) == (120, list(range(1, bulk_triage.MAX_NAMED + 1)))


def test_of_two_at_once_the_second_is_told_and_nothing_is_lost(engine: Engine) -> None:
    compare(engine, 22, *(about(f"1.{n:06}") for n in range(30)))
    mark = standing(engine).mark
    ready, answers = threading.Barrier(3), []

    def both(status: str) -> None:
        ready.wait()
        try:
            answers.append(sweep(engine, mark, status).done)
        except ConflictError:
            answers.append("told")

    def one() -> None:
        ready.wait()
        try:
            with writing(engine) as connection:
                triage.move(connection, 7, "in_progress", version=1, actor="Bình")
            answers.append("moved")
        except ConflictError:
            answers.append("late")

    with _together(both, "confirmed"), _together(both, "resolved"), _together(one):
        pass
    assert sorted(map(str, answers)) in (["30", "late", "told"], ["moved", "told", "told"])
    with reading(engine) as connection:
        told = view_rows(connection, "v_finding_event", where={"action": "status"})
    assert len(told) == (30 if "late" in answers else 1)
    assert row_of(engine, 7)["status"] != "open"


@contextmanager
def _together(act: object, *said: str) -> Iterator[None]:
    thread = threading.Thread(target=act, args=said)  # type: ignore[arg-type]
    thread.start()
    yield
    thread.join(60)
    assert not thread.is_alive()

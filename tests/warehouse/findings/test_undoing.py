"""What people did to findings is put back once, and never over what came after, on either engine."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from procedures.errors import InputError, NotFoundError
from procedures.findings import NOT_BINDING
from tests.warehouse.findings.test_working import about, compare, row_of, version_of, wanted
from tests.warehouse.nights import at
from warehouse.db.engine import reading, writing
from warehouse.db.retention import delete_old_actions
from warehouse.findings import action_journal, bulk_triage, triage
from warehouse.findings.action_journal import FindingSample, UndoResult
from warehouse.findings.bulk_triage import BulkResult, FindingChange
from warehouse.findings.filters import Filter
from warehouse.findings.triage import TriageState
from warehouse.tables.desk_tables import bulk_action, bulk_action_finding

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 5)


def change_chosen(engine: Engine, *ids: int, **said: object) -> BulkResult:
    seen = {each: version_of(engine, each) for each in ids}
    with writing(engine) as connection:
        change = FindingChange(**said)
        return bulk_triage.change_chosen(connection, seen, change, actor="Lan", at=at(24))


def undo(engine: Engine, action_id: int | None) -> UndoResult:
    assert action_id is not None
    with writing(engine) as connection:
        return action_journal.undo_action(connection, action_id, "Lan", at(24, 9))


def state_of(engine: Engine, finding_id: int) -> TriageState:
    with reading(engine) as connection:
        return triage.triage_state_of(connection, finding_id)


def last_event(engine: Engine, finding_id: int) -> tuple[str, str | None, str | None, str | None]:
    with reading(engine) as connection:
        event = triage.list_events(connection, finding_id)[0]
    return event.action, event.from_status, event.to_status, event.note


def test_whatever_is_filled_in_is_applied_together(engine: Engine) -> None:
    due = date(2026, 12, 1)
    baseline = about("1.000003", due_date=due, evidence={NOT_BINDING: "x"})
    compare(engine, 22, about("1.000001"), about("1.000002", due_date=due), baseline)
    done = change_chosen(
        engine, 1, 2, 3, status="confirmed", division="Phòng B", person="Bình", wanted_by=DAY, note="gấp"
    )
    assert (done.done, done.unchanged.count, done.refused.count) == (3, 0, 0)
    assert [version_of(engine, each) for each in (1, 2, 3)] == [2, 2, 2]
    assert [state_of(engine, each).deadline for each in (1, 2, 3)] == [
        "2026-12-05",
        "2026-12-01",
        "2026-12-05",
    ]
    assert wanted(engine, division="Phòng B", status="confirmed") == [1, 2, 3]
    with reading(engine) as connection:
        told = [(each.action, each.to_status, each.note) for each in triage.list_events(connection, 1)[:2]]
    assert told == [
        ("assigned", "confirmed", "chưa giao → Phòng B, Bình, hạn 05/12/2026"),
        ("status", "confirmed", "gấp"),
    ]


def test_what_is_left_empty_stays(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"), about("1.000002"))
    change_chosen(engine, 1, 2, division="Phòng B", person="Bình")
    change_chosen(engine, 1, wanted_by=DAY)
    state = state_of(engine, 1)
    assert (state.assigned, state.person, state.wanted_by) == ("Phòng B", "Bình", "2026-12-05")
    assert last_event(engine, 1) == (
        "assigned", "open", "open", "Phòng B, Bình → Phòng B, Bình, hạn 05/12/2026",
    )  # fmt: skip
    again = change_chosen(engine, 1, 2, wanted_by=DAY)
    assert (again.done, again.unchanged) == (1, FindingSample(1, [1]))


def test_a_note_alone_moves_nothing_and_has_no_way_back(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"), about("1.000002"))
    done = change_chosen(engine, 1, 2, note="Đã hỏi Bộ")
    assert (done.done, done.action_id) == (2, None)
    assert [version_of(engine, each) for each in (1, 2)] == [1, 1]
    assert last_event(engine, 2) == ("noted", "open", "open", "Đã hỏi Bộ")


def test_a_person_is_given_nothing_that_no_division_has(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"), about("1.000002", division=None))
    with pytest.raises(InputError, match="1 sai lệch chưa thuộc phòng nào \\(số 2\\)"):
        change_chosen(engine, 1, 2, person="Bình")
    assert [state_of(engine, each).person for each in (1, 2)] == [None, None]
    with pytest.raises(NotFoundError), writing(engine) as connection:
        bulk_triage.change_chosen(connection, {9: 1}, FindingChange(note="x"), actor="Lan")


def test_many_are_as_they_were_after_an_undo(engine: Engine) -> None:
    compare(engine, 22, *(about(f"1.{n:06}", division="Phòng A") for n in range(1, 40)))
    with writing(engine) as connection:
        triage.move(connection, 2, "ignored", version=1, actor="Hoa", note="Phí của tỉnh", at=at(23))
        triage.assign(
            connection, 3, version=1, division="Phòng C", person="Hoa", wanted_by=DAY, actor="Hoa", at=at(23)
        )
    before = {each: (row_of(engine, each), state_of(engine, each)) for each in range(1, 40)}
    done = change_chosen(engine, *before, status="resolved", division="Phòng B", note="Đã họp")
    assert done.done == 39
    assert undo(engine, done.action_id) == UndoResult(39, FindingSample(0, []))
    for each, (row, state) in before.items():
        assert row_of(engine, each) == row
        after = state_of(engine, each)
        assert (after.assigned, after.person, after.wanted_by, after.deadline) == (
            state.assigned, state.person, state.wanted_by, state.deadline,
        )  # fmt: skip
        assert after.version == state.version + 2, "who looked meanwhile looks again"
    assert last_event(engine, 2) == ("undone", "resolved", "ignored", "Phòng B → chưa giao")
    assert wanted(engine, division="Phòng C") == [3]
    compare(engine, 24, *(about(f"1.{n:06}", division="Phòng A") for n in range(1, 40)))
    assert row_of(engine, 2)["status"] == "ignored", "as long as the sides say the same"


def test_what_was_changed_since_is_left_alone(engine: Engine) -> None:
    compare(engine, 22, *(about(f"1.00000{n}") for n in (1, 2, 3)))
    done = change_chosen(engine, 1, 2, 3, status="confirmed", note="Đã họp")
    with writing(engine) as connection:
        triage.move(connection, 2, "in_progress", version=2, actor="Hoa")
    compare(engine, 25, about("1.000001"), about("1.000002"), about("1.000003", national_value="Ba"))
    assert undo(engine, done.action_id) == UndoResult(1, FindingSample(2, [2, 3]))
    assert [row_of(engine, each)["status"] for each in (1, 2, 3)] == ["open", "in_progress", "confirmed"]


def test_it_is_undone_once(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"))
    with writing(engine) as connection:
        action_id = triage.move(connection, 1, "confirmed", version=1, actor="Lan")
    assert undo(engine, action_id).restored == 1
    with pytest.raises(InputError, match="đã được hoàn tác"):
        undo(engine, action_id)
    with pytest.raises(NotFoundError):
        undo(engine, action_id + 1)
    assert row_of(engine, 1)["status"] == "open"


def test_all_that_a_filter_selects_is_undone_as_one(engine: Engine) -> None:
    compare(engine, 22, *(about(f"1.{n:06}") for n in range(30)))
    with writing(engine) as connection:
        mark = bulk_triage.selection_state(connection, Filter(), TODAY).mark
        done = bulk_triage.change_all(
            connection, Filter(), TODAY, FindingChange(status="ignored", note="x"), mark=mark, actor="Lan"
        )
    assert wanted(engine) == []
    assert undo(engine, done.action_id).restored == 30
    assert len(wanted(engine)) == 30


def test_the_journal_keeps_what_may_still_be_undone(engine: Engine) -> None:
    compare(engine, 22, about("1.000001"), about("1.000002"))
    old = change_chosen(engine, 1, status="confirmed", note="x").action_id
    undone = change_chosen(engine, 2, status="confirmed", note="x").action_id
    undo(engine, undone)
    with writing(engine) as connection:
        assert delete_old_actions(connection, at(23)) == 1
        assert action_journal.find_action(connection, old or 0) is not None
        assert delete_old_actions(connection, at(25)) == 1
        for table in (bulk_action, bulk_action_finding):
            assert connection.scalar(select(func.count()).select_from(table)) == 0

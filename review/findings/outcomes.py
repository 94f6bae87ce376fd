"""What the last action on findings did, as the address tells it, in words; and the form that undoes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from procedures.office.accounts import Role
from procedures.wording.words import STATUSES
from review.security import configuration_of, parse_number
from steps.findings import triage
from steps.office.accounts import Person
from warehouse.findings.action_journal import FindingSample, JournalledAction, UndoResult
from warehouse.findings.bulk_triage import BulkResult

TOLD: Mapping[str, str] = {
    "assigned": "Đã ghi việc giao.",
    "accepted": "Danh mục đã lấy giá trị của cổng.",
    "undone": "Đã hoàn tác: dòng của danh mục trở lại như trước.",
    "noted": "Đã thêm ghi chú.",
    "heard": "Đã ghi vào sổ Phản ánh, kiến nghị.",
    "matched": "Đã ghi nhớ mã.",
    "saved": "Đã lưu bộ lọc.",
}

LEFT_ALONE: Mapping[str, str] = {
    "stayed": "sai lệch vốn đã như vậy, được giữ nguyên",
    "refused": "sai lệch vừa có người khác thay đổi, được giữ nguyên",
    "kept": "sai lệch đã có thay đổi khác sau đó, được giữ nguyên",
}
"""Why findings were left alone, by the part of the address that tells how many."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Findings that an action left alone: how many, why, and the first of their ids."""

    count: int
    reason: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did; `action_id`: the one that the person who reads it may undo."""

    text: str
    left: tuple[LeftAlone, ...] = ()
    action_id: int | None = None


def bulk_query(result: BulkResult) -> str:
    """Return the part of an address that tells what became of many findings."""
    values: dict[str, object] = {"done": result.done, "refused": result.refused.count}
    values |= _sample("stayed", result.unchanged) | _sample("refused", result.refused)
    return urlencode(values | ({} if result.action_id is None else {"act": result.action_id}))


def undo_query(result: UndoResult) -> str:
    """Return the part of an address that tells what became of an undo."""
    return urlencode({"restored": result.restored} | _sample("kept", result.left))


def may_undo(person: Person, action: JournalledAction) -> bool:
    """Return whether a person may undo what somebody did: their own acts, an administrator all."""
    return person.role is Role.ADMIN or (person.role.includes(Role.ANALYST) and person.name == action.actor)


def outcome_of(request: Request) -> Outcome | None:
    """Return what the last action did; None where the address tells of none."""
    query = request.query_params
    text = _text(query)
    if text is None:
        return None
    left = tuple(_left_alone(query))
    number = parse_number(query.get("act", ""))
    action = None if number is None else triage.find_action(configuration_of(request), number)
    undoable = action is not None and action.undone_at is None and may_undo(request.state.person, action)
    return Outcome(text, left, number if undoable else None)


def _text(query: Mapping[str, str]) -> str | None:
    moved, done, restored = (parse_number(query.get(name, "")) for name in ("moved", "done", "restored"))
    if moved is not None and query.get("to") in STATUSES:
        return f"Sai lệch {moved}: đã chuyển sang “{STATUSES[query['to']]}”."
    if done is not None:
        return f"Đã ghi cho {done} sai lệch."
    if restored is not None:
        return f"Đã hoàn tác: {restored} sai lệch trở lại như trước."
    return TOLD.get(query.get("told", ""))


def _left_alone(query: Mapping[str, str]) -> Iterable[LeftAlone]:
    for name, reason in LEFT_ALONE.items():
        count = parse_number(query.get(name, ""))
        numbers = map(parse_number, query.get(f"{name}_ids", "").split("."))
        if count:
            yield LeftAlone(count, reason, tuple(each for each in numbers if each is not None))


def _sample(name: str, sample: FindingSample) -> dict[str, object]:
    return {name: sample.count, f"{name}_ids": ".".join(map(str, sample.ids))} if sample.count else {}

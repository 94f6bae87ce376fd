"""Triage of findings: confirm, ignore, take up, resolve, assign, note; one, several, or all that a filter
selects; and undoing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from procedures.errors import InputError
from procedures.findings import FindingStatus
from procedures.values.limits import check_length
from settings.configuration import Configuration
from steps.database import reading_connection, writing_connection
from warehouse.findings import action_journal, bulk_triage, triage
from warehouse.findings.action_journal import FindingSample, JournalledAction, UndoResult
from warehouse.findings.bulk_triage import BulkResult, FindingChange, SelectionState
from warehouse.findings.filters import Filter

LONGEST_NOTE = 2000

NEEDS_REASON = "Đổi trạng thái nhiều sai lệch cùng lúc thì phải ghi lý do"


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A finding as somebody saw it."""

    finding_id: int
    version: int


def move(
    configuration: Configuration, seen: SeenVersion, status: str, by: str, note: str | None = None
) -> int:
    """Move one finding; return the number of the action, to undo it by.

    Raises:
        ConflictError: somebody else changed it since it was seen.
        NotFoundError: there is none.
        InputError: ignoring without a reason, or there is no such status.
    """
    with writing_connection(configuration) as connection:
        return triage.move(
            connection, seen.finding_id, status, version=seen.version, actor=_actor(by), note=_text(note)
        )


def change_many(
    configuration: Configuration, seen: Iterable[SeenVersion], change: FindingChange, by: str
) -> BulkResult:
    """Change several findings in one transaction; leave those that somebody else changed meanwhile.

    Raises:
        InputError: nothing is to change, a status is without a reason, a name is too long, no finding is
            chosen, or one that is to be given to a person has no division.
    """
    chosen = {each.finding_id: each.version for each in seen}
    if not chosen:
        raise InputError("Chưa chọn sai lệch nào", "chosen")
    wanted = checked_change(change)
    with writing_connection(configuration) as connection:
        return bulk_triage.change_chosen(connection, chosen, wanted, actor=_actor(by))


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """All that a filter selects: its state, what is as wanted already, and who moved what meanwhile."""

    standing: SelectionState
    stayed: FindingSample
    since: Mapping[str, FindingSample]


def preview_change(
    configuration: Configuration,
    wanted: Filter,
    today: date,
    change: FindingChange,
    event: int | None = None,
) -> ChangePreview:
    """Return what changing all selected findings would do; `event`: the last one at the previous look.

    Raises:
        InputError: as `change_all`.
    """
    change = checked_change(change)
    with reading_connection(configuration) as connection:
        return ChangePreview(
            bulk_triage.selection_state(connection, wanted, today),
            bulk_triage.unaffected(connection, wanted, today, change),
            {} if event is None else bulk_triage.changed_since(connection, wanted, today, event),
        )


def change_all(
    configuration: Configuration, wanted: Filter, today: date, change: FindingChange, *, mark: str, by: str
) -> BulkResult:
    """Change all selected findings in one transaction, if their state still matches `mark`.

    Raises:
        ConflictError: something moved since it was looked at; nothing was written.
        InputError: nothing is to change, a status is unknown or without a reason, a name is too long, all
            are as wanted already, or one that is to be given to a person has no division.
    """
    change = checked_change(change)
    with writing_connection(configuration) as connection:
        return bulk_triage.change_all(connection, wanted, today, change, mark=mark, actor=_actor(by))


def checked_change(change: FindingChange) -> FindingChange:
    """Return what is to be done to many findings, with its texts as they are stored.

    Raises:
        InputError: nothing is to change, a status is unknown or without a reason, or a text is too long.
    """
    note = _text(change.note)
    change = replace(change, status=change.status or None, person=change.person or None, note=note)
    if change == FindingChange():
        raise InputError("Chưa chọn gì để ghi: trạng thái, phòng, người, hạn hoặc ghi chú", "status")
    if change.status is not None and change.status not in set(FindingStatus):
        raise InputError("Chưa chọn trạng thái mới", "status")
    if change.status is not None and note is None:
        raise InputError(NEEDS_REASON, "note")
    check_length(change.division, "Giao việc: tên", "division")
    check_length(change.person, "Giao việc: tên", "person")
    return change


def find_action(configuration: Configuration, action_id: int) -> JournalledAction | None:
    """Return what a person did in one go; None where there is none of that number, or not any more."""
    with reading_connection(configuration) as connection:
        return action_journal.find_action(connection, action_id)


def undo(configuration: Configuration, action_id: int, by: str) -> UndoResult:
    """Put back what an action changed, but for what was changed again since.

    Raises:
        NotFoundError: there is no such action, or not any more.
        InputError: it was undone before.
    """
    with writing_connection(configuration) as connection:
        return action_journal.undo_action(connection, action_id, _actor(by))


def assign(
    configuration: Configuration,
    seen: SeenVersion,
    by: str,
    *,
    division: str | None,
    person: str | None,
    wanted_by: date | None,
    note: str | None = None,
) -> int:
    """Assign a finding to a division and a person, with a date; return the action's number, to undo it by.

    Raises:
        ConflictError: somebody else changed it since it was seen.
        NotFoundError: there is none.
        InputError: a person or a date without a division, or a name too long.
    """
    if (person or wanted_by) and not division:
        raise InputError("Giao việc: cần tên phòng, ban, đơn vị")
    for name in (division, person):
        check_length(name, "Giao việc: tên")
    with writing_connection(configuration) as connection:
        return triage.assign(
            connection,
            seen.finding_id,
            version=seen.version,
            division=division,
            person=person,
            wanted_by=wanted_by,
            actor=_actor(by),
            note=_text(note),
        )


def add_note(configuration: Configuration, finding_id: int, text: str, by: str) -> None:
    """Add a note to a finding.

    Raises:
        NotFoundError: there is none.
        InputError: the note is empty.
    """
    words = _text(text)
    if words is None:
        raise InputError("Ghi chú: chưa có nội dung")
    with writing_connection(configuration) as connection:
        triage.note(connection, finding_id, words, actor=_actor(by))


def _actor(by: str) -> str:
    if not by.strip():
        raise InputError("Cần nêu người thực hiện", "by")
    return by


def _text(text: str | None) -> str | None:
    words = (text or "").strip()
    if len(words) > LONGEST_NOTE:
        raise InputError(f"Lý do, ghi chú: dài quá {LONGEST_NOTE} ký tự")
    return words or None

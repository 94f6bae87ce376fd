"""Triage of findings: confirm, ignore, take up, resolve, assign, note; one, several, or all that a filter
selects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from procedures.errors import ConflictError, InputError
from procedures.values.limits import check_length
from settings.configuration import Configuration
from steps.database import reading_connection, writing_connection
from warehouse.findings import bulk_triage, triage
from warehouse.findings.bulk_triage import FindingSample, SelectionState, SweepResult
from warehouse.findings.queries import Filter

LONGEST_NOTE = 2000

NEEDS_REASON = "Đổi trạng thái nhiều sai lệch cùng lúc thì phải ghi lý do"


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A finding as somebody saw it."""

    finding_id: int
    version: int


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How many findings were moved, and why the others were refused."""

    moved: int
    refused: tuple[str, ...]


def move(
    configuration: Configuration, seen: SeenVersion, status: str, by: str, note: str | None = None
) -> None:
    """Move one finding.

    Raises:
        ConflictError: somebody else changed it since it was seen.
        NotFoundError: there is none.
        InputError: ignoring without a reason, or there is no such status.
    """
    with writing_connection(configuration) as connection:
        triage.move(
            connection, seen.finding_id, status, version=seen.version, actor=_actor(by), note=_text(note)
        )


def move_many(
    configuration: Configuration, seen: Iterable[SeenVersion], status: str, by: str, note: str | None
) -> BulkResult:
    """Move several findings with one reason; skip those that somebody else changed meanwhile.

    Raises:
        InputError: no reason is given, or no finding chosen.
    """
    chosen = list(seen)
    if not chosen:
        raise InputError("Chưa chọn sai lệch nào")
    if not (note or "").strip():
        raise InputError(NEEDS_REASON)
    refused = []
    with writing_connection(configuration) as connection:
        for each in chosen:
            try:
                triage.move(
                    connection,
                    each.finding_id,
                    status,
                    version=each.version,
                    actor=_actor(by),
                    note=_text(note),
                )
            except ConflictError as error:
                refused.append(str(error))
    return BulkResult(len(chosen) - len(refused), tuple(refused))


@dataclass(frozen=True, slots=True)
class MovePreview:
    """All that a filter selects: its state, what has the status already, and who moved what meanwhile."""

    standing: SelectionState
    stayed: FindingSample
    since: Mapping[str, FindingSample]


def preview_move(
    configuration: Configuration, wanted: Filter, today: date, status: str, event: int | None = None
) -> MovePreview:
    """Return what moving all selected findings would do; `event`: the last one at the previous look."""
    with reading_connection(configuration) as connection:
        return MovePreview(
            bulk_triage.selection_state(connection, wanted, today),
            bulk_triage.already_in_status(connection, wanted, today, status),
            {} if event is None else bulk_triage.changed_since(connection, wanted, today, event),
        )


def move_all(
    configuration: Configuration, wanted: Filter, today: date, *, mark: str, status: str, by: str, note: str
) -> SweepResult:
    """Move all selected findings in one transaction, if their state still matches `mark`.

    Raises:
        ConflictError: something moved since it was looked at; nothing was written.
        InputError: no reason is given, there is no such status, or all have it already.
    """
    words = _text(note)
    if words is None:
        raise InputError(NEEDS_REASON)
    with writing_connection(configuration) as connection:
        return bulk_triage.move_all(
            connection, wanted, today, mark=mark, status=status, actor=_actor(by), note=words
        )


def assign(
    configuration: Configuration,
    seen: SeenVersion,
    by: str,
    *,
    division: str | None,
    person: str | None,
    wanted_by: date | None,
    note: str | None = None,
) -> None:
    """Assign a finding to a division and a person, with a date.

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
        triage.assign(
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

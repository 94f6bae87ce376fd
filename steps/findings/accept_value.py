"""The acceptance of a portal's value into the catalogue, as its next snapshot, and its undoing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from procedures.attributes import RAW_TEXTS
from procedures.errors import InputError
from procedures.findings import CATALOGUE, Status
from procedures.model import Procedure, value_text
from procedures.run_origin import Errand
from procedures.snapshot import SnapshotState
from procedures.wording.words import ATTRIBUTES as WORDS
from procedures.wording.words import SIDES, SNAPSHOT_STATES
from settings.configuration import Configuration
from steps.database import opened
from steps.findings.taken_values import attribute_of, taken
from steps.findings.triage import Seen
from steps.nights.run_summary import Summary, summarise
from steps.sources.import_catalogue import Telling, amend_catalogue
from warehouse.announcements.ledger_events import PROCEDURE, Event, record
from warehouse.db.engine import reading, writing
from warehouse.findings import store, taken_values
from warehouse.findings.triage import claim, note
from warehouse.sources import runs, versions

_KEY_ATTRIBUTES = ("name", "field", "executing_levels")
"""Attributes that identify a row without a code: with another value it would be another row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _CatalogueChange:
    """The catalogue's row that a portal's value would change, and the portal's record."""

    key: str
    current: Procedure
    attribute: str
    published: Procedure


def accept(configuration: Configuration, seen: Seen, role: str, by: str, as_of: datetime) -> Summary:
    """Put the value of the national or provincial portal (`role`) into the catalogue; return the run.

    If called again, return the run that accepted the value.

    Raises:
        UnknownThingError: there is no such finding.
        ConflictError: it was changed since it was seen, or while its value was accepted.
        InputError: it is resolved or not about a value, that portal has none, the catalogue has it
            already, or a gate held the amended list.
    """
    finding_id = seen.finding_id
    with opened(configuration) as engine:
        with writing(engine) as connection:
            row = store.find(connection, finding_id)
            accepted = taken(connection, [row]).get(finding_id)
            value = _published_value(configuration, connection, row, role)
            if accepted is not None and accepted.accepted and accepted.value == value:
                return summarise(configuration, accepted.run_id)
            claim(connection, finding_id, seen.version)
            change = _check_change(configuration, connection, row, role)
        attribute, side = change.attribute, SIDES.get(role, role)
        amended = _amend(change.current, attribute, change.published)
        rows = (change.current, amended)
        event = _event_of(row["code"], attribute, rows, by, f"sai lệch {finding_id}: theo {side}")
        words = f"Lấy giá trị của {side} vào danh mục: {WORDS[attribute]}"
        record_change = _recorder(event, finding_id, words)

        def record_both(transaction: Connection) -> None:
            claim(transaction, finding_id, seen.version)
            record_change(transaction)

        errand = Errand(accepted=finding_id, by=by)
        return _applied(amend_catalogue(configuration, {change.key: amended}, errand, as_of, record_both))


def undo(configuration: Configuration, run_id: int, by: str, as_of: datetime) -> Summary:
    """Restore the value of the catalogue's row before a run that accepted a portal's value.

    If called again, return the run that restored it.

    Raises:
        UnknownThingError: there is no such run.
        InputError: it did not accept a portal's value, the row has been changed since, or a gate held the
            list.
    """
    with opened(configuration) as engine:
        with reading(engine) as connection:
            finding_id = runs.get_run(connection, run_id).errand.accepted
            changes = runs.rows_of(connection, "v_change", where={"run_id": run_id, "source": CATALOGUE})
            if finding_id is None or not changes:
                raise InputError(f"Lần chạy {run_id} không phải lần lấy giá trị của cổng vào danh mục")
            row = store.find(connection, finding_id)
            attribute = changes[0]["attribute"]
            last = taken_values.last_changes(connection, [row["code"]]).get((row["code"], attribute))
            if last is not None and last.errand.undone == run_id:
                return summarise(configuration, last.run_id)
            accepted = taken(connection, [row]).get(finding_id)
            if last is None or accepted is None or accepted.run_id != run_id:
                name = f"Thủ tục {row['code']}: {WORDS[attribute]}"
                raise InputError(f"{name} đã được sửa sau lần chạy {run_id}")
            current = taken_values.standing(connection, [last.key])[last.key]
            previous, _ = versions.around(connection, CATALOGUE, last.key, run_id)
        amended = _amend(current, attribute, previous, level_text=previous.online_level_text)
        event = _event_of(row["code"], attribute, (current, amended), by, f"hoàn tác lần chạy {run_id}")
        record_change = _recorder(event, finding_id, f"Danh mục trở lại như trước: {WORDS[attribute]}")
        errand = Errand(undone=run_id, by=by)
        return _applied(amend_catalogue(configuration, {last.key: amended}, errand, as_of, record_change))


def offered(configuration: Configuration, connection: Connection, row: Mapping[str, Any]) -> list[str]:
    """Return the roles of the portals whose value can be accepted for a finding (a row of `v_finding`)."""
    roles = []
    for role in ("national", "provincial"):
        try:
            _check_change(configuration, connection, row, role)
        except InputError:
            continue
        roles.append(role)
    return roles


def _check_change(
    configuration: Configuration, connection: Connection, row: Mapping[str, Any], role: str
) -> _CatalogueChange:
    """Return the change that accepting the value would make.

    Raises:
        InputError: it cannot be accepted.
    """
    prefix = f"Sai lệch {row['finding_id']}"
    attribute = attribute_of(row)
    accepted = taken(connection, [row]).get(row["finding_id"])
    if row["status"] == Status.RESOLVED:
        raise InputError(f"{prefix}: đã xử lý xong, không còn giá trị nào để lấy")
    if accepted is not None and accepted.left == "waits":
        raise InputError(f"{prefix}: danh mục đã được sửa, chỉ còn chờ các cổng đọc đủ để tự đóng")
    if attribute is None:
        raise InputError(f"{prefix}: không phải loại lấy giá trị của cổng được")
    match = taken_values.row_of(connection, CATALOGUE, row["code"])
    if match is None:
        raise InputError(f"Danh mục không có thủ tục {row['code']}")
    key, current = match
    published = _find_in(configuration, connection, role, row["code"])
    side = SIDES.get(role, role)
    if published is None or getattr(published, attribute) is None:
        raise InputError(f"{prefix}: {side} không nêu {WORDS[attribute]}")
    if getattr(published, attribute) == getattr(current, attribute):
        raise InputError(f"{prefix}: danh mục đã ghi đúng như {side}, không còn gì để lấy")
    if current.code is None and attribute in _KEY_ATTRIBUTES:
        raise InputError(
            f"{prefix}: dòng này của danh mục chưa có mã nên được nhận ra theo {WORDS[attribute]}; "
            "hãy ghi mã và giá trị mới vào tệp danh mục rồi nhập lại"
        )
    return _CatalogueChange(key=key, current=current, attribute=attribute, published=published)


def _find_in(configuration: Configuration, connection: Connection, role: str, code: str) -> Procedure | None:
    """Return the record of the code in the first source of that role that has it."""
    for name in configuration.in_role(role):
        row = taken_values.row_of(connection, name, code)
        if row is not None:
            return row[1]
    return None


def _published_value(
    configuration: Configuration, connection: Connection, row: Mapping[str, Any], role: str
) -> str | None:
    attribute = attribute_of(row)
    published = _find_in(configuration, connection, role, row["code"]) if attribute else None
    return value_text(getattr(published, attribute)) if published and attribute else None


def _applied(summary: Summary) -> Summary:
    """Return the run if the amended list was applied.

    Raises:
        InputError: a gate held it.
    """
    source = summary.sources[CATALOGUE]
    if source.state != SnapshotState.COMPLETE:
        reason = source.reason or SNAPSHOT_STATES[source.state]
        raise InputError(f"Danh mục với giá trị này bị giữ lại, chưa ghi gì: {reason}")
    return summary


def _amend(row: Procedure, attribute: str, other: Procedure, *, level_text: str | None = None) -> Procedure:
    """Return the row with the value of `other`, with its text as published."""
    values: dict[str, Any] = {attribute: getattr(other, attribute)}
    if attribute == "online_level":
        values["online_level_text"] = level_text  # a portal has none, and the row's own no longer applies
    if attribute in RAW_TEXTS:
        raw = {name: text for name, text in row.raw if name != attribute}
        raw |= {name: text for name, text in other.raw if name == attribute}
        values["raw"] = tuple(sorted(raw.items()))
    return replace(row, **values)


def _recorder(event: Event, finding_id: int, words: str) -> Telling:
    """Return a function that records the change in the procedure's events and the finding's history."""

    def record_change(transaction: Connection) -> None:
        record(transaction, [event])
        note(transaction, finding_id, words, actor=event.actor, moving=True)

    return record_change


def _event_of(code: str, attribute: str, rows: tuple[Procedure, Procedure], by: str, reason: str) -> Event:
    before, after = (value_text(getattr(row, attribute)) for row in rows)
    return Event(
        subject_kind=PROCEDURE,
        subject=code,
        attribute=attribute,
        from_value=before,
        to_value=after,
        actor=by,
        reason=reason,
    )

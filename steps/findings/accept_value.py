"""The acceptance of a portal's value into the catalogue, as its next snapshot, and its undoing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from procedures.attributes import RAW_ATTRIBUTES
from procedures.errors import InputError
from procedures.findings import CATALOGUE, FindingStatus
from procedures.model import Procedure, value_text
from procedures.run_origin import RunOrigin
from procedures.snapshot import SnapshotState
from procedures.wording.words import ATTRIBUTE_LABELS as WORDS
from procedures.wording.words import SIDE_LABELS, SNAPSHOT_STATES
from settings.configuration import Configuration
from steps.catalogue.import_catalogue import Telling, amend_catalogue
from steps.database import open_locked
from steps.findings.taken_values import attribute_of, taken_values_of
from steps.findings.triage import SeenVersion
from steps.nights.reporting.run_summary import Summary, summarise
from warehouse.announcements.ledger_events import PROCEDURE, LedgerEvent, record_events
from warehouse.db.engine import reading, writing
from warehouse.findings import store, taken_values
from warehouse.findings.triage import lock_finding, note
from warehouse.sources import runs, versions

_KEY_ATTRIBUTES = ("name", "field", "executing_levels")
"""Attributes that identify a row without a code: with another value it would be another row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ListedRow:
    """The catalogue's row of a finding, and the attribute that the finding is about."""

    key: str
    current: Procedure
    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _CatalogueChange(_ListedRow):
    """The catalogue's row that a portal's value would change, and the portal's record."""

    published: Procedure


def accept_value(
    configuration: Configuration, seen: SeenVersion, role: str, by: str, as_of: datetime
) -> Summary:
    """Put the value of the national or provincial portal (`role`) into the catalogue; return the run.

    If called again, return the run that accepted the value.

    Raises:
        NotFoundError: there is no such finding.
        ConflictError: it was changed since it was seen, or while its value was accepted.
        InputError: it is resolved or not about a value, that portal has none, the catalogue has it
            already, or a gate held the amended list.
    """
    finding_id = seen.finding_id
    with open_locked(configuration) as engine:
        with writing(engine) as connection:
            row = store.get_finding(connection, finding_id)
            accepted = taken_values_of(connection, [row]).get(finding_id)
            value = _published_value(configuration, connection, row, role)
            if accepted is not None and accepted.accepted and accepted.value == value:
                return summarise(configuration, accepted.run_id)
            lock_finding(connection, finding_id, seen.version)
            change = _check_change(configuration, connection, row, role)
        attribute, side = change.attribute, SIDE_LABELS.get(role, role)
        amended = _amend(change.current, attribute, change.published)
        rows = (change.current, amended)
        event = _event_of(row["code"], attribute, rows, by, f"sai lệch {finding_id}: theo {side}")
        words = f"Lấy giá trị của {side} vào danh mục: {WORDS[attribute]}"
        record_change = _recorder(event, finding_id, words)

        def record_both(transaction: Connection) -> None:
            lock_finding(transaction, finding_id, seen.version)
            record_change(transaction)

        errand = RunOrigin(accepted=finding_id, by=by)
        return _applied(amend_catalogue(configuration, {change.key: amended}, errand, as_of, record_both))


def undo_acceptance(configuration: Configuration, run_id: int, by: str, as_of: datetime) -> Summary:
    """Restore the value of the catalogue's row before a run that accepted a portal's value.

    If called again, return the run that restored it.

    Raises:
        NotFoundError: there is no such run.
        InputError: it did not accept a portal's value, the row has been changed since, or a gate held the
            list.
    """
    with open_locked(configuration) as engine:
        with reading(engine) as connection:
            finding_id = runs.get_run(connection, run_id).origin.accepted
            changes = runs.view_rows(connection, "v_change", where={"run_id": run_id, "source": CATALOGUE})
            if finding_id is None or not changes:
                raise InputError(f"Lần chạy {run_id} không phải lần lấy giá trị của cổng vào danh mục")
            row = store.get_finding(connection, finding_id)
            attribute = changes[0]["attribute"]
            last = taken_values.last_changes(connection, [row["code"]]).get((row["code"], attribute))
            if last is not None and last.errand.undone == run_id:
                return summarise(configuration, last.run_id)
            accepted = taken_values_of(connection, [row]).get(finding_id)
            if last is None or accepted is None or accepted.run_id != run_id:
                name = f"Thủ tục {row['code']}: {WORDS[attribute]}"
                raise InputError(f"{name} đã được sửa sau lần chạy {run_id}")
            current = taken_values.current_rows(connection, [last.key])[last.key]
            previous, _ = versions.versions_around_run(connection, CATALOGUE, last.key, run_id)
        amended = _amend(current, attribute, previous, level_text=previous.online_level_text)
        event = _event_of(row["code"], attribute, (current, amended), by, f"hoàn tác lần chạy {run_id}")
        record_change = _recorder(event, finding_id, f"Danh mục trở lại như trước: {WORDS[attribute]}")
        errand = RunOrigin(undone=run_id, by=by)
        return _applied(amend_catalogue(configuration, {last.key: amended}, errand, as_of, record_change))


def acceptable_roles(
    configuration: Configuration, connection: Connection, row: Mapping[str, Any]
) -> list[str]:
    """Return the roles of the portals whose value can be accepted for a finding (a row of `v_finding`)."""
    roles: list[str] = []
    try:
        listed = _listed_row(connection, row)
    except InputError:
        return roles
    for role in ("national", "provincial"):
        try:
            _change_of_row(configuration, connection, row, listed, role)
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
    return _change_of_row(configuration, connection, row, _listed_row(connection, row), role)


def _listed_row(connection: Connection, row: Mapping[str, Any]) -> _ListedRow:
    """Return the catalogue's row that a finding (a row of `v_finding`) would have changed.

    Raises:
        InputError: no portal's value can be accepted for the finding.
    """
    prefix = f"Sai lệch {row['finding_id']}"
    attribute = attribute_of(row)
    accepted = taken_values_of(connection, [row]).get(row["finding_id"])
    if row["status"] == FindingStatus.RESOLVED:
        raise InputError(f"{prefix}: đã xử lý xong, không còn giá trị nào để lấy")
    if accepted is not None and accepted.left == "waits":
        raise InputError(f"{prefix}: danh mục đã được sửa, chỉ còn chờ các cổng đọc đủ để tự đóng")
    if attribute is None:
        raise InputError(f"{prefix}: không phải loại lấy giá trị của cổng được")
    match = taken_values.current_row(connection, CATALOGUE, row["code"])
    if match is None:
        raise InputError(f"Danh mục không có thủ tục {row['code']}")
    key, current = match
    return _ListedRow(key=key, current=current, attribute=attribute)


def _change_of_row(
    configuration: Configuration,
    connection: Connection,
    row: Mapping[str, Any],
    listed: _ListedRow,
    role: str,
) -> _CatalogueChange:
    """Return the change that the value of that portal would make of the row.

    Raises:
        InputError: it has none, the catalogue has it already, or the row would be another by it.
    """
    prefix, attribute, current = f"Sai lệch {row['finding_id']}", listed.attribute, listed.current
    published = _find_in(configuration, connection, role, row["code"])
    side = SIDE_LABELS.get(role, role)
    if published is None or getattr(published, attribute) is None:
        raise InputError(f"{prefix}: {side} không nêu {WORDS[attribute]}")
    if getattr(published, attribute) == getattr(current, attribute):
        raise InputError(f"{prefix}: danh mục đã ghi đúng như {side}, không còn gì để lấy")
    if current.code is None and attribute in _KEY_ATTRIBUTES:
        raise InputError(
            f"{prefix}: dòng này của danh mục chưa có mã nên được nhận ra theo {WORDS[attribute]}; "
            "hãy ghi mã và giá trị mới vào tệp danh mục rồi nhập lại"
        )
    return _CatalogueChange(key=listed.key, current=current, attribute=attribute, published=published)


def _find_in(configuration: Configuration, connection: Connection, role: str, code: str) -> Procedure | None:
    """Return the record of the code in the first source of that role that has it."""
    for name in configuration.in_role(role):
        row = taken_values.current_row(connection, name, code)
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
    if attribute in RAW_ATTRIBUTES:
        raw = {name: text for name, text in row.raw if name != attribute}
        raw |= {name: text for name, text in other.raw if name == attribute}
        values["raw"] = tuple(sorted(raw.items()))
    return replace(row, **values)


def _recorder(event: LedgerEvent, finding_id: int, words: str) -> Telling:
    """Return a function that records the change in the procedure's events and the finding's history."""

    def record_change(transaction: Connection) -> None:
        record_events(transaction, [event])
        note(transaction, finding_id, words, actor=event.actor, moving=True)

    return record_change


def _event_of(
    code: str, attribute: str, rows: tuple[Procedure, Procedure], by: str, reason: str
) -> LedgerEvent:
    before, after = (value_text(getattr(row, attribute)) for row in rows)
    return LedgerEvent(
        subject_kind=PROCEDURE,
        subject=code,
        attribute=attribute,
        from_value=before,
        to_value=after,
        actor=by,
        reason=reason,
    )

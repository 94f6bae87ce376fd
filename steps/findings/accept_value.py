"""Takes a portal's value into the catalogue, as its next snapshot, and takes that back."""

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

_OF_THE_KEY = ("name", "field", "executing_levels")
"""Attributes by which a row without a code is known again: with another value it would be another row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The catalogue's row that a portal's value would change, and what the portal says."""

    key: str
    standing: Procedure
    attribute: str
    said: Procedure


def accept(configuration: Configuration, seen: Seen, role: str, by: str, as_of: datetime) -> Summary:
    """Make the value of the national or the provincial portal (`role`) the catalogue's; gives the run.

    Asked for once more, it gives the run that took the value already.

    Raises:
        UnknownThingError: there is no such finding.
        ConflictError: it was changed since it was seen, or moved while its value was taken in.
        InputError: it is resolved or not about a value, that portal says none, the catalogue says it
            already, or a gate held the amended list back.
    """
    finding_id = seen.finding_id
    with opened(configuration) as engine:
        with writing(engine) as connection:
            row = store.find(connection, finding_id)
            done = taken(connection, [row]).get(finding_id)
            value = _value_of(configuration, connection, row, role)
            if done is not None and done.accepted and done.value == value:
                return summarise(configuration, done.run_id)
            claim(connection, finding_id, seen.version)
            wanted = _wanted(configuration, connection, row, role)
        attribute, side = wanted.attribute, SIDES.get(role, role)
        amended = _with(wanted.standing, attribute, wanted.said)
        rows = (wanted.standing, amended)
        event = _event(row["code"], attribute, rows, by, f"sai lệch {finding_id}: theo {side}")
        tell = _telling(event, finding_id, f"Lấy giá trị của {side} vào danh mục: {WORDS[attribute]}")

        def telling(transaction: Connection) -> None:
            claim(transaction, finding_id, seen.version)
            tell(transaction)

        errand = Errand(accepted=finding_id, by=by)
        return _whole(amend_catalogue(configuration, {wanted.key: amended}, errand, as_of, telling))


def undo(configuration: Configuration, run_id: int, by: str, as_of: datetime) -> Summary:
    """Give the catalogue's row back what it said before a run that took a portal's value in.

    Asked for once more, it gives the run that gave it back already.

    Raises:
        UnknownThingError: there is no such run.
        InputError: it took no portal's value in, the row has been changed since, or a gate held the list
            back.
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
            done = taken(connection, [row]).get(finding_id)
            if last is None or done is None or done.run_id != run_id:
                name = f"Thủ tục {row['code']}: {WORDS[attribute]}"
                raise InputError(f"{name} đã được sửa sau lần chạy {run_id}")
            standing = taken_values.standing(connection, [last.key])[last.key]
            before, _ = versions.around(connection, CATALOGUE, last.key, run_id)
        amended = _with(standing, attribute, before, level_text=before.online_level_text)
        event = _event(row["code"], attribute, (standing, amended), by, f"hoàn tác lần chạy {run_id}")
        telling = _telling(event, finding_id, f"Danh mục trở lại như trước: {WORDS[attribute]}")
        errand = Errand(undone=run_id, by=by)
        return _whole(amend_catalogue(configuration, {last.key: amended}, errand, as_of, telling))


def offered(configuration: Configuration, connection: Connection, row: Mapping[str, Any]) -> list[str]:
    """The roles of the portals whose value the catalogue could take for a finding (a row of `v_finding`)."""
    roles = []
    for role in ("national", "provincial"):
        try:
            _wanted(configuration, connection, row, role)
        except InputError:
            continue
        roles.append(role)
    return roles


def _wanted(
    configuration: Configuration, connection: Connection, row: Mapping[str, Any], role: str
) -> _Wanted:
    """What would be done.

    Raises:
        InputError: it cannot be.
    """
    about = f"Sai lệch {row['finding_id']}"
    attribute = attribute_of(row)
    done = taken(connection, [row]).get(row["finding_id"])
    if row["status"] == Status.RESOLVED:
        raise InputError(f"{about}: đã xử lý xong, không còn giá trị nào để lấy")
    if done is not None and done.left == "waits":
        raise InputError(f"{about}: danh mục đã được sửa, chỉ còn chờ các cổng đọc đủ để tự đóng")
    if attribute is None:
        raise InputError(f"{about}: không phải loại lấy giá trị của cổng được")
    found = taken_values.row_of(connection, CATALOGUE, row["code"])
    if found is None:
        raise InputError(f"Danh mục không có thủ tục {row['code']}")
    key, standing = found
    said = _said_by(configuration, connection, role, row["code"])
    side = SIDES.get(role, role)
    if said is None or getattr(said, attribute) is None:
        raise InputError(f"{about}: {side} không nêu {WORDS[attribute]}")
    if getattr(said, attribute) == getattr(standing, attribute):
        raise InputError(f"{about}: danh mục đã ghi đúng như {side}, không còn gì để lấy")
    if standing.code is None and attribute in _OF_THE_KEY:
        raise InputError(
            f"{about}: dòng này của danh mục chưa có mã nên được nhận ra theo {WORDS[attribute]}; "
            "hãy ghi mã và giá trị mới vào tệp danh mục rồi nhập lại"
        )
    return _Wanted(key=key, standing=standing, attribute=attribute, said=said)


def _said_by(configuration: Configuration, connection: Connection, role: str, code: str) -> Procedure | None:
    """What the first source of that role that has the code says of it."""
    for name in configuration.in_role(role):
        found = taken_values.row_of(connection, name, code)
        if found is not None:
            return found[1]
    return None


def _value_of(
    configuration: Configuration, connection: Connection, row: Mapping[str, Any], role: str
) -> str | None:
    attribute = attribute_of(row)
    said = _said_by(configuration, connection, role, row["code"]) if attribute else None
    return value_text(getattr(said, attribute)) if said and attribute else None


def _whole(done: Summary) -> Summary:
    """The run, where the amended list stands.

    Raises:
        InputError: a gate held it back.
    """
    its = done.sources[CATALOGUE]
    if its.state != SnapshotState.COMPLETE:
        why = its.reason or SNAPSHOT_STATES[its.state]
        raise InputError(f"Danh mục với giá trị này bị giữ lại, chưa ghi gì: {why}")
    return done


def _with(row: Procedure, attribute: str, said: Procedure, *, level_text: str | None = None) -> Procedure:
    """The row with another one's value, as that one was written."""
    values: dict[str, Any] = {attribute: getattr(said, attribute)}
    if attribute == "online_level":
        values["online_level_text"] = level_text  # a portal has none, and the row's own no longer holds
    if attribute in RAW_TEXTS:
        raw = {name: text for name, text in row.raw if name != attribute}
        raw |= {name: text for name, text in said.raw if name == attribute}
        values["raw"] = tuple(sorted(raw.items()))
    return replace(row, **values)


def _telling(event: Event, finding_id: int, words: str) -> Telling:
    """Tells of it in the procedure's events and in the finding's history."""

    def telling(transaction: Connection) -> None:
        record(transaction, [event])
        note(transaction, finding_id, words, actor=event.actor, moving=True)

    return telling


def _event(code: str, attribute: str, rows: tuple[Procedure, Procedure], by: str, why: str) -> Event:
    before, after = (value_text(getattr(row, attribute)) for row in rows)
    return Event(
        subject_kind=PROCEDURE,
        subject=code,
        attribute=attribute,
        from_value=before,
        to_value=after,
        actor=by,
        reason=why,
    )

"""Takes a portal's value into the catalogue, as its next snapshot, and takes that back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from procedures.configuration import Configuration
from procedures.errands import Errand
from procedures.errors import InputError
from procedures.findings import CATALOGUE, FindingKind, Status
from procedures.model import ATTRIBUTES, RAW_TEXTS, Procedure, value_text
from procedures.words import ATTRIBUTES as WORDS
from procedures.words import SIDES
from steps.importing import Telling, amend_catalogue
from steps.opening import engine_of, opened
from steps.summary import Summary
from steps.working import Seen
from warehouse import findings, matches, runs, versions
from warehouse.engine import reading, writing
from warehouse.events import PROCEDURE, Event, record
from warehouse.working import claim, note

ACCEPTABLE: Mapping[FindingKind, str | None] = {
    FindingKind.ATTRIBUTE_MISMATCH: None,
    FindingKind.EXECUTING_LEVEL_MISMATCH: "executing_levels",
    FindingKind.ONLINE_LEVEL_MISMATCH: "online_level",
    FindingKind.ONLINE_OPPORTUNITY: "online_level",
    FindingKind.SLOWER_THAN_NATIONAL: "processing_time",
}
"""Kinds of finding that a portal's value settles, and the attribute where the finding names none."""


def attribute_of(row: Mapping[str, Any]) -> str | None:
    """The attribute that a finding (a row of `v_finding`) could take from a portal; None where it cannot."""
    kind = FindingKind(row["kind"])
    if kind not in ACCEPTABLE or not row["code"]:
        return None
    attribute = ACCEPTABLE[kind] or row["attribute"]
    return attribute if attribute in ATTRIBUTES else None


def accept(configuration: Configuration, seen: Seen, role: str, by: str, as_of: datetime) -> Summary:
    """Make the value of the national or the provincial portal (`role`) the catalogue's; gives the run.

    Raises:
        UnknownThingError: there is no such finding.
        ConflictError: it was changed since it was seen, or moved while its value was taken in.
        InputError: it is resolved or not about a value, or that portal says none.
    """
    finding_id = seen.finding_id
    with opened(configuration) as engine:
        with writing(engine) as connection:
            claim(connection, finding_id, seen.version)
            row = findings.find(connection, finding_id)
            attribute = attribute_of(row)
            if row["status"] == Status.RESOLVED:
                raise InputError(f"Sai lệch {finding_id}: đã xử lý xong, không còn giá trị nào để lấy")
            if attribute is None:
                raise InputError(f"Sai lệch {finding_id}: không phải loại lấy giá trị của cổng được")
            key, standing = _row_of(connection, row["code"])
            said = _said_by(configuration, connection, role, row["code"])
        value = getattr(said, attribute) if said else None
        if value is None:
            raise InputError(f"Sai lệch {finding_id}: {SIDES.get(role, role)} không nêu {WORDS[attribute]}")
        amended = _with(standing, attribute, said)
        side = SIDES.get(role, role)
        event = _event(row["code"], attribute, (standing, amended), by, f"sai lệch {finding_id}: theo {side}")
        tell = _telling(event, finding_id, f"Lấy giá trị của {side} vào danh mục: {WORDS[attribute]}")

        def telling(transaction: Connection) -> None:
            claim(transaction, finding_id, seen.version)
            tell(transaction)

        return amend_catalogue(
            configuration, {key: amended}, Errand(accepted=finding_id, by=by), as_of, telling
        )


def undo(configuration: Configuration, run_id: int, by: str, as_of: datetime) -> Summary:
    """Give the catalogue back what it said before a run that took a portal's value in.

    Raises:
        UnknownThingError: there is no such run.
        InputError: it took no portal's value in, or the row has been changed since.
    """
    with opened(configuration):
        with reading(engine_of(configuration)) as connection:
            run = runs.get_run(connection, run_id)
            changes = runs.rows_of(connection, "v_change", where={"run_id": run_id, "source": CATALOGUE})
            finding_id = run.errand.accepted
            if finding_id is None or not changes:
                raise InputError(f"Lần chạy {run_id} không phải lần lấy giá trị của cổng vào danh mục")
            code, attribute = changes[0]["code"], changes[0]["attribute"]
            key, standing = _row_of(connection, code)
            before, after = versions.around(connection, CATALOGUE, key, run_id)
        if getattr(standing, attribute) != getattr(after, attribute):
            raise InputError(f"Thủ tục {code}: {WORDS[attribute]} đã được sửa sau lần chạy {run_id}")
        if getattr(before, attribute) is None:
            raise InputError(
                f"Thủ tục {code}: trước đó danh mục chưa nêu {WORDS[attribute]}, hãy sửa trong tệp"
            )
        amended = _with(standing, attribute, before)
        event = _event(code, attribute, (standing, amended), by, f"hoàn tác lần chạy {run_id}")
        telling = _telling(event, finding_id, f"Danh mục trở lại như trước: {WORDS[attribute]}")
        return amend_catalogue(configuration, {key: amended}, Errand(undone=run_id, by=by), as_of, telling)


def _row_of(connection: Any, code: str) -> tuple[str, Procedure]:
    """The catalogue's row of a code, matched ones too, by key."""
    standing = versions.current(connection, CATALOGUE)
    if code in standing:
        return code, standing[code]
    for key, (matched, _) in matches.match_of(connection, CATALOGUE).items():
        if matched == code and key in standing:
            return key, standing[key]
    raise InputError(f"Danh mục không có thủ tục {code}")


def _said_by(configuration: Configuration, connection: Any, role: str, code: str) -> Procedure | None:
    """What the first source of that role says of a code."""
    for source in configuration.sources:
        if source.role == role:
            for row in versions.current(connection, source.name).values():
                if row.code == code:
                    return row
    return None


def _with(row: Procedure, attribute: str, said: Procedure | None) -> Procedure:
    assert said is not None
    values: dict[str, Any] = {attribute: getattr(said, attribute)}
    if attribute == "online_level":
        values["online_level_text"] = ""  # the words of before no longer hold
    if attribute in RAW_TEXTS:
        raw = {name: text for name, text in row.raw if name != attribute}
        raw[attribute] = said.raw_text(attribute) or ""
        values["raw"] = tuple(sorted(raw.items()))
    return replace(row, **values)


def _telling(event: Event, finding_id: int, words: str) -> Telling:
    """Tells of it in the procedure's events and in the finding's history."""

    def telling(transaction: Connection) -> None:
        record(transaction, [event])
        note(transaction, finding_id, words, actor=event.actor)

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

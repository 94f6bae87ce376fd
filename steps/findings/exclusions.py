"""Exclusions of what is not this department's business: no findings, no alerts, until taken back."""

from __future__ import annotations

from typing import Any

from procedures.errors import InputError, NotFoundError
from procedures.findings import Exclusion
from procedures.office.divisions import find_similar_names
from procedures.values.codes import parse_code
from reconciliation.findings.names import field_parts, key_of
from settings.configuration import Configuration
from steps.database import open_locked, reading_connection
from warehouse.db.engine import writing
from warehouse.findings import exclusions
from warehouse.office import assignment


def parse_exclusion(code: str | None, agency: str | None, field: str | None) -> Exclusion:
    """Return the exclusion of exactly one code, agency or field.

    Raises:
        InputError: none or several are named, or the code is not one.
    """
    if sum(1 for value in (code, agency, field) if value and value.strip()) != 1:
        raise InputError("Cần nêu đúng một trong: mã, cơ quan, lĩnh vực", "code", "agency", "field")
    if code:
        parsed = parse_code(code)
        if parsed is None:
            raise InputError(f"{code}: không phải mã thủ tục như 1.012299", "code")
        code = parsed.core
    return Exclusion(code=code or None, agency=agency or None, field=field or None)


def exclude(configuration: Configuration, what: Exclusion, by: str, reason: str) -> int:
    """Exclude `what` from every comparison from the next run on; return the exclusion's id.

    Raises:
        InputError: no reason is given.
    """
    if not reason.strip():
        raise InputError("Cần nêu lý do loại trừ", "reason")
    with open_locked(configuration) as engine, writing(engine) as connection:
        return exclusions.exclude(connection, what, actor=by, reason=reason)


def similar_names(configuration: Configuration, what: Exclusion) -> tuple[str, ...] | None:
    """Return None if the exclusion covers a current procedure, else the names that resemble it.

    What nobody publishes may still be excluded, in case somebody publishes it later.
    """
    with reading_connection(configuration) as connection:
        works = [each.work for each in assignment.list_procedures(connection).values()]
    if what.code:
        return None if any(work.code == what.code for work in works) else ()
    if what.field:
        wanted = field_parts(what.field)
        names = {work.field for work in works if work.field}
        covered = any(not wanted.isdisjoint(field_parts(name)) for name in names)
    else:
        key = key_of(what.agency or "")
        names = {
            name.strip()
            for work in works
            for text in (work.agency, work.ministry)
            for name in (text or "").split(";")
            if name.strip()
        }
        covered = any(key_of(name) == key for name in names)
    return None if covered else find_similar_names(what.field or what.agency or "", names)


def include(configuration: Configuration, what: Exclusion, by: str) -> None:
    """Take an exclusion back.

    Raises:
        NotFoundError: it was not excluded.
    """
    with open_locked(configuration) as engine, writing(engine) as connection:
        if not exclusions.include(connection, what, actor=by):
            raise NotFoundError(
                f"{what.code or what.agency or what.field}: không có trong danh sách loại trừ"
            )


def list_exclusions(configuration: Configuration) -> list[dict[str, Any]]:
    """Return the exclusions in force: code, agency, field, actor, reason, at (UTC), oldest first."""
    with reading_connection(configuration) as connection:
        return exclusions.exclusion_rows(connection)

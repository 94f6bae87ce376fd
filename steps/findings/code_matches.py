"""The code that a person gives to a row without one."""

from __future__ import annotations

from procedures.errors import InputError
from procedures.values.codes import parse_code
from settings.configuration import Configuration
from steps.database import open_locked
from warehouse.db.engine import writing
from warehouse.findings import store


def confirm_match(configuration: Configuration, finding_id: int, code: str, by: str) -> str:
    """Store that the row of finding `finding_id` is procedure `code`; return the code as stored.

    Raises:
        NotFoundError: there is no such finding.
        InputError: it is not about a row without a code, or `code` is not a procedure's code.
    """
    parsed = parse_code(code)
    if parsed is None:
        raise InputError(f"Mã {code}: không phải mã thủ tục như 1.012299")
    with open_locked(configuration) as engine, writing(engine) as connection:
        store.record_match(connection, finding_id, parsed.core, actor=by)
    return parsed.core

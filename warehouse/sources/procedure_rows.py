"""A procedure as a row: the columns of its own, and the whole record as JSON text."""

from __future__ import annotations

import json
from typing import Any

from procedures.model import Procedure, from_record, record_bytes, record_digest, value_text
from warehouse.db.column_values import to_flag
from warehouse.tables.source_tables import ATTRIBUTE_COLUMNS

_COLUMNS = ("code", "name", *ATTRIBUTE_COLUMNS)
"""Attributes with a column of their own: everything that the views name."""


def procedure_of(record: str) -> Procedure:
    """Return the procedure of a record's text."""
    return from_record(json.loads(record))


def version_columns(procedure: Procedure) -> dict[str, Any]:
    """Return the columns of `procedure_version` that follow from the procedure alone."""
    record = record_bytes(procedure)
    return {**attribute_columns(procedure), "record": record.decode(), "digest": record_digest(record)}


def attribute_columns(procedure: Procedure) -> dict[str, Any]:
    """Return those columns without the record's text and hash: code, name, `decentralised`, `tables.SAID`."""
    values: dict[str, Any] = {name: value_text(getattr(procedure, name)) for name in _COLUMNS}
    state = procedure.decentralisation_state
    values["decentralised"] = to_flag(None if state is None else state == "decided")
    return values

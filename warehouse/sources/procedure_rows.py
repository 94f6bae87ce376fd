"""A procedure as a row: the columns of its own, and the whole record as JSON text."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement

from procedures.model import Procedure, from_record, record_bytes, record_digest, value_text
from warehouse.db.column_values import to_flag
from warehouse.tables.source_tables import ATTRIBUTE_COLUMNS, procedure_version

_COLUMNS = ("code", "name", *ATTRIBUTE_COLUMNS)
"""Attributes with a column of their own: everything that the views name."""


def source_beside_code() -> ColumnElement[str]:
    """Return the source of versions that are found by their code.

    It is in a form that keeps SQLite from the index of sources, by which it would read all of one.
    """
    return procedure_version.c.source.concat("")


def procedure_of(record: str) -> Procedure:
    """Return the procedure of a record's text."""
    return from_record(json.loads(record))


def short_procedure_of(record: str) -> Procedure:
    """Return the same without its long texts, for those to whom only their existence counts.

    Of lists the first item is kept, and of texts the first letter; legal bases and texts as received are
    left out.
    """
    values = json.loads(record)
    for name in _LEFT_OUT:
        values.pop(name, None)
    for name in _SHORTENED:
        if name in values:
            values[name] = values[name][:1]
    if "steps" in values:
        values["steps"] = [text[:1] for text in values["steps"]]
    return from_record(values)


_LEFT_OUT = ("legal_bases", "raw")
_SHORTENED = ("dossier", "steps", "results", "requirements")


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

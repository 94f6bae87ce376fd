"""A procedure as a row: its real columns, and the whole record as JSON text."""

from __future__ import annotations

import json
from typing import Any

from procedures.model import Procedure, digest, from_record, record_text, value_text
from warehouse.tables import SAID
from warehouse.texts import storable, storable_or_none, to_flag

_COLUMNS = ("code", "name", *SAID)
"""Attributes with a column of their own: everything that the views name."""


def procedure_of(record: str) -> Procedure:
    """The procedure of a record's text."""
    return from_record(json.loads(record))


def text_and_digest(procedure: Procedure) -> tuple[str, str]:
    """The record's text as it is stored, and its short hash."""
    text = storable(record_text(procedure))
    return text, digest(text)


def columns_of(procedure: Procedure) -> dict[str, Any]:
    """The columns of `procedure_version` that follow from the procedure alone."""
    text, hashed = text_and_digest(procedure)
    return {**said_columns(procedure), "record": text, "digest": hashed}


def said_columns(procedure: Procedure) -> dict[str, Any]:
    """All of them but the record's text and hash: code, name, `decentralised` and `tables.SAID`."""
    values: dict[str, Any] = {
        name: storable_or_none(value_text(getattr(procedure, name))) for name in _COLUMNS
    }
    state = procedure.decentralisation_state
    values["decentralised"] = to_flag(None if state is None else state == "decided")
    return values

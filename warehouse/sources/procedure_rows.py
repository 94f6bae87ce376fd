"""A procedure as a row: the columns of its own, and the whole record as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, LargeBinary, cast, func

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


def procedure_of(record: str | bytes) -> Procedure:
    """Return the procedure of a record's text."""
    return from_record(orjson.loads(record) if isinstance(record, bytes) else json.loads(record))


def record_column(connection: Connection) -> ColumnElement[Any]:
    """Return the column of `procedure_version` that `procedure_of` reads the fastest, for whole sources.

    SQLite has a text as bytes: to make a text of Python first, and read that, takes a quarter more than to
    read the bytes. PostgreSQL's driver makes texts.
    """
    record = procedure_version.c.record
    return cast(record, LargeBinary).label("record") if connection.dialect.name == "sqlite" else record


def short_columns(connection: Connection) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of `procedure_version` from which `short_procedure_of` makes a procedure.

    SQLite takes the short values out of a record itself, and tells how long the others are: nothing is made
    of long texts here.
    """
    v = procedure_version.c
    if connection.dialect.name != "sqlite":
        return (v.record,)
    return (
        func.json_extract(v.record, *(f"$.{name}" for name in _SHORT)),
        *(func.json_array_length(v.record, f"$.{name}") for name in ("steps", "dossier", "results")),
        func.length(func.json_extract(v.record, "$.requirements")),
        *(func.length(text) - len("[]") for text in (v.processing_time, v.fee)),
    )


def short_procedure_of(record: str, *sizes: int | None) -> Procedure:
    """Return the procedure of `short_columns` without its long texts, where only their existence counts.

    Of each of `_SAMPLES` one without words stands for all; legal bases and texts as received are left out.
    """
    values = orjson.loads(record)
    if not sizes:
        sizes = tuple(None if (value := values.get(name)) is None else len(value) for name in _SAMPLES)
        values = map(values.get, _SHORT)
    short = {name: value for name, value in zip(_SHORT, values, strict=True) if value is not None}
    for (name, sample), size in zip(_SAMPLES.items(), sizes, strict=True):
        if size is not None:
            short[name] = sample if size else sample[:0]
    return from_record(short)


_SAMPLES: Mapping[str, Any] = {
    "steps": ["…"],
    "dossier": [{"name": "…"}],
    "results": ["…"],
    "requirements": "…",
    "processing_time": [{}],
    "fee": [{}],
}
"""By attribute what stands in a record for a value of it that is not empty."""

_SHORT = tuple(each.name for each in fields(Procedure) if each.name not in {*_SAMPLES, "legal_bases", "raw"})
"""The attributes whose values `short_procedure_of` reads."""


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

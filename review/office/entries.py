"""Checks of a form whose fields are columns of a register."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.errors import InputError
from procedures.workbook_layout.registers import Register, parse_value
from review.form_fields import field_errors


def check_values(register: Register, values: Mapping[str, str]) -> None:
    """Check that each value given can be stored, and that no required one is empty.

    Raises:
        InputError: a value is invalid or missing; it names the field.
    """
    for column in register.columns:
        if column.attribute not in values:
            continue
        with field_errors(column.attribute):
            value = parse_value(column, values[column.attribute], column.heading)
            if value is None and column.required:
                raise InputError(f"{register.title}: thiếu {column.heading!r}")

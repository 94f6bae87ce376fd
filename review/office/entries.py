"""Answers of a form that asks what a register's columns ask."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.errors import InputError
from procedures.workbook_layout.registers import Register, kept_value
from review.forms import about


def check_answers(register: Register, typed: Mapping[str, str]) -> None:
    """Whether each answer can be kept, and none is missing that must be given, of the columns asked for.

    Raises:
        InputError: one cannot, or is; it names the field.
    """
    for column in register.columns:
        if column.attribute not in typed:
            continue
        with about(column.attribute):
            value = kept_value(column, typed[column.attribute], column.heading)
            if value is None and column.required:
                raise InputError(f"{register.title}: thiếu {column.heading!r}")

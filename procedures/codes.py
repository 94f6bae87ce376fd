"""Codes of procedures (mã số TTHC): the national core, with the province's suffixes apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from procedures.text import canonical

_CODE = re.compile(r"([1-9])\.(\d{6})(?:\.(\d{3}\.\d{2}\.\d{2}))?(?:\.(H\d{2}))?", re.ASCII)
_SHORTENED = re.compile(r"([1-9]),(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Code:
    """`core` is the national code ("1.012299"); `local` is what was published; `province` its H code."""

    core: str
    local: str
    province: str | None = None


def parse_code(value: str | int | float | None) -> Code | None:
    """The code that a cell or a page says; `None` when it says none.

    A number is a code whose last zeros a spreadsheet dropped: 1.0123 is 1.012300. A text that looks like
    such a number ("1,012299" of a Vietnamese spreadsheet) is read the same way. A whole number is a serial
    number or a count, never a code: no code ends in six zeros.
    """
    if value is None or isinstance(value, int):
        return None
    if isinstance(value, float):
        return _from_number(value)
    text = canonical(value).replace(" ", "").upper().rstrip(".;,")
    found = _CODE.fullmatch(text)
    if found:
        return Code(f"{found[1]}.{found[2]}", text, found[4])
    number = _SHORTENED.fullmatch(text)
    if number:
        return _restored(f"{number[1]}.{number[2].ljust(6, '0')}")
    return None


def _from_number(number: float) -> Code | None:
    text = f"{number:.6f}"
    if not _CODE.fullmatch(text) or abs(number - float(text)) > 1e-9:
        return None
    return _restored(text)


def _restored(core: str) -> Code | None:
    return None if core.endswith(".000000") else Code(core, core)

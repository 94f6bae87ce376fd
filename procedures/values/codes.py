"""Codes of procedures (mã số TTHC): the national core, with the province's suffixes separate."""

from __future__ import annotations

import re
from dataclasses import dataclass

from procedures.values.text import canonical

_CODE = re.compile(r"([1-9])\.(\d{6})(?:\.(\d{3}\.\d{2}\.\d{2}))?(?:\.(H\d{2}))?", re.ASCII)
_COMMA_NUMBER = re.compile(r"([1-9]),(\d{1,6})", re.ASCII)
_WITHOUT_POINT = re.compile(r"([1-9])(\d{6})", re.ASCII)
_CODE_PATTERN = r"[1-9]\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2})?(?:\.H\d{2})?"
_IN_TEXT = re.compile(rf"(?<![\d.]){_CODE_PATTERN}(?!\d)", re.I)
_BEFORE_NAME = re.compile(rf"^[(\[]?(?P<code>{_CODE_PATTERN})[)\]]?(?:\s*[-–—:.,]+\s*|\s+)(?=[^\W\d])", re.I)
_AFTER_NAME = re.compile(
    r"\s*(?:[-–—]\s*|[(\[]\s*(?:mã(?: số)?(?: TTHC| thủ tục)?\s*:?\s*)?)"
    rf"(?P<code>{_CODE_PATTERN})\s*[)\]]?[\s.;,]*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Code:
    """`core` is the national code ("1.012299"); `local` is what was published; `province` its H code."""

    core: str
    local: str
    province: str | None = None


def parse_code(value: str | int | float | None) -> Code | None:
    """Return the code that a cell or a page contains; `None` when there is none.

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
    number = _COMMA_NUMBER.fullmatch(text)
    if number:
        return _restored(f"{number[1]}.{number[2].ljust(6, '0')}")
    return None


def parse_code_without_point(value: str | int | None) -> Code | None:
    """Return the code of a column of codes whose point was lost: 2000648 is 2.000648. `None` for all else."""
    text = canonical(str(value)).replace(" ", "") if isinstance(value, str | int) else ""
    found = _WITHOUT_POINT.fullmatch(text)
    return _restored(f"{found[1]}.{found[2]}") if found else None


def codes_in(text: str) -> tuple[str, ...]:
    """Return the national codes of a cell, each once, also where its narrow column broke them over lines."""
    found = _IN_TEXT.findall(text) or _IN_TEXT.findall(re.sub(r"\s+", "", text))
    codes = [parsed.core for each in found if (parsed := parse_code(each))]
    return tuple(dict.fromkeys(codes))


def split_code(name: str) -> tuple[Code, str] | None:
    """Return the code before or after a name, and the name without it; `None` where there is none.

    "1.013703 - Thành lập hội", "Tham vấn … (cấp xã) (1.010736)".
    """
    text = canonical(name)
    if found := _BEFORE_NAME.match(text):
        rest = text[found.end() :]
    elif found := _AFTER_NAME.search(text):
        rest = text[: found.start()]
    else:
        return None
    code = parse_code(found["code"])
    return (code, rest.strip()) if code and rest.strip() else None


def _from_number(number: float) -> Code | None:
    text = f"{number:.6f}"
    if not _CODE.fullmatch(text) or abs(number - float(text)) > 1e-9:
        return None
    return _restored(text)


def _restored(core: str) -> Code | None:
    return None if core.endswith(".000000") else Code(core, core)

"""The layout of the catalogue workbook, shared by the export that writes it and the import that reads it.

Each column shows one attribute in words that people edit. The record itself is packed into a last,
hidden column: where a visible cell still reads exactly as the record's value, the value is taken from
the record, so that no detail is lost; a cell that a person changed is parsed. The record can therefore
never contradict the visible cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.attributes import ATTRIBUTES, ATTRIBUTES_BY_NAME, RAW_ATTRIBUTES, Attribute, ValueType
from procedures.model import Paper, Procedure, from_record, to_record
from procedures.values.durations import ProcessingTime, format_time
from procedures.values.fees import Fee, format_fee
from procedures.values.levels import LEVELS, level_label, online_label
from procedures.workbook_layout.packing import pack_json, unpack_json

DECLARED_EMPTY = "(không)"
"""A cell's text where the list states that there is none; an empty cell states nothing."""

CELL_LIMIT = 32_000
"""The most characters of a cell, a little below what spreadsheets store (32,767)."""

RECORD_HEADING = "Bản ghi (không sửa)"
MATCHED_HEADING = "Mã khớp"

WAY_LABELS: Mapping[str, str] = {
    "direct": "Trực tiếp",
    "online": "Trực tuyến",
    "postal": "Bưu chính công ích",
}

STATE_LABELS: Mapping[str, str] = {"ACTIVE": "Công khai", "UPDATED": "Sửa đổi, bổ sung"}

DECENTRALISATION_LABELS: Mapping[str, str] = {
    "none": "Chưa phân cấp",
    "proposed": "Đề xuất phân cấp",
    "decided": "Đã phân cấp",
}

YES_NO_LABELS: Mapping[bool, str] = {True: "Có", False: "Không"}

POSTAL_ALONE = frozenset({"postal"})
"""`ways` of a list that only has a BCCI column: other ways are unknown, so it is never compared with a
full set of ways."""


@dataclass(frozen=True, slots=True)
class CatalogueColumn:
    """One column: `attributes` are those that it fills, `width` is in characters."""

    role: str
    heading: str
    attributes: tuple[str, ...]
    width: int = 18
    always: bool = False


_OTHER_COLUMNS: Mapping[int, CatalogueColumn] = {
    10: CatalogueColumn("code", "Mã TTHC", ("code", "local_code"), 24, always=True),
    110: CatalogueColumn("postal", "BCCI", ("ways",), 8),
    290: CatalogueColumn(
        "promulgating_agency_code", "Mã cơ quan ban hành", ("promulgating_agency_code",), 14
    ),
    300: CatalogueColumn("kind", "Loại thủ tục", ("kind",), 18),
    370: CatalogueColumn("url", "Đường dẫn", ("url",), 30),
}
"""Columns that belong to no single attribute, by their position among the others."""


def _column(attribute: Attribute) -> CatalogueColumn:
    filled = (attribute.name, "online_level_text") if attribute.name == "online_level" else (attribute.name,)
    heading = attribute.heading or attribute.label
    return CatalogueColumn(attribute.name, heading, filled, attribute.width, attribute.always)


_PLACED = (*_OTHER_COLUMNS.items(), *((each.column, _column(each)) for each in ATTRIBUTES))

COLUMNS: tuple[CatalogueColumn, ...] = tuple(
    column for _, column in sorted(_PLACED, key=lambda placed: placed[0])
)
"""In the order in which they are written."""


def cell_text(procedure: Procedure, role: str) -> str:
    """Return the text of a column's cell for a procedure; empty where it is not stated."""
    if role in _OWN_TEXTS:
        text = _OWN_TEXTS[role](procedure)
    elif role in RAW_ATTRIBUTES:
        text = procedure.raw_text(role) or ""
    elif (value := getattr(procedure, role)) is None:
        text = ""
    else:
        text = _TEXTS[ATTRIBUTES_BY_NAME[role].type](value) if role in ATTRIBUTES_BY_NAME else value
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def pack_record(procedure: Procedure, *, placed: bool = False) -> str:
    """Return the record as letters and digits that no spreadsheet program alters.

    `placed`: with the row's place in the file that it came from, which otherwise is that in this one.
    """
    record = to_record(procedure)
    if not placed:
        record.pop("row", None)
    return pack_json(record)


def unpack_record(text: str) -> Procedure | None:
    """Return the inverse of `pack`; `None` for anything else, whatever it is."""
    record = unpack_json(text, 8 << 20)
    try:
        return from_record(record) if isinstance(record.get("name"), str) else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def is_unedited(procedure: Procedure, role: str, cell: str) -> bool:
    """Return whether a cell still reads as the record's value was written."""
    try:
        written = cell_text(procedure, role)
    except (TypeError, AttributeError, ValueError, KeyError):
        return False
    return written == cell or _normalised(written) == _normalised(cell)


def time_text(time: ProcessingTime) -> str:
    """Return one time with its way of submission: "Trực tiếp: 07 ngày làm việc"."""
    return _with_way(time.way, format_time(time))


def fee_text(fee: Fee) -> str:
    """Return one fee with its way of submission."""
    return _with_way(fee.way, format_fee(fee))


def _with_way(way: str | None, text: str) -> str:
    return f"{WAY_LABELS.get(way, way)}: {text}" if way else text


def _normalised(text: str) -> str:
    """Return the text with a spreadsheet's line ends, without blanks at the ends of a CSV's cells."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _join(values: Iterable[str], separator: str = "\n") -> str:
    return separator.join(values) or DECLARED_EMPTY


def _code(procedure: Procedure) -> str:
    return procedure.local_code or procedure.code or ""


def _online(procedure: Procedure) -> str:
    if procedure.online_level_text:
        return procedure.online_level_text
    return online_label(procedure.online_level) if procedure.online_level else ""


def _ways(procedure: Procedure) -> str:
    ways = procedure.ways
    if ways is None or ways == POSTAL_ALONE:
        return ""
    return _join((label for way, label in WAY_LABELS.items() if way in ways), "; ")


def _postal(procedure: Procedure) -> str:
    return "x" if procedure.ways and "postal" in procedure.ways else ""


_OWN_TEXTS: Mapping[str, Callable[[Procedure], str]] = {
    "code": _code,
    "online_level": _online,
    "ways": _ways,
    "postal": _postal,
}
"""By role: cells that show more than one field of the record, or only a part."""


def paper_text(paper: Paper) -> str:
    """Return one paper with the originals and copies required."""
    numbers = [
        f"{label}: {number}"
        for label, number in (("Bản chính", paper.originals), ("Bản sao", paper.copies))
        if number is not None
    ]
    return f"{paper.name} ({'; '.join(numbers)})" if numbers else paper.name


def _levels(levels: Iterable[str]) -> str:
    return _join((level_label(level) for level in LEVELS if level in levels), "; ")


def _day(value: date) -> str:
    return f"{value:%d/%m/}{value.year:04d}"


def _as_is(text: str) -> str:
    return text


_TEXTS: Mapping[ValueType, Callable[[Any], str]] = {
    ValueType.TEXT: _as_is,
    ValueType.DECISION: _as_is,
    ValueType.DATE: _day,
    ValueType.YES_NO: lambda answer: YES_NO_LABELS[answer],
    ValueType.STATE: lambda state: STATE_LABELS.get(state, state),
    ValueType.LEVELS: _levels,
    ValueType.DECENTRALISATION: lambda state: DECENTRALISATION_LABELS.get(state, state),
    ValueType.TEXTS: _join,
    ValueType.LINES: _join,
    ValueType.TIMES: lambda times: _join(map(time_text, times)),
    ValueType.FEES: lambda fees: _join(map(fee_text, fees)),
    ValueType.PAPERS: lambda papers: _join(map(paper_text, papers)),
}

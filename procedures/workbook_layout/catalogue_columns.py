"""The layout of the catalogue workbook, shared by the export that writes it and the import that reads it.

Each column shows one attribute in words that people edit. Beside them stands the record itself, packed
into a last, hidden column: where a visible cell still says exactly what the record's value looks like,
the value is taken from the record, so that nothing is lost to wording; a cell that a person changed is
read anew. The record can therefore never say another thing than the visible cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.durations import ProcessingTime, format_time
from procedures.fees import Fee, format_fee
from procedures.levels import LEVELS, level_label, online_label
from procedures.model import Paper, Procedure, from_record, to_record
from procedures.wording.words import ATTRIBUTES
from procedures.workbook_layout.packing import packed, unpacked

NOTHING = "(không)"
"""What a cell says where the list declares that there is nothing; an empty cell says nothing at all."""

CELL_LIMIT = 32_000
"""Characters of a cell, a little under what spreadsheets keep (32,767)."""

RECORD_HEADING = "Bản ghi (không sửa)"
MATCHED_HEADING = "Mã khớp"

WAYS: Mapping[str, str] = {
    "direct": "Trực tiếp",
    "online": "Trực tuyến",
    "postal": "Bưu chính công ích",
}

STATES: Mapping[str, str] = {"ACTIVE": "Công khai", "UPDATED": "Sửa đổi, bổ sung"}

DECENTRALISATION: Mapping[str, str] = {
    "none": "Chưa phân cấp",
    "proposed": "Đề xuất phân cấp",
    "decided": "Đã phân cấp",
}

YES_NO: Mapping[bool, str] = {True: "Có", False: "Không"}

POSTAL_ALONE = frozenset({"postal"})
"""`ways` of a list that only has a BCCI column: it says nothing of the other ways, so it is never
compared with a full set of ways."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `attributes` are those that it fills, `width` is in characters."""

    role: str
    heading: str
    attributes: tuple[str, ...]
    width: int = 18
    always: bool = False


def _column(attribute: str, width: int, *, always: bool = False) -> Column:
    """The column of one attribute, headed as people call it everywhere."""
    return Column(attribute, ATTRIBUTES[attribute], (attribute,), width, always)


COLUMNS: tuple[Column, ...] = (
    Column("code", "Mã TTHC", ("code", "local_code"), 24, always=True),
    Column("name", "Tên thủ tục hành chính", ("name",), 60, always=True),
    _column("field", 26, always=True),
    _column("executing_levels", 18, always=True),
    _column("agency", 28, always=True),
    Column("division", "Phòng chuyên môn", ("division",), 24, always=True),
    Column("online_level", "Mức độ DVC trực tuyến", ("online_level", "online_level_text"), 22, always=True),
    _column("processing_time", 26, always=True),
    _column("fee", 22, always=True),
    _column("ways", 22),
    Column("postal", "BCCI", ("ways",), 8),
    _column("province_decision_number", 22),
    _column("province_decision_date", 14),
    Column("decision_number", "Quyết định công bố của Bộ", ("decision_number",), 22),
    Column("decision_date", "Ngày quyết định công bố của Bộ", ("decision_date",), 14),
    _column("eligible_full_online", 14),
    _column("online_reason", 32),
    _column("online_basis", 28),
    _column("online_plan", 20),
    _column("decentralisation_state", 18),
    _column("decentralised_to", 22),
    _column("decentralisation_basis", 28),
    _column("decentralisation_texts", 28),
    _column("decentralisation_reason", 28),
    _column("delegated", 10),
    _column("competent_authority", 28),
    _column("state", 16),
    _column("promulgating_agency", 22),
    Column("promulgating_agency_code", "Mã cơ quan ban hành", ("promulgating_agency_code",), 14),
    Column("kind", "Loại thủ tục", ("kind",), 18),
    _column("subjects", 28),
    _column("dossier", 40),
    _column("legal_bases", 40),
    _column("steps", 40),
    _column("requirements", 32),
    _column("results", 28),
    Column("url", "Đường dẫn", ("url",), 30),
)
"""In the order in which they are written."""


def cell_text(procedure: Procedure, role: str) -> str:
    """What a column's cell says about a procedure; empty where it does not say."""
    text = _TEXTS[role](procedure) if role in _TEXTS else _plain(getattr(procedure, role))
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def pack(procedure: Procedure, *, placed: bool = False) -> str:
    """The record as letters and digits that no spreadsheet program alters.

    `placed`: with the row's place in the file that it came from, which is otherwise that in this one.
    """
    record = to_record(procedure)
    if not placed:
        record.pop("row", None)
    return packed(record)


def unpack(text: str) -> Procedure | None:
    """The inverse of `pack`; `None` for anything else, whatever it is."""
    record = unpacked(text, 8 << 20)
    try:
        return from_record(record) if isinstance(record.get("name"), str) else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def still_says(procedure: Procedure, role: str, cell: str) -> bool:
    """Whether a cell still reads as the record's value was written."""
    try:
        return _unified(cell_text(procedure, role)) == _unified(cell)
    except (TypeError, AttributeError, ValueError, KeyError):
        return False


def time_text(time: ProcessingTime) -> str:
    """One time with its way of submission: "Trực tiếp: 07 ngày làm việc"."""
    return _with_way(time.way, format_time(time))


def fee_text(fee: Fee) -> str:
    """One fee with its way of submission."""
    return _with_way(fee.way, format_fee(fee))


def _with_way(way: str | None, text: str) -> str:
    return f"{WAYS.get(way, way)}: {text}" if way else text


def _unified(text: str) -> str:
    """Line ends as spreadsheets keep them; blanks at the ends of a CSV's cells do not count."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y") if value.year >= 1000 else f"{value:%d/%m/}{value.year:04d}"
    if isinstance(value, tuple):
        return "\n".join(value) if value else NOTHING
    if isinstance(value, str):
        return value
    raise TypeError(f"no wording for {type(value).__name__}")


def _listed(values: Iterable[str] | None, separator: str) -> str:
    if values is None:
        return ""
    return separator.join(values) or NOTHING


def _code(procedure: Procedure) -> str:
    return procedure.local_code or procedure.code or ""


def _raw(attribute: str) -> Callable[[Procedure], str]:
    return lambda procedure: procedure.raw_text(attribute) or ""


def _levels(procedure: Procedure) -> str:
    levels = procedure.executing_levels
    if levels is None:
        return ""
    return _listed((level_label(level) for level in LEVELS if level in levels), "; ")


def _online(procedure: Procedure) -> str:
    if procedure.online_level_text:
        return procedure.online_level_text
    return online_label(procedure.online_level) if procedure.online_level else ""


def _ways(procedure: Procedure) -> str:
    ways = procedure.ways
    if ways is None or ways == POSTAL_ALONE:
        return ""
    return _listed((label for way, label in WAYS.items() if way in ways), "; ")


def _postal(procedure: Procedure) -> str:
    return "x" if procedure.ways and "postal" in procedure.ways else ""


def _state(procedure: Procedure) -> str:
    return STATES.get(procedure.state, procedure.state) if procedure.state else ""


def _decentralisation(procedure: Procedure) -> str:
    state = procedure.decentralisation_state
    return DECENTRALISATION.get(state, state) if state else ""


def _times(procedure: Procedure) -> str:
    times = procedure.processing_time
    return _listed(None if times is None else map(time_text, times), "\n")


def _fees(procedure: Procedure) -> str:
    fees = procedure.fee
    return _listed(None if fees is None else map(fee_text, fees), "\n")


def _dossier(procedure: Procedure) -> str:
    papers = procedure.dossier
    return _listed(None if papers is None else map(paper_text, papers), "\n")


def paper_text(paper: Paper) -> str:
    """One paper with the originals and copies asked for."""
    asked = [
        f"{label}: {number}"
        for label, number in (("Bản chính", paper.originals), ("Bản sao", paper.copies))
        if number is not None
    ]
    return f"{paper.name} ({'; '.join(asked)})" if asked else paper.name


_TEXTS: Mapping[str, Callable[[Procedure], str]] = {
    "code": _code,
    "name": _raw("name"),
    "field": _raw("field"),
    "agency": _raw("agency"),
    "executing_levels": _levels,
    "online_level": _online,
    "ways": _ways,
    "postal": _postal,
    "state": _state,
    "decentralisation_state": _decentralisation,
    "processing_time": _times,
    "fee": _fees,
    "dossier": _dossier,
}

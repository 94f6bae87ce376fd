"""The national database's own export: a list, and a sheet each for ways, steps, papers, results, legal bases.

The sheets are told by their headings and joined to the list by code: a code that stands in each of them is no
repetition. Values take the form in which the portal's own records have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractors.workbooks.formats.tables import Sheet
from extractors.workbooks.headings import HEADING_ROWS, find_layout, role_of
from extractors.workbooks.sheet_cells import cell_string, place_of
from procedures.model import Paper, Procedure
from procedures.values.codes import parse_code
from procedures.values.durations import ProcessingTime, parse_times
from procedures.values.fees import Fee, parse_fees
from procedures.values.levels import parse_ways
from procedures.values.text import canonical, matching_key

_FORMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ways": {
        "way": ("Hình thức nộp", "Hình thức nộp hồ sơ", "Cách thức nộp"),
        "time": ("Thời gian", "Thời hạn", "Thời hạn giải quyết", "Thời gian giải quyết"),
        "fee": ("Phí, lệ phí", "Phí/lệ phí", "Phí lệ phí"),
        "text": ("Mô tả",),
    },
    "steps": {
        "case": ("Trường hợp xử lý", "Trường hợp"),
        "text": ("Mô tả chi tiết", "Nội dung thực hiện", "Trình tự thực hiện"),
    },
    "dossier": {
        "name": ("Tên giấy tờ", "Tên thành phần hồ sơ"),
        "originals": ("Bản chính", "Số bản chính"),
        "copies": ("Bản sao", "Số bản sao"),
    },
    "results": {"name": ("Tên kết quả",), "code": ("Mã kết quả",)},
    "legal_bases": {"number": ("Số ký hiệu", "Số, ký hiệu"), "title": ("Trích yếu",)},
    "requirements": {"text": ("Yêu cầu, điều kiện", "Yêu cầu, điều kiện thực hiện")},
}
"""By kind of sheet, what its columns say and how they are headed."""
_NEEDED = {
    "ways": "way",
    "steps": "text",
    "dossier": "name",
    "results": "name",
    "legal_bases": "number",
    "requirements": "text",
}
"""Without this column a sheet is none of that kind."""
_FEWEST_KINDS = 2
"""Of so many kinds an export has sheets at least; one alone may be a list of another form."""
_OF_A_LIST = frozenset({"field", "executing_levels", "agency", "promulgating_agency", "subjects"})
"""Roles of which a list has two at least, and a sheet of parts has none, or one."""


_BESIDE = frozenset({"stt", "code", "name"})


@dataclass(frozen=True, slots=True)
class PartSheet:
    """One sheet of parts: its kind, the columns of what it says, and the row below its headings."""

    kind: str
    sheet: Sheet
    code: int
    columns: Mapping[str, int]
    first: int

    def rows(self) -> Iterator[tuple[int, str | None, dict[str, str]]]:
        """Each row's number, code and texts."""
        for row in range(self.first, len(self.sheet.rows)):
            texts = {
                part: cell_string(self.sheet.filled(row, column)).strip()
                for part, column in self.columns.items()
            }
            cell = self.sheet.filled(row, self.code)
            if any(texts.values()):
                code = parse_code(cell) if isinstance(cell, str | int | float) else None
                yield row + 1, code.core if code else None, texts


@dataclass(frozen=True, slots=True)
class Joined:
    """The procedures with what the sheets of parts say of them, and remarks."""

    procedures: Mapping[str, Procedure]
    remarks: tuple[str, ...]


def split_export(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[PartSheet], list[str]]:
    """The sheets of lists, those of parts, and the names of others that the export has beside them.

    A workbook without a list, or without sheets of parts, is no such export: all its sheets are lists.
    """
    parts = {id(part.sheet): part for sheet in sheets if (part := _part(sheet))}
    lists = [sheet for sheet in sheets if id(sheet) not in parts and _is_list(sheet)]
    if not lists or len({part.kind for part in parts.values()}) < _FEWEST_KINDS:
        return list(sheets), [], []
    others = [
        sheet
        for sheet in sheets
        if id(sheet) not in parts and not any(sheet is each for each in lists) and find_layout(sheet)
    ]
    rest = [sheet for sheet in sheets if id(sheet) not in parts and not any(sheet is each for each in others)]
    return rest, list(parts.values()), [sheet.name for sheet in others]


def join_parts(file: str, procedures: Mapping[str, Procedure], parts: Iterable[PartSheet]) -> Joined:
    """The procedures of a list with their ways, papers and so on; what the list itself says goes before."""
    joined = dict(procedures)
    remarks = []
    for part in parts:
        by_code: dict[str, list[dict[str, str]]] = {}
        unknown: dict[str, int] = {}
        for number, code, texts in part.rows():
            if code is not None and code in procedures:
                by_code.setdefault(code, []).append(texts)
            else:
                unknown.setdefault(code or "(không có mã)", number)
        for code, number in unknown.items():
            remarks.append(
                f"{place_of(file, part.sheet.name, number)}: mã {code} không có trong trang danh sách, bỏ qua"
            )
        for code, rows in by_code.items():
            values = {name: value for name, value in _VALUES[part.kind](rows).items() if value}
            said = joined[code]
            new = {name: value for name, value in values.items() if not getattr(said, name)}
            joined[code] = replace(said, **new)
    return Joined(joined, tuple(remarks))


def _part(sheet: Sheet) -> PartSheet | None:
    for row in range(min(HEADING_ROWS, len(sheet.rows))):
        texts = {
            column: canonical(cell)
            for column, cell in enumerate(sheet.rows[row])
            if isinstance(cell, str) and cell.strip()
        }
        roles = {role_of(text): column for column, text in texts.items()}
        if "code" not in roles or len(_OF_A_LIST & roles.keys()) > 1:
            continue
        for kind, form in _FORMS.items():
            columns = _columns(form, texts)
            alone = len(form) == 1 and len(texts) <= len(_BESIDE & roles.keys()) + 1
            if _NEEDED[kind] in columns and (len(columns) > 1 or alone):
                return PartSheet(kind, sheet, roles["code"], columns, row + 1)
    return None


def _columns(form: Mapping[str, tuple[str, ...]], texts: Mapping[int, str]) -> dict[str, int]:
    keys = {matching_key(text): column for column, text in texts.items()}
    return {
        part: keys[key]
        for part, headings in form.items()
        if (key := next((key for key in map(matching_key, headings) if key in keys), None)) is not None
    }


def _is_list(sheet: Sheet) -> bool:
    layout = find_layout(sheet)
    return layout is not None and len(_OF_A_LIST & set(layout.roles.values())) > 1


def _ways(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    ways: set[str] = set()
    times: list[ProcessingTime] = []
    fees: list[Fee] = []
    for row in rows:
        told = sorted(parse_ways(row.get("way", "")))
        ways |= set(told)
        way = told[0] if len(told) == 1 else None
        times += (replace(time, way=way) for time in _times(row.get("time", ""), row.get("text", "")))
        fees += (replace(fee, way=way) for fee in parse_fees(row.get("fee", "")))
    return {"ways": frozenset(ways), "processing_time": _unique(times), "fee": _unique(fees)}


def _times(time: str, text: str) -> tuple[ProcessingTime, ...]:
    """A number with its unit, else ("Khác") what the description says."""
    measured = parse_times(time)
    if any(each.amount is not None for each in measured):
        return measured
    return parse_times(text) or (() if matching_key(time) in ("", "khác") else measured)


def _steps(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"steps": tuple(filter(None, (_worded(": ", row, "case", "text") for row in rows)))}


def _dossier(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    papers = (
        Paper(
            name=canonical(row["name"]),
            originals=_count(row.get("originals", "")),
            copies=_count(row.get("copies", "")),
        )
        for row in rows
        if row.get("name")
    )
    return {"dossier": _unique(papers)}


def _results(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"results": _unique(canonical(row["name"]) for row in rows if row.get("name"))}


def _legal_bases(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"legal_bases": _unique(filter(None, (_worded(" — ", row, "number", "title") for row in rows)))}


def _requirements(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"requirements": canonical("\n".join(row.get("text", "") for row in rows)) or None}


_VALUES: Mapping[str, Callable[[Sequence[Mapping[str, str]]], dict[str, Any]]] = {
    "ways": _ways,
    "steps": _steps,
    "dossier": _dossier,
    "results": _results,
    "legal_bases": _legal_bases,
    "requirements": _requirements,
}


def _worded(between: str, row: Mapping[str, str], *parts: str) -> str:
    return between.join(filter(None, (canonical(row.get(part, "")) for part in parts)))


def _unique(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else None

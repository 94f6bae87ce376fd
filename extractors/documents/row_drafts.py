"""One procedure of a list while its rows are collected, and the row that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from extractors.documents.citations import annex_row, decisions_in
from extractors.documents.syllables import join_syllables
from extractors.workbooks.cell_values import read_answers, read_date
from procedures.office.documents import DocumentRow, NamedProcedure, RawCell
from procedures.values.codes import codes_in, split_code
from procedures.values.text import canonical, name_identity

_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[-–+•])\s*")
_BLANK_TO_FILL = re.compile(r"[\s.…_-]*")
_SENTENCE_ENDS = (".", ";", ":")
_ANSWER_ROLES = {
    "time": "processing_time", "time:rule": "time:rule", "time:local": "time:local",
    "time:direct": "time:direct", "time:online": "time:online", "time:postal": "time:postal",
    "fee": "fee", "fee:charge": "fee:charge", "fee:fee": "fee:fee", "ways": "ways", "postal": "postal",
    "way:direct": "way:direct", "way:online": "way:online", "way:postal": "way:postal",
    "levels": "executing_levels", "level:ministry": "level:ministry", "level:province": "level:province",
    "level:district": "level:district", "level:commune": "level:commune",
    "online": "online_level", "online:full": "online:full", "online:partial": "online:partial",
}  # fmt: skip
"""Roles of a decision's columns → those of `extractors.workbooks.cell_values`."""
NO_CODE = frozenset({"", "không", "không có", "chưa có", "chưa có mã", "-", "x", "/"})


@dataclass(slots=True)
class RowDraft:
    """The texts of a procedure by role as they were read, and the values of the sections around it."""

    page: int | None
    numbers: tuple[str, ...]
    texts: dict[str, str]
    notes: dict[str, str]
    levels: frozenset[str] | None = None
    field: str | None = None
    struck: bool = False
    unnumbered: bool = False
    cells: dict[str, str] = dataclass_field(default_factory=dict)
    """Raw texts by heading."""

    @property
    def number(self) -> str | None:
        """The row's number in the document; of two numbers the running one."""
        return next((number for number in self.numbers if number), None)

    def append(self, texts: dict[str, str], cells: dict[str, str], *, broken: bool) -> None:
        """Append the texts of a further row; `broken`: the row was cut by the end of a page."""
        for own, added in ((self.texts, texts), (self.cells, cells)):
            for key, text in added.items():
                own[key] = _appended(own.get(key, ""), text, broken=broken)


def _appended(before: str, text: str, *, broken: bool) -> str:
    if not before.strip() or not text.strip():
        return before if before.strip() else text
    if not broken or before.rstrip().endswith(_SENTENCE_ENDS) or _ITEM.match(text):
        return f"{before}\n{text}"
    if before.endswith(("-", "/")) and text[:1].isalnum():
        return before + text
    return f"{before} {text}"


@dataclass(frozen=True, slots=True)
class FinishedRow:
    """A row, and its remarks for people: (words, whether it holds the document)."""

    row: DocumentRow
    remarks: tuple[tuple[str, bool], ...]


def finish_row(draft: RowDraft, number: int, *, codes_expected: bool) -> FinishedRow:
    """Return the row of a draft; `number` is its place in the part."""
    remarks: list[tuple[str, bool]] = []
    texts = draft.texts
    name = join_syllables(canonical(texts.get("name", "")))
    code, name = _code(texts.get("code"), name, remarks, expected=codes_expected)
    if not name:
        remarks.append(("không có tên thủ tục", True))
    if draft.struck:
        remarks.append(("có chữ bị gạch ngang", True))
    if draft.unnumbered:
        remarks.append(("không có số thứ tự", True))
    answers = read_answers(
        {
            answer_role: texts[role]
            for role, answer_role in _ANSWER_ROLES.items()
            if not _BLANK_TO_FILL.fullmatch(texts.get(role, ""))
        },
        draft.notes,
        whole=True,
    )
    for cell in answers.unread:
        column = _COLUMNS.get(cell.attribute, cell.attribute)
        remarks.append((f'không hiểu "{cell.text[:60]}" ({column})', False))
    values = answers.values
    decisions = decisions_in(texts.get("decision", ""))
    if len(decisions) > 1:
        remarks.append(("ô quyết định công bố ghi nhiều quyết định", False))
    effective = read_date(texts["effective"]) if texts.get("effective") else None
    if texts.get("effective") and effective is None:
        remarks.append((f'không hiểu ngày hiệu lực "{canonical(texts["effective"])[:60]}"', True))
    row = DocumentRow(
        name=name,
        row=number,
        page=draft.page,
        number=draft.number,
        code=code,
        field=_clean(texts.get("field")) or draft.field,
        executing_levels=values.get("executing_levels") or draft.levels or name_identity(name).levels or None,
        processing_time=values.get("processing_time", ()),
        time_by_rule=_clean(texts.get("time:rule")),
        time_after_cut=_clean(texts.get("time:local")),
        decision=decisions[0] if len(decisions) == 1 else None,
        replaces=_replaces(texts),
        annex_row=annex_row(texts.get("annex_row", "") or texts.get("decision", "")),
        effective_date=effective,
        fee=values.get("fee"),
        ways=values.get("ways"),
        online_level=values.get("online_level"),
        place=_clean(texts.get("place")),
        agency=_clean(texts.get("agency")),
        authority=_clean(texts.get("authority")),
        legal_basis=_lines(texts.get(role) for role in ("legal", "amending", "repealing")),
        note=_lines(texts.get(role) for role in ("content", "note")),
        cells=tuple(RawCell(heading, text) for heading, text in draft.cells.items()),
    )
    return FinishedRow(row, tuple(remarks))


_COLUMNS = {
    "executing_levels": "cấp thực hiện",
    "online_level": "mức độ trực tuyến",
    "ways": "cách thức thực hiện",
}


def _code(
    cell: str | None, name: str, remarks: list[tuple[str, bool]], *, expected: bool
) -> tuple[str | None, str]:
    codes = codes_in(cell or "")
    if len(codes) > 1:
        remarks.append((f"ô mã ghi nhiều mã: {', '.join(codes)}", True))
        return None, name
    if codes:
        return codes[0], name
    if cell and canonical(cell).casefold() not in NO_CODE:
        remarks.append((f'không hiểu mã "{canonical(cell)[:40]}"', True))
    if not expected and (inside := split_code(name)):
        return inside[0].core, inside[1]
    return None, name


def _replaces(texts: dict[str, str]) -> tuple[NamedProcedure, ...]:
    codes = codes_in(texts.get("old:code", ""))
    lines = [
        line for each in texts.get("old:name", "").split("\n") if (line := join_syllables(canonical(each)))
    ]
    names = lines if len(lines) == len(codes) else _items(lines)
    if len(names) == len(codes):
        return tuple(NamedProcedure(name, code) for name, code in zip(names, codes, strict=True))
    if len(names) == 1 and not codes:
        return (NamedProcedure(names[0]),)
    return tuple(NamedProcedure(name) for name in names) + tuple(NamedProcedure(None, code) for code in codes)


def _items(lines: Sequence[str]) -> list[str]:
    """Return a cell's procedures: several only where each begins with a number or a dash."""
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not items:
            items.append(_ITEM.sub("", line))
        else:
            items[-1] = f"{items[-1]} {line}"
    return [item for item in items if item]


def _clean(text: str | None) -> str | None:
    return join_syllables(canonical(text)) or None if text else None


def _lines(texts: Iterable[str | None]) -> str | None:
    lines = [
        join_syllables(line)
        for text in texts
        if text
        for each in text.split("\n")
        if (line := canonical(each))
    ]
    return "\n".join(lines) or None

"""The lists of a decision: from lines and rows of tables to parts with their procedures.

A list continues over pages, with its headings repeated or not; a row may be cut by the end of a page; titles
between or within the tables begin parts and set level and field of the rows that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractors.documents.blocks import Block, Cell, RunningLine, TableRow
from extractors.documents.column_roles import DocumentColumns, find_columns, is_numbering
from extractors.documents.declared_counts import CountedSection
from extractors.documents.placement import DocumentPlace, Kinds
from extractors.documents.row_drafts import RowDraft
from extractors.documents.titles import declared_in, titles_in
from extractors.workbooks.sections import Section, alone, read_section
from procedures.office.documents import PartKind
from procedures.office.part_kinds import part_kinds_of
from procedures.values.codes import codes_in
from procedures.values.text import canonical, matching_key
from procedures.wording.words import excerpt

_SERIAL = re.compile(r"^\d{1,4}(?:\.\d{1,3})*[.)]?$")
_SUB_MARKER = re.compile(r"^(?:[A-ZĐ]|[IVX]{1,5})[.-]?\d{1,2}[.)]?$")
_PAGE_NUMBER = re.compile(r"-?\s*\d{1,4}\s*-?")
_TOTAL = re.compile(r"^(?:tổng cộng|tổng số|tổng|cộng)\b")
_NOTE = re.compile(r"^(?:\(?\*+\)?|ghi chú|lưu ý)", re.I)
_SECTION_HEAD = re.compile(r"^(?:lĩnh vực|cấp (?:bộ|trung ương|tỉnh|huyện|xã))\b", re.I)
_LONGEST_SECTION = 400
_LONGEST_TOTAL = 60
_TITLE_ROWS = 6
"""Rows at the top of a table that may be its titles."""
_DEEPEST_MERGE = 60
"""Rows over which a merged cell is followed."""
_IDENTITY_ROLES = ("stt", "name", "code")
"""Roles whose merged cell makes its rows one procedure, and is not repeated for each."""
_NOTES = {"time": "processing_time"}


@dataclass(slots=True)
class ListPart:
    """A part while it is read."""

    kind: PartKind | None
    title: str
    declared: int | None
    drafts: list[RowDraft] = field(default_factory=list)
    has_codes: bool = False


@dataclass(slots=True)
class DocumentLists:
    """The lists of a decision; `remarks` are (words, whether they hold the document)."""

    parts: list[ListPart] = field(default_factory=list)
    counted: list[CountedSection] = field(default_factory=list)
    remarks: list[tuple[str, bool]] = field(default_factory=list)


def read_lists(blocks: Iterable[Block], *, paged: bool, decision_kinds: Kinds) -> DocumentLists:
    """Return the parts of one decision; `decision_kinds` are those in its own title."""
    reader = _Reader(paged, decision_kinds)
    for table in _tables(blocks):
        if isinstance(table, RunningLine):
            reader.line(table)
        else:
            reader.table(table)
    return reader.lists


def head_lines(blocks: Iterable[Block]) -> list[str]:
    """Return the lines over the first list; letterheads and signatures may be tables."""
    lines: list[str] = []
    for table in _tables(blocks):
        if isinstance(table, RunningLine):
            lines.append(table.text)
        elif any(find_columns(table, at) for at in range(min(_TITLE_ROWS, len(table)))):
            break
        else:
            lines += _texts(table)
    return lines


def _tables(blocks: Iterable[Block]) -> Iterable[RunningLine | list[TableRow]]:
    rows: list[TableRow] = []
    for block in blocks:
        if rows and (isinstance(block, RunningLine) or block.table != rows[0].table):
            yield rows
            rows = []
        if isinstance(block, RunningLine):
            yield block
        else:
            rows.append(block)
    if rows:
        yield rows


class _Reader:
    """A reader that walks the blocks of one decision."""

    def __init__(self, paged: bool, decision_kinds: Kinds) -> None:
        self.paged = paged
        self.place = DocumentPlace(decision_kinds)
        self.lists = DocumentLists(counted=self.place.counted)
        self.pending: list[str] = []
        self.columns: DocumentColumns | None = None
        self.part: ListPart | None = None
        self.draft: RowDraft | None = None
        self.part_key: tuple[int, bool, bool] | None = None

    def line(self, line: RunningLine) -> None:
        text = canonical(line.text)
        if text and not _PAGE_NUMBER.fullmatch(text):
            self.pending.append(text)

    # tables

    def table(self, rows: Sequence[TableRow]) -> None:
        heading_row = next((at for at in range(min(_TITLE_ROWS, len(rows))) if find_columns(rows, at)), None)
        in_list = self.columns is not None
        titles = titles_in(self.pending if in_list else _lines_after_head(self.pending))
        if heading_row is None and (
            any(title.outer or title.kinds for title in titles) or not self._continues(rows)
        ):
            self._read_other_table(rows)
            return
        if in_list and not all(map(_is_title, rows[: heading_row or 0])):
            heading_row = 0  # rows of the list before, over other headings in one table
        titles += titles_in([canonical(cell.text) for row in rows[: heading_row or 0] for cell in row.cells])
        self.pending = []
        for title in titles:
            self.draft = None
            self.place.begin(title)
        if not self.place.content:
            self._rows(rows, heading_row or 0)

    def _continues(self, rows: Sequence[TableRow]) -> bool:
        """Whether a table without headings continues the list before: as wide, and numbered or cut."""
        if self.columns is None:
            return False
        width = max(cell.column + cell.span for row in rows for cell in row.cells)
        if width != max(column.last for column in self.columns.columns):
            return False
        numbers = [
            _without_breaks(cell.text) for row in rows for cell in row.cells if self._role(cell) == "stt"
        ]
        if any(_is_serial(number) or _marker(number) for number in numbers):
            return True
        return (self.paged and not any(numbers)) or not self.columns.has("stt")

    def _read_other_table(self, rows: Sequence[TableRow]) -> None:
        """Handle a table that is not a list: the head of a decision, a form, or an unknown one."""
        texts = _texts(rows)
        if self.columns is None:
            self.pending += map(canonical, texts)
            return
        for title in titles_in(self.pending):
            self.draft = None
            self.place.begin(title)
        self.pending = []
        if self.place.content or max(len(row.cells) for row in rows) < 3:
            return
        quoted = excerpt(canonical(" | ".join(texts)), 80)
        self._remark(f'{_place(rows[0])}bảng "{quoted}" không có tiêu đề cột nào nhận ra được', holds=True)

    # rows

    def _rows(self, rows: Sequence[TableRow], first: int) -> None:
        at = first
        top = True
        while at < len(rows):
            columns = find_columns(rows, at)
            if columns is not None:
                self._set_columns(columns)
                at += columns.rows
                continue
            row = rows[at]
            if any(canonical(cell.text) for cell in row.cells) and not is_numbering(row):
                self._row(rows, at, top=top and self.paged)
                top = False
            at += 1

    def _set_columns(self, columns: DocumentColumns) -> None:
        for heading in columns.unknown:
            self._remark(f'không hiểu cột "{excerpt(heading, 80)}", chỉ giữ nguyên văn')
        previous_roles = {column.role for column in self.columns.columns} if self.columns else set()
        if previous_roles != {column.role for column in columns.columns}:
            self.draft = None
        self.columns = columns

    def _row(self, rows: Sequence[TableRow], at: int, *, top: bool) -> None:
        row = rows[at]
        cells = [cell for cell in row.cells if canonical(cell.text)]
        numbers = tuple(_without_breaks(cell.text) for cell in row.cells if self._role(cell) == "stt")
        rest = [cell for cell in cells if self._role(cell) != "stt"]
        serial = any(map(_is_serial, numbers))
        if not rest:
            return  # a number and nothing beside it
        if not serial and _TOTAL.match(matching_key(rest[0].text)) and len(rest[0].text) < _LONGEST_TOTAL:
            self._total(canonical(" ".join(cell.text for cell in rest)))
            return
        markers = [kind for number in numbers if (kind := _marker(number))]
        section = self._section(rest, markers, cut=top and not any(numbers))
        if section is not None:
            self.draft = None
            self.place.enter(section, canonical(rest[0].text))
            return
        if len(rest) == 1 and self._spanned(rest[0]) > 1 and not markers:
            self.draft = None
            quoted = excerpt(canonical(rest[0].text), 80)
            self._remark(f'{_place(row)}dòng "{quoted}" không phải thủ tục, bỏ qua')
            return
        above = _merged_from_above(rows, at)
        texts, raw = self._texts(cells, above)
        if self.draft is not None and not serial and self._goes_on(texts, above, top=top):
            self.draft.append({role: text for role, text in texts.items() if role != "stt"}, raw, broken=top)
        else:
            self._procedure(row, numbers, texts, raw)

    def _role(self, cell: Cell) -> str | None:
        column = self.columns.column_of(cell) if self.columns else None
        return column.role if column else None

    def _spanned(self, cell: Cell) -> int:
        return self.columns.columns_spanned(cell) if self.columns else 0

    def _has(self, role: str) -> bool:
        return self.columns is not None and self.columns.has(role)

    def _texts(self, cells: Sequence[Cell], above: Sequence[Cell]) -> tuple[dict[str, str], dict[str, str]]:
        """Return a row's texts by role and by heading, with those of merged cells that began above."""
        texts: dict[str, str] = {}
        raw: dict[str, str] = {}
        for cell in [*cells, *(each for each in above if self._role(each) not in _IDENTITY_ROLES)]:
            column = self.columns.column_of(cell) if self.columns else None
            if column is None:
                continue
            if column.role:
                before = texts.get(column.role)
                texts[column.role] = f"{before}\n{cell.text}" if before else cell.text
            raw[column.heading] = f"{raw[column.heading]} {cell.text}" if column.heading in raw else cell.text
        return texts, raw

    def _section(self, rest: Sequence[Cell], markers: Sequence[str], *, cut: bool) -> Section | None:
        """Return the section that a row heads, `None` where the row belongs to a procedure."""
        cell = rest[0]
        text = canonical(cell.text)
        if len(rest) != 1 or len(text) > _LONGEST_SECTION or codes_in(text) or _NOTE.match(text):
            return None
        marker = markers[-1] if markers else None
        wide, capitals = self._spanned(cell) > 1, text.isupper()
        if not wide:
            if cut and not capitals and not _SECTION_HEAD.match(text):
                return None
            if marker == "number" and read_section(text, "number") is None:
                return None
            if marker is None and not capitals and read_section(text) is None:
                return None
        section = read_section(text, marker, heading_like=wide or capitals or marker != "number")
        return Section(marker or "") if section is None and part_kinds_of(text) else section

    def _total(self, text: str) -> None:
        """Handle a row that adds up the part; its count is one more to check."""
        self.draft = None
        numbers = re.findall(r"\d+", text)
        declared = declared_in(text) or (int(numbers[0]) if len(numbers) == 1 else None)
        if self.part is not None and declared is not None:
            self.lists.counted.append(CountedSection(text, declared, len(self.part.drafts)))

    def _goes_on(self, texts: dict[str, str], above: Sequence[Cell], *, top: bool) -> bool:
        """Whether a row only adds to the procedure above: cut by a page, or merged with it."""
        if codes_in(texts.get("code", "")):
            return False
        if top and self._has("stt"):
            return True
        has_name = bool(texts.get("name"))
        if "name" in map(self._role, above) or (not has_name and not texts.get("code")):
            return True
        return top and texts["name"][:1].islower()

    def _procedure(
        self, row: TableRow, numbers: tuple[str, ...], texts: dict[str, str], raw: dict[str, str]
    ) -> None:
        part = self._open_part()
        place = self.place
        notes = {
            _NOTES.get(column.role, column.role): match[1]
            for column in (self.columns.columns if self.columns else ())
            if column.role and (match := re.search(r"\(([^()]*)\)", column.heading))
        }
        draft = RowDraft(row.page, numbers, texts, notes, place.levels, place.field, cells=raw)
        draft.struck = any(cell.struck for cell in row.cells if self._role(cell) in ("name", "code"))
        draft.unnumbered = self._has("stt") and not any(numbers) and any(each.number for each in part.drafts)
        part.drafts.append(draft)
        part.has_codes |= self._has("code")
        place.count()
        self.draft = draft

    def _open_part(self) -> ListPart:
        """Return the part of the present row; a new one where title, section or columns require it."""
        assert self.columns is not None
        now = (self.place.turn, self.columns.repeals, self.columns.has("old:name"))
        if self.part is None or now != self.part_key:
            kind, why = self.place.kind(self.columns)
            self.part_key = now
            self.part = ListPart(kind, self.place.title, self.place.declared)
            self.lists.parts.append(self.part)
            if why:
                quoted = excerpt(self.part.title or "không có tên", 80)
                self._remark(f'phần "{quoted}": {why}', holds=True)
        return self.part

    def _remark(self, text: str, *, holds: bool = False) -> None:
        if (text, holds) not in self.lists.remarks:
            self.lists.remarks.append((text, holds))


def _texts(rows: Sequence[TableRow]) -> list[str]:
    return [line for row in rows for cell in row.cells for line in cell.text.split("\n") if canonical(line)]


def _is_title(row: TableRow) -> bool:
    """Whether a row over the headings is a title: one text alone."""
    return sum(bool(canonical(cell.text)) for cell in row.cells) < 2


def _lines_after_head(lines: Sequence[str]) -> list[str]:
    """Return the lines below a decision's own text: those after its articles and signatures."""
    own = re.compile(r"^(?:Điều \d|Căn cứ|Nơi nhận|Theo đề nghị)", re.I)
    last = max((at for at, line in enumerate(lines) if own.match(line)), default=-1)
    return list(lines[last + 1 :])


def _merged_from_above(rows: Sequence[TableRow], at: int) -> list[Cell]:
    """Return the merged cells that began above a row and reach into it."""
    return [
        cell
        for above in range(max(at - _DEEPEST_MERGE, 0), at)
        for cell in rows[above].cells
        if cell.rows > at - above and canonical(cell.text)
    ]


def _without_breaks(text: str) -> str:
    """Return a number without the breaks of its narrow column: "II⏎I" is "III"."""
    return re.sub(r"\s+", "", canonical(text))


def _marker(number: str) -> str | None:
    if not number:
        return None
    return alone(number) or ("letter" if _SUB_MARKER.match(number) else None)


def _is_serial(number: str) -> bool:
    return bool(_SERIAL.match(number))


def _place(row: TableRow) -> str:
    return f"trang {row.page}: " if row.page else ""

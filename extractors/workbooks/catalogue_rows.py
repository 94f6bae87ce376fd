"""The procedure rows of a catalogue's sheets, with what sections and merged cells give them.

Titles, repeated headings, numberings of columns, totals and page numbers are no procedures; a row without
code and name goes on with the procedure above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from extractors.workbooks.code_cells import is_code_like
from extractors.workbooks.column_preview import seen_table
from extractors.workbooks.formats.tables import Cell, Sheet
from extractors.workbooks.formats.xlsx_errors import is_error
from extractors.workbooks.headings import Layout, find_layout, layout_at, role_of, said_role
from extractors.workbooks.sections import (
    IN_DOUBT,
    REPEALED,
    Section,
    Sections,
    alone,
    begins_numbering,
    read_section,
    title_section,
)
from extractors.workbooks.sheet_cells import cell_string, column_letters
from procedures.values.text import canonical, matching_key
from procedures.workbook_layout.column_mapping import NO_MAPPINGS, ColumnMapping, FileShape, Mappings

_COLUMN_NUMBER = re.compile(r"^\(?\s*(?:\d{1,2}|[a-zA-Z])\s*\)?(?:\s*=.*)?$")
_NUMBER = re.compile(r"^\d+(?:[.,]\d+)*\.?$")
_PAGE = re.compile(r"^(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?$", re.I)
_TOTAL = re.compile(
    r"^(?:tổng cộng|tổng số|tổng|cộng)(?: (?:số|có|là|danh mục|các))*[\s\d]*"
    r"(?:thủ tục hành chính|thủ tục|tthc)?(?: (?:cấp \w+|toàn sở))?[\s\d]*$|"
    r"^(?:tổng )?cộng (?:theo )?(?:lĩnh vực|mục|phần|nhóm|cấp) .*"
)
_CLOSING = re.compile(
    r"^(?:người lập|nơi nhận|ghi chú|(?:tm|kt|tl|tuq) |(?:phó )?giám đốc$|(?:phó )?trưởng phòng$|lãnh đạo|"
    r"(?:\w+ ){1,4}ngày(?: \d+)? tháng)"
)
_LONGEST_SECTION = 300
_LONGEST_CAPITALS = 150


@dataclass(slots=True)
class CatalogueRow:
    """One procedure's cells: texts by role, and what the parts of the list around it say.

    `columns` are the letters of the column that first said something of a role.
    """

    sheet: str
    number: int
    texts: dict[str, str]
    code: Cell
    notes: dict[str, str]
    columns: dict[str, str]
    levels: frozenset[str] | None = None
    field: str | None = None
    repealed: str = ""
    """The title of the part of repealed procedures in which it stands."""
    doubtful: str = ""
    """The title of its part, where that lists repealed procedures and others."""
    online: str | None = None
    faulty: tuple[tuple[str, str, str], ...] = ()
    """(column's letters, role, text) of cells that hold an error; in place of a code or name it stays."""
    struck: bool = False
    """Its code or its name is struck through."""

    @property
    def at(self) -> str:
        """`sheet!57`, or `57` in a file of one nameless table."""
        return f"{self.sheet}!{self.number}" if self.sheet else str(self.number)


@dataclass(slots=True)
class SheetRows:
    """What was read of one sheet; `skipped` are (row, text) of rows taken for totals and closing words.

    `tables` are its columns as they were seen, `mappings` what people said of them.
    """

    name: str = ""
    rows: list[CatalogueRow] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)
    tables: list[FileShape] = field(default_factory=list)
    mappings: list[ColumnMapping] = field(default_factory=list)


def sheet_layout(sheet: Sheet, previous: Layout | None, mappings: Mappings = NO_MAPPINGS) -> Layout | None:
    """The sheet's own headings, or those of the sheet before where it goes on without any."""
    own = find_layout(sheet, mappings)
    if own is not None or previous is None:
        return own
    column = previous.column("code")
    if column is None:
        return None
    codes = sum(is_code_like(sheet.cell(row, column)) for row in range(len(sheet.rows)))
    filled = sum(any(cell is not None for cell in row) for row in sheet.rows)
    if not codes or codes * 2 < filled:
        return None
    return replace(previous, unknown=(), first=0, beside=None)


def read_rows(sheet: Sheet, layout: Layout, mappings: Mappings = NO_MAPPINGS) -> SheetRows:
    """Every procedure row of a sheet."""
    return _Reader(sheet, layout, mappings).read()


class _Reader:
    """Walks one sheet from the first row below its headings to the end."""

    def __init__(self, sheet: Sheet, layout: Layout, mappings: Mappings) -> None:
        self.sheet = sheet
        self.mappings = mappings
        self.layout = layout
        self.sections = Sections()
        self.result = SheetRows(sheet.name)
        self.current: CatalogueRow | None = None
        self.closed = False
        self._know(layout)

    def read(self) -> SheetRows:
        self._titles()
        row = self.layout.first
        while row < len(self.sheet.rows):
            again = self._headings_again(row)
            if again is not None:
                self.layout, self.current, row = again, None, again.first
                self._know(again)
                continue
            self._row(row)
            row += 1
        return self.result

    def _know(self, layout: Layout) -> None:
        self.result.unknown.update(dict.fromkeys(layout.unknown))
        self.result.tables.append(seen_table(self.sheet, layout))
        if layout.mapping is not None:
            self.result.mappings.append(layout.mapping)

    def _titles(self) -> None:
        """The sheet's name and the titles above the headings may tell level and field."""
        named = title_section(self.sheet.name, sheet_name=True) if self.sheet.name else None
        titles = [text for row in range(max(self.layout.first - 1, 0)) for _, text in self._own(row)]
        sections = [title_section(line) for title in titles for line in title.splitlines()]
        for section in filter(None, (named, *sections)):
            if section.marker == "base":
                self.sections.open.append(section)
            else:
                self.sections.enter(section)

    def _headings_again(self, row: int) -> Layout | None:
        column = self.layout.column("name")
        text = self.sheet.filled(row, column) if column is not None else None
        if self._has_code(row):
            return None
        mapping = self.layout.mapping
        if not isinstance(text, str) or said_role(text.strip(), mapping) != "name":
            said = {said_role(each.strip(), mapping) for _, each in self._own(row)}
            if not {"code", "name"} <= said:
                return None  # else another table, with its columns in another order
        kept = self.layout.column("record")
        record = None if kept is None else self.sheet.filled(row, kept)
        if isinstance(record, str) and role_of(record) != "record":
            return None  # a row that we wrote: its procedure is called like a heading
        return layout_at(self.sheet, row, self.mappings)

    def _row(self, row: int) -> None:
        own = self._own(row)
        if (first := next(own, None)) is None:
            return
        if self._has_code(row):
            self._begin(row)
        else:
            self._row_without_code(row, [first, *own])

    def _row_without_code(self, row: int, own: list[tuple[int, str]]) -> None:
        if self._is_noise(own):
            return
        key = matching_key(next((text for _, text in own if not _NUMBER.match(text.strip())), ""))
        if _TOTAL.match(key) and len(key) < 80:
            self._skip(row, own)
            self.current, self.closed = None, True
            return
        section = self._section(row, own)
        if section is not None:
            self.sections.enter(section)
            self.current, self.closed = None, False
            return
        if self._is_closing(own, key):
            self._skip(row, own)
            self.current, self.closed = None, True
            return
        roles = {self.layout.roles.get(column) for column, _ in own}
        if "name" in roles or "code" in roles:
            self._begin(row)
        elif self.current is not None:
            self._go_on(own)
        else:
            self._skip(row, own)

    def _own(self, row: int) -> Iterator[tuple[int, str]]:
        for column, cell in enumerate(self.sheet.rows[row]):
            if cell is not None and not self.sheet.continues(row, column):
                text = cell_string(cell)
                if canonical(text):
                    yield column, text

    def _has_code(self, row: int) -> bool:
        column = self.layout.column("code")
        return column is not None and is_code_like(self.sheet.cell(row, column))

    def _is_noise(self, own: list[tuple[int, str]]) -> bool:
        """Numberings of columns ("(1)", "(2)" ...), page numbers, and rows with nothing but their number."""
        texts = [text.strip() for _, text in own]
        if len(texts) > 2 and all(_COLUMN_NUMBER.match(text) for text in texts):
            return True
        if len(texts) > 1:
            return False
        return (self.layout.roles.get(own[0][0]) == "stt" and bool(_NUMBER.match(texts[0]))) or (
            self.layout.roles.get(own[0][0]) in (None, "stt", "name", "code") and bool(_PAGE.match(texts[0]))
        )

    def _is_closing(self, own: list[tuple[int, str]], key: str) -> bool:
        if any(self.layout.roles.get(column) == "stt" for column, text in own if _NUMBER.match(text.strip())):
            return False
        return bool(_CLOSING.match(key)) or (self.closed and len(own) < 3)

    def _section(self, row: int, own: list[tuple[int, str]]) -> Section | None:
        marker = alone(own[0][1]) if len(own) > 1 else None
        words = [
            (column, text) for column, text in own[1 if marker else 0 :] if not _NUMBER.match(text.strip())
        ]
        if len(words) != 1 or len(words[0][1]) > _LONGEST_SECTION:
            return None
        column, text = words[0]
        if not marker and own[0][0] != column:
            return None
        capitals = (
            text.isupper()
            and len(text) <= _LONGEST_CAPITALS
            and len(self.layout.roles) >= 4
            and marker != "number"
        )
        if _CLOSING.match(matching_key(text)):
            return None
        heading_like = capitals or (not self.closed and self.sheet.spans(row, column))
        return read_section(
            text, marker, heading_like=heading_like, first=bool(marker) and begins_numbering(own[0][1])
        )

    def _skip(self, row: int, own: list[tuple[int, str]]) -> None:
        self.result.skipped.append((row + 1, canonical(" ".join(text for _, text in own))[:200]))

    def _begin(self, row: int) -> None:
        self.closed = False
        texts: dict[str, str] = {}
        notes: dict[str, str] = {}
        columns: dict[str, str] = {}
        faulty: list[tuple[str, str, str]] = []
        code: Cell = None
        struck = False
        for column, role in self.layout.roles.items():
            cell = self.sheet.filled(row, column)
            struck |= role in ("code", "name") and cell is not None and (row, column) in self.sheet.struck
            text = cell_string(cell)
            if role not in ("stt", "ignored", "matched") and is_error(text):
                faulty.append((column_letters(column), role, text.strip()))
                if role not in ("code", "name"):
                    continue
            if role == "code":
                code = cell
            if text.strip():
                _add(texts, role, self.layout.text(column, text))
                columns.setdefault(role, column_letters(column))
            if column in self.layout.notes:
                notes.setdefault(role, self.layout.notes[column])
        part = self.sections
        said = part.said_by
        self.current = CatalogueRow(
            self.sheet.name,
            row + 1,
            texts,
            code,
            notes,
            columns,
            part.levels,
            part.field,
            said.text if said and said.state == REPEALED else "",
            said.text if said and said.state == IN_DOUBT else "",
            part.online,
            tuple(faulty),
            struck,
        )
        self.result.rows.append(self.current)

    def _go_on(self, own: list[tuple[int, str]]) -> None:
        """A procedure over several rows: what the row adds is appended, what it repeats is not."""
        assert self.current is not None
        for column, text in own:
            role = self.layout.roles.get(column)
            if role and role not in ("stt", "code", "name", "matched"):
                _add(self.current.texts, role, self.layout.text(column, text))


def _add(texts: dict[str, str], role: str, text: str) -> None:
    before = texts.get(role)
    if before is None:
        texts[role] = text
    elif role == "record":
        texts[role] = before + text
    elif text.strip() not in (line.strip() for line in before.splitlines()):
        texts[role] = f"{before}\n{text}"

"""What a file of the department's list says, and what of it a person has to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractors.workbooks.formats.xlsx_errors import UNCOMPUTED, is_error
from procedures.errors import WorkbookError
from procedures.findings import RowProblem
from procedures.model import Procedure
from procedures.wording.words import ATTRIBUTE_LABELS as ATTRIBUTE_WORDS
from procedures.wording.words import count, excerpt
from procedures.workbook_layout.column_mapping import ColumnMapping, FileShape

SHOWN = 120
"""Signs of a cell that a remark shows."""
_ENDED_SHOWN = 10
"""So many rows of a repealed part are named one by one."""


class NoRows(WorkbookError):  # noqa: N818 - says what was found
    """A list that has its headings and nothing below them."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that says nothing to the reader, or (`contradicts`) what the procedure's first row does not.

    `place` names its row, `column` are its column's letters, where it is one cell. `kept`: its text stands.
    """

    place: str
    attribute: str
    text: str
    contradicts: bool = False
    column: str = ""
    kept: bool = False

    def __str__(self) -> str:
        """The cell in one line, for people."""
        what = ATTRIBUTE_WORDS.get(self.attribute)
        at = ", ".join(filter(None, (self.place, self.column and f"cột {self.column}", what)))
        if self.text == UNCOMPUTED:
            return f"{at}: công thức chưa có kết quả; hãy mở tệp bằng Excel, lưu lại rồi nhập lại"
        if is_error(self.text):
            return f"{at}: ô báo lỗi {self.text}"
        why = "không hiểu, giữ nguyên văn" if self.kept else "không hiểu, để trống"
        if self.contradicts:
            why = "khác dòng trước của cùng thủ tục, không dùng"
        return f'{at}: "{excerpt(self.text, SHOWN)}" {why}'


@dataclass(frozen=True, slots=True)
class Ended:
    """A row that is not in force by its own word or its part's: `why` says which, in words for people.

    `place` names its sheet.
    """

    place: str
    number: int
    shown: str
    why: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What a file says.

    `procedures` are by code, or by `codeless_key` for rows without a valid one. `levels` are those that
    the file speaks of, `None` for all. `columns` are the attributes that at least one cell speaks of;
    a list whose ways come from a BCCI column alone does not speak of `ways`
    (`catalogue_columns.POSTAL_ALONE`). `rows` counts procedure rows, repeated ones too. `leftovers` are
    headings that nobody knows, `skipped` the totals and closing words with their places,
    `skipped_sheets` the sheets without headings, `hidden_sheets` those that hold a list and are hidden, and
    `part_sheets` those of a national export that were joined to its list by code, `other_sheets` those beside
    them that nobody knows, and `struck` the places of procedures that are struck through. `ended` are rows
    that are not in force, which are no procedures of the list. `notes` are other remarks, one line each.
    `tables` are the columns as a person is shown them, `mappings` what people said of them.
    """

    name: str
    procedures: Mapping[str, Procedure]
    problems: tuple[RowProblem, ...] = ()
    levels: frozenset[str] | None = None
    columns: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    skipped_sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    part_sheets: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    rows: int = 0
    unread: tuple[Unread, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    struck: tuple[str, ...] = ()
    tables: tuple[FileShape, ...] = ()
    mappings: tuple[ColumnMapping, ...] = ()
    ended: tuple[Ended, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of the file is not in the list as a person sees it, one line each; bad codes are findings."""
        return (
            *(
                f'{self.name}: không đọc trang tính "{name}" (không có dòng tiêu đề)'
                for name in self.skipped_sheets
            ),
            *(f'{self.name}: không đọc trang tính "{name}" (đang ẩn)' for name in self.hidden_sheets),
            *(
                f'{self.name}: không đọc trang tính "{name}" (không rõ nói gì về các thủ tục của danh sách)'
                for name in self.other_sheets
            ),
            *(f'{self.name}: không đọc cột "{excerpt(name, SHOWN)}" (tiêu đề lạ)' for name in self.leftovers),
            *self._ended(),
            *self.notes,
            *(str(cell) for cell in self.unread),
            *(
                f'{place}: "{excerpt(text, SHOWN)}" không phải thủ tục (dòng cộng, ghi chú), bỏ qua'
                for place, text in self.skipped
            ),
            *(
                f"{place}: mã hoặc tên bị gạch ngang, vẫn đọc như đang còn; nếu đã bãi bỏ, hãy xóa dòng này"
                for place in self.struck
            ),
        )

    def _ended(self) -> Iterator[str]:
        """One line a reason."""
        by_reason: dict[str, list[Ended]] = {}
        for row in self.ended:
            by_reason.setdefault(row.why, []).append(row)
        for why, rows in by_reason.items():
            named = ", ".join(f"{row.shown} (dòng {row.number})" for row in rows[:_ENDED_SHOWN])
            more = f" và {count(len(rows) - _ENDED_SHOWN)} dòng nữa" if rows[_ENDED_SHOWN:] else ""
            yield (
                f"{rows[0].place}: {count(len(rows))} thủ tục không còn hiệu lực theo {why}, "
                f"không đưa vào danh mục: {named}{more}"
            )

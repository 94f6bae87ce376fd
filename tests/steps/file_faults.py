"""What can be wrong with downloaded lists, and what comes of it: the second table of `docs/faults.md`.

The folder holds two real lists: a bank's own workbook of 261 procedures, and 60 of Bộ Tư pháp as .csv.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import python_calamine

from portals.faulty_replies import REQUEST_REJECTED, mojibake

EXPORTS = Path(__file__).parents[1] / "golden" / "exports"
BANK, JUSTICE = "danh-sach-tthc-NganhangNhanuocVietNam.xlsx", "danh-sach-tthc-BoTuPhap.xlsx"
BOOK, LIST = "ngan-hang.xlsx", "tu-phap.csv"
HEADINGS, ROWS = 2, 60


@dataclass(frozen=True)
class FileRow:
    """One fault: what it does to the folder, and the state of the snapshot that follows."""

    says: str
    state: str
    spoil: Callable[[Path], object]


def put_lists(folder: Path) -> None:
    """The two lists as they were downloaded."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(EXPORTS / BANK, folder / BOOK)
    (folder / LIST).write_text(table(justice()), encoding="utf-8")


def justice() -> Sequence[Sequence[str]]:
    """The headings and the first rows of Bộ Tư pháp's list."""
    sheet = python_calamine.CalamineWorkbook.from_path(EXPORTS / JUSTICE).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()[HEADINGS - 1 :][: ROWS + 1]]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a .csv."""
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return held.getvalue()


def _cut_short(folder: Path) -> None:
    book = folder / BOOK
    book.write_bytes(book.read_bytes()[: book.stat().st_size // 2])


def _bomb(folder: Path) -> None:
    with (
        zipfile.ZipFile(folder / BOOK, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(400):
            sheet.write(b" " * 1_000_000)


def _written(text: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda folder: (folder / LIST).write_bytes(text.encode(encoding))


def _other_headings() -> str:
    first, *rows = justice()
    return table([[f"Cột {number}" for number in range(len(first))], *rows])


FILE_MATRIX = (
    FileRow("nothing new since last night", "complete", lambda folder: None),
    FileRow("the folder is gone", "failed", shutil.rmtree),
    FileRow("the folder is empty", "failed", lambda folder: [each.unlink() for each in folder.iterdir()]),
    FileRow("one of two files is gone", "held", lambda folder: (folder / LIST).unlink()),
    FileRow("a workbook that ends in the middle", "partial", _cut_short),
    FileRow(
        "an .xlsx that is a refusal page",
        "partial",
        lambda folder: (folder / BOOK).write_text(REQUEST_REJECTED.format(support_id=1)),
    ),
    FileRow("an empty file", "partial", lambda folder: (folder / BOOK).write_bytes(b"")),
    FileRow("a small workbook that unpacks to 400 MB", "partial", _bomb),
    FileRow("a list 40 % shorter", "held", _written(table(justice()[: 1 + ROWS * 6 // 10]))),
    FileRow("a list with headings and no rows", "partial", _written(table(justice()[:1]))),
    FileRow("a list with other headings", "partial", _written(_other_headings())),
    FileRow("letters broken by a wrong charset", "partial", _written(mojibake(table(justice())))),
    FileRow("the same list in UTF-16", "complete", _written(table(justice()), "utf-16")),
    FileRow(
        "the same list under two names",
        "complete",
        lambda folder: shutil.copy(folder / LIST, folder / "x.csv"),
    ),
)

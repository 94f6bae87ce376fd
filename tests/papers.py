"""Word files and workbooks read back: their words, and tables as rows of cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from docx import Document
from docx.document import Document as Opened


def opened(path: Path) -> Opened:
    return Document(str(path))


def words(path: Path) -> str:
    """All text of the body, tables included, in its order."""
    return "\n".join(text.text or "" for text in opened(path).element.body.iter() if text.tag.endswith("}t"))


def paragraphs(path: Path) -> list[str]:
    return [each.text for each in opened(path).paragraphs if each.text.strip()]


def table(path: Path, *headings: str) -> list[list[str]]:
    """Rows below the headings of the first table that has all of these."""
    for each in opened(path).tables:
        rows = [[cell.text for cell in row.cells] for row in each.rows]
        if rows and all(heading in rows[0] for heading in headings):
            return rows[1:]
    raise AssertionError(f"no table with {headings}")


def all_words(path: Path) -> str:
    """What anybody reads of a Word file, its comments, heads and feet too, or of a workbook."""
    return "\n".join(_cells(path) if path.suffix == ".xlsx" else _parts(path))


def _parts(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if re.fullmatch(r"word/(document|comments|header\d*|footer\d*|footnotes)\.xml", name):
                part = package.read(name).decode()
                yield re.sub("<[^>]+>", "", part.replace("</w:p>", "\n"))


def _cells(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path):
        yield sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and not sheet.column_dimensions[cell.column_letter].hidden:
                    yield cell.value
                if cell.comment:
                    yield str(cell.comment.text)
        for rule in sheet.data_validations.dataValidation:
            yield from filter(None, (rule.promptTitle, rule.prompt, rule.errorTitle, rule.error))

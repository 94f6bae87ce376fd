"""Word files read back: their words, and their tables as rows of cells."""

from __future__ import annotations

from pathlib import Path

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

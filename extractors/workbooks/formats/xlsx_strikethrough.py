"""Which cells of an .xlsx are struck through: people cross out what was repealed, readers see values alone.

Only whole cells count, by their format or in every run of their text. The sheets of a workbook that
strikes nothing out are not gone through.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias
from xml.etree import ElementTree

from extractors.workbooks.formats.xlsx_limits import place_of_cell, sheet_parts

Place: TypeAlias = tuple[int, int]
"""Row and column, both from 0."""

_NOT = ("0", "false", "off")


def struck_cells(data: bytes) -> Mapping[str, frozenset[Place]]:
    """By the name of the sheet; `data` as `xlsx_guard.bounded` gives it. What is damaged strikes nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower(): name for name in archive.namelist()}
            formats = _formats(_part(archive, names, "xl/styles.xml"))
            texts = _texts(_part(archive, names, "xl/sharedstrings.xml"))
            return {
                sheet: frozenset(_struck(archive.read(part), formats, texts))
                for part, sheet in sheet_parts(archive).items()
            }
    except (zipfile.BadZipFile, ElementTree.ParseError, ValueError, LookupError):
        return {}


def _part(archive: zipfile.ZipFile, names: Mapping[str, str], part: str) -> ElementTree.Element | None:
    """A part that strikes something out, or None."""
    content = archive.read(names[part]) if part in names else b""
    if b"strike" not in content or b"<!DOCTYPE" in content:
        return None
    return ElementTree.fromstring(content)


def _formats(styles: ElementTree.Element | None) -> frozenset[str]:
    """The numbers of cell formats whose font is struck through."""
    if styles is None:
        return frozenset()
    fonts = [_strikes(font) for font in styles.iterfind("{*}fonts/{*}font")]
    used = (int(each.get("fontId", "0")) for each in styles.iterfind("{*}cellXfs/{*}xf"))
    return frozenset(str(number) for number, font in enumerate(used) if font < len(fonts) and fonts[font])


def _texts(strings: ElementTree.Element | None) -> frozenset[str]:
    """The numbers of shared texts of which every run is struck through."""
    if strings is None:
        return frozenset()
    return frozenset(
        str(number) for number, text in enumerate(strings.iterfind("{*}si")) if _all_struck(text)
    )


def _all_struck(text: ElementTree.Element) -> bool:
    runs = [run for run in text.iterfind("{*}r") if "".join(run.itertext()).strip()]
    return bool(runs) and all(_strikes(run.find("{*}rPr")) for run in runs)


def _strikes(font: ElementTree.Element | None) -> bool:
    said = font.find("{*}strike") if font is not None else None
    return said is not None and said.get("val", "1") not in _NOT


def _struck(sheet: bytes, formats: Collection[str], texts: Collection[str]) -> Iterator[Place]:
    if not formats and not texts and b"strike" not in sheet:
        return
    row = column = 0
    for event, element in ElementTree.iterparse(io.BytesIO(sheet), ("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if tag == "row" and event == "start":
            row, column = int(element.get("r", row + 1)), 0
        elif tag == "row":
            element.clear()
        elif tag == "c" and event == "end":
            row, column = place_of_cell(element.get("r"), row, column + 1)
            own = element.find("{*}is")
            shared = element.findtext("{*}v") if element.get("t") == "s" else None
            if element.get("s") in formats or shared in texts or (own is not None and _all_struck(own)):
                yield row - 1, column - 1

"""How a sheet is printed: on paper that keeps its letters legible, in rows as high as their texts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

FONT_SIZE = 11
"""Size of a sheet's letters in points, as they are on the screen."""

FONT = {"font_name": "Times New Roman", "font_size": FONT_SIZE}
"""The letters of every cell; as a workbook's default they also make a column as wide in each program."""

SMALLEST_PRINT = 9
"""Smallest size in points to which printing may shrink them."""

LINE_HEIGHT = 15.0
"""Height of a line of text in points."""

HIGHEST_ROW = 27
"""Lines of the highest row that Excel permits (409 points)."""

_A4, _A3 = 9, 8
_PAPER_WIDTHS = {_A4: 841.9, _A3: 1190.6}
"""Width in points of each paper on its long side, by Excel's number of it."""

_MARGIN = 0.5
"""Margin at the left and the right in inches."""

_DIGIT_WIDTH = 7.4
"""Pixels that a column takes for each character of its width, beside five of its own."""

_UNIT = 5
"""Widths of texts are counted in fifths of a character, so that a text which just fits a line does."""

_CAPITAL_EXTRA = 2
"""What a capital letter takes more than other characters: 1.4 characters in all."""

_CAPITALS = re.compile("[" + "".join(chr(sign) for sign in range(0x10000) if chr(sign).isupper()) + "]")


@dataclass(frozen=True, slots=True)
class PrintPage:
    """Excel's number of the paper, and how many pages a row takes side by side."""

    paper: int
    pages_wide: int


def print_page(widths: Sequence[int], repeated: int = 0) -> PrintPage:
    """Return the smallest paper that holds the columns legibly: A4, else A3, else pages of A3 side by side.

    The first `repeated` columns stand on each of these pages.
    """
    legible = 100 / math.ceil(100 * SMALLEST_PRINT / FONT_SIZE)  # programs scale by whole percents
    total, kept = _points(widths), _points(widths[:repeated])
    if total <= _room(_A4) * legible:
        return PrintPage(_A4, 1)
    room = _room(_A3) * legible
    if total <= room:
        return PrintPage(_A3, 1)
    return PrintPage(_A3, math.ceil((total - kept) / (room - kept)))


def set_up_printing(sheet: Any, widths: Sequence[int], repeated: int = 0) -> None:
    """Set paper, margins and scale of a sheet whose columns are so many characters wide."""
    page = print_page(widths, repeated)
    sheet.set_landscape()
    sheet.set_paper(page.paper)
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=0.7, bottom=0.6)
    sheet.fit_to_pages(page.pages_wide, 0)
    if page.pages_wide > 1 and repeated:
        sheet.repeat_columns(0, repeated - 1)


def fit_row(sheet: Any, line: int, cells: Iterable[tuple[str, int]], most: int = HIGHEST_ROW) -> None:
    """Make a row as high as its texts in columns of these widths; not every program does so itself."""
    height = row_height((wrapped_lines(text, width) for text, width in cells), most)
    if height is not None:
        sheet.set_row(line, height)


def row_height(lines: Iterable[int], most: int = HIGHEST_ROW) -> float | None:
    """Return the height in points of a row of cells of so many lines; None where each has one."""
    highest = max(lines, default=1)
    return LINE_HEIGHT * min(highest, most) if highest > 1 else None


def wrapped_lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of that width, broken between words."""
    if "\n" in text:
        return sum([_lines_of(part, width) for part in text.split("\n")])
    return _lines_of(text, width) if len(text) * 2 > width else 1


def _lines_of(text: str, width: int) -> int:
    """Return the lines of a text of one paragraph: each is as long as its last space that still fits."""
    extra = len(_CAPITALS.findall(text)) * _CAPITAL_EXTRA
    surely = max(width - -(-extra // _UNIT), width * _UNIT // (_UNIT + _CAPITAL_EXTRA))
    end, start, lines = len(text), 0, 1
    if end <= surely:
        return 1
    if text[0] == " " or text[-1] == " " or "  " in text:
        return _lines_of_words(text, width)
    while end - start > surely:
        if end - start <= width and _width_of(text[start:]) <= width * _UNIT:
            return lines
        space = text.rfind(" ", start, start + width + 1)
        while space - start > surely and _width_of(text[start:space]) > width * _UNIT:
            space = text.rfind(" ", start, space)
        if space < 0:
            return lines - 1 + _lines_of_words(text[start:], width)
        start, lines = space + 1, lines + 1
    return lines


def _lines_of_words(text: str, width: int) -> int:
    """Return the same where words are longer than a line, or spaces stand together."""
    room, lines, used = width * _UNIT, 1, 0
    for word in text.split(" "):
        size = _width_of(word)
        if used and used + _UNIT + size > room:
            lines, used = lines + 1, 0
        used += size + (_UNIT if used else 0)
        if used > room:
            more = math.ceil(used / room) - 1
            lines, used = lines + more, used - more * room
    return lines


def _width_of(text: str) -> int:
    return len(text) * _UNIT + len(_CAPITALS.findall(text)) * _CAPITAL_EXTRA


def _points(widths: Sequence[int]) -> float:
    """Return the width of columns in points; Excel rounds a digit to seven pixels, LibreOffice does not."""
    return sum(_DIGIT_WIDTH * width + 5 for width in widths) * 0.75


def _room(paper: int) -> float:
    return _PAPER_WIDTHS[paper] - 2 * 72 * _MARGIN

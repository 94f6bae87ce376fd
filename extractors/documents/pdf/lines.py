"""Lines of text from the characters of a PDF page: where a blank is, and where a line really ends.

Both are decided by the characters' positions, not by the text. Programs that make PDFs move characters apart
for a second font's letters or to fill a line, so that "giấy" comes as "gi ấy"; and a column breaks a line
wherever the next word does not fit, which is not a line end of the author's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.documents.pdf.glyphs import Glyph

DRAWN_BLANK = 0.1
"""Of a character's size: a blank in the text counts when it also has this width."""
BARE_BLANK = 0.17
"""Of a character's size: a gap of this width is a blank on a line without blanks in its text."""
NARROWEST = 0.75
"""Of the width of the blanks in a line's text: a gap of this width is a blank on that line, too."""
COLUMN_GAP = 1.5
"""Of a character's size: a gap of this width separates two columns of running text."""
_BROKEN_TOKENS = ("-", "/", "–")


@dataclass(frozen=True, slots=True)
class VisualLine:
    """One visual line; `word` is the width of its first word."""

    text: str
    left: float
    right: float
    base: float
    size: float
    word: float


def visual_lines(glyphs: Iterable[Glyph], *, columns: bool = False) -> list[VisualLine]:
    """Return the lines as a reader sees them, from the top; with `columns` a wide gap splits a line."""
    lines: list[VisualLine] = []
    for row in _rows(glyphs):
        parts = _split_columns(row) if columns else [row]
        lines += [line for part in parts if (line := _line(part))]
    return lines


def _rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Return the characters of each base line, from left to right, with small raised ones and stamps."""
    rows: list[list[Glyph]] = []
    bases: list[tuple[float, float]] = []
    for glyph in sorted((each for each in glyphs), key=lambda each: (each.base, each.left)):
        if rows and glyph.base - bases[-1][0] <= 0.38 * max(min(glyph.size, bases[-1][1]), 4.0):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            bases.append((glyph.base, glyph.size))
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _split_columns(row: list[Glyph]) -> list[list[Glyph]]:
    parts: list[list[Glyph]] = []
    before: Glyph | None = None
    for glyph in row:
        if glyph.text.isspace():
            continue
        if before is None or glyph.left - before.right > COLUMN_GAP * glyph.size:
            parts.append([])
        parts[-1].append(glyph)
        before = glyph
    blanks = [glyph for glyph in row if glyph.text.isspace()]
    for part in parts:
        part += [each for each in blanks if part[0].left <= each.left <= part[-1].left]
        part.sort(key=lambda each: each.left)
    return parts


def _line(row: list[Glyph]) -> VisualLine | None:
    characters, drawn = _characters(row)
    if not characters:
        return None
    gaps = [glyph.left - before.right for before, glyph in pairwise(characters)]
    drawn_gaps = sorted(gap for gap, is_drawn in zip(gaps, drawn[1:], strict=True) if is_drawn and gap > 0)
    usual = drawn_gaps[len(drawn_gaps) // 2] if len(drawn_gaps) > 1 else 0.0
    text = [characters[0].text]
    word_end: float | None = None
    for glyph, before, gap, is_drawn in zip(characters[1:], characters, gaps, drawn[1:], strict=False):
        bare = max(NARROWEST * usual, DRAWN_BLANK * glyph.size) if usual else BARE_BLANK * glyph.size
        if gap > (DRAWN_BLANK * glyph.size if is_drawn else bare):
            text.append(" ")
            word_end = word_end or before.right
        text.append(glyph.text)
    first, last = characters[0], characters[-1]
    word = (word_end or last.right) - first.left
    return VisualLine("".join(text), first.left, last.right, last.base, last.size, word)


def _characters(row: list[Glyph]) -> tuple[list[Glyph], list[bool]]:
    """Return the characters that are not blanks, and whether each has a blank before it in the text."""
    characters: list[Glyph] = []
    drawn: list[bool] = []
    blank = False
    for glyph in row:
        if glyph.text.isspace():
            blank = True
        elif not (characters and _doubled(characters[-1], glyph)):
            characters.append(glyph)
            drawn.append(blank)
            blank = False
    return characters, drawn


def _doubled(before: Glyph, glyph: Glyph) -> bool:
    """Whether the same character is drawn twice at one place, to look bold."""
    return before.text == glyph.text and abs(before.left - glyph.left) < 0.1 * glyph.size


def paragraphs(lines: Sequence[VisualLine], room: float) -> str:
    """Return the lines as text: where the next word had no more `room`, a blank replaces the break."""
    text = ""
    for number, line in enumerate(lines):
        if number:
            before = lines[number - 1]
            text = _joined(text, line.text) if _is_wrapped(before, line, room) else f"{text}\n{line.text}"
        else:
            text = line.text
    return text


def _is_wrapped(before: VisualLine, line: VisualLine, room: float) -> bool:
    return before.right - before.left + 0.2 * line.size + line.word > room


def _joined(text: str, rest: str) -> str:
    """Join a line to the text; a word such as "TT-" that was split after its dash is one word again."""
    is_split = text.endswith(_BROKEN_TOKENS) and not text[-2:-1].isspace() and rest[:1].isalnum()
    return text + rest if is_split else f"{text} {rest}"

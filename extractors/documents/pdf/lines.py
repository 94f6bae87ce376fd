"""Lines of text from the signs of a PDF page: where a blank stands, and where a line really ends.

Both are read from where the signs stand, not from what they say. Programs that make PDFs move signs apart
for a second font's letters or to fill a line, so that "giấy" comes as "gi ấy"; and a column ends a line
wherever the next word would not fit, which is no line end of the author's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.documents.pdf.glyphs import Glyph

DRAWN_BLANK = 0.1
"""Of a sign's size: a blank that is in the text counts when it also takes so much room."""
BARE_BLANK = 0.17
"""Of a sign's size: so much room is a blank on a line that has none in its text."""
NARROWEST = 0.75
"""Of the blanks that are in the text of a line: so much room is a blank on that line, too."""
COLUMN_GAP = 1.5
"""Of a sign's size: so much room parts two columns of running text."""
_BROKEN_TOKENS = ("-", "/", "–")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One visual line; `word` is how wide its first word is."""

    text: str
    left: float
    right: float
    base: float
    size: float
    word: float


def visual_lines(glyphs: Iterable[Glyph], *, columns: bool = False) -> list[TextLine]:
    """The lines that a reader sees, from the top down; with `columns` a wide gap parts a line in two."""
    lines: list[TextLine] = []
    for row in _rows(glyphs):
        parts = _parted(row) if columns else [row]
        lines += [line for part in parts if (line := _line(part))]
    return lines


def _rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Signs on one base line, from left to right; small raised signs and stamps stand with their line."""
    rows: list[list[Glyph]] = []
    bases: list[tuple[float, float]] = []
    for glyph in sorted((each for each in glyphs), key=lambda each: (each.base, each.left)):
        if rows and glyph.base - bases[-1][0] <= 0.38 * max(min(glyph.size, bases[-1][1]), 4.0):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            bases.append((glyph.base, glyph.size))
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _parted(row: list[Glyph]) -> list[list[Glyph]]:
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


def _line(row: list[Glyph]) -> TextLine | None:
    signs, drawn = _signs(row)
    if not signs:
        return None
    gaps = [glyph.left - before.right for before, glyph in pairwise(signs)]
    seen = sorted(gap for gap, is_drawn in zip(gaps, drawn[1:], strict=True) if is_drawn and gap > 0)
    usual = seen[len(seen) // 2] if len(seen) > 1 else 0.0
    text = [signs[0].text]
    word_end: float | None = None
    for glyph, before, gap, is_drawn in zip(signs[1:], signs, gaps, drawn[1:], strict=False):
        bare = max(NARROWEST * usual, DRAWN_BLANK * glyph.size) if usual else BARE_BLANK * glyph.size
        if gap > (DRAWN_BLANK * glyph.size if is_drawn else bare):
            text.append(" ")
            word_end = word_end or before.right
        text.append(glyph.text)
    first, last = signs[0], signs[-1]
    word = (word_end or last.right) - first.left
    return TextLine("".join(text), first.left, last.right, last.base, last.size, word)


def _signs(row: list[Glyph]) -> tuple[list[Glyph], list[bool]]:
    """The signs that are no blanks, each with whether a blank stands before it in the text."""
    signs: list[Glyph] = []
    drawn: list[bool] = []
    blank = False
    for glyph in row:
        if glyph.text.isspace():
            blank = True
        elif not (signs and _doubled(signs[-1], glyph)):
            signs.append(glyph)
            drawn.append(blank)
            blank = False
    return signs, drawn


def _doubled(before: Glyph, glyph: Glyph) -> bool:
    """The same sign drawn twice at one place, to look bold."""
    return before.text == glyph.text and abs(before.left - glyph.left) < 0.1 * glyph.size


def paragraphs(lines: Sequence[TextLine], room: float) -> str:
    """The lines as text: one that ends where the next word had no more `room` goes on with a blank."""
    text = ""
    for number, line in enumerate(lines):
        if number:
            before = lines[number - 1]
            text = _goes_on(text, line.text) if _is_wrapped(before, line, room) else f"{text}\n{line.text}"
        else:
            text = line.text
    return text


def _is_wrapped(before: TextLine, line: TextLine, room: float) -> bool:
    return before.right - before.left + 0.2 * line.size + line.word > room


def _goes_on(text: str, rest: str) -> str:
    """A sign such as "TT-" that was parted after its dash is one word again."""
    parted = text.endswith(_BROKEN_TOKENS) and not text[-2:-1].isspace() and rest[:1].isalnum()
    return text + rest if parted else f"{text} {rest}"

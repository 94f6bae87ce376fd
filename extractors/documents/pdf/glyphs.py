"""The characters and ruled lines of a PDF page, upright and measured from the top left corner.

Read by pdfium (`pypdfium2`). Signature stamps and filled forms are flattened into the page first: the number
and the date of a signed decision are often only in such a stamp.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from extractors.documents.symbols import private_sign

THIN = 3.0
"""Points: a filled shape that is thinner is a ruled line, a thicker one is shading."""
SHORTEST = 3.0
"""Points: a shorter line is not a ruled line."""
DEEPEST = 8
"""Nested forms that are read."""
MOST_GLYPHS = 60_000
"""Characters of one page; a full page of text has 4,000."""
MOST_OBJECTS = 60_000
"""Drawn objects of one page."""
_WHITE = 250
_SCAN_SHARE = 0.8
"""Share of a page: a picture that covers so much is the page itself, scanned."""
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
"""How pdfium gives a hyphen at the end of a line."""

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its left and right edge (with its advance), top, bottom, base line, and size."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    base: float
    size: float

    @property
    def middle(self) -> float:
        """The height that decides the row of the character."""
        return self.base - self.size * 0.3


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A straight line along an axis: at `at`, from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageDrawing:
    """The contents of a page. `unmapped` characters have a shape but no Unicode.

    `recognised`: the page is a picture, and its invisible text is from character recognition.
    """

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    horizontal: tuple[RuledLine, ...]
    vertical: tuple[RuledLine, ...]
    unmapped: int = 0
    recognised: bool = False


class OverfullPage(Exception):  # noqa: N818 - says what it is
    """A page with more characters or drawn objects than any printed page has."""


def read_page(page: Any) -> PageDrawing:
    """Return the contents of an open `pypdfium2` page; raises `OverfullPage`."""
    text = page.get_textpage()
    try:
        raw, unmapped = _raw_glyphs(text.raw)
        turn = _turn(text.raw, len(raw))
    finally:
        text.close()
    box = page.get_bbox()
    upright = _uprighting(turn, box)
    glyphs = tuple(_upright_glyph(each, upright) for each in raw)
    drawn, recognised = _page_lines(page.raw, abs((box[2] - box[0]) * (box[3] - box[1])))
    lines = [_upright_line(each, upright) for each in drawn]
    across = [RuledLine(y0, min(x0, x1), max(x0, x1)) for x0, y0, x1, y1 in lines if abs(y0 - y1) < 0.5]
    down = [RuledLine(x0, min(y0, y1), max(y0, y1)) for x0, y0, x1, y1 in lines if abs(x0 - x1) < 0.5]
    wide, high = abs(box[2] - box[0]), abs(box[3] - box[1])
    if turn in (90, 270):
        wide, high = high, wide
    return PageDrawing(wide, high, glyphs, tuple(across), tuple(down), unmapped, recognised)


_Raw = tuple[str, float, float, float, float, float, float, float]
"""Text, left, bottom, right, top, x and y of the origin, and the size, as the page's own space has them."""


def _raw_glyphs(text: Any) -> tuple[list[_Raw], int]:
    """Return the characters in the order of the page's content; marks are joined to their letter."""
    count = pdfium.FPDFText_CountChars(text)
    if count > MOST_GLYPHS:
        raise OverfullPage
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    signs: list[_Raw] = []
    unmapped = 0
    for index in range(count):
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code == 0 or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
            unmapped += 1
            continue
        sign = _HYPHENS.get(code) or chr(code)
        if 0xE000 <= code <= 0xF8FF:
            private = private_sign(code)
            if private is None:
                unmapped += 1
                continue
            sign = private
        if not pdfium.FPDFText_GetLooseCharBox(text, index, box):
            continue
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        size = pdfium.FPDFText_GetFontSize(text, index)
        if unicodedata.combining(sign) and signs:
            before = signs[-1]
            signs[-1] = (before[0] + sign, *before[1:])
            continue
        signs.append((sign, box.left, box.bottom, box.right, box.top, x.value, y.value, size))
    return signs, unmapped


def _turn(text: Any, count: int) -> int:
    """Return by how many degrees the page's text is turned, by most of a sample of its characters."""
    if not count:
        return 0
    total = pdfium.FPDFText_CountChars(text)
    turns: Counter[int] = Counter()
    for index in range(0, total, max(total // 200, 1)):
        angle = pdfium.FPDFText_GetCharAngle(text, index)
        if angle >= 0 and pdfium.FPDFText_IsGenerated(text, index) != 1:
            turns[round(math.degrees(angle) / 90) % 4 * 90] += 1
    return turns.most_common(1)[0][0] if turns else 0


_Point = Callable[[float, float], tuple[float, float]]


def _uprighting(turn: int, box: tuple[float, float, float, float]) -> _Point:
    """Return a map from the page's own space to one with upright text and y downwards."""
    left, bottom, right, top = box
    match turn:
        case 90:  # the text runs downwards
            return lambda x, y: (top - y, right - x)
        case 180:
            return lambda x, y: (right - x, y - bottom)
        case 270:  # the text runs upwards
            return lambda x, y: (y - bottom, x - left)
    return lambda x, y: (x - left, top - y)


def _upright_glyph(raw: _Raw, upright: _Point) -> Glyph:
    sign, left, bottom, right, top, x, y, size = raw
    x0, y0 = upright(left, bottom)
    x1, y1 = upright(right, top)
    _, base = upright(x, y)
    high = abs(y1 - y0)
    return Glyph(sign, min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1), base, _size(size, high))


def _size(declared: float, high: float) -> float:
    """Return the drawn size of a character: a font of size 1 may be scaled to 12 by the page."""
    return declared if high and 0.6 <= high / max(declared, 0.01) <= 2.0 else high / 1.15


_Segment = tuple[float, float, float, float]


def _upright_line(line: _Segment, upright: _Point) -> _Segment:
    return (*upright(line[0], line[1]), *upright(line[2], line[3]))


def _page_lines(page: Any, area: float) -> tuple[list[_Segment], bool]:
    """Return every line along an axis in the page's own space, and whether its text was recognised."""
    lines: list[_Segment] = []
    covered = False
    texts = unseen = 0
    for count, (kind, drawn, matrix) in enumerate(_objects(page)):
        if count > MOST_OBJECTS:
            raise OverfullPage
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            if _is_visible(drawn):
                lines += _ruled(drawn, _within(_matrix(drawn), matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            covered |= _area(drawn, matrix) > _SCAN_SHARE * area
        else:
            texts += 1
            unseen += pdfium.FPDFTextObj_GetTextRenderMode(drawn) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
    return lines, covered and unseen * 2 > texts


def _objects(page: Any) -> Iterator[tuple[int, Any, Matrix]]:
    """Yield the paths, pictures and texts of a page and its forms, with the matrix of their container."""
    pending: list[tuple[Any, Matrix, int]] = [
        (pdfium.FPDFPage_GetObject(page, index), _UNIT, 0)
        for index in range(pdfium.FPDFPage_CountObjects(page) - 1, -1, -1)
    ]
    while pending:
        drawn, matrix, depth = pending.pop()
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_TEXT):
            yield kind, drawn, matrix
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = _within(_matrix(drawn), matrix)
            if len(pending) > MOST_OBJECTS:
                raise OverfullPage
            pending += [
                (pdfium.FPDFFormObj_GetObject(drawn, index), inner, depth + 1)
                for index in range(pdfium.FPDFFormObj_CountObjects(drawn) - 1, -1, -1)
            ]


def _area(drawn: Any, matrix: Matrix) -> float:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
        return 0.0
    a, b, c, d, _, _ = matrix
    return abs((right.value - left.value) * (top.value - bottom.value) * (a * d - b * c))


def _matrix(drawn: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, matrix):
        return _UNIT
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _within(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    )


def _is_visible(drawn: Any) -> bool:
    """Whether a path is stroked, or filled with a colour other than white, which hides behind text."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(drawn, mode, stroke):
        return False
    if stroke.value and not _is_white(pdfium.FPDFPageObj_GetStrokeColor, drawn):
        return True
    return bool(mode.value) and not _is_white(pdfium.FPDFPageObj_GetFillColor, drawn)


def _is_white(colour_of: Callable[..., int], drawn: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(drawn, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= _WHITE


def _ruled(drawn: Any, matrix: Matrix) -> list[_Segment]:
    """Return the lines of a path: the sides of what is stroked, the middle of a thin filled box."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(drawn, mode, stroke)
    lines: list[_Segment] = []
    for points in _outlines(drawn, matrix):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        if min(wide, high) <= THIN:
            if max(wide, high) >= SHORTEST:
                lines.append(_middle(min(xs), min(ys), wide, high))
        elif stroke.value:
            pairs = pairwise(points)
            lines += [
                (*one, *other)
                for one, other in pairs
                if (abs(one[0] - other[0]) < 0.5) != (abs(one[1] - other[1]) < 0.5)
                and abs(one[0] - other[0]) + abs(one[1] - other[1]) >= SHORTEST
            ]
    return lines


def _middle(left: float, bottom: float, wide: float, high: float) -> _Segment:
    if wide >= high:
        return (left, bottom + high / 2, left + wide, bottom + high / 2)
    return (left + wide / 2, bottom, left + wide / 2, bottom + high)


def _outlines(drawn: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """Yield the closed or open outlines of a path as points of the page; curves are left out."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(drawn), MOST_OBJECTS)):
        segment = pdfium.FPDFPath_GetPathSegment(drawn, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            points = []
            continue
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and points and points[0] != point:
            points.append(points[0])
    if len(points) > 1:
        yield points

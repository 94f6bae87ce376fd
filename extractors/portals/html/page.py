"""A web page as text: its characters, and the lines of a value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, CData, NavigableString, Tag

from extractors.http.classify import Answer
from extractors.portals.strip_html import visible_text
from extractors.workbooks.formats.encodings import is_broken
from procedures.errors import SourceFailed
from procedures.plain_files import bom_encoding

_META = re.compile(rb"<(?:meta[^>]+charset|\?xml[^>]+encoding)=[\"']?([\w-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_BLOCKS = frozenset({"p", "li", "tr", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "dl"})
_CELLS = frozenset({"td", "th", "dt", "dd"})
_INVISIBLE = frozenset({"script", "style", "template", "noscript", "head"})
_TEXT = re.compile(r"(?:utf-?(?:8(?:-sig)?|16|32)|windows-?12|cp12|iso-?8859|latin|(?:us-)?ascii)", re.I)
"""Charsets of pages. Python knows others by which a page could name a decoder of its choice (idna, utf-7)."""
MOST_TAGS = 400_000
"""Characters "<" of one page. The largest real list has a tenth of that; each takes a kilobyte of memory."""

DEEPEST = 400
"""Nested elements. Searching rows within rows takes time by the square of it; the deepest real page has some
forty."""


def page_of(answer: Answer) -> BeautifulSoup:
    """Return the page in the charset of its byte-order mark, else UTF-8 if it decodes, else as declared.

    Half a character, where a portal cut a text by bytes, does not make the page unreadable.

    Raises:
        SourceFailed: it is broken in every possible charset, or larger, or more deeply nested, than any real
            page.
    """
    if answer.body.count(b"<") > MOST_TAGS:
        raise SourceFailed(f"trang có hơn {MOST_TAGS} thẻ HTML, lớn hơn mọi trang thật")
    for errors in ("strict", "replace"):
        for charset in _charsets(answer):
            try:
                text = answer.body.decode(charset, errors)
            except (UnicodeDecodeError, LookupError):
                continue
            if not is_broken(text):
                page = BeautifulSoup(text, "lxml")
                _check_depth(page)
                return page
    raise SourceFailed("chữ trên trang bị hỏng: bảng mã không phải bảng mã mà trang khai")


def _check_depth(page: BeautifulSoup) -> None:
    level: list[Tag] = [page]
    for _ in range(DEEPEST):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
        if not level:
            return
    raise SourceFailed(f"trang có hơn {DEEPEST} lớp thẻ HTML lồng nhau, sâu hơn mọi trang thật")


def lines_of(node: Tag) -> list[str]:
    """Return the value's list items with the text around them, else its paragraphs, else its lines.

    Line breaks within an item do not split it.
    """
    whole = "li" if node.find("li") is not None else "p" if len(node.find_all("p")) > 1 else None
    return _lines(node, whole)


def text_of(node: Tag) -> str:
    """Return the value's text as a reader sees it, a line for each block and line break."""
    return "\n".join(_lines(node, None))


def _lines(node: Tag, whole: str | None) -> list[str]:
    lines = (" ".join(line.split()) for line in "".join(_pieces(node, whole)).split("\n"))
    return [visible_text(line) if whole else line for line in lines if line]


def _pieces(node: Tag, whole: str | None) -> Iterator[str]:
    """Yield texts and breaks in order; within an element called `whole` only such elements break.

    A loop in place of recursion: pages nest as deep as their authors like.
    """
    inside = 0
    pending: list[object] = [*reversed(node.contents)]
    while pending:
        node_or_end = pending.pop()
        if isinstance(node_or_end, _ElementEnd):
            inside -= node_or_end.name == whole
            yield node_or_end.separator
        elif isinstance(node_or_end, Tag):
            if node_or_end.name in _INVISIBLE:
                continue
            inside += node_or_end.name == whole
            separator = _break_of(node_or_end.name, parted=inside == 0 or node_or_end.name == whole)
            yield separator
            pending.append(_ElementEnd(node_or_end.name, separator))
            pending.extend(reversed(node_or_end.contents))
        elif type(node_or_end) in (NavigableString, CData):  # comments and declarations are subclasses
            yield re.sub(r"\s+", " ", str(node_or_end))


class _ElementEnd:
    """The end of an element."""

    def __init__(self, name: str, separator: str) -> None:
        self.name = name
        self.separator = separator


def _break_of(name: str, *, parted: bool) -> str:
    if name == "br" or name in _BLOCKS:
        return "\n" if parted else " "
    return " " if name in _CELLS else ""


def _charsets(answer: Answer) -> list[str]:
    header, meta = _HEADER.search(answer.content_type), _META.search(answer.body[:4000])
    declared = [
        bom_encoding(answer.body) or "",
        "utf-8-sig",
        header[1] if header else "",
        meta[1].decode("ascii") if meta else "",
    ]
    return list(dict.fromkeys(charset.lower() for charset in declared if _TEXT.match(charset)))

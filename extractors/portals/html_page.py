"""A web page as text: its letters, and the lines of a value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, CData, NavigableString, Tag

from extractors.http.classify import Answer
from extractors.portals.strip_html import seen
from extractors.workbooks.encodings import is_broken, marked
from procedures.errors import SourceFailed

_META = re.compile(rb"<(?:meta[^>]+charset|\?xml[^>]+encoding)=[\"']?([\w-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_BLOCKS = frozenset({"p", "li", "tr", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "dl"})
_CELLS = frozenset({"td", "th", "dt", "dd"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head"})
_TEXT = re.compile(r"(?:utf-?(?:8(?:-sig)?|16|32)|windows-?12|cp12|iso-?8859|latin|(?:us-)?ascii)", re.I)
"""Charsets of pages. Python knows others by which a page could name a decoder of its choice (idna, utf-7)."""
MOST_TAGS = 400_000
"""Signs "<" of one page. The largest real list has a tenth of that; each takes a kilobyte of memory."""

DEEPEST = 400
"""Elements within one another. Looking through rows within rows takes time by the square of it; the deepest
real page has some forty."""


def page_of(answer: Answer) -> BeautifulSoup:
    """The page in the charset of its mark, else in UTF-8, which nothing else is by chance, else as declared.

    Half a letter, where a portal cut a text by bytes, does not spoil the page.

    Raises:
        SourceFailed: its letters are broken in every charset that it may be in, or it is larger, or nested
            deeper, than any real page.
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
                _no_deeper(page)
                return page
    raise SourceFailed("chữ trên trang bị hỏng: bảng mã không phải bảng mã mà trang khai")


def _no_deeper(page: BeautifulSoup) -> None:
    level: list[Tag] = [page]
    for _ in range(DEEPEST):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
        if not level:
            return
    raise SourceFailed(f"trang có hơn {DEEPEST} lớp thẻ HTML lồng nhau, sâu hơn mọi trang thật")


def lines_of(node: Tag) -> list[str]:
    """The value's items: its list items with what stands around them, else its paragraphs, else its lines.

    Line breaks within an item part nothing.
    """
    whole = "li" if node.find("li") is not None else "p" if len(node.find_all("p")) > 1 else None
    return _lines(node, whole)


def text_of(node: Tag) -> str:
    """The value's text as a reader sees it, a line a block and a line break."""
    return "\n".join(_lines(node, None))


def _lines(node: Tag, whole: str | None) -> list[str]:
    lines = (" ".join(line.split()) for line in "".join(_pieces(node, whole)).split("\n"))
    return [seen(line) if whole else line for line in lines if line]


def _pieces(node: Tag, whole: str | None) -> Iterator[str]:
    """Texts and breaks in order; within an element called `whole` only such elements break.

    A loop in place of recursion: pages nest as deep as their authors like.
    """
    inside = 0
    waiting: list[object] = [*reversed(node.contents)]
    while waiting:
        each = waiting.pop()
        if isinstance(each, _End):
            inside -= each.name == whole
            yield each.stroke
        elif isinstance(each, Tag):
            if each.name in _UNSEEN:
                continue
            inside += each.name == whole
            stroke = _stroke(each.name, parted=inside == 0 or each.name == whole)
            yield stroke
            waiting.append(_End(each.name, stroke))
            waiting.extend(reversed(each.contents))
        elif type(each) in (NavigableString, CData):  # comments and declarations are subclasses
            yield re.sub(r"\s+", " ", str(each))


class _End:
    """Where an element ends."""

    def __init__(self, name: str, stroke: str) -> None:
        self.name = name
        self.stroke = stroke


def _stroke(name: str, *, parted: bool) -> str:
    if name == "br" or name in _BLOCKS:
        return "\n" if parted else " "
    return " " if name in _CELLS else ""


def _charsets(answer: Answer) -> list[str]:
    header, meta = _HEADER.search(answer.content_type), _META.search(answer.body[:4000])
    declared = [
        marked(answer.body) or "",
        "utf-8-sig",
        header[1] if header else "",
        meta[1].decode("ascii") if meta else "",
    ]
    return list(dict.fromkeys(charset.lower() for charset in declared if _TEXT.match(charset)))

"""A web page as text: its letters, and the lines of a value."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, NavigableString, Tag

from extractors.classify import Answer
from procedures.errors import SourceFailed
from procedures.text import canonical

_META = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_MOJIBAKE = re.compile("á»|áº|Ä‘|Ã[\u0080-\u00bf]|Æ°|\ufffd")
_BLOCKS = frozenset({"p", "li", "tr", "div", "h1", "h2", "h3", "h4", "h5", "ul", "ol", "table"})
BROKEN_LETTERS = 5
"""So many broken letters on one page are no typing mistake."""


def page_of(answer: Answer) -> BeautifulSoup:
    """The page, by the charset it declares or, where that breaks its letters, by UTF-8.

    Raises:
        SourceFailed: its letters are broken in every charset that it may be in.
    """
    for charset in _charsets(answer):
        try:
            text = answer.body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        if len(_MOJIBAKE.findall(text)) < BROKEN_LETTERS:
            return BeautifulSoup(text, "lxml")
    raise SourceFailed("chữ trên trang bị hỏng: bảng mã không phải bảng mã mà trang khai")


def lines_of(node: Tag) -> list[str]:
    """The value's lines: its list items or paragraphs, else what line breaks part."""
    for name in ("li", "p"):
        parts = [canonical(each.get_text(" ")) for each in node.find_all(name) if not each.find(name)]
        if any(parts):
            return [part for part in parts if part]
    return [line for line in map(canonical, text_of(node).split("\n")) if line]


def text_of(node: Tag) -> str:
    """The value's text, a line a block and a line break."""
    pieces: list[str] = []
    for each in node.descendants:
        if isinstance(each, NavigableString):
            pieces.append(re.sub(r"\s+", " ", str(each)))
        elif isinstance(each, Tag) and (each.name == "br" or each.name in _BLOCKS):
            pieces.append("\n")
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _charsets(answer: Answer) -> list[str]:
    header, meta = _HEADER.search(answer.content_type), _META.search(answer.body[:4000])
    declared = [header[1] if header else "", meta[1].decode("ascii") if meta else "", "utf-8"]
    return list(dict.fromkeys(charset.lower() for charset in declared if charset))

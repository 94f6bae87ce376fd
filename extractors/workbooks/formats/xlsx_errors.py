"""Cells of an .xlsx that hold no value: errors (`#REF!`), and formulas that nobody computed yet.

The reader gives both as empty cells, and an empty cell says nothing. Here they become text, so that they are
told as what they are.
"""

from __future__ import annotations

import re

UNCOMPUTED = "#CHƯA TÍNH"
"""Stands in a cell whose formula was saved without its value."""

_TEXT = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|CHƯA TÍNH)")
_ERROR = re.compile(rb"""(<(?:\w+:)?c\s[^>]*?\bt=)(["'])e\2""")
_BARE = re.compile(
    rb"<((?:\w+:)?)c(\s[^>]*)?>\s*<\1f\b(?:[^>]*/>|[^>]*>[^<]*</\1f>)"
    rb"\s*(?:<\1v\s*/>|<\1v>\s*</\1v>\s*)?</\1c>"
)
_TYPE = re.compile(rb"\st=")


def is_error(text: str) -> bool:
    """Whether a cell's text is an error, or stands for a formula without a value."""
    return _TEXT.fullmatch(text.strip()) is not None


def as_text(sheet: bytes) -> bytes:
    """A sheet's XML with those cells as text. A typed cell without a value is a formula that gave no text."""
    return _BARE.sub(_bare, _ERROR.sub(rb'\1"str"', sheet))


def _bare(cell: re.Match[bytes]) -> bytes:
    prefix, attributes = cell[1], cell[2] or b""
    if _TYPE.search(attributes):
        return cell[0]
    name = prefix + b"c"
    value = b"<%sv>%s</%sv>" % (prefix, UNCOMPUTED.encode("ascii", "xmlcharrefreplace"), prefix)
    return b'<%s%s t="str">%s</%s>' % (name, attributes, value, name)

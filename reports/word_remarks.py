"""Remarks for the people who prepare a paper, as Word comments: the paper that is sent does not print them.

A template writes `{{ value | nhan_xet }}` where the remark belongs; the value becomes a comment on the words
around it, and an empty value becomes nothing.
"""

from __future__ import annotations

import secrets
from typing import Any

REMARK_FILTER = "nhan_xet"
"""The filter by which a template turns a value into a comment."""

AUTHOR = "Rà soát"
_INITIALS = "RS"


class RemarkCollector:
    """The remarks of one document, each with the mark that stands in the text until it is placed."""

    def __init__(self) -> None:
        self._nonce = secrets.token_hex(8)
        self.by_mark: dict[str, str] = {}

    def mark(self, text: object) -> str:
        """Return the mark of a remark; no value of a portal can contain it."""
        if not str(text).strip():
            return ""
        mark = f"[{self._nonce}.{len(self.by_mark)}]"
        self.by_mark[mark] = str(text)
        return mark


def place_remarks(document: Any, remarks: RemarkCollector) -> bool:
    """Replace each mark in the body by a comment; return whether all were there."""
    from docx.oxml.ns import qn
    from docx.text.run import Run

    open_marks = dict(remarks.by_mark)
    for element in list(document.element.body.iter(qn("w:t"))) if open_marks else ():
        for mark in [mark for mark in open_marks if mark in (element.text or "")]:
            element.text = element.text.replace(mark, "")
            run = Run(element.getparent(), document)
            comment = document.add_comment(run, open_marks.pop(mark), author=AUTHOR, initials=_INITIALS)
            comment._element.attrib.pop(qn("w:date"), None)  # the same values give the same bytes
    return not open_marks

"""Field texts in which a portal sends HTML, as a reader of the rendered page would see them."""

from __future__ import annotations

import html
import re

from procedures.values.text import canonical

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|em|font|i|ins|mark|o:p|s|small|span|strong|sub|sup|u)\b[^<>]*>", re.I
)
_BLOCK = re.compile(
    r"</?(?:body|br|center|div|h[1-6]|head|hr|html|li|ol|p|section|table|tbody|td|tfoot|th|thead|tr|ul)\b[^<>]*>",
    re.I,
)


def visible_text(text: str) -> str:
    """Return the canonical text without tags and character references; "dưới < 5" is not a tag and stays."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    if "<" in text:
        text = _BLOCK.sub(" ", _INLINE.sub("", _COMMENT.sub(" ", text)))
    return canonical(text)

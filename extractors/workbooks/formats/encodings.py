"""Text of uncertain encoding: told apart by its bytes, never guessed into nonsense.

Vietnamese offices still keep lists typed in TCVN3 (.VnTime) and VNI fonts: the bytes are Latin
letters that only a font turns into Vietnamese. Such text is recognised and refused, because reading
it would make every name differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from procedures.plain_files import bom_encoding

# Signs that TCVN3 puts inside words (à á ả ã ạ ă â ê đ ...), and that no Unicode text has there.
_TCVN3 = re.compile(r"[A-Za-z][µ¶·¸¹¨©ª«¬®»¼½¾\xad]|[µ¶·¸¹¨©ª«¬®»¼½¾][A-Za-z]")
# VNI writes the tone as a second sign after the vowel: "thuû tuïc haønh", and đ as ñ.
_VNI = re.compile(r"[aeiouyAEIOUY][øØûÛïÏäÄåÅöÖëËüÜ]|[öôÖÔ][øûïùõ]|\bñ[aeiouyôö]", re.UNICODE)
_VIETNAMESE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_ENOUGH = 3

_MOJIBAKE = re.compile("á»|áº|Ä‘|Ã[\u0080-\u00bf]|Æ°|\ufffd")
_BROKEN = 5
"""So many broken letters in one answer are no typing mistake."""


def decode(data: bytes) -> str | None:
    """The text of a file: UTF-8, UTF-16/32 with or without a mark, else Windows-1258; `None` if none fits."""
    encoding = bom_encoding(data)
    if encoding is not None:
        return _decoded(data, encoding)
    if b"\0" in data[:4096]:
        return _decoded(data, _utf16_order(data[:4096]))
    text = _decoded(data, "utf-8")
    if text is not None:
        return text
    western = data.decode("cp1252", "replace")
    if legacy_font([western]):
        return western  # the caller asks `legacy_font` again and refuses
    text = _decoded(data, "cp1258")
    return None if text is None else normalize("NFC", text)


def is_broken(text: str) -> bool:
    """Whether the letters were taken for those of another charset on their way."""
    return len(_MOJIBAKE.findall(text)) >= _BROKEN


def legacy_font(texts: Iterable[str]) -> str | None:
    """`TCVN3` or `VNI` when the texts are typed for such a font, else `None`.

    Such text has no Vietnamese letter of Unicode; a few stray signs among many of those are no font.
    """
    tcvn3 = vni = vietnamese = 0
    for text in texts:
        if text.isascii():
            continue
        tcvn3 += len(_TCVN3.findall(text))
        vni += len(_VNI.findall(text))
        vietnamese += len(_VIETNAMESE.findall(text))
        if max(tcvn3, vni) > 20 * _ENOUGH + vietnamese:
            break
    if max(tcvn3, vni) <= vietnamese:
        return None
    if tcvn3 >= _ENOUGH:
        return "TCVN3"
    return "VNI" if vni >= _ENOUGH else None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf16_order(head: bytes) -> str:
    """UTF-16 without a mark: the high bytes of Latin text are zero."""
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"

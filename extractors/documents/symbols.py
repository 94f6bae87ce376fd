"""Ticks and boxes of the fonts Wingdings and Symbol, which have no letters of their own in Unicode text."""

from __future__ import annotations

_SIGNS = {
    0xFC: "✓", 0xFE: "☑", 0xFD: "☒", 0x78: "☒", 0xFB: "✗", 0x52: "☑", 0x53: "☒",
    0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xB7: "-", 0xA7: "-", 0xD8: "-", 0x76: "-", 0x2D: "-",
}  # fmt: skip


def symbol(code: str) -> str:
    """Return the sign of a Wingdings or Symbol code such as `F0FC`, empty where it says nothing."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return private_sign(number) or ""


def private_sign(code: int) -> str | None:
    """Return the sign that a private code of such a font stands for, `None` for any other."""
    return _SIGNS.get(code & 0xFF) if 0xF000 <= code <= 0xF0FF or code <= 0xFF else None

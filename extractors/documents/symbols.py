"""Ticks and boxes of the fonts Wingdings and Symbol, whose codes are not Unicode characters."""

from __future__ import annotations

_SYMBOLS = {
    0xFC: "✓", 0xFE: "☑", 0xFD: "☒", 0x78: "☒", 0xFB: "✗", 0x52: "☑", 0x53: "☒",
    0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xB7: "-", 0xA7: "-", 0xD8: "-", 0x76: "-", 0x2D: "-",
}  # fmt: skip


def symbol(code: str) -> str:
    """Return the character of a Wingdings or Symbol code such as `F0FC`, empty where it has none."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return private_sign(number) or ""


def private_sign(code: int) -> str | None:
    """Return the character of a private code of such a font, `None` for any other."""
    return _SYMBOLS.get(code & 0xFF) if 0xF000 <= code <= 0xF0FF or code <= 0xFF else None

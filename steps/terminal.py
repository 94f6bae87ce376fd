"""Output to a terminal or pipe that cannot show Vietnamese: plain letters, never a traceback."""

from __future__ import annotations

import codecs
import json
import os
import sys
import unicodedata
from collections.abc import Callable
from typing import Any, Final, TextIO

_PLAIN: Final = {
    **{"đ": "d", "Đ": "D", "–": "-", "—": "-", "…": "...", "→": "->", "←": "<-", "·": "-", "•": "*"},
    **{"“": '"', "”": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "\u00a0": " "},
}

_lost: set[str] = set()
"""The streams on which letters were replaced."""


def ensure_utf8_arguments() -> None:
    """Restart the program in UTF-8 mode if the locale decodes arguments and file names otherwise.

    The encoding of the output stays as it is.
    """
    if sys.getfilesystemencoding() == "utf-8":
        return
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    environment = os.environ | {"PYTHONIOENCODING": os.environ.get("PYTHONIOENCODING", encoding)}
    os.execve(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]], environment)


def replace_unencodable() -> None:
    """Let standard output and error replace characters they cannot encode by the nearest plain letters."""
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            codecs.register_error(f"rasoat-{name}", _replacing_handler(name))
            reconfigure(errors=f"rasoat-{name}")


def json_text(document: Any, *, sort_keys: bool = False, indent: int | None = 1) -> str:
    """Return JSON for standard output, with escapes for what its encoding lacks."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    is_unicode = codecs.lookup(encoding).name.startswith("utf")
    return json.dumps(document, ensure_ascii=not is_unicode, indent=indent, sort_keys=sort_keys)


def lost_letters_warning() -> str | None:
    """Return a warning if output that does not go to a screen lost letters."""
    if "stdout" not in _lost or sys.stdout.isatty():
        return None
    return (
        f"đầu ra theo bảng mã {sys.stdout.encoding} không chứa được chữ Việt, chữ đã bị thay bằng chữ không "
        "dấu; đặt PYTHONIOENCODING=utf-8, hoặc dùng --json, --out"
    )


def _replacing_handler(stream: str) -> Callable[[UnicodeError], tuple[str, int]]:
    def nearest(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        _lost.add(stream)
        return "".join(map(_to_ascii, error.object[error.start : error.end])), error.end

    return nearest


def _to_ascii(char: str) -> str:
    """Return the character in ASCII: without its marks, else a question mark."""
    if char in _PLAIN:
        return _PLAIN[char]
    base = "".join(each for each in unicodedata.normalize("NFKD", char) if not unicodedata.combining(each))
    return base if base.isascii() else "?"

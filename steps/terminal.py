"""What goes to a terminal, or into a pipe, that cannot show Vietnamese: plain letters, never a traceback."""

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


def understand_utf8() -> None:
    """Start the program anew where the system's locale takes arguments and file names for another encoding.

    What the terminal shows stays as it is.
    """
    if sys.getfilesystemencoding() == "utf-8":
        return
    shown = getattr(sys.stdout, "encoding", None) or "ascii"
    environment = os.environ | {"PYTHONIOENCODING": os.environ.get("PYTHONIOENCODING", shown)}
    os.execve(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]], environment)


def show_what_it_can() -> None:
    """Let standard output and error replace what their encoding lacks by the nearest plain letters."""
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            codecs.register_error(f"rasoat-{name}", _nearest(name))
            reconfigure(errors=f"rasoat-{name}")


def json_text(document: Any, *, sort_keys: bool = False, indent: int | None = 1) -> str:
    """JSON for standard output: whole whatever that can show, since escapes stand for what it cannot."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    whole = codecs.lookup(encoding).name.startswith("utf")
    return json.dumps(document, ensure_ascii=not whole, indent=indent, sort_keys=sort_keys)


def lost_letters() -> str | None:
    """What to say of a result that went elsewhere than to a screen and lost letters on its way."""
    if "stdout" not in _lost or sys.stdout.isatty():
        return None
    return (
        f"đầu ra theo bảng mã {sys.stdout.encoding} không chứa được chữ Việt, chữ đã bị thay bằng chữ không "
        "dấu; đặt PYTHONIOENCODING=utf-8, hoặc dùng --json, --out"
    )


def _nearest(stream: str) -> Callable[[UnicodeError], tuple[str, int]]:
    def nearest(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        _lost.add(stream)
        return "".join(map(_plain, error.object[error.start : error.end])), error.end

    return nearest


def _plain(sign: str) -> str:
    """The sign in ASCII: without its marks, else a question mark."""
    if sign in _PLAIN:
        return _PLAIN[sign]
    base = "".join(each for each in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(each))
    return base if base.isascii() else "?"

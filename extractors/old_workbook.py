"""Reads an old .xls in a process of its own, whose memory and time are bounded.

The reader is compiled code: a length field that is damaged makes it ask for gigabytes, and where it does not
get them the whole process ends. Run as a script, this module is that process: bytes in, pickled sheets out.
"""

from __future__ import annotations

import io
import pickle
import resource
import subprocess
import sys
from typing import Any

MEMORY = 1 << 30
"""Bytes of address space."""
SECONDS = 30
"""Seconds of processor time; a list of 6,300 rows takes less than one."""
_WAIT = 120.0
"""Seconds by the clock, on a machine however busy."""
_PASSWORD = 3

RawSheet = tuple[str, list[list[Any]], list[tuple[tuple[int, int], tuple[int, int]]], bool]
"""Name, rows, merged ranges and whether it is hidden, of a sheet as the compiled reader gives it."""


class Unreadable(Exception):  # noqa: N818 - says what it is
    """No workbook, damaged, or larger than the bounds; `password`: protected by one."""

    def __init__(self, *, password: bool = False) -> None:
        super().__init__("password" if password else "damaged")
        self.password = password


def sheets_of(data: bytes) -> list[RawSheet]:
    """The sheets; raises `Unreadable`."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__], input=data, capture_output=True, timeout=_WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable from None
    if done.returncode != 0:
        raise Unreadable(password=done.returncode == _PASSWORD)
    sheets: list[RawSheet] = pickle.loads(done.stdout)
    return sheets


def sheets_here(data: bytes) -> list[RawSheet]:
    """The sheets, read in this process; raises whatever the compiled reader does."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sheets: list[RawSheet] = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for meta in workbook.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            hidden = meta.visible != SheetVisibleEnum.Visible
            sheet = workbook.get_sheet_by_name(meta.name)
            rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
            sheets.append((meta.name, rows, list(sheet.merged_cell_ranges or ()), hidden))
    return sheets


def asks_for_password(error: BaseException) -> bool:
    """Whether the compiled reader means that the workbook is protected."""
    return "password" in f"{type(error).__name__} {error}".lower()


def main() -> int:
    """The bounded process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheets = sheets_here(sys.stdin.buffer.read())
    except BaseException as error:
        return _PASSWORD if asks_for_password(error) else 1
    sys.stdout.buffer.write(pickle.dumps(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main())

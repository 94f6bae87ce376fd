"""Reads the sheets of a workbook by compiled code; those of an old .xls in a process of their own."""

from __future__ import annotations

import io
from typing import Any

from extractors.bounded_reader import FileRefused, FileTooHeavy, ProcessLimits, read_bounded

LIMITS = ProcessLimits(memory=1 << 30, seconds=30)
"""A list of 6,300 rows takes less than a second."""
_PASSWORD = "password"

RawSheet = tuple[str, list[list[Any]], list[tuple[tuple[int, int], tuple[int, int]]], bool]
"""Name, rows, merged ranges and whether it is hidden, of a sheet as the compiled reader gives it."""


class Unreadable(Exception):  # noqa: N818 - says what it is
    """No workbook, damaged, or larger than the bounds; `password`: protected by one."""

    def __init__(self, *, password: bool = False) -> None:
        super().__init__("password" if password else "damaged")
        self.password = password


def sheets_of(data: bytes) -> list[RawSheet]:
    """Return the sheets, read in a bounded process; raises `Unreadable`."""
    try:
        sheets: list[RawSheet] = read_bounded("old workbook", data, limits=LIMITS)
    except FileTooHeavy:
        raise Unreadable from None
    except FileRefused as refused:
        raise Unreadable(password=str(refused) == _PASSWORD) from None
    return sheets


def sheets_here(data: bytes, _options: tuple[str, ...] = (), _progress: object = None) -> list[RawSheet]:
    """Return the sheets, read in this process; raises whatever the compiled reader does."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sheets: list[RawSheet] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:
        if asks_for_password(error):
            raise FileRefused(_PASSWORD) from error
        raise
    with workbook:
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

"""Offices on one server: a folder of settings for each, below the one that `RASOAT_OFFICES` names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from procedures.errors import InputError, NotFoundError

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

LONGEST_NAME: Final = 40

_RESERVED: Final = re.compile(r"public|information-schema|pg(?:-.*)?")
"""Names whose schemas PostgreSQL has, or keeps for itself."""


@dataclass(frozen=True, slots=True)
class OfficeFiles:
    """Where an office's settings lie. `unfinished` exists from the first to the last step of adding it."""

    name: str
    folder: Path

    @property
    def settings(self) -> Path:
        """Return the office's `rasoat.toml`."""
        return self.folder / "rasoat.toml"

    @property
    def environment(self) -> Path:
        """Return the office's variables, which may hold passwords."""
        return self.folder / ".env"

    @property
    def unfinished(self) -> Path:
        """Return the mark of an office that is being added, or whose adding was interrupted."""
        return self.folder / ".unfinished"

    @property
    def schema(self) -> str:
        """Return the office's schema in a PostgreSQL database."""
        return self.name.replace("-", "_")


def check_office_name(name: str) -> str:
    """Return the name of an office, which is a folder, a schema and part of a deployment's name.

    Raises:
        InputError: it is not a plain one.
    """
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise InputError(
            f"{name!r}: tên đơn vị chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, như ha-tinh, "
            f"dài nhất {LONGEST_NAME} ký tự"
        )
    if _RESERVED.fullmatch(name):
        raise InputError(f"{name}: tên này PostgreSQL đã dùng; đặt tên khác")
    return name


def files_of_office(offices: Path | None, name: str) -> OfficeFiles:
    """Return where the settings of an office lie, whether or not there is one of that name.

    Raises:
        InputError: there is no folder of offices, or the name is not a plain one.
    """
    if offices is None:
        raise InputError("Chưa đặt RASOAT_OFFICES: thư mục giữ thiết lập các đơn vị, như /etc/rasoat/offices")
    return OfficeFiles(check_office_name(name), offices.absolute() / name)


def list_offices(offices: Path | None) -> list[OfficeFiles]:
    """Return every office of the folder by name, those that lack their settings too.

    Raises:
        InputError: there is no folder of offices, or it cannot be read.
    """
    if offices is None:
        raise InputError("Chưa đặt RASOAT_OFFICES: thư mục giữ thiết lập các đơn vị, như /etc/rasoat/offices")
    try:
        folders = sorted(each for each in offices.absolute().iterdir() if each.is_dir())
    except OSError as error:
        raise InputError(f"RASOAT_OFFICES: không đọc được {offices} ({error.strerror})") from error
    return [OfficeFiles(each.name, each) for each in folders if _NAME.fullmatch(each.name)]


def existing_office(offices: Path | None, name: str) -> OfficeFiles:
    """Return where the settings of an office lie.

    Raises:
        InputError: there is no folder of offices, or no such office in it.
    """
    files = files_of_office(offices, name)
    if not files.folder.is_dir():
        raise NotFoundError(f"Không có đơn vị {name} trong {offices} (RASOAT_OFFICES)")
    return files

"""The known divisions: choosing, adding and ending one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from procedures.errors import InputError, NotFoundError
from procedures.office.divisions import MAX_DIVISION_LENGTH, find_mistyped, find_same_name, find_similar_names
from procedures.values.text import canonical, sort_key
from settings.configuration import Configuration
from steps.database import reading_connection, writing_connection
from warehouse.announcements.ledger_events import LedgerEvent
from warehouse.office import divisions
from warehouse.office.divisions import Division

FIELD = "division"


def known_divisions(configuration: Configuration) -> list[str]:
    """Return the known divisions in alphabetical order."""
    with reading_connection(configuration) as connection:
        return sorted(_known_names(configuration, connection), key=sort_key)


def divisions_with_events(configuration: Configuration) -> tuple[list[Division], list[LedgerEvent]]:
    """Return the divisions with their uses, and who added or ended which, newest first."""
    with reading_connection(configuration) as connection:
        by_name = _known_divisions(configuration, connection)
        events = divisions.division_events(connection)[::-1]
    return [by_name[name] for name in sorted(by_name, key=sort_key)], events


def choose_division(configuration: Configuration, name: str) -> str:
    """Return the known division that `name` means.

    Raises:
        InputError: there is none; similar names are offered.
    """
    with reading_connection(configuration) as connection:
        return match_known(name, _known_names(configuration, connection))


def choose_or_name(configuration: Configuration, name: str) -> tuple[str, bool]:
    """Return the known division that `name` means, or the name of a new one; and whether it is new.

    For the command line, whose options take any name. Nothing is written: a division becomes known by what
    is assigned to it.

    Raises:
        InputError: a known one was probably meant and mistyped, or it is no name.
    """
    with reading_connection(configuration) as connection:
        return match_or_new(name, _known_names(configuration, connection))


def match_known(name: str, known: Iterable[str]) -> str:
    """Return the one of the `known` divisions that a name means.

    Raises:
        InputError: there is none; similar names are offered.
    """
    names = list(known)
    match = find_same_name(name, names)
    if match is None:
        raise InputError(
            f"{name}: chưa có phòng, ban, đơn vị này{_offer(find_similar_names(name, names))}", FIELD
        )
    return match


def match_or_new(name: str, known: Iterable[str]) -> tuple[str, bool]:
    """Return the one of the `known` divisions that a name means, or a new one; and whether it is new.

    Raises:
        InputError: a known one was probably meant and mistyped, or it is no name.
    """
    names = list(known)
    match = find_same_name(name, names)
    if match is not None:
        return match, False
    similar = find_mistyped(name, names)
    if similar:
        raise InputError(
            f"{name}: chưa có phòng, ban, đơn vị này{_offer(similar)}; nếu đúng là một đơn vị khác, hãy thêm "
            f'trước: rasoat division add "{name}" --by TÊN',
            FIELD,
        )
    return _check_name(name), True


def add_division(configuration: Configuration, name: str, by: str) -> str:
    """Add a division; return its name as stored.

    Raises:
        InputError: it is not a name, or there is one of that name already.
    """
    with writing_connection(configuration) as connection:
        existing = find_same_name(name, _known_names(configuration, connection))
        if existing is not None:
            raise InputError(f"{existing}: đã có phòng, ban, đơn vị này", "name")
        stored_name = _check_name(name)
        divisions.add_division(connection, stored_name, by)
        return stored_name


def end_division(configuration: Configuration, name: str, by: str, reason: str) -> None:
    """End a division: nothing is assigned to it any more.

    Raises:
        NotFoundError: there is none of that name.
        InputError: open work still names it, or no reason is given.
    """
    if not reason.strip():
        raise InputError("Thôi dùng: cần ghi lý do", "reason")
    with writing_connection(configuration) as connection:
        names = _known_divisions(configuration, connection)
        match = find_same_name(name, names)
        if match is None:
            raise NotFoundError(
                f"Không có phòng, ban, đơn vị {name}{_offer(find_similar_names(name, names))}"
            )
        division = names[match]
        if division.busy or match in _mail_divisions(configuration):
            raise InputError(f"{match}: chưa thôi dùng được, còn {_uses(configuration, division)}", "name")
        divisions.end_division(connection, match, by, reason)


def _check_name(name: str) -> str:
    text = canonical(name)
    if not text:
        raise InputError("Chưa ghi tên phòng, ban, đơn vị", "name")
    if len(text) > MAX_DIVISION_LENGTH:
        raise InputError(f"Tên phòng, ban, đơn vị dài quá {MAX_DIVISION_LENGTH} ký tự", "name")
    return text


def _known_names(configuration: Configuration, connection: Connection) -> set[str]:
    return divisions.list_names(connection).union(_mail_divisions(configuration))


def _known_divisions(configuration: Configuration, connection: Connection) -> dict[str, Division]:
    stored = divisions.list_divisions(connection)
    return {name: Division(name=name) for name in _mail_divisions(configuration)} | stored


def _mail_divisions(configuration: Configuration) -> list[str]:
    """Return the divisions that receive letters by the settings."""
    return [recipient.division for recipient in configuration.alerts.to if recipient.division]


def _offer(names: tuple[str, ...]) -> str:
    return f"; gần giống: {', '.join(names)}" if names else ""


def _uses(configuration: Configuration, division: Division) -> str:
    parts = (
        (division.procedures, "thủ tục trong danh mục"),
        (division.findings, "sai lệch chưa xong"),
        (division.duties, "việc đang mở"),
        (division.rules, "quy tắc phân công"),
        (int(division.name in _mail_divisions(configuration)), "nơi nhận thư trong rasoat.toml"),
    )
    return ", ".join(f"{number} {words}" for number, words in parts if number)

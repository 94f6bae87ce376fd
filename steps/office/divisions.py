"""Divisions to choose from: known ones, and adding or ending one as a step of its own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from procedures.errors import InputError, UnknownThingError
from procedures.office.divisions import LONGEST, like_names, mistyped, same_name
from procedures.text import canonical, sort_key
from settings.configuration import Configuration
from steps.database import reading_connection, writing_connection
from warehouse.announcements.ledger_events import Event
from warehouse.office import divisions
from warehouse.office.divisions import Division

FIELD = "division"


def known(configuration: Configuration) -> list[str]:
    """The divisions to choose from, in the order of the alphabet."""
    with reading_connection(configuration) as connection:
        return sorted(_known(configuration, connection), key=sort_key)


def described(configuration: Configuration) -> tuple[list[Division], list[Event]]:
    """The divisions with what names each, and who added or ended which, the newest first."""
    with reading_connection(configuration) as connection:
        found = _known(configuration, connection)
        events = divisions.division_events(connection)[::-1]
    return [found[name] for name in sorted(found, key=sort_key)], events


def choose(configuration: Configuration, name: str) -> str:
    """The known division that `name` means.

    Raises:
        InputError: it is none; those like it are offered.
    """
    with reading_connection(configuration) as connection:
        return chosen(name, _known(configuration, connection))


def choose_or_name(configuration: Configuration, name: str) -> tuple[str, bool]:
    """The known division that `name` means, or the name of a new one; and whether it is new.

    For the command line, whose options take any name. Nothing is written: what is given to a division
    makes it known.

    Raises:
        InputError: a known one was probably meant and mistyped, or it is no name.
    """
    with reading_connection(configuration) as connection:
        return named(name, _known(configuration, connection))


def chosen(name: str, known: Iterable[str]) -> str:
    """The one of the `known` divisions that a name means.

    Raises:
        InputError: it is none; those like it are offered.
    """
    names = list(known)
    found = same_name(name, names)
    if found is None:
        raise InputError(f"{name}: chưa có phòng, ban, đơn vị này{_offer(like_names(name, names))}", FIELD)
    return found


def named(name: str, known: Iterable[str]) -> tuple[str, bool]:
    """The one of the `known` divisions that a name means, or that of a new one; and whether it is new.

    Raises:
        InputError: a known one was probably meant and mistyped, or it is no name.
    """
    names = list(known)
    found = same_name(name, names)
    if found is not None:
        return found, False
    slips = mistyped(name, names)
    if slips:
        raise InputError(
            f"{name}: chưa có phòng, ban, đơn vị này{_offer(slips)}; nếu đúng là một đơn vị khác, hãy thêm "
            f'trước: rasoat division add "{name}" --by TÊN',
            FIELD,
        )
    return _name(name), True


def add(configuration: Configuration, name: str, by: str) -> str:
    """Add a division; gives its name as it is kept.

    Raises:
        InputError: it is no name, or there is one of that name already.
    """
    with writing_connection(configuration) as connection:
        found = same_name(name, _known(configuration, connection))
        if found is not None:
            raise InputError(f"{found}: đã có phòng, ban, đơn vị này", "name")
        kept = _name(name)
        divisions.add(connection, kept, by)
        return kept


def end(configuration: Configuration, name: str, by: str, reason: str) -> None:
    """End a division: nothing is given to it any more.

    Raises:
        UnknownThingError: there is none of that name.
        InputError: something that is not over names it, or no reason is given.
    """
    if not reason.strip():
        raise InputError("Thôi dùng: cần ghi lý do", "reason")
    with writing_connection(configuration) as connection:
        names = _known(configuration, connection)
        found = same_name(name, names)
        if found is None:
            raise UnknownThingError(f"Không có phòng, ban, đơn vị {name}{_offer(like_names(name, names))}")
        its = names[found]
        if its.busy or found in _written_to(configuration):
            raise InputError(f"{found}: chưa thôi dùng được, còn {_use(configuration, its)}", "name")
        divisions.end(connection, found, by, reason)


def _name(name: str) -> str:
    kept = canonical(name)
    if not kept:
        raise InputError("Chưa ghi tên phòng, ban, đơn vị", "name")
    if len(kept) > LONGEST:
        raise InputError(f"Tên phòng, ban, đơn vị dài quá {LONGEST} ký tự", "name")
    return kept


def _known(configuration: Configuration, connection: Connection) -> dict[str, Division]:
    found = divisions.divisions(connection)
    return {name: Division(name=name) for name in _written_to(configuration)} | found


def _written_to(configuration: Configuration) -> list[str]:
    """The divisions to which the settings have letters sent."""
    return [each.division for each in configuration.alerts.to if each.division]


def _offer(names: tuple[str, ...]) -> str:
    return f"; gần giống: {', '.join(names)}" if names else ""


def _use(configuration: Configuration, its: Division) -> str:
    parts = (
        (its.procedures, "thủ tục trong danh mục"),
        (its.findings, "sai lệch chưa xong"),
        (its.duties, "việc đang mở"),
        (its.rules, "quy tắc phân công"),
        (int(its.name in _written_to(configuration)), "nơi nhận thư trong rasoat.toml"),
    )
    return ", ".join(f"{number} {words}" for number, words in parts if number)

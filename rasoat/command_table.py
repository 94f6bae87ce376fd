"""Where each command is defined: its module is imported when it is called or described."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_group

COMMANDS: Mapping[str, str] = {
    "demo": "nights:app",
    "sync": "nights:app",
    "status": "status:app",
    "release": "nights:app",
    "withdraw": "nights:app",
    "replay": "nights:app",
    "init": "installation:app",
    "office": "offices:office",
    "catalogue": "catalogue:app",
    "findings": "findings:app",
    "scope": "scope:app",
    "alerts": "alerts:app",
    "quarantine": "quarantine:app",
    "validations": "validations:app",
    "decision": "ledger:decisions",
    "baseline": "ledger:app",
    "assign": "ledger:assign",
    "duties": "ledger:duties",
    "division": "divisions:division",
    "sheet": "registers:sheet",
    "register": "registers:register",
    "figures": "registers:figures",
    "review": "site:app",
    "user": "site:user",
    "report": "papers:app",
    "draft-decision": "papers:app",
    "paper": "papers:app",
    "simulate": "operations:app",
    "doctor": "operations:app",
    "db": "operations:db",
    "archive": "archive:app",
}
"""By the command's name, in the order of the help: its module, and the Typer of it that has the command."""


class CommandTable(TyperGroup):
    """The group of all commands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = cast("dict[str, Any]", _CommandsByName())


class _CommandsByName(Mapping[str, Any]):
    """The commands by name, each made when it is asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made |= commands_at(COMMANDS[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def commands_at(place: str) -> dict[str, Any]:
    """Return the commands by name of a `module:typer`: all of an unnamed one, or itself as a group."""
    part = typer.Typer(rich_markup_mode=None)
    part.add_typer(typer_at(place))
    return dict(get_group(part).commands)


def typer_at(place: str) -> typer.Typer:
    """Return the Typer at a `module:typer`."""
    module, _, attribute = place.partition(":")
    found: typer.Typer = getattr(import_module(f"rasoat.commands.{module}"), attribute)
    return found

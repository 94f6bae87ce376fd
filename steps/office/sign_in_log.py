"""What every way of signing in shares: tries are counted, and events written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from procedures.errors import InputError, RasoatError
from procedures.office.accounts import FAILURE_WINDOW, must_wait, normalise_account_name
from procedures.office.sign_in_events import SignInEvent, SignInEventKind
from warehouse.office import accounts, sign_in_events


class TooManyTriesError(RasoatError):
    """Too many failed log-ins: the next one has to wait."""


def stored_name(name: str) -> str:
    """Return the name of an account as it is stored; of what is no name, its beginning."""
    try:
        return normalise_account_name(name)
    except InputError:
        return name[:64]


def count_try(connection: Connection, name: str, address: str, now: datetime) -> bool:
    """Count a try as failed before it is checked; return whether it has to wait, and is not counted.

    That somebody waits is recorded once in `FAILURE_WINDOW` for each address: tries without end fill no disk.
    """
    account, since = stored_name(name), now - FAILURE_WINDOW
    failed = accounts.list_failures(connection, account, address, since, now + FAILURE_WINDOW)
    waits = must_wait(failed, account, address)
    if not waits:
        accounts.record_failure(connection, account, address, now, since)
    elif not sign_in_events.was_recorded_since(connection, SignInEventKind.LOCKED, address, since):
        record_event(connection, SignInEventKind.LOCKED, name, address, now)
    return waits


def record_event(
    connection: Connection,
    kind: SignInEventKind,
    name: str,
    address: str,
    at: datetime,
    detail: str | None = None,
) -> None:
    """Store an event about the account that `name` was typed for; no address: by the command line."""
    event = SignInEvent(kind, stored_name(name), name, address, at, detail)
    sign_in_events.record_event(connection, event)

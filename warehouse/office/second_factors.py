"""Second factors of accounts: secrets of one-time codes, and recovery codes by their digests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from warehouse.db.column_values import from_time, to_time
from warehouse.tables.account_tables import recovery_code, second_factor


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A second factor; it counts once `confirmed`. `last_step`: the time step of the last code taken."""

    secret: str = field(repr=False)
    started: datetime
    confirmed: datetime | None
    last_step: int


def find_factor(connection: Connection, name: str) -> SecondFactor | None:
    """Return an account's second factor, confirmed or not."""
    row = connection.execute(select(second_factor).where(second_factor.c.account == name)).one_or_none()
    if row is None:
        return None
    confirmed = None if row.confirmed_at is None else from_time(row.confirmed_at)
    return SecondFactor(row.secret, from_time(row.started_at), confirmed, row.last_step)


def has_confirmed_factor(connection: Connection, name: str) -> bool:
    """Return whether log-in to the account asks for a code."""
    factor = find_factor(connection, name)
    return factor is not None and factor.confirmed is not None


def start_factor(connection: Connection, name: str, secret: str, at: datetime) -> None:
    """Store a secret that is still to be confirmed, in place of one that was not."""
    f = second_factor.c
    connection.execute(second_factor.delete().where(f.account == name, f.confirmed_at.is_(None)))
    connection.execute(
        second_factor.insert(),
        {
            "account": name,
            "secret": secret,
            "started_at": to_time(at),
            "confirmed_at": None,
            "last_step": 0,
        },
    )


def confirm_factor(connection: Connection, name: str, secret: str, at: datetime) -> bool:
    """Make a secret count from now on; False where it is no longer the one that waits."""
    f = second_factor.c
    waiting = (f.account == name, f.secret == secret, f.confirmed_at.is_(None))
    changed = connection.execute(second_factor.update().where(*waiting), {"confirmed_at": to_time(at)})
    return changed.rowcount == 1


def take_step(connection: Connection, name: str, step: int) -> bool:
    """Take the code of a time step; False where it, or a later one, was taken before."""
    f = second_factor.c
    fresh = (f.account == name, f.last_step < step)
    return connection.execute(second_factor.update().where(*fresh), {"last_step": step}).rowcount == 1


def delete_factor(connection: Connection, name: str) -> bool:
    """Delete an account's second factor and recovery codes; return whether there was one that counted."""
    counted = has_confirmed_factor(connection, name)
    connection.execute(recovery_code.delete().where(recovery_code.c.account == name))
    connection.execute(second_factor.delete().where(second_factor.c.account == name))
    return counted


def replace_recovery_codes(connection: Connection, name: str, digests: Collection[str]) -> None:
    """Store new recovery codes; those of before are worth nothing any more."""
    connection.execute(recovery_code.delete().where(recovery_code.c.account == name))
    connection.execute(recovery_code.insert(), [{"account": name, "digest": digest} for digest in digests])


def take_recovery_code(connection: Connection, name: str, digest: str) -> bool:
    """Take a recovery code; False where there is none, or it was taken before."""
    its = (recovery_code.c.account == name, recovery_code.c.digest == digest)
    return connection.execute(recovery_code.delete().where(*its)).rowcount == 1


def count_recovery_codes(connection: Connection, name: str) -> int:
    """Return how many recovery codes are left."""
    query = select(func.count()).select_from(recovery_code).where(recovery_code.c.account == name)
    return int(connection.execute(query).scalar_one())


def list_protected(connection: Connection) -> frozenset[str]:
    """Return the accounts whose log-in asks for a code."""
    query = select(second_factor.c.account).where(second_factor.c.confirmed_at.is_not(None))
    return frozenset(connection.execute(query).scalars())

"""Accounts of the review site, their sessions, and failed log-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from procedures.dates.run_dates import MAX_AHEAD
from procedures.errors import ConflictError, InputError, NotFoundError
from procedures.office.accounts import LoginFailure, Role
from warehouse.announcements.ledger_events import record_changes
from warehouse.db.column_values import from_time, storable, to_time
from warehouse.office.second_factors import delete_factor
from warehouse.tables.account_tables import account, second_factor, sign_in_failure, site_session

NO_PASSWORD = "!"
"""In place of a hash: an account that only a reverse proxy signs in."""

PASSWORD, PROVIDER, PROXY = "password", "oidc", "proxy"
"""How somebody signed in: by a password of ours, an OpenID provider, or a reverse proxy."""

ACCOUNT = "account"
"""Kind of subject of the events about an account."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that may sign in; `password` is its argon2 hash."""

    name: str
    role: Role
    password: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session and its account; `method` is how it was opened: by password, or by the name of a provider."""

    account: str
    role: Role
    created: datetime
    seen: datetime
    method: str
    has_second_factor: bool


def find_account(connection: Connection, name: str) -> Account | None:
    """Return the account of that name, unless it was removed."""
    query = select(account).where(account.c.name == name, account.c.removed_at.is_(None))
    row = connection.execute(query).one_or_none()
    return None if row is None else Account(row.name, Role(row.role), row.password)


def list_accounts(connection: Connection) -> list[Account]:
    """Return the accounts that may sign in, by name."""
    query = select(account).where(account.c.removed_at.is_(None)).order_by(account.c.name)
    return [Account(row.name, Role(row.role), row.password) for row in connection.execute(query)]


def add_account(connection: Connection, name: str, role: Role, password: str, at: datetime) -> None:
    """Store a new account; a removed one of that name is restored.

    Raises:
        InputError: there is one of that name.
    """
    if find_account(connection, name) is not None:
        raise InputError(f"NAME {name}: đã có tài khoản này; đổi mật khẩu bằng: rasoat user password {name}")
    values = {"role": role.value, "password": password, "created_at": to_time(at), "removed_at": None}
    restored = connection.execute(account.update().where(account.c.name == name), values)
    if restored.rowcount == 0:
        connection.execute(account.insert(), {"name": name, **values})


def change_account(
    connection: Connection, name: str, *, password: str | None = None, removed: datetime | None = None
) -> None:
    """Give an account another password, or remove it with its second factor; its sessions end in any case.

    Raises:
        NotFoundError: there is no such account.
    """
    if find_account(connection, name) is None:
        raise NotFoundError(f"NAME {name}: không có tài khoản này")
    values: dict[str, str] = {}
    if password is not None:
        values["password"] = password
    if removed is not None:
        values["removed_at"] = to_time(removed)
        delete_factor(connection, name)
    if values:
        connection.execute(account.update().where(account.c.name == name), values)
    connection.execute(site_session.delete().where(site_session.c.account == name))


def renew_password(connection: Connection, seen: Account, password: str, at: datetime) -> None:
    """Give an account as it was `seen` another password, end its sessions, and record the event.

    Raises:
        ConflictError: the account was changed or removed since.
    """
    if not lock_account(connection, seen, password):
        raise ConflictError(f"Tài khoản {seen.name} vừa được thay đổi; chưa đổi mật khẩu")
    connection.execute(site_session.delete().where(site_session.c.account == seen.name))
    changes = {"password_changed_at": (None, to_time(at))}
    record_changes(connection, ACCOUNT, seen.name, changes, seen.name, at=at)


def lock_account(connection: Connection, seen: Account, password: str) -> bool:
    """Lock an account as it was `seen` until the end of the transaction, and give it that hash.

    Return False, and write nothing, where it was given another password or removed since.
    """
    a = account.c
    same = (a.name == seen.name, a.password == seen.password, a.removed_at.is_(None))
    return connection.execute(account.update().where(*same), {"password": password}).rowcount == 1


def open_session(
    connection: Connection, digest: str, name: str, address: str, at: datetime, method: str = PASSWORD
) -> None:
    """Store a session by the digest of its secret."""
    connection.execute(
        site_session.insert(),
        {
            "digest": digest,
            "account": name,
            "created_at": to_time(at),
            "seen_at": to_time(at),
            "address": storable(address),
            "method": method,
        },
    )


def find_session(connection: Connection, digest: str) -> Session | None:
    """Return the session of that digest, unless its account was removed."""
    query = (
        select(
            *(account.c.name, account.c.role, site_session.c.created_at, site_session.c.seen_at),
            *(site_session.c.method, second_factor.c.confirmed_at),
        )
        .join_from(site_session, account, account.c.name == site_session.c.account)
        .outerjoin(second_factor, second_factor.c.account == account.c.name)
        .where(site_session.c.digest == digest, account.c.removed_at.is_(None))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Session(
        account=row.name,
        role=Role(row.role),
        created=from_time(row.created_at),
        seen=from_time(row.seen_at),
        method=row.method,
        has_second_factor=row.confirmed_at is not None,
    )


def touch_session(connection: Connection, digest: str, at: datetime) -> None:
    """Record that the session was used."""
    connection.execute(site_session.update().where(site_session.c.digest == digest), {"seen_at": to_time(at)})


def end_session(connection: Connection, digest: str) -> None:
    """Delete a session."""
    connection.execute(site_session.delete().where(site_session.c.digest == digest))


def end_other_sessions(connection: Connection, name: str, digest: str) -> None:
    """Delete an account's sessions but one."""
    s = site_session.c
    connection.execute(site_session.delete().where(s.account == name, s.digest != digest))


def drop_old_sessions(connection: Connection, created_before: datetime, seen_before: datetime) -> None:
    """Delete sessions that are over."""
    s = site_session.c
    connection.execute(
        site_session.delete().where(
            or_(s.created_at <= to_time(created_before), s.seen_at <= to_time(seen_before))
        )
    )


def list_failures(
    connection: Connection, name: str, address: str, since: datetime, until: datetime
) -> list[LoginFailure]:
    """Return the log-ins that failed between two moments, of that account or from that address."""
    f = sign_in_failure.c
    within = (f.at > to_time(since), f.at <= to_time(until))
    query = select(sign_in_failure).where(*within, or_(f.account == name, f.address == address))
    return [LoginFailure(row.account, row.address, from_time(row.at)) for row in connection.execute(query)]


def record_failure(connection: Connection, name: str, address: str, at: datetime, since: datetime) -> None:
    """Store a failed log-in, and delete those before `since`, or dated ahead by a wrong clock."""
    f = sign_in_failure.c
    is_obsolete = or_(f.at <= to_time(since), f.at > to_time(at + MAX_AHEAD))
    connection.execute(sign_in_failure.delete().where(is_obsolete))
    connection.execute(
        sign_in_failure.insert(),
        {"account": storable(name)[:64], "address": storable(address), "at": to_time(at)},
    )


def delete_failures(connection: Connection, name: str, address: str) -> None:
    """Delete the failures of an account from an address: it signed in."""
    f = sign_in_failure.c
    connection.execute(sign_in_failure.delete().where(f.account == name, f.address == address))

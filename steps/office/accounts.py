"""Accounts and sessions of the review site."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection

from procedures.errors import InputError
from procedures.office.accounts import (
    IDLE_TIMEOUT,
    SESSION_LIFETIME,
    Role,
    normalise_account_name,
    normalise_password,
    password_forms,
    session_has_ended,
)
from procedures.office.passwords import LONGEST
from procedures.office.sign_in_events import SignInEventKind
from settings.configuration import Configuration
from steps.database import engine_of, upgrade_database
from steps.office.passwords import check_new_password, is_acceptable
from steps.office.sign_in_log import TooManyTriesError, count_try, record_event, stored_name
from warehouse.db.engine import reading, writing
from warehouse.db.revision import is_current
from warehouse.office import accounts, second_factors
from warehouse.office.accounts import Account

TOUCH_INTERVAL = timedelta(minutes=5)
"""Shortest interval between two records of a session's last use."""

MAX_TYPED = 4 * (LONGEST + 1)
"""Characters of a typed password that are checked: a decomposed letter has up to three."""

_CONCURRENT = threading.BoundedSemaphore(2)
"""Limit of concurrent argon2 checks: one (with OWASP's parameters) takes 19 MB and a core."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who is signed in; `method` is how: by password, by a provider or through a proxy."""

    name: str
    role: Role
    method: str = accounts.PASSWORD
    has_second_factor: bool = False

    @property
    def should_add_factor(self) -> bool:
        """Return whether this is an administrator whom a password alone let in."""
        by_password = self.method == accounts.PASSWORD and not self.has_second_factor
        return self.role is Role.ADMIN and by_password


@dataclass(frozen=True, slots=True)
class SignIn:
    """A first step that was passed; without a `secret` of a session, a code is asked for next."""

    account: Account
    secret: str | None = field(repr=False)


def add_user(configuration: Configuration, name: str, role: Role, password: str | None) -> str:
    """Add an account, without a password only for a reverse proxy; return the name as stored.

    Raises:
        InputError: name or password is not acceptable, or the account exists.
    """
    account = normalise_account_name(name)
    hashed = accounts.NO_PASSWORD
    if password is not None:
        hashed = _hash_password(configuration, password, account)
    ensure_schema(configuration)
    with writing(engine_of(configuration)) as connection:
        moment = now()
        accounts.add_account(connection, account, role, hashed, moment)
        record_event(connection, SignInEventKind.ACCOUNT_ADDED, name, "", moment, role.value)
    return account


def change_password(configuration: Configuration, name: str, password: str) -> None:
    """Change the password of an account; its sessions end.

    Raises:
        InputError: there is no such account, or the password is not acceptable.
    """
    account = normalise_account_name(name)
    hashed = _hash_password(configuration, password, account)
    ensure_schema(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.change_account(connection, account, password=hashed)
        record_event(connection, SignInEventKind.PASSWORD_CHANGED, name, "", now())


def remove_user(configuration: Configuration, name: str) -> None:
    """Remove an account: it cannot sign in any more; records of what it did keep its name."""
    ensure_schema(configuration)
    with writing(engine_of(configuration)) as connection:
        moment = now()
        accounts.change_account(connection, normalise_account_name(name), removed=moment)
        record_event(connection, SignInEventKind.ACCOUNT_ENDED, name, "", moment)


def list_users(configuration: Configuration) -> list[Account]:
    """Return the accounts, by name."""
    ensure_schema(configuration)
    with reading(engine_of(configuration)) as connection:
        return accounts.list_accounts(connection)


def list_protected(configuration: Configuration) -> frozenset[str]:
    """Return the names of the accounts with a second factor."""
    with reading(engine_of(configuration)) as connection:
        return second_factors.list_protected(connection)


def sign_in(configuration: Configuration, name: str, password: str, address: str) -> SignIn | None:
    """Open a session, or ask for a code first; None if name and password do not match, or no longer.

    Raises:
        TooManyTriesError: too many tries failed lately.
    """
    account, stronger = authenticate(configuration, name, password, address)
    if account is None:
        return None
    today = replace(account, password=stronger or account.password)
    with writing(engine_of(configuration)) as connection:
        if not accounts.lock_account(connection, account, today.password):
            return None
        if second_factors.has_confirmed_factor(connection, account.name):
            return SignIn(today, None)
        return SignIn(today, open_session(connection, name, address))


def open_session(
    connection: Connection,
    name: str,
    address: str,
    *,
    method: str = accounts.PASSWORD,
    detail: str | None = None,
) -> str:
    """Open a session for the name that was typed, forget its failures, and return the session's secret."""
    secret, moment, account = secrets.token_urlsafe(32), now(), stored_name(name)
    accounts.delete_failures(connection, account, address)
    accounts.drop_old_sessions(connection, moment - SESSION_LIFETIME, moment - IDLE_TIMEOUT)
    accounts.open_session(connection, secret_hash(secret), account, address, moment, method)
    record_event(connection, SignInEventKind.SIGNED_IN, name, address, moment, detail)
    return secret


def renew_password(configuration: Configuration, name: str, present: str, new: str, address: str) -> str:
    """Change one's own password; all sessions end; return the secret of the new session.

    A wrong present password counts as a failed log-in.

    Raises:
        InputError: the present password is wrong, or the new one is not acceptable.
        ConflictError: the account was changed while this was checked.
        TooManyTriesError: too many tries failed lately.
    """
    new = normalise_password(new)
    check_new_password(configuration, new, name)
    if new == normalise_password(present):
        raise InputError("Mật khẩu: mật khẩu mới trùng mật khẩu hiện tại")
    account, _ = authenticate(configuration, name, present, address)
    if account is None:
        raise InputError("Mật khẩu hiện tại không đúng")
    with _CONCURRENT:
        hashed = _hasher().hash(new)
    secret, moment = secrets.token_urlsafe(32), now()
    with writing(engine_of(configuration)) as connection:
        accounts.renew_password(connection, account, hashed, moment)
        accounts.delete_failures(connection, name, address)
        accounts.open_session(connection, secret_hash(secret), name, address, moment)
        record_event(connection, SignInEventKind.PASSWORD_CHANGED, name, address, moment)
    return secret


def has_good_password(configuration: Configuration, name: str, password: str) -> bool:
    """Return whether the password just signed in with would be accepted today; older ones may not."""
    return is_acceptable(configuration, normalise_password(password), stored_name(name))


def session_person(configuration: Configuration, secret: str) -> tuple[Person | None, datetime | None]:
    """Return who holds that secret, and the time to record as its last use, if one is due."""
    with reading(engine_of(configuration)) as connection:
        session = accounts.find_session(connection, secret_hash(secret))
    moment = now()
    if session is None or session_has_ended(session.created, session.seen, moment):
        return None, None
    person = Person(session.account, session.role, session.method, session.has_second_factor)
    return person, moment if moment - session.seen >= TOUCH_INTERVAL else None


def find_person(configuration: Configuration, name: str) -> Person | None:
    """Return the person of the account that a trusted proxy names."""
    with reading(engine_of(configuration)) as connection:
        account = accounts.find_account(connection, stored_name(name))
    return None if account is None else Person(account.name, account.role, accounts.PROXY)


def touch_session(configuration: Configuration, secret: str, at: datetime) -> None:
    """Record when a session was used."""
    with writing(engine_of(configuration)) as connection:
        accounts.touch_session(connection, secret_hash(secret), at)


def sign_out(configuration: Configuration, secret: str) -> None:
    """End a session."""
    with writing(engine_of(configuration)) as connection:
        accounts.end_session(connection, secret_hash(secret))


def secret_hash(secret: str) -> str:
    """Return the hash of a session's secret, which is what is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(
    configuration: Configuration, name: str, password: str, address: str
) -> tuple[Account | None, str | None]:
    """Return the account if the password is right, and a hash with stronger parameters if one is due.

    An unknown name costs the same work as a wrong password. The attempt is counted before the check, so
    that concurrent attempts cannot exceed the limit.

    Raises:
        TooManyTriesError: too many tries failed lately.
    """
    moment = now()
    with writing(engine_of(configuration)) as connection:
        waits = count_try(connection, name, address, moment)
        account = accounts.find_account(connection, stored_name(name))
    if waits:
        raise TooManyTriesError("Nhập sai mật khẩu quá nhiều lần; hãy đợi 15 phút rồi thử lại")
    with _CONCURRENT:
        is_right, stronger = _verify(password, account)
    if is_right:
        return account, stronger
    with writing(engine_of(configuration)) as connection:
        record_event(connection, SignInEventKind.WRONG_PASSWORD, name, address, moment)
    return None, None


def _verify(password: str, account: Account | None) -> tuple[bool, str | None]:
    """Return whether any form of the password is the account's, and a new hash in today's form if due."""
    hashed = _dummy() if account is None or account.password == accounts.NO_PASSWORD else account.password
    forms = password_forms(password[:MAX_TYPED])
    for form in forms:
        try:
            is_right, stronger = _hasher().verify_and_update(form[: LONGEST + 1], hashed)
        except UnknownHashError:
            return False, None
        if is_right and hashed != _dummy():
            return True, stronger if form == forms[0] else _hasher().hash(forms[0])
    return False, None


def _hash_password(configuration: Configuration, password: str, name: str) -> str:
    """Return the hash of a new password.

    Raises:
        InputError: it is not acceptable.
    """
    text = normalise_password(password)
    check_new_password(configuration, text, name)
    return _hasher().hash(text)


def ensure_schema(configuration: Configuration) -> None:
    """Bring the warehouse to the current version where it is not."""
    if not is_current(engine_of(configuration)):
        upgrade_database(configuration)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


@lru_cache(maxsize=1)
def _dummy() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)

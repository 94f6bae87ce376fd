"""Accounts and sessions of the review site."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from procedures.errors import InputError, RasoatError
from procedures.office.accounts import (
    FAILURE_WINDOW,
    IDLE_TIMEOUT,
    SESSION_LIFETIME,
    Role,
    must_wait,
    normalise_account_name,
    normalise_password,
    password_forms,
    session_has_ended,
)
from procedures.office.passwords import LONGEST
from settings.configuration import Configuration
from steps.database import engine_of, upgrade_database
from steps.office.passwords import check_new_password, is_acceptable
from warehouse.db.engine import reading, writing
from warehouse.db.schema import is_current
from warehouse.office import accounts
from warehouse.office.accounts import Account

TOUCH_INTERVAL = timedelta(minutes=5)
"""Shortest interval between two records of a session's last use."""

MAX_TYPED = 4 * (LONGEST + 1)
"""Characters of a typed password that are checked: a decomposed letter has up to three."""

_CONCURRENT = threading.BoundedSemaphore(2)
"""Limit of concurrent argon2 checks: one (with OWASP's parameters) takes 19 MB and a core."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who is signed in."""

    name: str
    role: Role


class TooManyTriesError(RasoatError):
    """Too many failed log-ins: the next one has to wait."""


def add_user(configuration: Configuration, name: str, role: Role, password: str | None) -> str:
    """Add an account, without a password only for a reverse proxy; return the name as stored.

    Raises:
        InputError: name or password is not acceptable, or the account exists.
    """
    stored_name = normalise_account_name(name)
    hashed = accounts.NO_PASSWORD
    if password is not None:
        hashed = _hash_password(configuration, password, stored_name)
    _ensure_schema(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.add_account(connection, stored_name, role, hashed, _now())
    return stored_name


def change_password(configuration: Configuration, name: str, password: str) -> None:
    """Change the password of an account; its sessions end.

    Raises:
        InputError: there is no such account, or the password is not acceptable.
    """
    stored_name = normalise_account_name(name)
    hashed = _hash_password(configuration, password, stored_name)
    _ensure_schema(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.change_account(connection, stored_name, password=hashed)


def remove_user(configuration: Configuration, name: str) -> None:
    """Remove an account: it cannot sign in any more; records of what it did keep its name."""
    _ensure_schema(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.change_account(connection, normalise_account_name(name), removed=_now())


def list_users(configuration: Configuration) -> list[Account]:
    """Return the accounts, by name."""
    _ensure_schema(configuration)
    with reading(engine_of(configuration)) as connection:
        return accounts.list_accounts(connection)


def sign_in(configuration: Configuration, name: str, password: str, address: str) -> str | None:
    """Open a session and return its secret; None if name and password do not match, or no longer.

    Raises:
        TooManyTriesError: too many tries failed lately.
    """
    account_name_ = _stored_name(name)
    account, stronger = _authenticate(configuration, account_name_, password, address)
    if account is None:
        return None
    secret, now = secrets.token_urlsafe(32), _now()
    with writing(engine_of(configuration)) as connection:
        if not accounts.lock_account(connection, account, stronger or account.password):
            return None
        accounts.delete_failures(connection, account_name_, address)
        accounts.drop_old_sessions(connection, now - SESSION_LIFETIME, now - IDLE_TIMEOUT)
        accounts.open_session(connection, secret_hash(secret), account_name_, address, now)
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
    account, _ = _authenticate(configuration, name, present, address)
    if account is None:
        raise InputError("Mật khẩu hiện tại không đúng")
    with _CONCURRENT:
        hashed = _hasher().hash(new)
    secret, now = secrets.token_urlsafe(32), _now()
    with writing(engine_of(configuration)) as connection:
        accounts.renew_password(connection, account, hashed, now)
        accounts.delete_failures(connection, name, address)
        accounts.open_session(connection, secret_hash(secret), name, address, now)
    return secret


def has_good_password(configuration: Configuration, name: str, password: str) -> bool:
    """Return whether the password just signed in with would be accepted today; older ones may not."""
    return is_acceptable(configuration, normalise_password(password), _stored_name(name))


def session_person(configuration: Configuration, secret: str) -> tuple[Person | None, datetime | None]:
    """Return who holds that secret, and the time to record as its last use, if one is due."""
    with reading(engine_of(configuration)) as connection:
        session = accounts.find_session(connection, secret_hash(secret))
    now = _now()
    if session is None or session_has_ended(session.created, session.seen, now):
        return None, None
    return Person(session.account, session.role), now if now - session.seen >= TOUCH_INTERVAL else None


def find_person(configuration: Configuration, name: str) -> Person | None:
    """Return the person of the account that a trusted proxy names."""
    with reading(engine_of(configuration)) as connection:
        account = accounts.find_account(connection, _stored_name(name))
    return None if account is None else Person(account.name, account.role)


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


def _authenticate(
    configuration: Configuration, name: str, password: str, address: str
) -> tuple[Account | None, str | None]:
    """Return the account if the password is right, and a hash with stronger parameters if one is due.

    An unknown name costs the same work as a wrong password. The attempt is counted before the check, so
    that concurrent attempts cannot exceed the limit.

    Raises:
        TooManyTriesError: too many tries failed lately.
    """
    now = _now()
    with writing(engine_of(configuration)) as connection:
        failed = accounts.list_failures(connection, name, address, now - FAILURE_WINDOW, now + FAILURE_WINDOW)
        if must_wait(failed, name, address):
            raise TooManyTriesError("Nhập sai mật khẩu quá nhiều lần; hãy đợi 15 phút rồi thử lại")
        accounts.record_failure(connection, name, address, now, now - FAILURE_WINDOW)
        account = accounts.find_account(connection, name)
    with _CONCURRENT:
        is_right, stronger = _verify(password, account)
    return (account, stronger) if is_right else (None, None)


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


def _stored_name(name: str) -> str:
    try:
        return normalise_account_name(name)
    except InputError:
        return name[:64]


def _ensure_schema(configuration: Configuration) -> None:
    if not is_current(engine_of(configuration)):
        upgrade_database(configuration)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


@lru_cache(maxsize=1)
def _dummy() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))


def _now() -> datetime:
    return datetime.now(UTC)

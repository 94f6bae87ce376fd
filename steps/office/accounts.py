"""Accounts of the review site: made, signed in, kept signed in, and signed out."""

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
    IDLE,
    LIFE,
    LONGEST,
    WINDOW,
    Role,
    account_name,
    check_password,
    is_over,
    must_wait,
    password_forms,
    password_text,
)
from settings.configuration import Configuration
from steps.database import engine_of, upgrade_database
from warehouse.db.engine import reading, writing
from warehouse.db.schema import is_current
from warehouse.office import accounts
from warehouse.office.accounts import Account

TOUCH_EVERY = timedelta(minutes=5)
"""A session's last use is written down no oftener."""

FARTHEST = 4 * (LONGEST + 1)
"""Signs of what was typed that are looked at: taken apart, a letter is three."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""An argon2 check (OWASP's parameters) takes 19 MB and a core: so many at once, however many try."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    role: Role


class TooManyTriesError(RasoatError):
    """Log-in waits for a while."""


def add_user(configuration: Configuration, name: str, role: Role, password: str | None) -> str:
    """Make an account; without a password only a reverse proxy signs it in. Gives the name as kept.

    Raises:
        InputError: name or password will not do, or there is such an account.
    """
    kept = account_name(name)
    hashed = accounts.NO_PASSWORD
    if password is not None:
        hashed = _hashed(password, kept)
    _ready(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.add_account(connection, kept, role, hashed, _now())
    return kept


def change_password(configuration: Configuration, name: str, password: str) -> None:
    """Give an account another password; its sessions end.

    Raises:
        InputError: there is no such account, or the password will not do.
    """
    kept = account_name(name)
    hashed = _hashed(password, kept)
    _ready(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.change_account(connection, kept, password=hashed)


def remove_user(configuration: Configuration, name: str) -> None:
    """An account may sign in no more; what it did keeps its name."""
    _ready(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.change_account(connection, account_name(name), removed=_now())


def users(configuration: Configuration) -> list[Account]:
    """The accounts, by name."""
    _ready(configuration)
    with reading(engine_of(configuration)) as connection:
        return accounts.accounts(connection)


def sign_in(configuration: Configuration, name: str, password: str, address: str) -> str | None:
    """The secret of a new session; None where name and password do not go together, or no longer do.

    Raises:
        TooManyTriesError: too many tries failed lately.
    """
    known = _known(name)
    account, stronger = _tried(configuration, known, password, address)
    if account is None:
        return None
    secret, now = secrets.token_urlsafe(32), _now()
    with writing(engine_of(configuration)) as connection:
        if not accounts.hold(connection, account, stronger or account.password):
            return None
        accounts.forgive(connection, known, address)
        accounts.drop_old_sessions(connection, now - LIFE, now - IDLE)
        accounts.open_session(connection, digest(secret), known, address, now)
    return secret


def renew_password(configuration: Configuration, name: str, present: str, new: str, address: str) -> str:
    """People change their own password: all their sessions end; gives the secret of the one that goes on.

    A wrong present password counts as a log-in that failed.

    Raises:
        InputError: the present password is wrong, or the new one will not do.
        ConflictError: the account was changed while this was checked.
        TooManyTriesError: too many tries failed lately.
    """
    new = password_text(new)
    check_password(new, name)
    if new == password_text(present):
        raise InputError("Mật khẩu: mật khẩu mới trùng mật khẩu hiện tại")
    account, _ = _tried(configuration, name, present, address)
    if account is None:
        raise InputError("Mật khẩu hiện tại không đúng")
    with _AT_ONCE:
        hashed = _hasher().hash(new)
    secret, now = secrets.token_urlsafe(32), _now()
    with writing(engine_of(configuration)) as connection:
        accounts.renew_password(connection, account, hashed, now)
        accounts.forgive(connection, name, address)
        accounts.open_session(connection, digest(secret), name, address, now)
    return secret


def who(configuration: Configuration, secret: str) -> tuple[Person | None, datetime | None]:
    """Who holds that secret, and the moment to write down as its last use, where it is time to."""
    with reading(engine_of(configuration)) as connection:
        session = accounts.find_session(connection, digest(secret))
    now = _now()
    if session is None or is_over(session.created, session.seen, now):
        return None, None
    return Person(session.account, session.role), now if now - session.seen >= TOUCH_EVERY else None


def by_name(configuration: Configuration, name: str) -> Person | None:
    """The account that a trusted proxy names."""
    with reading(engine_of(configuration)) as connection:
        account = accounts.find_account(connection, _known(name))
    return None if account is None else Person(account.name, account.role)


def touch(configuration: Configuration, secret: str, at: datetime) -> None:
    """Write down when a session was used."""
    with writing(engine_of(configuration)) as connection:
        accounts.touch_session(connection, digest(secret), at)


def sign_out(configuration: Configuration, secret: str) -> None:
    """End a session."""
    with writing(engine_of(configuration)) as connection:
        accounts.end_session(connection, digest(secret))


def digest(secret: str) -> str:
    """What is stored of a session's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _tried(
    configuration: Configuration, name: str, password: str, address: str
) -> tuple[Account | None, str | None]:
    """The account whose password that is, and its hash under stronger parameters where it is time for them.

    An unknown name costs the same work as a wrong password. The try is counted before it is checked, so
    that tries at the same time do not pass the limit.

    Raises:
        TooManyTriesError: too many tries failed lately.
    """
    now = _now()
    with writing(engine_of(configuration)) as connection:
        failed = accounts.failures(connection, name, address, now - WINDOW, now + WINDOW)
        if must_wait(failed, name, address):
            raise TooManyTriesError("Nhập sai mật khẩu quá nhiều lần; hãy đợi 15 phút rồi thử lại")
        accounts.keep_failure(connection, name, address, now, now - WINDOW)
        account = accounts.find_account(connection, name)
    with _AT_ONCE:
        right, stronger = _verify(password, account)
    return (account, stronger) if right else (None, None)


def _verify(password: str, account: Account | None) -> tuple[bool, str | None]:
    """Whether it is the account's, in any form that was ever hashed; what is hashed anew has today's."""
    hashed = _nobody() if account is None or account.password == accounts.NO_PASSWORD else account.password
    forms = password_forms(password[:FARTHEST])
    for form in forms:
        try:
            right, stronger = _hasher().verify_and_update(form[: LONGEST + 1], hashed)
        except UnknownHashError:
            return False, None
        if right and hashed != _nobody():
            return True, stronger if form == forms[0] else _hasher().hash(forms[0])
    return False, None


def _hashed(password: str, name: str) -> str:
    """The hash of a new password.

    Raises:
        InputError: it will not do.
    """
    text = password_text(password)
    check_password(text, name)
    return _hasher().hash(text)


def _known(name: str) -> str:
    try:
        return account_name(name)
    except InputError:
        return name[:64]


def _ready(configuration: Configuration) -> None:
    if not is_current(engine_of(configuration)):
        upgrade_database(configuration)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))


def _now() -> datetime:
    return datetime.now(UTC)

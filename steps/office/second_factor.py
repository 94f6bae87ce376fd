"""The second factor of accounts: one-time codes by time (TOTP, RFC 6238), and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import Connection

from procedures.errors import ConflictError, InputError, NotFoundError
from procedures.office.accounts import normalise_account_name
from procedures.office.sign_in_events import SignInEventKind
from settings.configuration import Configuration
from steps.database import engine_of
from steps.office.accounts import authenticate, ensure_schema, now, open_session, secret_hash
from steps.office.sign_in_log import TooManyTriesError, count_try, record_event
from warehouse.db.engine import reading, writing
from warehouse.office import accounts, second_factors
from warehouse.office.second_factors import SecondFactor

STEP_SECONDS, DRIFT = 30, 1
"""Length of a time step, and steps by which a telephone's clock may be wrong."""

RECOVERY_CODES = 10
"""Codes that are handed out at once, each for one log-in without the telephone."""

WAITS_FOR = timedelta(minutes=15)
"""Time in which a new secret has to be confirmed."""

_BY_CODE, _BY_RECOVERY_CODE = "bằng mã xác thực", "bằng mã dự phòng"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where an account stands: a `secret` and its otpauth `address` wait, or the factor counts `since`."""

    secret: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    since: datetime | None = None
    codes_left: int = 0


def enrolment(configuration: Configuration, name: str) -> Enrolment:
    """Return where an account stands with its second factor."""
    with reading(engine_of(configuration)) as connection:
        factor = second_factors.find_factor(connection, name)
        if factor is None or _is_forgotten(factor):
            return Enrolment()
        if factor.confirmed is not None:
            left = second_factors.count_recovery_codes(connection, name)
            return Enrolment(since=factor.confirmed, codes_left=left)
    issuer = f"rasoat {configuration.department.name}"
    address = pyotp.TOTP(factor.secret).provisioning_uri(name=name, issuer_name=issuer)
    return Enrolment(secret=factor.secret, address=address)


def start(configuration: Configuration, name: str, password: str, address: str) -> None:
    """Make a secret for an account, which counts when it is confirmed.

    Raises:
        InputError: the password is wrong.
        ConflictError: the account has a second factor.
        TooManyTriesError: too many tries failed lately.
    """
    account, _ = authenticate(configuration, name, password, address)
    if account is None:
        raise InputError("Mật khẩu hiện tại không đúng")
    with writing(engine_of(configuration)) as connection:
        accounts.delete_failures(connection, name, address)
        if second_factors.has_confirmed_factor(connection, name):
            raise ConflictError("Tài khoản này đã bật mã xác thực hai bước")
        second_factors.start_factor(connection, name, pyotp.random_base32(), now())


def confirm(configuration: Configuration, name: str, code: str, session: str, address: str) -> list[str]:
    """Make the secret count after a first code; end the account's other sessions; return the recovery codes.

    `session` is the secret of the session that goes on.

    Raises:
        InputError: the code is wrong, or nothing waits for confirmation.
    """
    moment, codes = now(), _new_codes()
    with writing(engine_of(configuration)) as connection:
        factor = second_factors.find_factor(connection, name)
        if factor is None or factor.confirmed is not None or _is_forgotten(factor):
            raise InputError("Đã quá 15 phút hoặc đã bật rồi; hãy mở lại trang này")
        step = _matching_step(factor, code)
        if step is None:
            raise InputError("Mã không đúng; xem lại đồng hồ của điện thoại rồi nhập mã đang hiện")
        second_factors.take_step(connection, name, step)
        if not second_factors.confirm_factor(connection, name, factor.secret, moment):
            raise ConflictError("Mã xác thực hai bước vừa được thay đổi; hãy mở lại trang này")
        second_factors.replace_recovery_codes(connection, name, [_digest(name, each) for each in codes])
        accounts.end_other_sessions(connection, name, secret_hash(session))
        record_event(connection, SignInEventKind.SECOND_FACTOR_ON, name, address, moment)
    return codes


def turn_off(configuration: Configuration, name: str, password: str, code: str, address: str) -> None:
    """Turn an account's second factor off, by its owner.

    Raises:
        InputError: the password or the code is wrong.
        TooManyTriesError: too many tries failed lately.
    """
    account, _ = authenticate(configuration, name, password, address)
    if account is None:
        raise InputError("Mật khẩu hiện tại không đúng")
    _check_code(configuration, name, code, address)
    with writing(engine_of(configuration)) as connection:
        if second_factors.delete_factor(connection, name):
            record_event(connection, SignInEventKind.SECOND_FACTOR_OFF, name, address, now())


def renew_recovery_codes(configuration: Configuration, name: str, code: str, address: str) -> list[str]:
    """Return new recovery codes in place of those of before.

    Raises:
        InputError: the code is wrong.
        TooManyTriesError: too many tries failed lately.
    """
    _check_code(configuration, name, code, address)
    codes = _new_codes()
    with writing(engine_of(configuration)) as connection:
        second_factors.replace_recovery_codes(connection, name, [_digest(name, each) for each in codes])
        record_event(connection, SignInEventKind.RECOVERY_CODES_RENEWED, name, address, now())
    return codes


def reset(configuration: Configuration, name: str) -> None:
    """Turn a person's second factor off, by who runs the server; their sessions end.

    Raises:
        NotFoundError: there is no such account, or it has none.
    """
    account = normalise_account_name(name)
    ensure_schema(configuration)
    with writing(engine_of(configuration)) as connection:
        accounts.change_account(connection, account)
        if not second_factors.delete_factor(connection, account):
            raise NotFoundError(f"NAME {account}: tài khoản này không bật mã xác thực hai bước")
        record_event(connection, SignInEventKind.SECOND_FACTOR_OFF, name, "", now())


def finish_sign_in(
    configuration: Configuration, name: str, password_seen: str, code: str, address: str
) -> str | None:
    """Open a session after the second step and return its secret; None where the code is wrong.

    `password_seen` is `password_digest` of the account that the first step was passed with.

    Raises:
        ConflictError: the account was changed since.
        TooManyTriesError: too many tries failed lately.
    """
    with writing(engine_of(configuration)) as connection:
        account = accounts.find_account(connection, name)
        if account is None or not hmac.compare_digest(password_digest(account.password), password_seen):
            raise ConflictError("Tài khoản vừa được thay đổi; hãy đăng nhập lại")
    way = _try_code(configuration, name, code, address)
    if way is None:
        return None
    with writing(engine_of(configuration)) as connection:
        if not accounts.lock_account(connection, account, account.password):
            raise ConflictError("Tài khoản vừa được thay đổi; hãy đăng nhập lại")
        return open_session(connection, name, address, detail=way)


def password_digest(hashed: str) -> str:
    """Return a digest of a password's hash: what it tells is only whether the password is still the same."""
    return hashlib.sha256(hashed.encode()).hexdigest()


def _check_code(configuration: Configuration, name: str, code: str, address: str) -> None:
    if _try_code(configuration, name, code, address) is None:
        raise InputError("Mã xác thực không đúng hoặc đã dùng")
    with writing(engine_of(configuration)) as connection:
        accounts.delete_failures(connection, name, address)


def _try_code(configuration: Configuration, name: str, code: str, address: str) -> str | None:
    """Take a code, of the telephone or of recovery, and return which it was; None where it is wrong or used.

    The try is counted before the code is looked at, as that of a password is.
    """
    moment = now()
    with writing(engine_of(configuration)) as connection:
        waits = count_try(connection, name, address, moment)
        way = None if waits else _take_code(connection, name, code)
        if way is None and not waits:
            record_event(connection, SignInEventKind.WRONG_CODE, name, address, moment)
    if waits:
        raise TooManyTriesError("Nhập sai quá nhiều lần; hãy đợi 15 phút rồi thử lại")
    return way


def _take_code(connection: Connection, name: str, code: str) -> str | None:
    factor = second_factors.find_factor(connection, name)
    if factor is None or factor.confirmed is None:
        return None
    step = _matching_step(factor, code)
    if step is not None:
        return _BY_CODE if second_factors.take_step(connection, name, step) else None
    taken = second_factors.take_recovery_code(connection, name, _digest(name, code))
    return _BY_RECOVERY_CODE if taken else None


def _matching_step(factor: SecondFactor, code: str) -> int | None:
    """Return the time step whose code this is, among those around now that come after the last one taken."""
    typed = re.sub(r"\s", "", code)
    totp = pyotp.TOTP(factor.secret, interval=STEP_SECONDS)
    current = int(now().timestamp()) // STEP_SECONDS
    for step in range(max(current - DRIFT, factor.last_step + 1), current + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def _is_forgotten(factor: SecondFactor) -> bool:
    return factor.confirmed is None and now() - factor.started > WAITS_FOR


def _new_codes() -> list[str]:
    """Return recovery codes of 80 random bits each, as "abcd-efgh-2345-wxyz"."""
    texts = [pyotp.random_base32(32)[:16].lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(text[at : at + 4] for at in range(0, 16, 4)) for text in texts]


def _digest(name: str, code: str) -> str:
    """Return the digest of a recovery code of an account, however its groups were typed."""
    return hashlib.sha256(f"{name} {re.sub(r'[^a-z2-7]', '', code.lower())}".encode()).hexdigest()

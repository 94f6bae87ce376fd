"""Who may do what on the review site, how long a session lasts, and when log-in waits. Pure rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from procedures.errors import InputError
from procedures.run_dates import is_ahead
from procedures.text import canonical

IDLE = timedelta(hours=2)
"""A session that nobody used for so long is over."""

LIFE = timedelta(hours=12)
"""A session is over after a working day, used or not."""

WINDOW = timedelta(minutes=15)
"""Failures count for so long."""

FROM_ONE_PLACE = 10
"""Failures of one account from one address after which log-in waits."""

IN_ALL = 20
"""Failures from one address, or of one account from anywhere, after which log-in waits."""

SHORTEST, LONGEST = 12, 200
"""Signs of a password."""


TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Vietnamese tones as signs of their own: grave, acute, tilde, hook above, dot below."""


class Role(StrEnum):
    """Viewers read, analysts act on findings and the catalogue, admins also release what is held."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"

    def may(self, needed: Role) -> bool:
        """Whether this role is `needed`, or more."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Failure:
    """A log-in that failed."""

    account: str
    address: str
    at: datetime


def account_name(text: str) -> str:
    """The name of an account as it is kept.

    Raises:
        InputError: it is empty, too long or holds signs that no name has.
    """
    name = canonical(text).casefold()
    if not re.fullmatch(r"[\w.@-]{1,64}", name):
        raise InputError(
            f"NAME {text!r}: tên đăng nhập gồm 1–64 chữ cái, chữ số, dấu chấm, gạch, @; không có dấu cách"
        )
    return name


def password_text(typed: str) -> str:
    """A password as it is hashed, however the keyboard composes its letters (RFC 8265, OpaqueString)."""
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in typed)
    return unicodedata.normalize("NFC", spaced)


def password_forms(typed: str) -> tuple[str, ...]:
    """The forms in which a password may have been hashed, the one of today first.

    Accounts made before passwords were brought to one form have the hash of what was typed then: whole
    letters, letters taken apart (macOS), or vowels with the tone apart (the Vietnamese keyboard of Windows).
    """
    whole = password_text(typed)
    apart = unicodedata.normalize("NFD", whole)
    tones_apart = "".join(_tone_apart(sign) for sign in whole)
    return tuple(dict.fromkeys((whole, typed, apart, tones_apart)))


def _tone_apart(letter: str) -> str:
    signs = unicodedata.normalize("NFD", letter)
    tones = "".join(sign for sign in signs if sign in TONES)
    return unicodedata.normalize("NFC", "".join(sign for sign in signs if sign not in TONES)) + tones


def check_password(password: str, name: str) -> None:
    """Whether a password, as it is hashed, is long enough and not the name itself.

    Raises:
        InputError: it is not.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(f"Mật khẩu: cần từ {SHORTEST} đến {LONGEST} ký tự")
    if password.casefold() == name or len(set(password)) < 4:
        raise InputError("Mật khẩu: quá dễ đoán; đừng dùng tên đăng nhập hoặc vài ký tự lặp lại")


def must_wait(failures: Sequence[Failure], account: str, address: str) -> bool:
    """Whether log-in of that account from that address waits; `failures` are those of the last `WINDOW`."""
    here = sum(each.address == address for each in failures)
    its = sum(each.account == account for each in failures)
    both = sum(each.address == address and each.account == account for each in failures)
    return both >= FROM_ONE_PLACE or here >= IN_ALL or its >= IN_ALL


def is_over(created: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a session has ended by its age or by rest, or is of a time when the clock was wrong."""
    return now - created >= LIFE or now - seen >= IDLE or is_ahead(max(created, seen), now)

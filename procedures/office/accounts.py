"""Accounts of the review site: roles, forms of a password, the length of sessions, and when log-in waits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from procedures.dates.run_dates import is_dated_ahead
from procedures.errors import InputError
from procedures.values.text import canonical, fold

IDLE_TIMEOUT = timedelta(hours=2)
"""A session unused for so long has ended."""

SESSION_LIFETIME = timedelta(hours=12)
"""A session ends after a working day, used or not."""

FAILURE_WINDOW = timedelta(minutes=15)
"""The time for which failures count."""

MAX_FAILURES_PER_ADDRESS = 10
"""Failures of one account from one address after which log-in waits."""

MAX_FAILURES = 20
"""Failures from one address, or of one account from anywhere, after which log-in waits."""

TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"
"""Vietnamese tones as combining characters: grave, acute, tilde, hook above, dot below."""


class Role(StrEnum):
    """Roles: viewers read, analysts act on findings and the catalogue, admins also release what is held."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"

    def includes(self, needed: Role) -> bool:
        """Return whether this role is `needed`, or more."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class LoginFailure:
    """A log-in that failed."""

    account: str
    address: str
    at: datetime


def normalise_account_name(text: str) -> str:
    """Return the name of an account as it is stored.

    Raises:
        InputError: it is empty, too long or contains characters that no name has.
    """
    name = canonical(text).casefold()
    if not re.fullmatch(r"[\w.@-]{1,64}", name):
        raise InputError(
            f"NAME {text!r}: tên đăng nhập gồm 1–64 chữ cái, chữ số, dấu chấm, gạch, @; không có dấu cách"
        )
    return name


def is_same_person(account: str, person: str) -> bool:
    """Return whether a name to which work is given means the holder of an account.

    Letters and digits count, without accents: "nguyen.thi.lan" is "Nguyễn Thị Lan", and "Bà Lan" is "lan".
    """
    words = re.findall(r"\w+", fold(person))
    without_title = words[1:] if len(words) > 1 and words[0] in _TITLES else words
    joined = "".join(re.findall(r"\w+", fold(account.partition("@")[0]))).replace("_", "")
    return joined != "" and joined in {"".join(words), "".join(without_title)}


_TITLES = frozenset({"ong", "ba", "anh", "chi", "co", "chu", "dc"})


def normalise_password(typed: str) -> str:
    """Return a password as it is hashed, however its letters were composed (RFC 8265, OpaqueString)."""
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in typed)
    return unicodedata.normalize("NFC", spaced)


def password_forms(typed: str) -> tuple[str, ...]:
    """Return the forms in which a password may have been hashed, the one of today first.

    Accounts older than the normalisation of passwords have the hash of what was typed: composed letters,
    decomposed letters (macOS), or vowels with a separate tone (the Vietnamese keyboard of Windows).
    """
    composed = normalise_password(typed)
    decomposed = unicodedata.normalize("NFD", composed)
    separate_tones = "".join(_separate_tone(char) for char in composed)
    return tuple(dict.fromkeys((composed, typed, decomposed, separate_tones)))


def _separate_tone(letter: str) -> str:
    chars = unicodedata.normalize("NFD", letter)
    tones = "".join(char for char in chars if char in TONE_MARKS)
    return unicodedata.normalize("NFC", "".join(char for char in chars if char not in TONE_MARKS)) + tones


def must_wait(failures: Sequence[LoginFailure], account: str, address: str) -> bool:
    """Return whether log-in to the account from there waits; `failures` are those of `FAILURE_WINDOW`."""
    from_address = sum(each.address == address for each in failures)
    of_account = sum(each.account == account for each in failures)
    both = sum(each.address == address and each.account == account for each in failures)
    return both >= MAX_FAILURES_PER_ADDRESS or from_address >= MAX_FAILURES or of_account >= MAX_FAILURES


def session_has_ended(created: datetime, seen: datetime, now: datetime) -> bool:
    """Return whether a session has ended by age or idleness, or is dated by a clock that was wrong."""
    return (
        now - created >= SESSION_LIFETIME
        or now - seen >= IDLE_TIMEOUT
        or is_dated_ahead(max(created, seen), now)
    )

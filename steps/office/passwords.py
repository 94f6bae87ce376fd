"""The check of new passwords: the program's list of common ones, and the words of this office."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from procedures.errors import InputError
from procedures.office.passwords import check_password
from settings.configuration import Configuration


def check_new_password(configuration: Configuration, password: str, name: str) -> None:
    """Check a password, as it is hashed, for an account.

    Raises:
        InputError: it is too short or long, or easy to guess.
    """
    check_password(password, name, configuration.department.name, common_words())


def is_acceptable(configuration: Configuration, password: str, name: str) -> bool:
    """Return whether the password would be accepted today: older accounts may have one that is not."""
    try:
        check_new_password(configuration, password, name)
    except InputError:
        return False
    return True


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return the words of the list, which needs no network."""
    lines = files("steps.office").joinpath("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))

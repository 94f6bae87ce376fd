"""Limits of size and length for outside input, so that both engines store it alike.

PostgreSQL holds whole numbers of 32 bits where SQLite holds 64, and an index takes 2,704 bytes of all its
columns together where SQLite's takes anything.
"""

from __future__ import annotations

from procedures.errors import InputError

MAX_ID = 2**31 - 1
"""No run, snapshot, finding or entry has a larger one."""

MAX_KEY_LENGTH = 200
"""Characters of a key."""

MAX_NAME_LENGTH = 200
"""Characters of a name or of a document's number that a person enters."""

MAX_DECISION_LENGTH = 400
"""Characters of a ministry decision's number: a longer text is neither a number nor a ledger key."""


def check_length(text: str | None, what: str, *fields: str) -> None:
    """Refuse a name that is too long to be one.

    Raises:
        InputError: it is.
    """
    if text is not None and len(text) > MAX_NAME_LENGTH:
        raise InputError(f"{what}: dài quá {MAX_NAME_LENGTH} ký tự", *fields)

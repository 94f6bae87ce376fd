"""Keys of what has no national code, and keys short enough to be one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from procedures.values.agencies import field_key
from procedures.values.limits import MAX_KEY_LENGTH
from procedures.values.text import name_key


def short_key(text: str) -> str:
    """Return `text` if it is short enough to be a key; else its beginning and a hash of all of it."""
    if len(text) <= MAX_KEY_LENGTH:
        return text
    hashed = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"{text[: MAX_KEY_LENGTH - len(hashed) - 1]}…{hashed}"


def codeless_key(name: str, levels: Iterable[str] | None, field: str | None) -> str:
    """Return `~` and a hash of the name's identity, the executing levels and the field.

    Wordings that differ only in spelling give one key; the same name at another level or in
    another field gives another, since that is lawful and another procedure.
    """
    identity = "|".join((name_key(name), ",".join(sorted(levels or ())), field_key(field) if field else ""))
    return "~" + hashlib.blake2b(identity.encode(), digest_size=12).hexdigest()

"""How values stand in columns, so that both engines hold and return the very same texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any


def to_time(moment: datetime) -> str:
    """An aware moment as UTC ISO 8601 text with offset, to the second: of one width, so that it sorts."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def from_time(text: str) -> datetime:
    """The inverse of `to_time`."""
    return datetime.fromisoformat(text)


def to_day(day: date | None) -> str | None:
    """A calendar day as ISO text."""
    return None if day is None else day.isoformat()


def from_day(text: str | None) -> date | None:
    """The inverse of `to_day`."""
    return None if text is None else date.fromisoformat(text)


def now(at: datetime | None = None) -> str:
    """`at`, or this very second, as text."""
    return to_time(at or datetime.now(UTC))


def to_json(value: Any) -> str:
    """JSON text with sorted keys; sets and tuples become arrays, sets sorted."""
    return storable(_JSON.encode(value))


def from_json(text: str) -> Any:
    """The inverse of `to_json`."""
    return json.loads(text)


def to_flag(value: bool | None) -> int | None:
    """A truth as 1, 0 or NULL: the one form that both engines return alike."""
    return None if value is None else int(value)


def storable(text: str) -> str:
    """`text` without what PostgreSQL or UTF-8 cannot hold: NUL signs and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if _is_whole(text) else text.encode("utf-8", "replace").decode()


def are_storable(values: Iterable[object]) -> bool:
    """Whether `storable` leaves every text among `values` as it is: they are looked through as one."""
    texts = "\x1f".join([value for value in values if isinstance(value, str)])
    return "\x00" not in texts and _is_whole(texts)


def storable_or_none(text: str | None) -> str | None:
    """`storable`, of a text that may be missing."""
    return None if text is None else storable(text)


def _is_whole(text: str) -> bool:
    """Whether no surrogate stands alone; UTF-16 refuses it as UTF-8 does, and takes half the time."""
    if text.isascii():
        return True
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_plain)

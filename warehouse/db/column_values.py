"""Conversion of values for columns, so that both engines store and return the very same texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any


def to_time(moment: datetime) -> str:
    """Return an aware moment as UTC ISO 8601 text with offset, to the second: of one width, to sort."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


@lru_cache(maxsize=1 << 12)
def from_time(text: str) -> datetime:
    """Invert `to_time`; cached, as all that a night wrote has its moment."""
    return datetime.fromisoformat(text)


def to_day(day: date | None) -> str | None:
    """Return a calendar day as ISO text."""
    return None if day is None else day.isoformat()


def from_day(text: str | None) -> date | None:
    """Invert `to_day`."""
    return None if text is None else date.fromisoformat(text)


def now(at: datetime | None = None) -> str:
    """Return `at`, or this very second, as text."""
    return to_time(at or datetime.now(UTC))


def to_json(value: Any) -> str:
    """Return JSON text with sorted keys; sets and tuples become arrays, sets sorted."""
    return storable(_JSON.encode(value))


def from_json(text: str) -> Any:
    """Invert `to_json`."""
    return json.loads(text)


def to_flag(value: bool | None) -> int | None:
    """Return a truth value as 1, 0 or NULL: the one form that both engines return alike."""
    return None if value is None else int(value)


def storable(text: str) -> str:
    """Return `text` without what PostgreSQL or UTF-8 cannot hold: NUL characters and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if _has_no_lone_surrogate(text) else text.encode("utf-8", "replace").decode()


def are_storable(values: Iterable[object]) -> bool:
    """Return whether `storable` leaves every text among `values` unchanged; they are checked as one."""
    texts = "\x1f".join([value for value in values if isinstance(value, str)])
    return "\x00" not in texts and _has_no_lone_surrogate(texts)


def storable_or_none(text: str | None) -> str | None:
    """Apply `storable` to a text that may be missing."""
    return None if text is None else storable(text)


def _has_no_lone_surrogate(text: str) -> bool:
    """Return whether no surrogate stands alone; UTF-16 refuses it like UTF-8, in half the time."""
    if text.isascii():
        return True
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        return False
    return True


def _json_value(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_json_value)

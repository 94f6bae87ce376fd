"""How values stand in columns, so that both engines hold and return the very same texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def storable_or_none(text: str | None) -> str | None:
    """`storable`, of a text that may be missing."""
    return None if text is None else storable(text)


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_plain)

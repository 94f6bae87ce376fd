"""The shape of payloads: their fields, those that no parser consumed, and those that are gone.

Parsers *consume* a record through `Fields`; what is left over is named, so that a new field of a portal is
noticed on its first night, and a renamed one ends the source instead of emptying records.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from procedures.errors import SourceFailed

EXAMPLE = 80
SHORT_EXAMPLE = 40
ENOUGH_RECORDS = 4
"""Fewer details than this are not enough to judge the structure."""

_DEEPEST = 6


class Audit:
    """A collector of what all records of one night look like; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._leftovers: dict[str, str] = {}
        self._absent: Counter[str] = Counter()
        self._records = 0
        self._fields: dict[str, Counter[str]] = {}
        self._examples: dict[str, str] = {}
        self._known: set[str] = set()
        self._notes: list[str] = []

    @property
    def shape(self) -> str | None:
        """A hash of every path seen with its JSON type; `None` before anything was seen."""
        with self._lock:
            if not self._paths:
                return None
            return hashlib.blake2b("\n".join(sorted(self._paths)).encode(), digest_size=8).hexdigest()

    @property
    def leftovers(self) -> dict[str, str]:
        """Fields that no parser consumed, with an example each (chosen as in `examples`)."""
        with self._lock:
            return dict(sorted(self._leftovers.items()))

    @property
    def fields(self) -> dict[str, dict[str, int]]:
        """The number of records that have each field, by path and JSON type; a root counts its records."""
        with self._lock:
            return {path: dict(sorted(kinds.items())) for path, kinds in sorted(self._fields.items())}

    @property
    def examples(self) -> dict[str, str]:
        """A value of each field, by path and type ("detail.code:string").

        Records arrive in any order, so the example is the first in the order of text, not of arrival: two
        readings of the same records have the same examples.
        """
        with self._lock:
            return dict(sorted(self._examples.items()))

    @property
    def known(self) -> int:
        """The number of different fields that the parsers knew."""
        with self._lock:
            return len(self._known)

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks for people, in Vietnamese, each once."""
        with self._lock:
            return tuple(dict.fromkeys(self._notes))

    def note(self, text: str) -> None:
        """Add a remark for people."""
        with self._lock:
            self._notes.append(text)

    def add_payload(self, payload: Any, root: str) -> None:
        """Add a payload to the shape."""
        paths = set(paths_of(payload, root))
        with self._lock:
            self._paths |= paths

    def count_fields(self, record: Any, root: str) -> None:
        """Count one record and the fields it has; nulls are not counted."""
        values = dict(_typed(record, root))
        with self._lock:
            for (path, kind), value in values.items():
                self._fields.setdefault(path, Counter())[kind] += 1
                if kind not in ("object", "array"):
                    _keep_least(self._examples, f"{path}:{kind}", value)

    def add_known(self, paths: Iterable[str]) -> None:
        """Add the fields that a parser knew."""
        with self._lock:
            self._known.update(paths)

    def add_leftover(self, path: str, value: Any) -> None:
        """Add an example of a field that no parser consumed."""
        example = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        with self._lock:
            _keep_least(self._leftovers, path, example[:EXAMPLE])

    def count_absent(self, record: Mapping[str, Any], needed: Iterable[str]) -> None:
        """Count one detail and the needed fields it lacks."""
        absent = [name for name in needed if name not in record]
        with self._lock:
            self._records += 1
            self._absent.update(absent)

    def check_details(self, what: str) -> None:
        """End the source when a needed field is absent from more than half of the details read.

        Raises:
            SourceFailed: naming the field.
        """
        with self._lock:
            records, absent = self._records, dict(self._absent)
        for name, times in sorted(absent.items()):
            if records >= ENOUGH_RECORDS and times * 2 > records:
                strange = "; ".join(f"{path} = {value}" for path, value in list(self.leftovers.items())[:3])
                raise SourceFailed(
                    f"{what} thiếu trường {name} ở {times}/{records} bản ghi; cổng đã đổi cấu trúc?"
                    + (f" Trường lạ: {strange}" if strange else "")
                )


class Fields:
    """A JSON object being consumed: a field neither taken nor left on purpose is a leftover."""

    def __init__(self, data: Mapping[str, Any], path: str, audit: Audit | None = None) -> None:
        self._data = data
        self._path = path
        self._audit = audit
        self._known: set[str] = set()

    def take(self, name: str) -> Any:
        """Return the field's value, `None` where absent."""
        self._known.add(name)
        return self._data.get(name)

    def text(self, name: str) -> str | None:
        """Return the field where it is a text that is not blank."""
        value = self.take(name)
        return value if isinstance(value, str) and value.strip() else None

    def objects(self, name: str) -> list[Fields] | None:
        """Return the objects of an array, skipping nulls and other values; `None` where absent."""
        value = self.take(name)
        if not isinstance(value, list):
            return None
        return [
            Fields(each, f"{self._path}.{name}[]", self._audit) for each in value if isinstance(each, dict)
        ]

    def object(self, name: str) -> Fields:
        """Return a nested object; an empty one where absent."""
        value = self.take(name)
        return Fields(value if isinstance(value, dict) else {}, f"{self._path}.{name}", self._audit)

    def leave(self, names: Iterable[str]) -> None:
        """Mark fields as known and not needed."""
        self._known.update(names)

    def done(self) -> None:
        """Add what is left over to the audit."""
        if self._audit is not None:
            self._audit.add_known(f"{self._path}.{name}" for name in self._data.keys() & self._known)
            for name in self._data.keys() - self._known:
                self._audit.add_leftover(f"{self._path}.{name}", self._data[name])


def require_fields(items: Sequence[Mapping[str, Any]], needed: Iterable[str], what: str) -> None:
    """End the source when a needed field is absent from more than half of a page's items.

    Raises:
        SourceFailed: naming the field.
    """
    for name in needed:
        absent = sum(1 for item in items if item.get(name) in (None, ""))
        if absent * 2 > len(items):
            raise SourceFailed(
                f"{what} thiếu trường {name} ở {absent}/{len(items)} mục; cổng đã đổi cấu trúc? "
                f"Mục đầu tiên: {_excerpt(items[0])}"
            )


def drop_fields(payload: Any, names: Collection[str]) -> Any:
    """Return the payload without the fields of these names, at any depth."""
    if not names:
        return payload
    if isinstance(payload, dict):
        return {key: drop_fields(value, names) for key, value in payload.items() if key not in names}
    if isinstance(payload, list):
        return [drop_fields(each, names) for each in payload]
    return payload


def paths_of(payload: Any, root: str) -> Iterable[str]:
    """Yield every path of a payload with its JSON type; a null has no type."""
    return (f"{path}:{kind}" for (path, kind), _ in _typed(payload, root))


def _typed(payload: Any, root: str, depth: int = 0) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield path and type, with a short example of a plain value."""
    if isinstance(payload, dict):
        yield (root, "object"), ""
        if depth < _DEEPEST:
            for name, value in payload.items():
                yield from _typed(value, f"{root}.{name}", depth + 1)
    elif isinstance(payload, list):
        yield (root, "array"), ""
        if depth < _DEEPEST:
            for value in payload:
                yield from _typed(value, f"{root}[]", depth + 1)
    elif payload is not None:
        kind = {bool: "boolean", int: "number", float: "number", str: "string"}.get(type(payload), "other")
        yield (root, kind), str(payload)[:SHORT_EXAMPLE]


def _keep_least(examples: dict[str, str], key: str, value: str) -> None:
    """Keep the first value in the order of text; a blank one only where there is no other."""
    stored = examples.get(key)
    if stored is None or (not value.strip(), value) < (not stored.strip(), stored):
        examples[key] = value


def _excerpt(item: Mapping[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, default=str)[:EXAMPLE]

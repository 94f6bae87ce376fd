"""The shape of payloads: their fields, those that no parser consumed, and those that are gone.

Parsers *consume* a record through `Fields`; what is left over is named, so that a new field of a portal is
noticed on its first night, and a renamed one ends the source instead of emptying records.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from extractors.portals.audit.examples import Examples
from extractors.portals.audit.field_tally import FieldTally
from extractors.portals.audit.field_traces import FieldTrace
from extractors.portals.audit.known_examples import KnownExamples, NightExamples
from procedures.errors import SourceFailed

EXAMPLE = 80
ENOUGH_RECORDS = 4
"""Fewer details than this are not enough to judge the structure."""


class Audit:
    """A collector of what all records of one night look like. It belongs to the thread that reads them.

    `recalled`: the examples of records whose answers are known, and were not read.
    """

    def __init__(self) -> None:
        self._shape = FieldTally()
        self._counted = FieldTally()
        self._whole_records: set[str] = set()
        self._leftovers: dict[str, Examples] = {}
        self._absent: Counter[str] = Counter()
        self._records = 0
        self._known: set[str] = set()
        self._known_names: set[tuple[str, frozenset[str]]] = set()
        self._notes: list[str] = []
        self._trace = _Trace()
        self.recalled = KnownExamples()

    @property
    def shape(self) -> str | None:
        """A hash of every path seen with its JSON type; `None` before anything was seen."""
        paths = set(self._shape.paths())
        for root in self._whole_records:
            paths.update(self._counted.paths(root))
        if not paths:
            return None
        return hashlib.blake2b("\n".join(sorted(paths)).encode(), digest_size=8).hexdigest()

    @property
    def leftovers(self) -> dict[str, str]:
        """Fields that no parser consumed, with an example each (chosen as in `examples`)."""
        return _texts(self.recalled.with_leftovers(self._leftovers))

    @property
    def fields(self) -> dict[str, dict[str, int]]:
        """The number of records that have each field, by path and JSON type; a root counts its records."""
        return self._counted.counts

    @property
    def examples(self) -> dict[str, str]:
        """A value of each field, by path and type ("detail.code:string").

        Records arrive in any order, so the example is the first in the order of text, not of arrival: two
        readings of the same records have the same examples.
        """
        return _texts(self.recalled.with_fields(self._counted.examples))

    @property
    def night_examples(self) -> NightExamples:
        """The first examples of the records that were counted by `add_record` and `add_recalled`."""
        fields = self.recalled.with_fields(self._counted.examples)
        roots = tuple(f"{root}{sign}" for root in self._whole_records for sign in ".[:")
        return NightExamples(
            {path: each for path, each in fields.items() if path.startswith(roots)},
            self.recalled.with_leftovers(self._leftovers),
        )

    @property
    def known(self) -> int:
        """The number of different fields that the parsers knew."""
        named = {f"{path}.{name}" for path, names in self._known_names for name in names}
        return len(self._known | named)

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks for people, in Vietnamese, each once."""
        return tuple(dict.fromkeys(self._notes))

    def note(self, text: str) -> None:
        """Add a remark for people."""
        self._notes.append(text)

    def add_payload(self, payload: Any, root: str) -> None:
        """Add a payload to the shape."""
        self._shape.add(payload, root)

    def count_fields(self, record: Any, root: str) -> None:
        """Count one record and the fields it has; nulls are not counted."""
        self._counted.add(record, root)

    def add_record(self, record: Any, root: str, answer: str = "") -> None:
        """Count one record and its fields, which are the shape of its payload as well; its trace begins.

        `answer` is the hash of the answer that it is from.
        """
        self._whole_records.add(root)
        self._counted.add(record, root, answer)
        self._trace = _Trace(answer)

    @property
    def trace(self) -> FieldTrace:
        """What was seen of the record that was added last."""
        seen = self._trace
        return FieldTrace(
            fields=self._counted.last_fields,
            known=frozenset(seen.known),
            leftovers=frozenset(seen.leftovers),
            absent=seen.absent,
        )

    def add_recalled(self, trace: FieldTrace, root: str, answer: str) -> None:
        """Count one record as `add_record` and its reader did when that trace of the answer was taken."""
        self._whole_records.add(root)
        self._counted.count(trace.fields)
        self.recalled.add(answer, trace)
        self._known_names |= trace.known
        self._records += 1
        self._absent.update(trace.absent)

    def add_known(self, paths: Iterable[str]) -> None:
        """Add the fields that a parser knew."""
        self._known.update(paths)

    def add_known_names(self, path: str, names: frozenset[str]) -> None:
        """Add the fields of the object at `path` that a parser knew, by their names there."""
        known = (path, names)
        self._known_names.add(known)
        self._trace.known.add(known)

    def add_leftover(self, path: str, value: Any) -> None:
        """Add an example of a field that no parser consumed."""
        example = value if isinstance(value, str) else _JSON.encode(value)
        self._leftovers.setdefault(path, Examples()).add(example[:EXAMPLE], self._trace.answer)
        self._trace.leftovers.add(path)

    def count_absent(self, record: Mapping[str, Any], needed: Iterable[str]) -> None:
        """Count one detail and the needed fields it lacks."""
        self._records += 1
        self._trace.absent = frozenset(name for name in needed if name not in record)
        self._absent.update(self._trace.absent)

    def check_details(self, what: str) -> None:
        """End the source when a needed field is absent from more than half of the details read.

        Raises:
            SourceFailed: naming the field.
        """
        for name, times in sorted(self._absent.items()):
            if self._records >= ENOUGH_RECORDS and times * 2 > self._records:
                strange = "; ".join(f"{path} = {value}" for path, value in list(self.leftovers.items())[:3])
                raise SourceFailed(
                    f"{what} thiếu trường {name} ở {times}/{self._records} bản ghi; cổng đã đổi cấu trúc?"
                    + (f" Trường lạ: {strange}" if strange else "")
                )


@dataclass(slots=True)
class _Trace:
    """A `FieldTrace` in the making, of the record of an answer."""

    answer: str = ""
    known: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    leftovers: set[str] = field(default_factory=set)
    absent: frozenset[str] = frozenset()


class Fields:
    """A JSON object being consumed: a field neither taken nor left on purpose is a leftover."""

    __slots__ = ("_audit", "_data", "_known", "_path")

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
        self._known.add(name)
        return text_in(self._data, name)

    def objects(self, name: str) -> list[Fields] | None:
        """Return the objects of an array, skipping nulls and other values; `None` where absent."""
        objects = self.plain_objects(name)
        if objects is None:
            return None
        path = f"{self._path}.{name}[]"
        return [Fields(each, path, self._audit) for each in objects]

    def plain_objects(self, name: str) -> list[dict[str, Any]] | None:
        """Return the same objects as they came; nothing in them is ever a leftover."""
        self._known.add(name)
        return objects_in(self._data, name)

    def object(self, name: str) -> Fields:
        """Return a nested object; an empty one where absent."""
        value = self.take(name)
        return Fields(value if isinstance(value, dict) else {}, f"{self._path}.{name}", self._audit)

    def leave(self, names: Iterable[str]) -> None:
        """Mark fields as known and not needed."""
        self._known.update(names)

    def done(self) -> None:
        """Add what is left over to the audit."""
        if self._audit is None:
            return
        known, left = _split(tuple(self._data), frozenset(self._known))
        self._audit.add_known_names(self._path, known)
        for name in left:
            self._audit.add_leftover(f"{self._path}.{name}", self._data[name])


@lru_cache(maxsize=256)
def _split(names: tuple[str, ...], taken: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return which names were taken and which are left: the same for nearly all objects of one path."""
    present = frozenset(names)
    return present & taken, present - taken


def text_in(data: Mapping[str, Any], name: str) -> str | None:
    """Return a field of a JSON object where it is a text that is not blank."""
    value = data.get(name)
    return value if isinstance(value, str) and value and not value.isspace() else None


def objects_in(data: Mapping[str, Any], name: str) -> list[dict[str, Any]] | None:
    """Return the objects of an array in a JSON object, skipping other values; `None` where there is none."""
    value = data.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else None


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


def _texts(examples: Mapping[str, Examples]) -> dict[str, str]:
    """Return the first example of each, in the order of paths."""
    return {path: text for path, each in sorted(examples.items()) if (text := each.text) is not None}


def _excerpt(item: Mapping[str, Any]) -> str:
    return _JSON.encode(item)[:EXAMPLE]


_JSON = json.JSONEncoder(ensure_ascii=False, default=str)

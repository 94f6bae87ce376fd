"""Which fields the records of a night have, and of which JSON types: counted in one walk over each record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any, TypeAlias

from extractors.portals.audit.examples import Examples

SHORT_EXAMPLE = 40
"""Characters of an example."""

_DEEPEST = 6
"""Levels of objects and arrays within a record that are walked into."""

_KINDS = {dict: "object", list: "array", bool: "boolean", int: "number", float: "number", str: "string"}
_TOP = ""
"""What stands in the place of a kind above the roots."""


class FieldTally:
    """A count of records by path and JSON type ("detail.fees[].value", "number"), with examples.

    The fields met so far are a tree, so that a value costs two look-ups and not the writing of its path.
    """

    def __init__(self) -> None:
        self._fields: dict[str, _Field] = {}
        self._by_typed_path: dict[str, _TypedField] = {}
        self._top = _TypedField("", _TOP)
        self._records = 0
        self._met: list[_TypedField] = []

    def add(self, record: Any, root: str, answer: str = "") -> None:
        """Count one record, whose own path is `root`, and the fields it has; nulls are not counted.

        `answer` is the hash of the answer that the record, and an example of it, are from.
        """
        self._records += 1
        self._met.clear()
        self._walk({root: record}, self._top, 0)
        for each in self._met:
            each.records += 1
            if each.is_plain:
                value = each.value
                text = value if isinstance(value, str) else str(value)
                settled = each.examples.settled_from
                if settled is None or text < settled:
                    each.examples.add(text[:SHORT_EXAMPLE], answer)

    @property
    def last_fields(self) -> frozenset[str]:
        """The fields of the record that was added last, by path and type ("detail.code:string")."""
        return frozenset([each.typed_path for each in self._met])

    def count(self, fields: Iterable[str]) -> None:
        """Count one record that has these fields, of which no example is given."""
        by_typed_path = self._by_typed_path
        for each in fields:
            try:
                by_typed_path[each].records += 1
            except KeyError:
                path, _, kind = each.rpartition(":")
                self._field(path, kind).records += 1

    def paths(self, root: str | None = None) -> Iterator[str]:
        """Yield every path with its type ("detail.code:string"), or those of one root."""
        for each in self._in_order():
            if root is None or each.path == root or each.path.startswith((f"{root}.", f"{root}[")):
                yield each.typed_path

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The number of records that have each field, by path and type."""
        counts: dict[str, dict[str, int]] = {}
        for each in self._in_order():
            counts.setdefault(each.path, {})[each.kind] = each.records
        return counts

    @property
    def examples(self) -> dict[str, Examples]:
        """Values of each field that is neither an object nor an array, by path and type."""
        return {each.typed_path: each.examples for each in self._in_order() if each.is_plain}

    def _in_order(self) -> Iterator[_TypedField]:
        yield from sorted(self._by_typed_path.values(), key=lambda each: (each.path, each.kind))

    def _walk(self, values: Any, within: _TypedField, depth: int) -> None:
        """Meet what an object or an array holds."""
        record, met, fields = self._records, self._met, within.fields
        for name, value in values.items() if isinstance(values, dict) else zip(repeat(""), values):
            if value is None:
                continue
            try:
                typed = fields[name][type(value)]
            except KeyError:
                typed = self._meet_first(within, name, type(value))
            if typed.record != record:
                typed.record = record
                met.append(typed)
            if typed.is_plain:
                typed.value = value
            elif value and depth < _DEEPEST:
                self._walk(value, typed, depth + 1)

    def _meet_first(self, within: _TypedField, name: str, python_type: type) -> _TypedField:
        """Return the field of a value, none of whose type was met there before."""
        if name not in within.fields:
            path = within.path_of(name)
            within.fields[name] = self._fields.setdefault(path, {})
        field, kind = within.fields[name], _KINDS.get(python_type, "other")
        field[python_type] = self._field(within.path_of(name), kind)
        return field[python_type]

    def _field(self, path: str, kind: str) -> _TypedField:
        """Return the field of that path and JSON type."""
        field = self._by_typed_path.get(f"{path}:{kind}")
        if field is None:
            field = self._by_typed_path[f"{path}:{kind}"] = _TypedField(path, kind)
        return field


class _TypedField:
    """A field as far as its values are of one JSON type.

    `record` is the number of the last record that had it, `value` the last value there.
    """

    __slots__ = ("examples", "fields", "is_plain", "kind", "path", "record", "records", "typed_path", "value")

    def __init__(self, path: str, kind: str) -> None:
        self.path = path
        self.kind = kind
        self.typed_path = f"{path}:{kind}"
        self.is_plain = kind not in ("object", "array", _TOP)
        self.fields: dict[str, _Field] = {}
        self.record = self.records = 0
        self.value: Any = None
        self.examples = Examples()

    def path_of(self, name: str) -> str:
        """Return the path of what it holds under that name."""
        if self.kind == "array":
            return f"{self.path}[]"
        return name if self.kind == _TOP else f"{self.path}.{name}"


_Field: TypeAlias = dict[type, _TypedField]

"""Examples of fields of records that were not read tonight, because their answers are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extractors.portals.audit.examples import Examples
from extractors.portals.audit.field_traces import FieldTrace


@dataclass(frozen=True, slots=True)
class NightExamples:
    """The examples of a night's records: of fields by path and type, and of leftovers by path."""

    fields: Mapping[str, Examples] = field(default_factory=dict)
    leftovers: Mapping[str, Examples] = field(default_factory=dict)


class KnownExamples:
    """The examples of recalled records, as far as they follow from those of the earlier night.

    Of `earlier` ones only those count that are from a recalled answer. Where none of a field is left, `lost`
    says which answers have to be read after all; `read` is what those that were read show.
    """

    def __init__(self) -> None:
        """Begin with no records."""
        self.earlier = NightExamples()
        self.read = NightExamples()
        self._recalled: dict[str, FieldTrace] = {}

    def add(self, answer: str, trace: FieldTrace) -> None:
        """Take a record that was recalled."""
        self._recalled[answer] = trace

    def lost(self) -> list[str]:
        """Return the answers of which one must show the first example of a field."""
        fields = self._lost(self.earlier.fields, self._fields)
        leftovers = self._lost(self.earlier.leftovers, self._leftovers)
        return [
            answer
            for answer, trace in self._recalled.items()
            if trace.fields & fields or trace.leftovers & leftovers
        ]

    def with_fields(self, found: Mapping[str, Examples]) -> Mapping[str, Examples]:
        """Return the examples found tonight of fields by path and type, with those of recalled records."""
        return self._joined(found, self.earlier.fields, self.read.fields, self._fields)

    def with_leftovers(self, found: Mapping[str, Examples]) -> Mapping[str, Examples]:
        """Return the examples found tonight of leftovers by path, with those of recalled records."""
        return self._joined(found, self.earlier.leftovers, self.read.leftovers, self._leftovers)

    @property
    def _fields(self) -> frozenset[str]:
        return frozenset[str]().union(*{trace.fields for trace in self._recalled.values()})

    @property
    def _leftovers(self) -> frozenset[str]:
        return frozenset[str]().union(*{trace.leftovers for trace in self._recalled.values()})

    def _lost(self, earlier: Mapping[str, Examples], paths: Iterable[str]) -> frozenset[str]:
        return frozenset(
            path for path in paths if path in earlier and earlier[path].of(self._recalled).is_lost
        )

    def _joined(
        self,
        found: Mapping[str, Examples],
        earlier: Mapping[str, Examples],
        read: Mapping[str, Examples],
        paths: Iterable[str],
    ) -> Mapping[str, Examples]:
        joined = dict(found)
        for path in paths:
            if path not in earlier:
                continue  # an object or an array, which has no example
            known = earlier[path].of(self._recalled)
            if known.is_lost and path in read:
                known = read[path]
            joined[path] = known.with_others(joined.get(path))
        return joined

"""What the audit of fields saw of single records, so that one that is known counts without a walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldTrace:
    """The fields of one record. Records of one form have equal traces.

    `fields` are those it has, by path and JSON type ("detail.fees[].value:number"); `known` the names that
    its reader knew, by the path of the object they stand in; `leftovers` the paths that nobody consumed,
    `absent` the needed fields that it lacks.
    """

    fields: frozenset[str] = frozenset()
    known: frozenset[tuple[str, frozenset[str]]] = frozenset()
    leftovers: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


def write_traces(traces: Mapping[FieldTrace, int]) -> dict[str, Any]:
    """Return traces as JSON values; `read_traces` gives them in the order of their numbers."""
    fields: dict[str, int] = {}
    known: dict[tuple[str, frozenset[str]], int] = {}
    rows = [
        [
            sorted(fields.setdefault(each, len(fields)) for each in trace.fields),
            sorted(known.setdefault(each, len(known)) for each in trace.known),
            sorted(trace.leftovers),
            sorted(trace.absent),
        ]
        for trace in sorted(traces, key=traces.__getitem__)
    ]
    return {
        "fields": list(fields),
        "known": [[path, sorted(names)] for path, names in known],
        "traces": rows,
    }


def read_traces(written: Mapping[str, Any]) -> list[FieldTrace]:
    """Return what `write_traces` wrote. Raises ValueError, TypeError, KeyError, IndexError."""
    fields = written["fields"]
    known = [(path, frozenset(names)) for path, names in written["known"]]
    return [
        FieldTrace(
            fields=frozenset(fields[each] for each in of_fields),
            known=frozenset(known[each] for each in of_known),
            leftovers=frozenset(leftovers),
            absent=frozenset(absent),
        )
        for of_fields, of_known, leftovers, absent in written["traces"]
    ]

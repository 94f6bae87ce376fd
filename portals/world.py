"""The world of a portal on one night: its records, edited as a ministry or a province would."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from portals.records import Record, load_records

Change = Callable[[Record], Record | None]
"""Changes a record in place, or returns the one to store instead."""


class World:
    """The records of one portal, by id. Safe to edit while the portal answers.

    A stored record is never changed: each edit stores a changed copy, so that two worlds may share records.
    `newest_first` orders by id, descending, as the national portal lists; else records stand in the order in
    which they were published.
    """

    def __init__(self, records: Iterable[Record], *, newest_first: bool = True) -> None:
        self._records = {record["id"]: record for record in records}
        self._newest_first = newest_first
        self._lock = threading.RLock()
        self._ordered: tuple[Record, ...] | None = None

    @classmethod
    def load(cls, departments: Iterable[str] = ()) -> World:
        """Return the real records of these agencies (G09, G10, G15, G17, G19; none named: all)."""
        return cls(load_records(departments))

    @property
    def records(self) -> Mapping[str, Record]:
        """Every record by id; to change one, use `edit`."""
        return MappingProxyType(self._records)

    @property
    def codes(self) -> list[str]:
        """The code of every record, in the order of the list."""
        return [record["code"] for record in self.ordered()]

    def ordered(self) -> tuple[Record, ...]:
        """Return every record in the order of the list."""
        with self._lock:
            if self._ordered is None:
                records = list(self._records.values())
                if self._newest_first:
                    records.sort(key=lambda record: str(record["id"]), reverse=True)
                self._ordered = tuple(records)
            return self._ordered

    def get(self, record_id: str) -> Record | None:
        """Return the record of that id."""
        return self._records.get(record_id)

    def by_code(self, code: str) -> Record:
        """Return the first listed record of that code.

        Raises:
            KeyError: there is none.
        """
        for record in self.ordered():
            if record["code"] == code:
                return record
        raise KeyError(f"no record has the code {code}")

    def next_to(self, record: Record) -> Record:
        """Return the next listed record of another code, always the same one for `record`."""
        ordered = self.ordered()
        place = next((n for n, known in enumerate(ordered) if known["code"] == record["code"]), -1)
        others = (*ordered[place + 1 :], *ordered)
        return next((known for known in others if known["code"] != record["code"]), record)

    def publish(self, record: Record) -> None:
        """Add a record, or replace the one with its id."""
        with self._lock:
            self._records[record["id"]] = record
            self._ordered = None

    def drop(self, code: str) -> None:
        """Remove every record of that code from the list and the details.

        Raises:
            KeyError: there is none.
        """
        with self._lock:
            self.by_code(code)
            self._records = {key: record for key, record in self._records.items() if record["code"] != code}
            self._ordered = None

    def edit(self, code: str, change: Change | None = None, /, **fields: Any) -> None:
        """Set `fields` of the record of that code, then apply `change` to it.

        Raises:
            KeyError: no record has that code.
        """
        with self._lock:
            record = copy.deepcopy(self.by_code(code))
            before = record["id"]
            record.update(fields)
            if change is not None:
                record = change(record) or record
            if record["id"] != before:
                del self._records[before]
            self.publish(record)

    def amend(self, code: str, path: str, value: Any) -> None:
        """Set what `path` names within the record of that code; see `set_path`."""
        self.edit(code, lambda record: set_path(record, path, value))

    def copy(self) -> World:
        """Return another world with the same records."""
        with self._lock:
            return World(self._records.values(), newest_first=self._newest_first)


def set_path(target: Any, path: str, value: Any) -> None:
    """Set the place that a dotted path names: keys, positions, `*` for each, a last `+` to append.

    Raises:
        KeyError: the path does not exist.
    """
    first, _, rest = path.partition(".")
    if isinstance(target, list):
        if first == "+":
            target.append(copy.deepcopy(value))
            return
        if first == "*" and not target:
            raise KeyError(f"nothing to set: the list before {path!r} is empty")
        places: list[Any] = list(range(len(target))) if first == "*" else [int(first)]
    elif isinstance(target, dict) and first in target:
        places = [first]
    else:
        raise KeyError(f"no place {first!r}")
    for place in places:
        if rest:
            set_path(target[place], rest, value)
        else:
            target[place] = copy.deepcopy(value)

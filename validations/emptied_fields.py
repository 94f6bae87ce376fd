"""Detection of fields that a portal lost: empty now in most records that had a value.

A ministry empties a field of some procedures; a portal whose service of papers or of legal bases is down
empties it in all of them in one night, and fills it again in another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from procedures.attributes import ATTRIBUTES, ATTRIBUTES_BY_NAME, ValueType
from procedures.findings import Severity
from procedures.model import Procedure
from procedures.snapshot import SnapshotState, SnapshotVerdict
from procedures.wording.words import count
from validations.gate import ExpectationOutcome

SUITE: Final = "records"

NO_FIELD_EMPTIED: Final = "no_field_emptied"

EMPTIED_SHARE: Final = 0.5
"""Share of the records that had a value; if more of them are empty now, the field is lost."""

EMPTIED_FROM: Final = 10
"""Emptied records from which on that share counts."""

FIELDS: Final[Mapping[str, str]] = {each.name: each.label.lower() for each in ATTRIBUTES if each.may_be_empty}
"""Fields that a source may leave empty, as people call them."""


class Emptied:
    """A counter of emptied fields: it compares one night's records with the stored ones as they pass."""

    def __init__(self, standing: Mapping[str, Procedure]) -> None:
        """Take the stored version of each record that changed; others are compared with themselves."""
        self._stored = standing
        self._watched: set[str] = set()
        self._filled: Counter[str] = Counter()
        self._emptied: Counter[str] = Counter()

    def watch(self, records: Iterable[tuple[str, Procedure]]) -> Iterator[tuple[str, Procedure]]:
        """Yield the same records and count the fields that they lost."""
        for key, record in records:
            self._watched.add(key)
            before = self._stored.get(key, record)
            for field in FIELDS:
                now = getattr(record, field)
                if _has_value(field, getattr(before, field)) and now is not None:
                    self._filled[field] += 1
                    self._emptied[field] += not _has_value(field, now)
            yield key, record

    def judge(
        self,
        *,
        complete: bool,
        everything: Callable[[], Iterable[tuple[str, Procedure]]] = tuple,
    ) -> tuple[ExpectationOutcome, SnapshotVerdict | None]:
        """Hold the snapshot until a person confirms; a partial one, which nobody can release, fails.

        `everything` returns all records of the night where only some were watched: those that did not change
        lost nothing, and are read only when so much was lost that their number decides.
        """
        if any(self._emptied[field] >= EMPTIED_FROM for field in FIELDS):
            unwatched = ((key, record) for key, record in everything() if key not in self._watched)
            for _ in self.watch(unwatched):
                pass
        lost = {
            field: f"{count(self._emptied[field])} trên {count(self._filled[field])} thủ tục đã có"
            for field in FIELDS
            if self._emptied[field] >= EMPTIED_FROM
            and self._emptied[field] > EMPTIED_SHARE * self._filled[field]
        }
        outcome = ExpectationOutcome(
            suite=SUITE,
            expectation=NO_FIELD_EMPTIED,
            severity=Severity.CRITICAL,
            success=not lost,
            observed={
                "rows": len(FIELDS),
                "unexpected": len(lost),
                "examples": [{"key": field, "value": counts} for field, counts in lost.items()],
            },
        )
        if not lost:
            return outcome, None
        fields = "; ".join(f"{FIELDS[field]} ({counts})" for field, counts in lost.items())
        state = SnapshotState.HELD if complete else SnapshotState.FAILED
        return outcome, SnapshotVerdict(state, f"Cổng bỗng để trống quá nửa: {fields}")


def _has_value(field: str, value: Any) -> bool:
    if ATTRIBUTES_BY_NAME[field].type is ValueType.TIMES:
        return any(time.amount is not None and time.unit is not None for time in value or ())
    return bool(value)

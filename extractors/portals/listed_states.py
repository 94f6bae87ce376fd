"""The states (tình trạng) that a listing and its records show, and those that are not the known ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractors.portals.source import ListedItem
from procedures.errors import SourceFailed
from procedures.model import PUBLISHED_STATES

STRANGE_STATES = 3
"""More records than this with an unreadable or unknown state mean drift, not single oddities."""


@dataclass(slots=True)
class ListedStates:
    """The states of one night. `known` are those that the source has shown before."""

    known: frozenset[str]
    _odd: list[tuple[str | None, str | None]] = field(default_factory=list)

    def unreadable(self, items: Sequence[ListedItem]) -> frozenset[str]:
        """Return the ids of the few rows whose state cannot be read.

        Raises:
            SourceFailed: more than `STRANGE_STATES` are unreadable, or are words never seen here.
        """
        _check_drift([item.state for item in items if self._is_strange(item.state)])
        return frozenset(item.source_id for item in items if item.state is None)

    def watch(self, listed: str | None, read: str | None) -> None:
        """Note an odd state that only the record has; the list's states were checked before."""
        if read != listed and self._is_strange(read):
            self._odd.append((listed, read))

    def check_records(self) -> None:
        """End the source where too many records have an odd state.

        Raises:
            SourceFailed: more than `STRANGE_STATES` have.
        """
        _check_drift([state for _, state in self._odd])

    def count(self, items: Iterable[ListedItem]) -> dict[str, int]:
        """Return how many rows are in each state; an odd state of a record replaces its row's."""
        states = Counter(item.state for item in items)
        for state_listed, state_read in self._odd:
            states[state_listed] -= state_read is not None
            states[state_read] += 1
        return {state: number for state, number in states.items() if state and number > 0}

    def _is_strange(self, state: str | None) -> bool:
        return state is None or not (state in PUBLISHED_STATES or state in self.known)


def is_unpublished(state: str | None) -> bool:
    """Whether a state is known not to be one in which a procedure is published."""
    return state is not None and state not in PUBLISHED_STATES


def _check_drift(states: Sequence[str | None]) -> None:
    if len(states) > STRANGE_STATES:
        words = ", ".join(sorted({state or "rỗng" for state in states})[:5])
        raise SourceFailed(f"tình trạng (state) lạ ở {len(states)} thủ tục: {words}; cổng đã đổi cấu trúc?")

"""Snapshots: what one source showed on one night, and how reliable that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from procedures.model import Procedure

CATALOGUE = "catalogue"
"""Name of the source that is the department's own list."""


class SnapshotState(StrEnum):
    """The verdict on a snapshot; only a complete one may show that something is gone.

    WithdrawalResult: a person withdrew its run; whatever it was before, it no longer counts.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    HELD = "held"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SnapshotVerdict:
    """A state with its reason in one line for people (Vietnamese), `None` when complete."""

    state: SnapshotState
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was seen while a snapshot was taken; the verdict follows from it alone.

    `first_page_again` is False when a second look at the first page, after the last one, showed
    another listing. `lost_pages` are pages that stayed unread after retries. `leftovers` are
    fields of the payload that no reader consumed, with an example each; `known_fields` is how many
    different ones a reader knew. `fields` is the number of records with each field, by path and type, and
    `examples` its first value by "path:type". `taken_over`: the number of details from an
    interrupted reading of the same day. `expect_…` is the range that was expected that night (`expect_drop`:
    the share of the last complete snapshot that may be lacking), `shape_before` the shape of that one.
    `slowest_rate`: requests a second, where the portal made us slower than the settings allow. `refused`: the
    portal refused itself, `told_to_wait` the seconds from the start of the run until which it asked for a
    pause. `unfinished`: the hours ended in which it may be asked. `unchanged`: the number of records that
    the portal reported as unchanged since an earlier night.
    """

    declared_total: int | None = None
    listed: int = 0
    distinct_codes: int = 0
    repeated_codes: tuple[str, ...] = ()
    pages: int = 0
    lost_pages: tuple[str, ...] = ()
    first_page_again: bool | None = None
    shape: str | None = None
    leftovers: Mapping[str, str] = field(default_factory=dict)
    known_fields: int = 0
    fields: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    details_due: int = 0
    details_read: int = 0
    details_failed: int = 0
    taken_over: int = 0
    wrong_codes: int = 0
    quarantined: int = 0
    present: int = 0
    unpublished: int = 0
    lacking: int = 0
    of_last: int = 0
    expect_min: int | None = None
    expect_max: int | None = None
    expect_drop: float | None = None
    shape_before: str | None = None
    requests: int = 0
    retries: int = 0
    bytes: int = 0
    unchanged: int = 0
    slowest_rate: float | None = None
    refused: bool = False
    told_to_wait: float | None = None
    unfinished: bool = False
    notes: tuple[str, ...] = ()


Presence = Literal["read", "seen", "unread", "quarantined", "unpublished", "filtered"]
"""The state of a listed item tonight.

read: its record was read; seen: listed, its record was not due; unread: due, but it could not be
read; quarantined: read, but not fit to load; unpublished: its state is not a published
one; filtered: published, but at none of the levels followed (and never loaded).
All but `unpublished` count as present.
"""


@dataclass(frozen=True, slots=True)
class StandingRecord:
    """A current version, by the hash of its record."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One item of a source's listing tonight.

    `key` is the national code, or for a row without one `~` and a hash of its name, level and
    field. `source_id` is the portal's own id. `evidence` points to the archived bytes. Of a record that was
    read and is known to be the current version there is `standing` in place of the `procedure`.
    """

    key: str
    presence: Presence
    code: str | None = None
    source_id: str | None = None
    list_digest: str = ""
    state: str | None = None
    procedure: Procedure | None = None
    standing: StandingRecord | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


LookUpOutcome = Literal["published", "dead", "not_found", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """A direct question for one procedure that the listing lacked.

    dead: the portal knows it in a state that is not published. error counts neither way.
    """

    key: str
    outcome: LookUpOutcome
    state: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRecord:
    """A record that may not be loaded; `record` is all that was received."""

    code: str | None
    stage: str
    rule: str
    reason: str
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItemState:
    """What the warehouse remembers of one listed item of a source.

    `loaded`: `key` has a current version. `read_at`: when its record was last read.
    """

    key: str
    source_id: str | None
    code: str | None = None
    list_digest: str = ""
    read_at: datetime | None = None
    loaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPlan:
    """What a reader needs to know of earlier nights.

    `remembered` is by key. `known_states` are the states this source has shown before.
    `baseline` is False until the source has a complete snapshot. `ask` are codes of the catalogue:
    those that the listing lacks are asked for one by one, without the filter of agencies. `last_shape`
    is the shape of the last complete snapshot. `stale`: records read then, or earlier, are due.
    """

    as_of: datetime
    remembered: Mapping[str, ListedItemState] = field(default_factory=dict)
    known_states: frozenset[str] = frozenset()
    baseline: bool = False
    ask: frozenset[str] = frozenset()
    last_shape: str | None = None
    stale: datetime | None = None


class Sink(Protocol):
    """Where a reader stores what it reads; implementations may write in batches."""

    def observe(self, observation: Observation) -> None:
        """Store one item of the listing."""

    def quarantine(self, record: QuarantinedRecord) -> None:
        """Store a record that may not be loaded."""

    def look_up(self, look_up: LookUp) -> None:
        """Store the answer to a direct question."""


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """The result of a reading: the certificate and the verdict on it."""

    certificate: Certificate
    verdict: SnapshotVerdict

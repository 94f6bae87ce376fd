"""Snapshots: what one source showed on one night, and how far it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from procedures.model import Procedure


class SnapshotState(StrEnum):
    """The verdict on a snapshot; only a complete one may say that something is gone.

    Withdrawn: a person took its run back; whatever it was before, it says nothing any more.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    HELD = "held"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state with its reason in one line for people (Vietnamese), `None` when complete."""

    state: SnapshotState
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was seen while a snapshot was taken; the verdict follows from it alone.

    `first_page_again` is False when a second look at the first page, after the last one, showed
    another listing. `lost_pages` names pages that stayed unread after retries. `leftovers` are
    fields of the payload that no reader consumed, with an example each; `known_fields` is how many
    different ones a reader knew. `fields` is in how many records each field stood, by path and type, and
    `examples` its first value by "path:type". `taken_over`: so many of the details read came from an
    interrupted reading of the same day. `expect_…` is the range that was expected that night (`expect_drop`:
    the share of the last complete snapshot that may be lacking), `shape_before` the shape of that one.
    `slowest_rate`: requests a second, where the portal made us slower than the settings say. `refused`: the
    portal said no itself, `told_to_wait` the seconds from the start of the run until which it asked to be
    left alone. `unfinished`: the hours ended in which it may be asked. `unchanged`: of so many records the
    portal said that they are what it sent some nights ago.
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
"""How a listed item was met tonight.

read: its record was read; seen: listed, its record was not due; unread: due, but it could not be
read; quarantined: read, but not fit to enter; unpublished: its state is none of the published
ones; filtered: published, but at none of the levels followed (and never loaded).
All but `unpublished` count as present.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One item of a source's listing, as met tonight.

    `key` is the national code, or for a row without one `~` and a hash of its name, level and
    field. `source_id` is the portal's own id. `evidence` points to the archived bytes.
    """

    key: str
    presence: Presence
    code: str | None = None
    source_id: str | None = None
    list_digest: str = ""
    state: str | None = None
    procedure: Procedure | None = None
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
class Quarantined:
    """A record that may not enter; `record` is what was received, whole."""

    code: str | None
    stage: str
    rule: str
    reason: str
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the warehouse remembers of one listed item of a source.

    `loaded`: a current version stands for `key`. `read_at`: when its record was last read.
    """

    key: str
    source_id: str | None
    code: str | None = None
    list_digest: str = ""
    read_at: datetime | None = None
    loaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPlan:
    """What a reader has to know of the nights before.

    `remembered` is by key. `known_states` are the states this source has shown before.
    `baseline` is False until the source has a complete snapshot. `ask` are codes of the catalogue:
    those that the listing lacks are asked for one by one, without the filter of agencies. `last_shape`
    is the shape of the last complete snapshot. `stale`: a record that was read then, or earlier, is due.
    """

    as_of: datetime
    remembered: Mapping[str, Remembered] = field(default_factory=dict)
    known_states: frozenset[str] = frozenset()
    baseline: bool = False
    ask: frozenset[str] = frozenset()
    last_shape: str | None = None
    stale: datetime | None = None


class Sink(Protocol):
    """Where a reader puts what it meets; implementations may write in batches."""

    def observe(self, observation: Observation) -> None:
        """Keep one item of the listing."""

    def quarantine(self, record: Quarantined) -> None:
        """Keep a record that may not enter."""

    def look_up(self, look_up: LookUp) -> None:
        """Keep the answer to a direct question."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The end of a reading: the certificate and what follows from it."""

    certificate: Certificate
    verdict: Verdict

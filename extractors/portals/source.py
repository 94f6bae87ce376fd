"""What every kind of source offers to the one reader that drives them all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from extractors.portals.schema_audit import Audit
from procedures.agencies import field_key
from procedures.errors import RasoatError
from procedures.model import Procedure
from procedures.snapshot import LookUp, Remembered
from procedures.text import name_key


class Unread(RasoatError):  # noqa: N818 - says what happened
    """A page or a detail that stayed unread after retries; the source goes on without it."""


class Refused(Unread):
    """The portal said no to this one request."""


class NotFound(Unread):
    """The portal does not know what was asked for."""


class Unfit(RasoatError):  # noqa: N818 - says what happened
    """A record was read that may not enter; `rule` is its name in the quarantine."""

    def __init__(
        self, rule: str, reason: str, record: Mapping[str, Any], evidence: Mapping[str, Any]
    ) -> None:
        super().__init__(reason)
        self.rule = rule
        self.record = record
        self.evidence = evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a source was asked: requests with their retries and redirects, and bytes on the wire.

    `taken_over`: answers that an interrupted reading had, which were not asked for again. `slowest_rate`: the
    slowest pace that the portal made us keep, in requests a second; `None` where it kept to the settings.
    `unchanged`: answers of which the portal said that they are what it sent some nights ago.
    """

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    taken_over: int = 0
    slowest_rate: float | None = None
    unchanged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """One row of a listing.

    `source_id` is the portal's own id; `code` the national code, where the list tells it.
    `list_digest` moves when anything moves that the list says of the item. `state` is `None` where it
    cannot be read, or where the source has no states at all. `procedure` is what the list alone
    says, where details are not to be had. `received` is the row as it came, as JSON text.
    """

    source_id: str
    name: str
    code: str | None = None
    list_digest: str = ""
    state: str | None = None
    procedure: Procedure | None = None
    received: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> tuple[str, ...]:
        """What the row is, whatever link it has in this answer: its code, else its name and field."""
        if self.code:
            return (self.code,)
        named = name_key(self.name)
        if not named:
            return (self.source_id,)
        row = json.loads(self.received) if self.received else None
        columns = row.get("columns") if isinstance(row, dict) else None
        told = columns.get("field") if isinstance(columns, dict) else None
        return (named, field_key(told) if isinstance(told, str) else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing, or the news that it is lost.

    `section` is the part of the source that it belongs to (an agency); `number` counts from 1 within
    it. `lost` names in Vietnamese what could not be read. `declared_total` is that of the section.
    """

    section: str
    number: int
    items: tuple[ListedItem, ...] = ()
    declared_total: int | None = None
    lost: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One record as its detail tells it. `updated_at` is in epoch milliseconds, 0 where not told."""

    procedure: Procedure
    updated_at: int = 0
    evidence: Mapping[str, Any] = field(default_factory=dict)
    received: Mapping[str, Any] = field(default_factory=dict)


class Extractor(Protocol):
    """One source. `pages` and `first_page` are called from one thread, the rest from several.

    Every method may raise SourceBlocked or SourceFailed, which end the source.
    """

    has_states: bool
    """Whether listings say in which state a procedure is."""

    only_the_list: bool
    """Whether there is nothing to ask beside the list: what it lacks counts as not found once, and again
    only when the list itself is another one."""

    @property
    def audit(self) -> Audit:
        """Shape, leftovers and notes of what was read so far."""

    @property
    def counts(self) -> Counts:
        """What was asked so far."""

    def pages(self) -> Iterator[Page]:
        """The listing from its start, lost pages included; nothing is remembered between calls."""

    def first_page(self, section: str) -> Page:
        """A second look at the first page of a section. Raises Unread."""

    def detail(self, item: ListedItem, remembered: Remembered | None) -> Detail:
        """The record of a listed item. Raises Unread, NotFound or Unfit."""

    def look_up(self, remembered: Remembered) -> LookUp:
        """Asks for one procedure that the listing lacks."""

    def ask(self, code: str) -> LookUp | None:
        """Asks for a code whatever agency published it; `None` where the source cannot be asked so."""

    def close(self) -> None:
        """Lets go of connections; whoever still waits is sent home."""

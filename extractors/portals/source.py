"""The interface of every kind of source, as the one reader that drives them uses it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from extractors.http.classify import Answer
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.known_records import KnownRecord
from procedures.errors import RasoatError
from procedures.model import Procedure
from procedures.snapshot import ListedItemState, LookUp
from procedures.values.agencies import field_key
from procedures.values.text import name_key


class Unread(RasoatError):  # noqa: N818 - says what happened
    """A page or a detail that stayed unread after retries; the source goes on without it."""


class ReadRefused(Unread):
    """A single request that the portal refused."""


class NotFound(Unread):
    """A request for what the portal does not know."""


class UnfitRecord(RasoatError):  # noqa: N818 - says what happened
    """A record that was read and may not be loaded; `rule` is its name in the quarantine."""

    def __init__(
        self, rule: str, reason: str, record: Mapping[str, Any], evidence: Mapping[str, Any]
    ) -> None:
        super().__init__(reason)
        self.rule = rule
        self.record = record
        self.evidence = evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCounts:
    """The requests to a source, with retries and redirects, and the bytes on the wire.

    `taken_over`: answers that an interrupted reading had, which were not asked for again. `slowest_rate`: the
    slowest pace that the portal imposed, in requests a second; `None` where it accepted the settings'.
    `unchanged`: answers that the portal said are the same as some nights ago.
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

    `source_id` is the portal's own id; `code` the national code, where the list has it. `list_digest` moves
    when anything moves in the list's row. `state` is `None` where it cannot be read, or where the source has
    no states at all. `procedure` is the record made from the list alone, where details are not available.
    `received` is the row as it came, as JSON text. `categories` are the names of the listing's parts that the
    row stands in, where one row may stand in several; none where a part was lost.
    """

    source_id: str
    name: str
    code: str | None = None
    list_digest: str = ""
    state: str | None = None
    procedure: Procedure | None = None
    received: str = ""
    categories: frozenset[str] = frozenset()
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def record(self) -> Mapping[str, object]:
        """The row as it came, else what is known of it."""
        if not self.received:
            return {"id": self.source_id, "name": self.name, "code": self.code}
        record: Mapping[str, object] = json.loads(self.received)
        return record

    @property
    def identity(self) -> tuple[str, ...]:
        """The row's identity, whatever its link: its code, else its name and field."""
        if self.code:
            return (self.code,)
        name = name_key(self.name)
        if not name:
            return (self.source_id,)
        row = json.loads(self.received) if self.received else None
        columns = row.get("columns") if isinstance(row, dict) else None
        field_text = columns.get("field") if isinstance(columns, dict) else None
        return (name, field_key(field_text) if isinstance(field_text, str) else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """One page of a listing, or a page that was lost.

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
    """One record as its detail page shows it. `updated_at` is in epoch milliseconds, 0 where unknown."""

    procedure: Procedure
    updated_at: int = 0
    evidence: Mapping[str, Any] = field(default_factory=dict)
    received: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecalledRecord:
    """A record that the same answer was on an earlier night, and that is current."""

    record: KnownRecord
    evidence: Mapping[str, Any]


class Extractor(Protocol):
    """A source. Only `fetch` is called from several threads; all else, and the audit, belong to one.

    Every method may raise SourceBlocked or SourceFailed, which end the source.
    """

    has_states: bool
    """Whether listings show the state of a procedure."""

    only_the_list: bool
    """Whether only the list can be asked: what it lacks counts as not found once, and again only when
    the list itself is another one."""

    @property
    def audit(self) -> Audit:
        """Shape, leftovers and notes of what was read so far."""

    @property
    def counts(self) -> RequestCounts:
        """The requests so far."""

    def pages(self) -> Iterator[ListingPage]:
        """Yield the listing from its start, lost pages included; calls are independent."""

    def first_page(self, section: str) -> ListingPage:
        """Return a second reading of the first page of a section. Raises Unread."""

    def fetch(self, item: ListedItem) -> Answer | None:
        """Ask for a record; `None` where the list is all there is. Raises Unread or NotFound."""

    def recall(self, item: ListedItem, answer: Answer | None) -> RecalledRecord | None:
        """Return what the same answer was on an earlier night; `None` where only `record` can tell."""

    def record(self, item: ListedItem, remembered: ListedItemState | None, answer: Answer | None) -> Detail:
        """Return the record of a listed item from what `fetch` returned. Raises Unread, NotFound or Unfit."""

    def look_up(self, remembered: ListedItemState) -> LookUp:
        """Ask for one procedure that the listing lacks."""

    def ask(self, code: str) -> LookUp | None:
        """Ask for a code whatever agency published it; `None` where the source cannot be asked so."""

    def close(self) -> None:
        """Close the connections and stop the threads that still wait."""


def read_record(extractor: Extractor, item: ListedItem, remembered: ListedItemState | None = None) -> Detail:
    """Ask for one record and return it. Raises Unread, NotFound or Unfit."""
    return extractor.record(item, remembered, extractor.fetch(item))

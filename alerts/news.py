"""What there is to tell: the values that `steps` reads from the warehouse and hands over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Basis = Literal["law", "internal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding, or something else that is told like one (`finding_id` is 0).

    `said` tells in words what the sides say; `field` is the procedure's lĩnh vực.
    `decision_number`: the ministry's decision that it comes from, as far as that is known.
    """

    finding_id: int
    fingerprint: str
    kind: str
    severity: str
    code: str | None = None
    name: str | None = None
    attribute: str | None = None
    said: str = ""
    successor_code: str | None = None
    division: str | None = None
    field: str | None = None
    decision_number: str | None = None
    due: date | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one attribute, in words."""

    attribute: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a ministry did to one published procedure (rows of `v_change` of one code and kind)."""

    kind: str
    code: str
    name: str
    field: str | None = None
    said: tuple[Said, ...] = ()
    successor_code: str | None = None
    decision_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A ministry's decision: when it was signed, by when the province acts, and what that rests on.

    `listed`: the announcement ledger has a page about it. `on_portal`: a record of the national portal names
    it; else a person read it from a file.
    """

    number: str
    agency: str | None = None
    signed: date | None = None
    due: date | None = None
    basis: Basis | None = None
    division: str | None = None
    listed: bool = True
    on_portal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one run brought. `first_of`: the sources whose baseline it is; `as_of` is local time.

    `data` says up to when the data goes, and which source was not complete, in a line each.
    """

    run_id: int
    as_of: datetime
    data: tuple[str, ...]
    items: tuple[Item, ...] = ()
    moved: tuple[Moved, ...] = ()
    decisions: tuple[Decision, ...] = ()
    first_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that has to be known besides findings: a source in trouble, silence, a near deadline.

    The same `key` is told once a recipient. `division` is who it concerns besides the office.
    """

    kind: Literal["source_trouble", "no_night", "due_soon"]
    key: str
    subject: str
    paragraphs: tuple[str, ...]
    decision: Decision | None = None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """Something that is open with a division: a finding, or what it was given (`what` then says it).

    `reminded`: reminders it stood in so far. `extended_until`: the day to which its deadline was put off,
    which stops the escalation till then. `replied`: the division has answered, and it is late no more.
    `escalate`: whether the leader is to be told now, where the ledger decides that; None: by the number of
    reminders.
    """

    item: Item
    division: str
    due: date | None = None
    extended_until: date | None = None
    reminded: int = 0
    what: str = ""
    replied: bool = False
    escalate: bool | None = None

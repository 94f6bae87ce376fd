"""The values that alerts report, read from the warehouse by `steps`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Basis = Literal["law", "internal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One finding, or something else that is reported like one (`finding_id` is 0).

    `said`: in words what the sides say; `field`: the procedure's lĩnh vực.
    `decision_number`: the ministry's decision from which it follows, where that is known.
    `case_id`: the cause that it shares with others; `case_title`: that in words.
    """

    finding_id: int
    fingerprint: str
    kind: str
    severity: str
    code: str | None = None
    name: str | None = None
    attribute: str | None = None
    summary: str = ""
    successor_code: str | None = None
    division: str | None = None
    field: str | None = None
    decision_number: str | None = None
    due: date | None = None
    basis: Basis | None = None
    case_id: str | None = None
    case_title: str = ""


@dataclass(frozen=True, slots=True)
class AttributeNews:
    """The change of one attribute, in words."""

    attribute: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedChange:
    """What a ministry did to one published procedure (rows of `v_change` of one code and kind)."""

    kind: str
    code: str
    name: str
    field: str | None = None
    attributes: tuple[AttributeNews, ...] = ()
    successor_code: str | None = None
    decision_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsDecision:
    """A ministry's decision: when it was signed, by when the province has to act, and on what basis.

    `listed`: the announcement ledger has a page about it. `on_portal`: a record of the national portal names
    it; else a person read it from a file.
    """

    number: str
    agency: str | None = None
    signed: date | None = None
    due: date | None = None
    basis: Basis | None = None
    division: str | None = None
    in_ledger: bool = True
    on_portal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one run brought. `first_complete_sources`: sources whose baseline it is; `as_of` is local time.

    `data`: a line each on how recent the data is, and on sources that were not complete.
    """

    run_id: int
    as_of: datetime
    data_notes: tuple[str, ...]
    items: tuple[NewsItem, ...] = ()
    changes: tuple[ReportedChange, ...] = ()
    decisions: tuple[NewsDecision, ...] = ()
    baseline_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to report besides findings: a source in trouble, a missing night, a near deadline.

    Each recipient is notified once of the same `key`.
    """

    kind: Literal["source_trouble", "no_night", "due_soon"]
    key: str
    subject: str
    paragraphs: tuple[str, ...]
    decision: NewsDecision | None = None
    items: tuple[NewsItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """Open work of a division: a finding, or an assigned duty (`what` then describes it).

    `reminded`: how many reminders contained it so far. `extended_until`: the day to which its deadline was
    extended, which stops the escalation until then. `replied`: the division has answered, so it is no longer
    late. `escalate`: whether the leader is to be notified now, where the ledger decides that; None: by the
    number of reminders.
    """

    item: NewsItem
    division: str
    due: date | None = None
    extended_until: date | None = None
    reminders: int = 0
    what: str = ""
    replied: bool = False
    escalate: bool | None = None

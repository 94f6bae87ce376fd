"""Who is notified of what: the entries of `[alerts]` matched against the news. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from alerts.news import NewsItem, Notice, ReportedChange
from procedures.findings import SEVERITY_WEIGHTS
from procedures.values.text import matching_key
from settings.alerts import Recipient, Subscription
from settings.configuration import Configuration

MAIL = "smtp"
NOTIFY = "notify"

NOTICES_OF: Mapping[str, frozenset[str]] = {
    "office": frozenset({"source_trouble", "no_night", "due_soon"}),
    "administrator": frozenset({"source_trouble", "no_night"}),
    "division": frozenset(),
    "leader": frozenset(),
}
"""The notices that each role receives."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One address of one channel, with every entry of the settings that names it."""

    channel: str
    address: str
    entries: tuple[Subscription, ...]

    def items(self, items: Iterable[NewsItem]) -> tuple[NewsItem, ...]:
        """Return the findings that one of the entries asks for."""
        return tuple(item for item in items if any(matches_item(entry, item) for entry in self.entries))

    def changes(self, moved: Iterable[ReportedChange]) -> tuple[ReportedChange, ...]:
        """Return the changes that one of the entries asks for."""
        return tuple(each for each in moved if any(matches_change(entry, each) for entry in self.entries))

    def wants_notice(self, notice: Notice) -> bool:
        """Return whether one of the entries asks for this notice."""
        return any(
            notice.kind in NOTICES_OF[entry.role] and (not entry.kinds or notice.kind in entry.kinds)
            for entry in self.entries
        )

    def divisions(self, role: str, kind: str) -> tuple[str | None, ...]:
        """Return the divisions whose entry of that role asks for that kind; None for an entry of all."""
        return tuple(
            entry.division
            for entry in self.entries
            if entry.role == role and (not entry.kinds or kind in entry.kinds)
        )


def subscribers(configuration: Configuration) -> tuple[Subscriber, ...]:
    """Return each address once, in the order of the settings; other channels last, each as an office."""
    by_address: dict[str, list[Recipient]] = {}
    plain = (Recipient(address=each) for each in configuration.alerts.recipients)
    for entry in (*plain, *configuration.alerts.to):
        by_address.setdefault(entry.address, []).append(entry)
    mail = [Subscriber(MAIL, address, tuple(entries)) for address, entries in by_address.items()]
    further = [Subscriber(NOTIFY, masked_name(url), (Subscription(),)) for url in configuration.notify_urls]
    return (*mail, *further)


def masked_name(url: str) -> str:
    """Return a stable name of an Apprise URL that shows none of its secrets."""
    return f"{urlsplit(url).scheme or 'url'}:{hashlib.blake2b(url.encode(), digest_size=6).hexdigest()}"


def matches_item(entry: Subscription, item: NewsItem) -> bool:
    """Return whether an entry asks for a finding: by role and division, then kind, field and severity."""
    if entry.role not in ("office", "division"):
        return False
    if entry.role == "division" and not same_division(entry.division, item.division):
        return False
    if entry.kinds and item.kind not in entry.kinds:
        return False
    if (
        entry.severity_at_least
        and SEVERITY_WEIGHTS[item.severity] > SEVERITY_WEIGHTS[entry.severity_at_least]
    ):
        return False
    return _in_fields(entry.fields, item.field)


def matches_change(entry: Subscription, moved: ReportedChange) -> bool:
    """Return whether an entry asks for a ministry's change; only the office receives those."""
    if entry.role != "office" or (entry.kinds and moved.kind not in entry.kinds):
        return False
    return _in_fields(entry.fields, moved.field)


def same_division(one: str | None, other: str | None) -> bool:
    """Return whether two names are of one division, however they are written."""
    return one is not None and other is not None and matching_key(one) == matching_key(other)


def _in_fields(fields: Sequence[str], field: str | None) -> bool:
    """Return whether the fields include this one; always where there are none, or the finding has none."""
    return not fields or field is None or matching_key(field) in {matching_key(each) for each in fields}

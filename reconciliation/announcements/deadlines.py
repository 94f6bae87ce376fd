"""Deadlines: by when the province announces what a decision made of a code, and whether it is bound by that.

A decision is judged by its date or, where it has none, by the day on which it was first seen. Ministries
number their decisions anew each year, so a number identifies a decision only with the year of its date.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from procedures.dates.calendar import Due, announcement_due
from procedures.model import Procedure
from procedures.values.limits import MAX_DECISION_LENGTH
from reconciliation.rules import DecisionRole, Rules, Sighting


def decision_key(number: str | None) -> str:
    """Return a decision's number however it is spaced and written in capitals."""
    return _decision_key((number or "")[:MAX_DECISION_LENGTH])


@lru_cache(maxsize=1 << 14)
def _decision_key(number: str) -> str:
    return re.sub(r"\s+", "", number).casefold()


@dataclass(frozen=True, slots=True)
class CodePart:
    """What a decision made of one code.

    `carrier` is the code whose record names the decision, if any: itself, or its successor.
    """

    role: DecisionRole
    carrier: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The deadline of one code of a decision; `counts`: the province is bound by it.

    `since` is the day on which the decision was first seen to concern the code; `spoken`: by a night or
    a person, and not by the baseline alone.
    """

    decided: date | None
    effective: date | None
    due: Due
    counts: bool
    since: date
    reported: bool = False

    @property
    def starts_on(self) -> date:
        """Return the first day on which the province can have answered the decision."""
        return self.decided or self.since


def _reported_only_if(sighting: Sighting, is_news: bool) -> Sighting:
    return sighting if is_news or not sighting.reported else replace(sighting, reported=False)


class Deadlines:
    """The deadlines of all decisions, from what is published, what was seen and what people entered."""

    def __init__(self, rules: Rules, published: Mapping[str, Procedure]) -> None:
        """Index the decisions; `published` is what the national side publishes now, by code."""
        self._rules = rules
        self._published = published
        by_document = {each.number: each.effective_date for each in rules.documents if each.effective_date}
        known_days = {**by_document, **rules.effective_dates}
        self._effective = {decision_key(number): day for number, day in known_days.items()}
        self._dates = _dates(published)
        self._seen: defaultdict[str, list[Sighting]] = defaultdict(list)
        self._seen_of: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
        self._news: dict[tuple[str, date | None], bool | None] = {}
        self._dues: dict[tuple[date, date | None], Due] = {}
        self._began = min(rules.seen_since.values(), default=None)
        known = _without_old_news([*rules.sightings, *_document_sightings(rules)])
        self._named = _named_at_baseline(known)
        sightings = map(self._as_news, known)
        for sighting in sorted(sightings, key=lambda each: (each.day, each.reported)):
            key = decision_key(sighting.number)
            self._seen[key].append(sighting)
            self._seen_of[key, sighting.code].append(sighting)

    def of_procedure(self, code: str, procedure: Procedure) -> Deadline:
        """Return the deadline of a published procedure that the catalogue lacks."""
        if procedure.decision_number:
            return self.of_code(procedure.decision_number, code, {code: CodePart("new", code)})
        decided, since = procedure.decision_date, self._rules.seen_since.get(code, self._rules.today)
        counts = self._counts(decided, None, since, code not in self._rules.seen_at_baseline)
        return Deadline(decided, None, self._due(decided or since, None), counts, since)

    def of_code(self, number: str, code: str, parts: Mapping[str, CodePart]) -> Deadline:
        """Return the deadline of `code`, one of the `parts` of the decision of this number."""
        key, carrier = decision_key(number), parts[code].carrier or code
        since = self._first_seen_on(key, code, parts)
        decided = self._decision_date(key, carrier, since)
        effective = self._effective_date(key, decided)
        new = self._is_new(key, code, parts, decided)
        return Deadline(
            decided,
            effective,
            self._due(decided or since, effective),
            self._counts(decided, effective, since, new),
            since,
            any(each.reported for each in self._seen_of.get((key, code), ())),
        )

    def _as_news(self, sighting: Sighting) -> Sighting:
        """Return the sighting, as no news where a baseline record only now names a decision overdue by then.

        It is news where it replaced an older one that the record named at the baseline, and the
        procedure changed with it: a portal that only corrects a number changes nothing else. Nor is it news
        where a person only now brings the document of a decision that was overdue before any portal was read.
        """
        if sighting.read and sighting.decided is not None:
            due = self._due(sighting.decided, self._effective.get(decision_key(sighting.number)))
            return _reported_only_if(sighting, due.date >= (self._began or sighting.decided))
        first = self._rules.seen_since.get(sighting.code)
        if first is None or sighting.decided is None or sighting.code not in self._rules.seen_at_baseline:
            return sighting
        due = self._due(sighting.decided, self._effective.get(decision_key(sighting.number)))
        follows = sighting.amended and self._named.get(sighting.code, date.max) < sighting.decided
        return _reported_only_if(sighting, due.date >= first or follows)

    def _due(self, start: date, effective: date | None) -> Due:
        due = self._dues.get((start, effective))
        if due is None:
            rules = self._rules
            due = self._dues[start, effective] = announcement_due(
                start, effective, rules.announce_within, rules.swapped_days, unit=rules.legal_days
            )
        return due

    def _counts(self, decided: date | None, effective: date | None, since: date, new: bool) -> bool:
        """Return whether the province is bound by it.

        Until a person says from which date on decisions count (`rasoat baseline --handled-before`), not by
        what was there at the baseline. From then on by what is dated so; without a date, by what takes effect
        then, and by what was seen then and was not there at the baseline.
        """
        before = self._rules.handled_before
        if before is None:
            return new
        days = [decided] if decided else [effective, since if new else None]
        return any(day is not None and day >= before for day in days)

    def _is_new(self, key: str, code: str, parts: Mapping[str, CodePart], decided: date | None) -> bool:
        """Return whether the decision, or the code that it made, was not there at the baseline."""
        news = self._news_of(key, decided)
        if news is not None:
            return news
        part, known = parts[code], self._rules.seen_at_baseline
        if part.role == "repealed" and part.carrier is None:
            published = {other for other, sightings in parts.items() if sightings.role != "repealed"}
            return not published or not published <= known
        return (part.carrier or code) not in known

    def _news_of(self, key: str, decided: date | None) -> bool | None:
        """Return whether the decision is news; None where that depends on the code."""
        if (key, decided) not in self._news:
            sightings = [each for each in self._seen.get(key, ()) if _may_be_of(each, decided)]
            shown = next((each for each in sightings if not each.read), None)
            read = [each for each in sightings if each.read and (shown is None or each.day < shown.day)]
            if any(each.reported for each in (*read, *([shown] if shown else ()))):
                self._news[key, decided] = True
            else:
                self._news[key, decided] = False if read and shown is None else None
        return self._news[key, decided]

    def _first_seen_on(self, key: str, code: str, parts: Mapping[str, CodePart]) -> date:
        """Return the day on which this decision was first seen to concern the code.

        A repealed code was there long before: its own first day says nothing of the decision.
        """
        part, first = parts[code], self._rules.seen_since
        carrier = part.carrier or code
        days = [each.day for name in {code, carrier} for each in self._seen_of.get((key, name), ())]
        if not days and carrier in first and (part.carrier or part.role != "repealed"):
            days = [first[carrier]]
        days = days or [each.day for each in self._seen.get(key, ())[:1]]
        days = days or [
            first[other] for other, part_of in parts.items() if part_of.role != "repealed" and other in first
        ]
        return min(days, default=self._rules.today)

    def _decision_date(self, key: str, carrier: str, since: date) -> date | None:
        """Return the date of the decision of this number that the carrier's record names or last named.

        One date a year: records that differ by days mean one decision. Where the year is unknown,
        the newest decision that existed when it was seen.
        """
        dates = self._dates.get(key, ())
        record = self._published.get(carrier)
        if record is not None and decision_key(record.decision_number) == key:
            decision_date = record.decision_date
        else:
            last_dates = [each.decided for each in self._seen_of.get((key, carrier), ()) if each.decided]
            decision_date = max(last_dates, default=None)
        if decision_date is not None:
            return next((day for day in dates if day.year == decision_date.year), decision_date)
        return max((day for day in dates if day <= since), default=dates[0] if dates else None)

    def _effective_date(self, key: str, decided: date | None) -> date | None:
        """Return the effective date that a person entered for this number, where it is not another year's.

        It belongs to the newest decision of the number that existed by then. A decision that is younger
        than its effective date may have had a namesake that no record names any more.
        """
        day = self._effective.get(key)
        if day is None or decided is None:
            return day
        known = {decided, *self._dates.get(key, ())}
        if day < decided:
            known |= {each.decided for each in self._seen.get(key, ()) if each.decided}
        newest = max((each for each in known if each <= day), default=min(known))
        return day if newest.year == decided.year else None


def _document_sightings(rules: Rules) -> list[Sighting]:
    """Return the sightings of decisions in documents that people read."""
    return [
        Sighting(
            code=entry.subject,
            number=document.number,
            decided=document.date,
            day=document.read_on,
            reported=True,
            read=True,
        )
        for document in rules.documents
        for entry in document.entries
    ]


def _dates(published: Mapping[str, Procedure]) -> dict[str, tuple[date, ...]]:
    """Return by number the date of each year's decision, the oldest first."""
    by_number: defaultdict[str, dict[int, date]] = defaultdict(dict)
    for _, procedure in sorted(published.items()):
        if procedure.decision_number and procedure.decision_date:
            day = procedure.decision_date
            by_number[decision_key(procedure.decision_number)].setdefault(day.year, day)
    return {key: tuple(sorted(years.values())) for key, years in by_number.items()}


def _named_at_baseline(sightings: Iterable[Sighting]) -> dict[str, date]:
    """Return by code the date of the newest decision that its record named before a night reported one.

    One without a date is never known to be the newer one.
    """
    newest: dict[str, date] = {}
    for each in sightings:
        if not each.reported:
            newest[each.code] = max(each.decided or date.min, newest.get(each.code, date.min))
    return newest


def _may_be_of(sighting: Sighting, decided: date | None) -> bool:
    """Return whether it may be of the decision of that date; without a date, any of the number may."""
    if decided is None:
        return True
    if sighting.decided is None:
        return decided <= sighting.day
    return sighting.decided.year == decided.year


def _without_old_news(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Return the sightings, with those as no news that name an old decision otherwise.

    That is so where the code's record had the same date under another number at the baseline, or the same
    number on a day on which this decision was there already; not of a document that was read before.
    """
    sightings = list(sightings)
    old: defaultdict[str, list[Sighting]] = defaultdict(list)
    for each in sightings:
        if not each.reported:
            old[each.code].append(each)

    def is_of(each: Sighting, other: Sighting) -> bool:
        if each.read and each.day < other.day:
            return False
        if decision_key(each.number) == decision_key(other.number):
            return each.decided is None or each.decided <= other.day
        return each.decided is not None and each.decided == other.decided

    return [
        replace(each, reported=False)
        if each.reported and any(is_of(each, other) for other in old.get(each.code, ()))
        else each
        for each in sightings
    ]

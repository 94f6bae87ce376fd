"""By when the province announces what a ministry's decision made of a code, and whether it is held to that.

A decision is judged by its date or, where it has none, by the day on which it was first seen. Ministries
number their decisions anew each year, so that a number is one decision only with the year of its date.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from procedures.calendar import Due, announcement_due
from procedures.limits import LONGEST_DECISION
from procedures.model import Procedure
from reconciliation.rules import DecisionRole, Rules, Sighting


def decision_key(number: str | None) -> str:
    """Return a decision's number however it is spaced and written in capitals."""
    return re.sub(r"\s+", "", (number or "")[:LONGEST_DECISION]).casefold()


@dataclass(frozen=True, slots=True)
class Part:
    """What a decision made of one code.

    `carrier` is the code whose record names the decision, where one does: itself, or its successor.
    """

    role: DecisionRole
    carrier: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """What runs for one code of a decision; `counts` says whether anyone is held to it.

    `since` is the day on which the decision was first seen to speak of the code; `spoken`: by a night or
    a person, and not by the baseline alone.
    """

    decided: date | None
    effective: date | None
    due: Due
    counts: bool
    since: date
    spoken: bool = False

    @property
    def begins(self) -> date:
        """Return the first day on which the province can have answered the decision."""
        return self.decided or self.since


class Deadlines:
    """The clocks of all decisions, out of what is published, what was seen before and what people entered."""

    def __init__(self, rules: Rules, published: Mapping[str, Procedure]) -> None:
        """`published`: what the national side publishes now, by code."""
        self._rules = rules
        self._published = published
        by_document = {each.number: each.effective_date for each in rules.documents if each.effective_date}
        known_days = {**by_document, **rules.effective_dates}
        self._effective = {decision_key(number): day for number, day in known_days.items()}
        self._dates = _dates(published)
        self._seen: defaultdict[str, list[Sighting]] = defaultdict(list)
        self._seen_of: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
        self._news: dict[tuple[str, date | None], bool] = {}
        known = _without_news_of_old([*rules.sightings, *_read(rules)])
        self._named = _named_at_baseline(known)
        sightings = map(self._as_news, known)
        for sighting in sorted(sightings, key=lambda each: (each.day, each.spoken)):
            key = decision_key(sighting.number)
            self._seen[key].append(sighting)
            self._seen_of[key, sighting.code].append(sighting)

    def of(self, code: str, procedure: Procedure) -> Clock:
        """Return what runs for a published procedure that the catalogue lacks."""
        if procedure.decision_number:
            return self.clock(procedure.decision_number, code, {code: Part("new", code)})
        decided, since = procedure.decision_date, self._rules.seen_since.get(code, self._rules.today)
        counts = self._counts(decided, None, since, code not in self._rules.seen_at_baseline)
        return Clock(decided, None, self._due(decided or since, None), counts, since)

    def clock(self, number: str, code: str, parts: Mapping[str, Part]) -> Clock:
        """Return what runs for `code`, one of the `parts` of the decision of this number."""
        key, carrier = decision_key(number), parts[code].carrier or code
        since = self._since(key, code, parts)
        decided = self._decided(key, carrier, since)
        effective = self._effective_of(key, decided)
        new = self._is_new(key, code, parts, decided)
        return Clock(
            decided,
            effective,
            self._due(decided or since, effective),
            self._counts(decided, effective, since, new),
            since,
            any(each.spoken for each in self._seen_of.get((key, code), ())),
        )

    def _as_news(self, sighting: Sighting) -> Sighting:
        """No news where a record of the baseline only now names a decision that was overdue by then.

        It is news where it took the place of an older one that the record named at the baseline, and the
        procedure changed with it: a portal that only corrects a number changes nothing else. Nor is it news
        where a person only now brings the document of a decision that was overdue before any portal was read.
        """
        if sighting.read and sighting.decided is not None:
            began = min(self._rules.seen_since.values(), default=sighting.decided)
            due = self._due(sighting.decided, self._effective.get(decision_key(sighting.number)))
            return replace(sighting, spoken=sighting.spoken and due.date >= began)
        first = self._rules.seen_since.get(sighting.code)
        if first is None or sighting.decided is None or sighting.code not in self._rules.seen_at_baseline:
            return sighting
        due = self._due(sighting.decided, self._effective.get(decision_key(sighting.number)))
        follows = sighting.amended and self._named.get(sighting.code, date.max) < sighting.decided
        return replace(sighting, spoken=sighting.spoken and (due.date >= first or follows))

    def _due(self, start: date, effective: date | None) -> Due:
        rules = self._rules
        return announcement_due(
            start, effective, rules.announce_within, rules.swapped_days, unit=rules.legal_days
        )

    def _counts(self, decided: date | None, effective: date | None, since: date, new: bool) -> bool:
        """Return whether the province is held to it.

        Until a person says from which date on decisions count (`rasoat baseline --handled-before`), not to
        what was there at the baseline. From then on to what is dated so; without a date, to what takes effect
        then, and to what was seen then and was not there at the baseline.
        """
        before = self._rules.handled_before
        if before is None:
            return new
        days = [decided] if decided else [effective, since if new else None]
        return any(day is not None and day >= before for day in days)

    def _is_new(self, key: str, code: str, parts: Mapping[str, Part], decided: date | None) -> bool:
        """Return whether the decision, or the code that it made, was not there at the baseline."""
        its = [each for each in self._seen.get(key, ()) if _may_be_of(each, decided)]
        shown = next((each for each in its if not each.read), None)
        read = [each for each in its if each.read and (shown is None or each.day < shown.day)]
        if (key, decided) not in self._news:
            self._news[key, decided] = any(each.spoken for each in (*read, *([shown] if shown else ())))
        if self._news[key, decided]:
            return True
        if read and shown is None:
            return False
        part, known = parts[code], self._rules.seen_at_baseline
        if part.role == "repealed" and part.carrier is None:
            published = {other for other, its in parts.items() if its.role != "repealed"}
            return not published or not published <= known
        return (part.carrier or code) not in known

    def _since(self, key: str, code: str, parts: Mapping[str, Part]) -> date:
        """Return the day on which it was first seen that this decision speaks of the code.

        A repealed code was there long before: its own first day says nothing of the decision.
        """
        part, first = parts[code], self._rules.seen_since
        carrier = part.carrier or code
        its = [each.day for name in {code, carrier} for each in self._seen_of.get((key, name), ())]
        if not its and carrier in first and (part.carrier or part.role != "repealed"):
            its = [first[carrier]]
        its = its or [each.day for each in self._seen.get(key, ())[:1]]
        its = its or [first[other] for other, of in parts.items() if of.role != "repealed" and other in first]
        return min(its, default=self._rules.today)

    def _decided(self, key: str, carrier: str, since: date) -> date | None:
        """The date of the decision of this number that the carrier's record names, or named when last seen.

        One date a year: records that differ by days speak of one decision. Where nothing tells the year,
        the newest decision that there was when it was seen.
        """
        dates = self._dates.get(key, ())
        record = self._published.get(carrier)
        if record is not None and decision_key(record.decision_number) == key:
            said = record.decision_date
        else:
            told = [each.decided for each in self._seen_of.get((key, carrier), ()) if each.decided]
            said = max(told, default=None)
        if said is not None:
            return next((day for day in dates if day.year == said.year), said)
        return max((day for day in dates if day <= since), default=dates[0] if dates else None)

    def _effective_of(self, key: str, decided: date | None) -> date | None:
        """Return the effective date that a person entered for this number, where it is not another year's.

        It belongs to the newest decision of the number that there was by then. A decision that is younger
        than its effective date may have had a namesake that no record names any more.
        """
        day = self._effective.get(key)
        if day is None or decided is None:
            return day
        known = {decided, *self._dates.get(key, ())}
        if day < decided:
            known |= {each.decided for each in self._seen.get(key, ()) if each.decided}
        its = max((each for each in known if each <= day), default=min(known))
        return day if its.year == decided.year else None


def _read(rules: Rules) -> list[Sighting]:
    """Return what the documents that people read say of decisions."""
    return [
        Sighting(
            code=entry.subject,
            number=document.number,
            decided=document.date,
            day=document.read_on,
            spoken=True,
            read=True,
        )
        for document in rules.documents
        for entry in document.entries
    ]


def _dates(published: Mapping[str, Procedure]) -> dict[str, tuple[date, ...]]:
    """By number, the date of each year's decision, the oldest first."""
    found: defaultdict[str, dict[int, date]] = defaultdict(dict)
    for _, procedure in sorted(published.items()):
        if procedure.decision_number and procedure.decision_date:
            day = procedure.decision_date
            found[decision_key(procedure.decision_number)].setdefault(day.year, day)
    return {key: tuple(sorted(years.values())) for key, years in found.items()}


def _named_at_baseline(sightings: Iterable[Sighting]) -> dict[str, date]:
    """By code, the date of the newest decision that its record named before any night told of another.

    Of one without a date nobody knows that it is the newer one.
    """
    found: dict[str, date] = {}
    for each in sightings:
        if not each.spoken:
            found[each.code] = max(each.decided or date.min, found.get(each.code, date.min))
    return found


def _may_be_of(sighting: Sighting, decided: date | None) -> bool:
    """Whether it may be of the decision of that date; of one without a date, all of the number may be."""
    if decided is None:
        return True
    if sighting.decided is None:
        return decided <= sighting.day
    return sighting.decided.year == decided.year


def _without_news_of_old(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Return the sightings; none is news that only words an old decision otherwise.

    That is so where the code's record had the same date under another number at the baseline, or the same
    number on a day on which this decision was there already; not of a document that was read before.
    """
    sightings = list(sightings)
    old: defaultdict[str, list[Sighting]] = defaultdict(list)
    for each in sightings:
        if not each.spoken:
            old[each.code].append(each)

    def is_of(each: Sighting, other: Sighting) -> bool:
        if each.read and each.day < other.day:
            return False
        if decision_key(each.number) == decision_key(other.number):
            return each.decided is None or each.decided <= other.day
        return each.decided is not None and each.decided == other.decided

    return [
        replace(each, spoken=False)
        if each.spoken and any(is_of(each, other) for other in old.get(each.code, ()))
        else each
        for each in sightings
    ]

"""Assignment rules as they work: what each gives out, and what none of them covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from procedures.office.owners import AssignmentRule, Work, rule_of
from settings.configuration import Configuration
from steps.database import reading_connection
from warehouse.announcements import ledger
from warehouse.announcements.ledger_events import Event, events_of
from warehouse.announcements.run_figures import BY_RULE
from warehouse.office import assignment, duties
from warehouse.office.assignment import Listed, Unresolved

LATELY = timedelta(days=30)
"""What was given out within so many days was given out lately."""

Finder = Callable[[Work], AssignmentRule | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAtWork:
    """A rule with its number, the procedures whose rule it is, and what it gave out: findings that are open,
    those of them that are new, and ministry decisions that it gave out lately.
    """

    number: int
    rule: AssignmentRule
    procedures: int
    findings: int
    new_findings: int
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The rules in force, and what none of them covers: procedures by field (the empty text: no field), the
    findings about nobody's work. `waiting` findings fit a rule and are given out by the next run.
    """

    rules: tuple[RuleAtWork, ...]
    procedures: Mapping[str, int]
    findings: tuple[Unresolved, ...]
    waiting: int
    events: tuple[Event, ...]


def coverage(configuration: Configuration, now: datetime | None = None) -> Coverage:
    """What the rules in force give out and what they leave."""
    since = (now or datetime.now(UTC)) - LATELY
    with reading_connection(configuration) as connection:
        numbered = duties.rules(connection)
        found = finder([rule for _, rule in numbered])
        known = assignment.listed(connection)
        open_findings = assignment.unresolved(connection)
        decisions = _decisions(connection, known, found, since)
        events = tuple(events_of(connection, duties.RULE))
    covered = Counter(rule for each in known.values() if (rule := found(each.work)) is not None)
    by_rule: Counter[AssignmentRule] = Counter()
    fresh: Counter[AssignmentRule] = Counter()
    left: list[Unresolved] = []
    waiting = 0
    for each in open_findings:
        its = known.get(each.code or "")
        rule = found(its.work if its else Work(code=each.code))
        if each.acting is None:
            waiting += rule is not None
            left += [each] if rule is None else []
        elif rule is not None and each.division == rule.owner.division and not (its and its.division):
            by_rule[rule] += 1
            fresh[rule] += each.since >= since
    return Coverage(
        rules=tuple(
            RuleAtWork(
                number=number,
                rule=rule,
                procedures=covered[rule],
                findings=by_rule[rule],
                new_findings=fresh[rule],
                decisions=decisions[rule],
            )
            for number, rule in numbered
        ),
        procedures=_uncovered(known, found),
        findings=tuple(left),
        waiting=waiting,
        events=events,
    )


def finder(rules: Sequence[AssignmentRule]) -> Finder:
    """`rule_of` these rules, which looks once at each of the same field, agency and ministry."""
    coded = {rule.code for rule in rules}
    kept: dict[Work, AssignmentRule | None] = {}

    def found(work: Work) -> AssignmentRule | None:
        like = work if work.code in coded else replace(work, code=None)
        if like not in kept:
            kept[like] = rule_of(like, rules)
        return kept[like]

    return found


def _uncovered(known: Mapping[str, Listed], found: Finder) -> dict[str, int]:
    """How many procedures have neither a division in the catalogue nor a rule, by field, most first."""
    counts = Counter(
        each.work.field or "" for each in known.values() if not each.division and found(each.work) is None
    )
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _decisions(
    connection: Connection, known: Mapping[str, Listed], found: Finder, since: datetime
) -> Counter[AssignmentRule]:
    """How many ministry decisions each rule gave out since then: the rule of most of their procedures."""
    given = {
        event.subject
        for event in events_of(connection, ledger.DECISION)
        if event.attribute == "division"
        and event.actor == BY_RULE
        and datetime.fromisoformat(event.at) >= since
    }
    counts: Counter[AssignmentRule] = Counter()
    for line in ledger.lines(connection):
        if line.decision_number not in given:
            continue
        works = (known[each.code].work if each.code in known else Work(code=each.code) for each in line.codes)
        rules = Counter(rule for work in works if (rule := found(work)) is not None)
        counts.update(rule for rule, _ in rules.most_common(1))
    return counts

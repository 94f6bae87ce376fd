"""Coverage of the assignment rules: what each assigns, and what none of them covers."""

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
"""Period within which an assignment counts as recent."""

Finder = Callable[[Work], AssignmentRule | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAtWork:
    """A rule with its number, the number of procedures it applies to, and what it assigned: open findings,
    new ones among them, and recent ministry decisions.
    """

    number: int
    rule: AssignmentRule
    procedures: int
    findings: int
    new_findings: int
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The rules in force, and what none of them covers: procedures by field (empty: no field), and findings
    without a division. `waiting` findings match a rule and are assigned by the next run.
    """

    rules: tuple[RuleAtWork, ...]
    procedures: Mapping[str, int]
    findings: tuple[Unresolved, ...]
    waiting: int
    events: tuple[Event, ...]


def coverage(configuration: Configuration, now: datetime | None = None) -> Coverage:
    """Return what the rules in force assign and what they leave."""
    since = (now or datetime.now(UTC)) - LATELY
    with reading_connection(configuration) as connection:
        numbered = duties.rules(connection)
        find_rule = finder([rule for _, rule in numbered])
        procedures = assignment.listed(connection)
        open_findings = assignment.unresolved(connection)
        decisions = _count_decisions(connection, procedures, find_rule, since)
        events = tuple(events_of(connection, duties.RULE))
    covered = Counter(rule for each in procedures.values() if (rule := find_rule(each.work)) is not None)
    by_rule: Counter[AssignmentRule] = Counter()
    recent: Counter[AssignmentRule] = Counter()
    unassigned: list[Unresolved] = []
    waiting = 0
    for finding in open_findings:
        procedure = procedures.get(finding.code or "")
        rule = find_rule(procedure.work if procedure else Work(code=finding.code))
        if finding.acting is None:
            waiting += rule is not None
            unassigned += [finding] if rule is None else []
        elif rule and finding.division == rule.owner.division and not (procedure and procedure.division):
            by_rule[rule] += 1
            recent[rule] += finding.since >= since
    return Coverage(
        rules=tuple(
            RuleAtWork(
                number=number,
                rule=rule,
                procedures=covered[rule],
                findings=by_rule[rule],
                new_findings=recent[rule],
                decisions=decisions[rule],
            )
            for number, rule in numbered
        ),
        procedures=_count_uncovered(procedures, find_rule),
        findings=tuple(unassigned),
        waiting=waiting,
        events=events,
    )


def finder(rules: Sequence[AssignmentRule]) -> Finder:
    """Return `rule_of` for these rules, cached by field, agency and ministry."""
    coded = {rule.code for rule in rules}
    cache: dict[Work, AssignmentRule | None] = {}

    def find_rule(work: Work) -> AssignmentRule | None:
        key = work if work.code in coded else replace(work, code=None)
        if key not in cache:
            cache[key] = rule_of(key, rules)
        return cache[key]

    return find_rule


def _count_uncovered(listed: Mapping[str, Listed], find_rule: Finder) -> dict[str, int]:
    """Count procedures with neither a division in the catalogue nor a rule, by field, most first."""
    counts = Counter(
        each.work.field or "" for each in listed.values() if not each.division and not find_rule(each.work)
    )
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _count_decisions(
    connection: Connection, listed: Mapping[str, Listed], find_rule: Finder, since: datetime
) -> Counter[AssignmentRule]:
    """Count the ministry decisions each rule assigned since then: the rule of most of their procedures."""
    assigned = {
        event.subject
        for event in events_of(connection, ledger.DECISION)
        if event.attribute == "division"
        and event.actor == BY_RULE
        and datetime.fromisoformat(event.at) >= since
    }
    counts: Counter[AssignmentRule] = Counter()
    for line in ledger.lines(connection):
        if line.decision_number not in assigned:
            continue
        works = (
            listed[each.code].work if each.code in listed else Work(code=each.code) for each in line.codes
        )
        rules = Counter(rule for work in works if (rule := find_rule(work)) is not None)
        counts.update(rule for rule, _ in rules.most_common(1))
    return counts

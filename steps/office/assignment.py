"""Coverage of the assignment rules: what each assigns, and what none of them covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from procedures.office.owners import AssignableWork, AssignmentRule, rule_of
from settings.configuration import Configuration
from steps.database import reading_connection
from warehouse.announcements import ledger
from warehouse.announcements.ledger_events import LedgerEvent, events_of
from warehouse.announcements.run_figures import BY_RULE
from warehouse.office import assignment, duties
from warehouse.office.assignment import ListedProcedure, UnresolvedFinding

RECENT = timedelta(days=30)
"""Period within which an assignment counts as recent."""

Finder = Callable[[AssignableWork], AssignmentRule | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCoverage:
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

    rules: tuple[RuleCoverage, ...]
    procedures: Mapping[str, int]
    findings: tuple[UnresolvedFinding, ...]
    waiting: int
    events: tuple[LedgerEvent, ...]


def coverage(configuration: Configuration, now: datetime | None = None) -> Coverage:
    """Return what the rules in force assign and what they leave."""
    since = (now or datetime.now(UTC)) - RECENT
    with reading_connection(configuration) as connection:
        numbered = duties.list_rules(connection)
        find_rule = cached_rule_finder([rule for _, rule in numbered])
        procedures = assignment.list_procedures(connection)
        open_findings = assignment.list_unresolved(connection)
        decisions = _count_decisions(connection, procedures, find_rule, since)
        events = tuple(events_of(connection, duties.RULE))
    covered = Counter(rule for each in procedures.values() if (rule := find_rule(each.work)) is not None)
    by_rule: Counter[AssignmentRule] = Counter()
    recent: Counter[AssignmentRule] = Counter()
    unassigned: list[UnresolvedFinding] = []
    waiting = 0
    for finding in open_findings:
        procedure = procedures.get(finding.code or "")
        rule = find_rule(procedure.work if procedure else AssignableWork(code=finding.code))
        if finding.acting is None:
            waiting += rule is not None
            unassigned += [finding] if rule is None else []
        elif rule and finding.division == rule.owner.division and not (procedure and procedure.division):
            by_rule[rule] += 1
            recent[rule] += finding.since >= since
    return Coverage(
        rules=tuple(
            RuleCoverage(
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


def cached_rule_finder(rules: Sequence[AssignmentRule]) -> Finder:
    """Return `rule_of` for these rules, cached by field, agency and ministry."""
    coded = {rule.code for rule in rules}
    cache: dict[AssignableWork, AssignmentRule | None] = {}

    def find_rule(work: AssignableWork) -> AssignmentRule | None:
        key = work if work.code in coded else replace(work, code=None)
        if key not in cache:
            cache[key] = rule_of(key, rules)
        return cache[key]

    return find_rule


def _count_uncovered(listed: Mapping[str, ListedProcedure], find_rule: Finder) -> dict[str, int]:
    """Count procedures with neither a division in the catalogue nor a rule, by field, most first."""
    counts = Counter(
        each.work.field or "" for each in listed.values() if not each.division and not find_rule(each.work)
    )
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _count_decisions(
    connection: Connection, listed: Mapping[str, ListedProcedure], find_rule: Finder, since: datetime
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
    for line in ledger.load_lines(connection):
        if line.decision_number not in assigned:
            continue
        works = (
            listed[each.code].work if each.code in listed else AssignableWork(code=each.code)
            for each in line.codes
        )
        rules = Counter(rule for work in works if (rule := find_rule(work)) is not None)
        counts.update(rule for rule, _ in rules.most_common(1))
    return counts

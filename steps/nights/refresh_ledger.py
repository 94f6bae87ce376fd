"""The announcement ledger after a comparison: new lines, owners for lines without one, and proposals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from functools import cache

from sqlalchemy import Connection

from procedures.findings import Finding, Side
from procedures.model import Procedure
from procedures.office.decision_lines import DecisionLine
from procedures.office.owners import AssignableWork, AssignmentRule, Owner, owner_of, owner_of_all
from procedures.office.repealed_rows import is_codeless_key
from reconciliation import decision_lines, out_of_scope
from reconciliation.announcements.amendments import LIST_SHOWS
from reconciliation.announcements.announcement_evidence import AnnouncementEvidence, AwaitedCode
from reconciliation.announcements.ministry_documents import entries_as_side
from reconciliation.rules import Rules, Sighting
from settings.configuration import Configuration
from steps.nights import decision_documents
from steps.nights.compared_sources import ComparedSources
from steps.nights.dated_lines import load_lines
from warehouse.announcements import decision_history, ledger, ledger_entries, report_queries, run_figures
from warehouse.announcements.run_figures import BY_RULE
from warehouse.office import duties

LINE_GONE = "không còn thủ tục nào mang số quyết định này"
LINE_HANDLED = "quyết định trước mốc bắt đầu theo dõi, coi như đã xử lý xong"
LINE_WAITS = "quyết định có nội dung tỉnh chưa công bố"
"""Reasons: closed because the line is gone, closed as handled, reopened."""


def with_ledger_data(connection: Connection, rules: Rules, zone: tzinfo) -> Rules:
    """Return the rules with what people entered in the ledger and when each decision was first seen."""
    amended = decision_history.amended_with_decision(connection)
    listed = decision_history.catalogue_changes(connection, LIST_SHOWS, zone)
    national = decision_history.national_sources(connection)

    @cache
    def local_day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    return replace(
        rules,
        sightings=tuple(
            Sighting(
                code=sighting.code,
                number=sighting.number,
                decided=sighting.decided,
                day=local_day(sighting.at),
                reported=sighting.reported,
                amended=(sighting.code, sighting.at) in amended,
            )
            for sighting in decision_history.decisions_seen(connection)
        ),
        effective_dates=ledger.effective_dates(connection),
        handled_before=ledger.handled_before(connection),
        announced=ledger.announced_pairs(connection),
        repealed_rows=decision_history.repealed_rows(connection),
        list_changes=listed,
        national_changes=report_queries.changes_of(connection, national, listed, zone),
        documents=decision_documents.ministry_documents(connection, zone),
    )


def with_owners(
    connection: Connection, findings: Sequence[Finding], sides: ComparedSources, rules: Rules
) -> list[Finding]:
    """Give findings without a division that of their decision or of the assignment rules."""
    assignments = [rule for _, rule in duties.list_rules(connection)]
    owners = ledger.divisions(connection)
    known: Mapping[str, Procedure] = {}
    if assignments:
        catalogue = (sides.catalogue,) if sides.catalogue else ()
        known = _with_documents(_by_code(catalogue, sides.national, sides.provincial), rules)
    return [_with_owner(finding, assignments, owners, known) for finding in findings]


def announce_by_documents(
    configuration: Configuration, connection: Connection, sides: ComparedSources, at: datetime
) -> None:
    """Record what the province's decisions read from files announce, before the sides are compared."""
    lines = load_lines(connection, [side.source for side in sides.national])
    decision_documents.record_announcements(
        connection, lines, _rows_by_key(sides), configuration.local_day(at), at
    )


def store_lines(
    connection: Connection,
    run_id: int,
    sides: ComparedSources,
    rules: Rules,
    findings: Sequence[Finding],
    at: datetime,
    compared: Sequence[DecisionLine] | None = None,
) -> None:
    """Store the lines under the current rules, give new ones an owner, and store what the sides prove.

    `compared` are the lines of the comparison that these findings are from, where it was made just now.
    """

    def lines_under(rules: Rules) -> tuple[DecisionLine, ...]:
        excluded = out_of_scope(sides.catalogue, sides.national, sides.provincial, rules)
        return decision_lines(sides.catalogue, sides.national, rules, findings, excluded)

    run_figures.store_decisions(connection, run_id, lines_under(rules) if compared is None else compared)
    assignments = [rule for _, rule in duties.list_rules(connection)]
    catalogue = (sides.catalogue,) if sides.catalogue else ()
    known = _with_documents(_by_code(sides.national, catalogue), rules) if assignments else {}
    rows_by_key = _rows_by_key(sides)
    national = [side.source for side in sides.national]
    lines = load_lines(connection, national)
    if decision_documents.record_announcements(connection, lines, rows_by_key, rules.today, at):
        new_rules = replace(rules, announced=ledger.announced_pairs(connection))
        run_figures.store_decisions(connection, run_id, lines_under(new_rules))
        lines = load_lines(connection, national)
    owners = dict(_owners_by_rules(lines, assignments, known))
    for line in lines:
        if line.decision_number in owners:
            ledger_entries.give(connection, line, owners[line.decision_number], BY_RULE, at=at)
    evidence = AnnouncementEvidence.of(sides.catalogue, sides.provincial)
    by_document = decision_documents.announcement_proposals(connection, lines, rows_by_key, rules.today)
    ledger_entries.store_proposals(
        connection,
        {
            line.decision_number: [
                *by_document.get(line.decision_number, ()),
                *(
                    each.record()
                    for day in dict.fromkeys(code.decided for code in line.codes)
                    for each in evidence.proposals(
                        day or line.decision_date,
                        [_awaited(code) for code in line.codes if code.decided == day],
                        rules.today,
                    )
                ),
            ]
            for line in lines
        },
    )
    _update_duties(connection, load_lines(connection, national) if owners else lines, at)


def _owners_by_rules(
    lines: Iterable[ledger.LedgerLine], assignments: Sequence[AssignmentRule], known: Mapping[str, Procedure]
) -> Iterator[tuple[str, Owner]]:
    """Yield the number and owner of each line that the rules give somebody, or that has a new code since."""
    for line in lines:
        if line.is_handled:
            continue
        if line.division is None and assignments:
            owner = owner_of_all((_work(each.code, known) for each in line.codes), assignments)
            if owner is not None:
                yield line.decision_number, owner
        elif line.division is not None and any(each.stage == "new" for each in line.codes):
            yield line.decision_number, _owner(line)


def _update_duties(connection: Connection, lines: Iterable[ledger.LedgerLine], at: datetime) -> None:
    """Keep a duty for each line with an owner until the province announced all of it or the line is gone."""
    duty_by_number = {
        stored.duty.subject: stored
        for stored in duties.list_duties(connection, open_only=False)
        if stored.subject_kind == ledger.DECISION
    }
    person_assigned = ledger.given_by_people(connection)
    person_closed = {
        number for number, closing in duties.last_closings(connection).items() if closing.actor != BY_RULE
    }
    for line in lines:
        stored = duty_by_number.pop(line.decision_number, None)
        if line.division is not None:
            is_assigned_by_person = line.decision_number in person_assigned
            due = line.due_date if line.counts or is_assigned_by_person else None
            if stored is not None and stored.duty.closed and stored.duty_id in person_closed:
                continue  # a person said why it is over
            _update_duty(connection, line, stored, due, at, asked=line.is_waiting or is_assigned_by_person)
    for stored in duty_by_number.values():
        if not stored.duty.closed:
            duties.close(connection, stored, BY_RULE, LINE_GONE, at=at)


def _update_duty(
    connection: Connection,
    line: ledger.LedgerLine,
    stored: duties.StoredDuty | None,
    due: date | None,
    at: datetime,
    *,
    asked: bool,
) -> None:
    """Keep a line's duty open while work is due; without a date if a rule assigned what does not bind."""
    done = bool(line.own_codes) and all(each.stage in ("announced", "published") for each in line.own_codes)
    is_open = not done and asked and line.state != "announced" and not line.is_handled
    if stored is None and not is_open:
        return
    if stored is not None and stored.duty.closed:
        if not is_open:
            return
        duties.reopen(connection, stored, BY_RULE, LINE_WAITS, at=at)
    elif stored is not None and (done or line.is_handled):
        duties.close(connection, stored, BY_RULE, "tỉnh đã công bố" if done else LINE_HANDLED, at=at)
        return
    owner = _owner(line)
    if stored is None or stored.duty.owner != owner or stored.duty.due != due:
        duties.give_duty(connection, ledger.DECISION, line.decision_number, owner, due, BY_RULE, at=at)


def _awaited(code: ledger.CodeLine) -> AwaitedCode:
    return AwaitedCode(
        code=code.code, role=code.role, stage=code.stage, signed_on=code.province_decision_date
    )


def _owner(line: ledger.LedgerLine) -> Owner:
    return Owner(division=line.division or "", person=line.person, leader=line.leader)


def _with_owner(
    finding: Finding,
    assignments: Sequence[AssignmentRule],
    owners: Mapping[str, str],
    known: Mapping[str, Procedure],
) -> Finding:
    if finding.division is not None:
        return finding
    division = owners.get(finding.subject)
    about = finding.code or (finding.subject if finding.subject in known else None)
    if division is None and about is not None and assignments:
        owner = owner_of(_work(about, known), assignments)
        division = owner.division if owner else None
    return finding if division is None else replace(finding, division=division)


def _work(code: str, known: Mapping[str, Procedure]) -> AssignableWork:
    row = known.get(code)
    if row is None:
        return AssignableWork(code=code)
    return AssignableWork(code=code, field=row.field, agency=row.agency, ministry=row.promulgating_agency)


def _with_documents(known: Mapping[str, Procedure], rules: Rules) -> dict[str, Procedure]:
    """Return what is known of codes, and of what only a document that was read mentions."""
    return {**entries_as_side(rules.documents).procedures, **known}


def _rows_by_key(sides: ComparedSources) -> dict[str, Procedure]:
    """Return what the national portal and the catalogue publish, by code, or by key without one."""
    catalogue = (sides.catalogue,) if sides.catalogue else ()
    nameless = {
        key: row for side in catalogue for key, row in side.procedures.items() if is_codeless_key(key)
    }
    return nameless | _by_code(sides.national, catalogue)


def _by_code(*groups: Iterable[Side]) -> dict[str, Procedure]:
    """Return the procedures by code; the first side that has one wins."""
    procedures: dict[str, Procedure] = {}
    for side in (side for group in groups for side in group):
        for row in (*side.procedures.values(), *(gone.procedure for gone in side.gone.values())):
            if row.code:
                procedures.setdefault(row.code, row)
    return procedures

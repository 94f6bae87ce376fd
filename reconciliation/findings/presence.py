"""Procedures that a side lacks: one function for each kind of finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from procedures.findings import HANDLED, NOBODY_YET, NOT_BINDING, Finding, FindingKind
from procedures.model import Procedure
from reconciliation.announcements.deadlines import CodePart
from reconciliation.announcements.ministry_documents import entries_in_scope
from reconciliation.findings.departures import Departure
from reconciliation.findings.executing_agencies import is_central
from reconciliation.findings.sides import DISTRICT_ALONE, MergedSide, Sides

PROVINCE_OWN_KIND = "SPECIFIC"
"""The portal's type of a province's own procedure (TTHC đặc thù)."""


def concerns_us(sides: Sides, national: MergedSide, procedure: Procedure) -> bool:
    """Return whether a national record is one that the catalogue ought to have.

    Of a followed agency, not a province's own, and carried out at a level that is compared. Unknown
    levels may be ours, unless the record names central agencies alone.
    """
    if procedure.kind == PROVINCE_OWN_KIND:
        return False
    code = procedure.promulgating_agency_code
    if national.follows and code is not None and code not in national.follows:
        return False
    if not procedure.executing_levels:
        return not is_central(procedure.agency)
    return bool(sides.rules.restricted(procedure.executing_levels))


def new_from_ministry(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield what a followed ministry published for the province or the commune and the catalogue lacks.

    Decree 63/2010/NĐ-CP, article 13: the province announces the list of what its levels carry out. A row
    without a code that resembles it is named; the successor of a row still listed is reported there.
    """
    national, catalogue = sides.national, sides.catalogue
    if national is None or catalogue is None:
        return
    announced_with = {
        departure.successor_code
        for subject, departure in departed.items()
        if subject in catalogue.entries or subject in catalogue.codeless
    }
    resembling: dict[str, list[Mapping[str, object]]] = {}
    for key, candidates in catalogue.candidates.items():
        row = catalogue.codeless[key].procedure
        for candidate in candidates:
            candidate_row: Mapping[str, object] = {
                "name": row.name,
                "row": row.row,
                "likeness": candidate.likeness,
                "reason": candidate.reason,
            }
            resembling.setdefault(candidate.code, []).append(candidate_row)
    for code, entry in sorted(national.entries.items()):
        procedure = entry.procedure
        if code in catalogue.entries or code in announced_with or not concerns_us(sides, national, procedure):
            continue
        entries = {"national": entry}
        provincial = sides.entry("provincial", code)
        if provincial is not None:
            entries["provincial"] = provincial
        deadline = sides.deadlines.of_procedure(code, procedure)
        handled = not deadline.counts and sides.rules.handled_before is not None
        evidence: dict[str, object] = {
            "due_basis": None if handled else deadline.due.basis,
            "decision_number": procedure.decision_number,
        }
        if procedure.promulgating_agency:
            evidence["agency"] = procedure.promulgating_agency
        if not deadline.counts:
            evidence[NOT_BINDING] = HANDLED if handled else NOBODY_YET
        if procedure.decision_date is not None:
            evidence["decision_date"] = procedure.decision_date.isoformat()
        if code in resembling:
            evidence["resembling"] = resembling[code]
        printed = sides.rules.printed_without_code.get(code)
        finding = sides.finding(
            FindingKind.NEW_FROM_MINISTRY,
            printed or code,
            entries,
            sources=catalogue.sources | {entry.source},
            values={"national": procedure.name},
            due_date=None if handled else deadline.due.date,
            evidence=evidence,
        )
        yield replace(finding, code=code)


def new_in_document(sides: Sides, _departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield what a ministry's decision read from a file made new and neither portal nor catalogue has.

    The finding stays the same once the portal shows the procedure.
    """
    catalogue, rules = sides.catalogue, sides.rules
    if catalogue is None:
        return
    for document, entry in entries_in_scope(rules, sides.silent):
        subject = entry.subject
        if entry.role != "new" or subject not in rules.not_yet_shown:
            continue
        if subject in catalogue.entries or subject in catalogue.codeless or sides.entry("national", subject):
            continue
        deadline = sides.deadlines.of_code(document.number, subject, {subject: CodePart("new")})
        handled = not deadline.counts and rules.handled_before is not None
        evidence: dict[str, object] = {
            "due_basis": None if handled else deadline.due.basis,
            "decision_number": document.number,
            "decision_date": document.date.isoformat(),
            "document": dict(entry.evidence),
        }
        if not deadline.counts:
            evidence[NOT_BINDING] = HANDLED if handled else NOBODY_YET
        finding = sides.finding(
            FindingKind.NEW_FROM_MINISTRY,
            entry.key,
            {},
            sources=catalogue.sources,
            values={"national": entry.name},
            due_date=None if handled else deadline.due.date,
            evidence=evidence,
        )
        yield replace(finding, code=entry.code, name=entry.name)


def not_in_catalogue(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield what the provincial portal lists and the catalogue lacks, where no other finding is more exact.

    A code that a followed ministry publishes is `new_from_ministry`, one that is gone nationally is
    `…_still_listed`.
    """
    provincial, catalogue, national = sides.provincial, sides.catalogue, sides.national
    if provincial is None or catalogue is None:
        return
    for code, entry in sorted(provincial.entries.items()):
        if code in catalogue.entries or code in departed:
            continue
        record = national.get(code) if national else None
        if national and record and concerns_us(sides, national, record):
            continue
        yield sides.finding(
            FindingKind.NOT_IN_CATALOGUE,
            code,
            {"provincial": entry},
            sources=catalogue.sources | {entry.source},
            values={"provincial": entry.procedure.name},
        )


def not_on_national_portal(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield codes of the catalogue that the national portal, asked directly, does not know.

    The listing covers only the agencies that are followed, so its silence alone says nothing of
    another ministry's procedure or of the province's own.
    """
    national, catalogue = sides.national, sides.catalogue
    if national is None or catalogue is None:
        return
    for code, entry in sorted(catalogue.entries.items()):
        source, answer = national.looked_up.get(code, (None, None))
        if code in national.entries or code in departed or answer is None or answer.outcome != "not_found":
            continue
        if entry.procedure.kind == PROVINCE_OWN_KIND or entry.procedure.executing_levels == DISTRICT_ALONE:
            continue
        yield sides.finding(
            FindingKind.NOT_ON_NATIONAL_PORTAL,
            code,
            {"catalogue": entry},
            sources=catalogue.sources | {str(source)},
            values={"catalogue": entry.procedure.name},
            evidence={"look_up": answer.outcome, **answer.evidence},
        )


def not_on_provincial_portal(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield what the catalogue lists and no provincial portal does, by a complete snapshot of each.

    Low: since decree 224/2026/NĐ-CP, article 15, the province serves only what no central system
    serves. A portal's row without a code that may be this one is `missing_code` until decided.
    """
    provincial, catalogue = sides.provincial, sides.catalogue
    if provincial is None or not provincial.whole or catalogue is None:
        return
    undecided = {candidate.code for candidates in provincial.candidates.values() for candidate in candidates}
    for code, entry in sorted(catalogue.entries.items()):
        if code in provincial.entries or code in departed or code in undecided:
            continue
        if entry.procedure.executing_levels == DISTRICT_ALONE:
            continue
        yield sides.finding(
            FindingKind.NOT_ON_PROVINCIAL_PORTAL,
            code,
            {"catalogue": entry},
            sources=catalogue.sources | provincial.sources,
            values={"catalogue": entry.procedure.name},
        )

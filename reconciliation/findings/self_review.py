"""Self-review: what a side's own rows lack, whatever the other sides show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from procedures.findings import Finding, FindingKind
from procedures.model import Procedure, value_text
from procedures.services import Service
from reconciliation.findings.departures import Departure
from reconciliation.findings.level_mismatch import RANK, has_opportunity
from reconciliation.findings.presence import concerns_us
from reconciliation.findings.sides import SideEntry, Sides
from reconciliation.rules import SERVICES_SOURCE

REQUIRED_PARTS: Mapping[str, str] = {
    "name": "tên thủ tục",
    "steps": "trình tự thực hiện",
    "ways": "cách thức thực hiện",
    "dossier": "thành phần, số lượng hồ sơ",
    "processing_time": "thời hạn giải quyết",
    "subjects": "đối tượng thực hiện",
    "agency": "cơ quan thực hiện",
}
"""The seven parts that the national portal checks (decision 766/QĐ-TTg of 2022, index 1.3; decree
63/2010/NĐ-CP, article 8). A missing form is no gap."""

DETAIL_ATTRIBUTES = ("steps", "dossier", "subjects", "results", "requirements")
"""A record that has none of these was never read in detail: only its entry in a list is known."""


def incomplete_record(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield national records of which one of the seven parts is empty."""
    national = sides.national
    if national is None:
        return
    for code, entry in sorted(national.entries.items()):
        procedure = entry.procedure
        if code in departed or not concerns_us(sides, national, procedure):
            continue
        lacking = lacking_parts(procedure)
        if not lacking:
            continue
        entries = {"national": entry}
        catalogue = sides.entry("catalogue", code)
        if catalogue is not None:
            entries["catalogue"] = catalogue
        yield sides.finding(
            FindingKind.INCOMPLETE_RECORD,
            code,
            entries,
            sources={entry.source},
            values={"national": value_text(lacking)},
            evidence={
                "lacking": [REQUIRED_PARTS[part] for part in lacking],
                **({"agency": procedure.promulgating_agency} if procedure.promulgating_agency else {}),
            },
        )


def lacking_parts(procedure: Procedure) -> tuple[str, ...] | None:
    """Return which of the seven parts a record declares empty; None where its details were never read."""
    if not _has_details(procedure):
        return None
    return tuple(part for part in REQUIRED_PARTS if _is_empty(procedure, part))


def partial_without_reason(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield rows of a partial online level without a published reason.

    Decree 224/2026/NĐ-CP, article 14: the reason and its basis are to be published. Where the national
    portal offers full service the finding is `online_opportunity`.
    """
    if sides.catalogue is None:
        return
    for code, entry in sorted(sides.catalogue.entries.items()):
        row = entry.procedure
        if code in departed or row.online_level != "partial" or row.online_reason:
            continue
        if has_opportunity(row, sides.national.get(code) if sides.national else None):
            continue
        yield sides.finding(
            FindingKind.PARTIAL_WITHOUT_REASON,
            code,
            {"catalogue": entry},
            sources=sides.catalogue.sources,
            values={"catalogue": row.online_level},
        )


def service_not_posted(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield rows that are online by the catalogue without a service of our agencies as high.

    Several cases of one procedure count at the highest level (decision 766/QĐ-TTg, index 3.1). A list of
    services that could not be read opens nothing.
    """
    services = sides.rules.services
    if sides.catalogue is None or services is None:
        return
    best: defaultdict[str, int] = defaultdict(int)
    posted: defaultdict[str, list[str]] = defaultdict(list)
    for service in services:
        if _is_ours(sides, service):
            best[service.code] = max(best[service.code], RANK.get(service.level, 0))
            posted[service.code].append(f"{service.case_code} {service.agency}: {service.level}")
    by_rank = {0: "none", 1: "partial", 2: "full"}
    for code, entry in sorted(sides.catalogue.entries.items()):
        rank = RANK.get(entry.procedure.online_level or "", 0)
        if code in departed or rank == 0 or best[code] >= rank:
            continue
        yield sides.finding(
            FindingKind.SERVICE_NOT_POSTED,
            code,
            {"catalogue": entry},
            sources=sides.catalogue.sources | sides.sources("national") | {SERVICES_SOURCE},
            values={"catalogue": entry.procedure.online_level, "national": by_rank[best[code]]},
            evidence={"services": sorted(posted.get(code, []))},
        )


def missing_code(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield rows without a code that no name settles, with candidates, their likeness and the reason.

    A row whose code is invalid is reported by `row_problems`.
    """
    reported = {problem.subject for problem in sides.rules.problems}
    for role in ("catalogue", "provincial"):
        side = getattr(sides, role)
        if side is None or (sides.national is None and role == "catalogue"):
            continue
        for key, entry in sorted(side.codeless.items()):
            if key in departed or (role == "catalogue" and (key in reported or entry.procedure.local_code)):
                continue
            yield _missing_code_of(sides, role, key, entry)


def _missing_code_of(sides: Sides, role: str, key: str, entry: SideEntry) -> Finding:
    side = getattr(sides, role)
    candidates = side.candidates.get(key, ())
    best = candidates[0].code if candidates else None
    return sides.finding(
        FindingKind.MISSING_CODE,
        key,
        {role: entry},
        sources={entry.source} | sides.sources("national"),
        values={role: entry.procedure.name, "national": best},
        evidence={"candidates": [candidate.to_json() for candidate in candidates], "key": key, "side": role},
    )


def row_problems(sides: Sides, _departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield rows of the catalogue file whose code is malformed or occurs twice at one level.

    For a malformed code the procedures of that name are offered.
    """
    if sides.catalogue is None:
        return
    for problem in sides.rules.problems:
        candidates = sides.catalogue.candidates.get(problem.subject, ())
        evidence = {"place": problem.place, "reason": problem.reason, **problem.evidence}
        if candidates:
            evidence["candidates"] = [candidate.to_json() for candidate in candidates]
        yield sides.problem(problem, evidence)


def _has_details(procedure: Procedure) -> bool:
    return any(getattr(procedure, name) for name in DETAIL_ATTRIBUTES)


def _is_empty(procedure: Procedure, part: str) -> bool:
    """Return whether it is declared empty, not merely unknown. An agency has no empty form."""
    value = getattr(procedure, part)
    return not value and (value is not None or (part == "agency" and procedure.steps is not None))


def _is_ours(sides: Sides, service: Service) -> bool:
    rules = sides.rules
    if rules.agency_code and service.agency_code == rules.agency_code:
        return True
    return rules.province in service.agency_code.split(".")

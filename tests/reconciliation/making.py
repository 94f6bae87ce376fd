"""Short ways to make what the rules take: procedures, nights, sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from procedures.changes import Absence, Change, Comparison, StoredProcedure
from procedures.findings import Finding, RetiredProcedure, Side
from procedures.model import Paper, Procedure
from procedures.snapshot import LookUp, Observation
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee
from procedures.values.keys import codeless_key
from reconciliation import ComparisonContext, Rules, reconcile

HANOI = timezone(timedelta(hours=7))
FIRST = date(2026, 11, 23)
"""The day of the second night of most tests, a Monday."""

WORKING = "working_day"


def days(amount: float, unit: str = "day", way: str | None = None) -> ProcessingTime:
    return ProcessingTime(way=way, amount=amount, unit=unit, text=None)


def money(amount: int, way: str | None = None, type_: str = "fee") -> Fee:
    return Fee(way=way, type=type_, amount=amount, text=None)


def procedure(code: str | None = "1.014111", **said: Any) -> Procedure:
    """A whole record, as the national portal has it; `said` replaces single attributes."""
    values: dict[str, Any] = {
        "name": f"Thi tuyển công chức {code}",
        "code": code,
        "field": "Công chức, viên chức",
        "state": "ACTIVE",
        "executing_levels": frozenset({"province"}),
        "online_level": "full",
        "agency": "Sở Nội vụ",
        "promulgating_agency": "Bộ Nội vụ",
        "promulgating_agency_code": "G09",
        "kind": "STANDARD",
        "decision_number": "900/QĐ-BNV",
        "decision_date": date(2026, 11, 20),
        "processing_time": (days(140),),
        "fee": (money(0),),
        "ways": frozenset({"direct", "online"}),
        "subjects": ("Công dân Việt Nam",),
        "dossier": (Paper(name="Phiếu đăng ký dự tuyển", originals=1, copies=0),),
        "legal_bases": ("170/2025/NĐ-CP — Nghị định",),
        "steps": ("Bước 1: Nộp hồ sơ", "Bước 2: Nhận kết quả"),
        "requirements": "Không",
        "results": ("Quyết định tuyển dụng",),
    }
    return Procedure(**{**values, **said})


def row(code: str | None = "1.014111", **said: Any) -> Procedure:
    """A row of the department's list: it says little, and what it says agrees with `procedure`."""
    values: dict[str, Any] = {
        "name": f"Thi tuyển công chức {code}",
        "code": code,
        "field": "Công chức, viên chức",
        "executing_levels": frozenset({"province"}),
        "division": "Phòng Công chức, viên chức",
    }
    return Procedure(**{**values, **said})


def nameless(**said: Any) -> tuple[str, Procedure]:
    """A row without a code, with its key."""
    made = row(None, **said)
    return codeless_key(made.name, made.executing_levels, made.field), made


def keyed(procedures: Iterable[Procedure]) -> dict[str, Procedure]:
    return {p.code or codeless_key(p.name, p.executing_levels, p.field): p for p in procedures}


def at(day: int = 0, hour: int = 2) -> datetime:
    return datetime(FIRST.year, FIRST.month, FIRST.day, hour, tzinfo=HANOI) + timedelta(days=day)


def night(day: int = 0, *, hour: int = 2, **said: Any) -> ComparisonContext:
    """A complete night of the national source, `day` days after the first."""
    as_of = at(day, hour)
    values: dict[str, Any] = {
        "source": "national",
        "as_of": as_of,
        "day": as_of.date(),
        "complete": True,
        "baseline": True,
    }
    return ComparisonContext(**{**values, **said})


def known(*procedures: Procedure) -> dict[str, StoredProcedure]:
    return {key: StoredProcedure(procedure=p) for key, p in keyed(procedures).items()}


def read(*procedures: Procedure) -> dict[str, Observation]:
    return {
        key: Observation(key=key, presence="read", code=p.code, state=p.state, procedure=p)
        for key, p in keyed(procedures).items()
    }


def unpublished(key: str, state: str = "INACTIVE") -> dict[str, Observation]:
    return {key: Observation(key=key, presence="unpublished", code=key, state=state)}


def answer(key: str, outcome: Any, **said: Any) -> dict[str, LookUp]:
    return {key: LookUp(key=key, outcome=outcome, **said)}


def carried_on(previous: Mapping[str, StoredProcedure], comparison: Comparison) -> dict[str, StoredProcedure]:
    """What stands after a night: the warehouse in five lines."""
    standing = dict(previous)
    spoken = {change.key: change for change in comparison.changes}
    for step in comparison.versions:
        if step.action == "open":
            standing[step.key] = StoredProcedure(procedure=step.procedure)
        elif step.key in spoken:
            standing[step.key] = replace(standing[step.key], retired=True, absence=None)
        else:
            del standing[step.key]
    for rung in comparison.absences:
        if rung.key in standing and not standing[rung.key].retired:
            standing[rung.key] = replace(standing[rung.key], absence=rung.absence)
    return standing


def kinds(comparison: Comparison) -> list[str]:
    return [change.kind.value for change in comparison.changes]


def only(changes: Iterable[Change]) -> Change:
    (change,) = changes
    return change


def absent_since(day: int, nights: int = 1) -> Absence:
    return Absence(since=at(day).date(), last_day=at(day + nights - 1).date(), nights=nights)


def side(role: str, *procedures: Procedure, **said: Any) -> Side:
    values: dict[str, Any] = {
        "source": role,
        "role": role,
        "complete": True,
        "fresh": True,
        "procedures": keyed(procedures),
    }
    if role == "national":
        values["follows"] = frozenset({"G09"})
    return Side(**{**values, **said})


def gone(
    p: Procedure, kind: str = "repealed", successor: str | None = None, **evidence: Any
) -> dict[str, RetiredProcedure]:
    assert p.code
    return {p.code: RetiredProcedure(kind=kind, procedure=p, successor_code=successor, evidence=evidence)}


def rules(**said: Any) -> Rules:
    office = {"department": "Sở Nội vụ", "province": "H27", "announce_within": 10}
    return Rules(**{"today": FIRST, **office, **said})


def found(
    catalogue: Side | None = None,
    national: Side | None = None,
    provincial: Side | None = None,
    **said: Any,
) -> list[Finding]:
    """What `reconcile` finds between one side of each role."""
    return reconcile(
        catalogue, [national] if national else [], [provincial] if provincial else [], rules(**said)
    )


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str | None]]:
    return [(finding.kind.value, finding.subject, finding.attribute) for finding in findings]

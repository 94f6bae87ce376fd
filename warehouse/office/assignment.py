"""Work that assignment rules apply to: current procedures, and findings that somebody has to handle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from procedures.findings import CATALOGUE
from procedures.office.owners import AssignableWork
from warehouse.db.column_values import from_time
from warehouse.findings.store import UNRESOLVED
from warehouse.tables.finding_tables import code_match, finding
from warehouse.tables.source_tables import procedure_version, run


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedProcedure:
    """One procedure, whatever sources show it; `division` is the one that the catalogue's row names."""

    code: str
    name: str
    work: AssignableWork
    division: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedFinding:
    """An unresolved finding: the division that the run gave it, and the one that counts now."""

    finding_id: int
    kind: str
    code: str | None
    name: str | None
    field: str | None
    division: str | None
    acting: str | None
    since: datetime


def list_procedures(connection: Connection) -> dict[str, ListedProcedure]:
    """Return every current procedure with a code, by code; the catalogue comes before other sources."""
    v, m = procedure_version.c, code_match.c
    query = (
        select(
            func.coalesce(v.code, m.code).label("about"),
            *(v.source, v.name, v.field, v.agency, v.promulgating_agency, v.division),
        )
        .select_from(procedure_version.outerjoin(code_match, (m.source == v.source) & (m.key == v.key)))
        .where(v.valid_to.is_(None), func.coalesce(v.code, m.code).is_not(None))
        .order_by(v.source != CATALOGUE, v.source, v.version_id)
    )
    procedures: dict[str, ListedProcedure] = {}
    for row in connection.execute(query):
        if row.about not in procedures:
            work = AssignableWork(
                code=row.about, field=row.field, agency=row.agency, ministry=row.promulgating_agency
            )
            division = row.division if row.source == CATALOGUE else None
            procedures[row.about] = ListedProcedure(
                code=row.about, name=row.name, work=work, division=division
            )
    return procedures


def list_unresolved(connection: Connection) -> list[UnresolvedFinding]:
    """Return the unresolved findings, the weightiest first."""
    f = finding.c
    names = (f.finding_id, f.kind, f.code, f.name, f.field, f.division, f.acting)
    query = (
        select(*names, run.c.as_of)
        .join(run, run.c.run_id == f.first_seen_run)
        .where(f.status.in_(UNRESOLVED))
        .order_by(f.weight, f.kind, f.finding_id)
    )
    return [
        UnresolvedFinding(
            finding_id=row.finding_id,
            kind=row.kind,
            code=row.code,
            name=row.name,
            field=row.field,
            division=row.division,
            acting=row.acting,
            since=from_time(row.as_of),
        )
        for row in connection.execute(query)
    ]

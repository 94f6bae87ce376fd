"""Queries of the gate after load: whether the current state of the warehouse is possible at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, or_, select, text, union
from sqlalchemy.exc import DBAPIError

from procedures.findings import FindingKind
from warehouse.db.database_errors import explain
from warehouse.db.views import COLUMNS
from warehouse.sources.withdrawn_rows import version_is_valid
from warehouse.tables.finding_tables import code_match, finding
from warehouse.tables.source_tables import absence, procedure_version

NOT_OF_A_VERSION = (FindingKind.INVALID_CODE, FindingKind.DUPLICATE_CODE)
"""Kinds of findings about a row of a file that never became a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCounts:
    """The versions of one key of a source: how many are open, share their code, overlap, end too early."""

    source: str
    key: str
    current: int
    of_code: int
    overlaps: int
    inverted: int


def versions_by_key(connection: Connection) -> Iterator[VersionCounts]:
    """Yield every key that ever had a valid version, in one query, in the order of sources and keys."""
    v = procedure_version.c
    next_start = func.lead(v.valid_from).over(
        partition_by=(v.source, v.key), order_by=(v.valid_from, v.version_id)
    )
    is_open = v.valid_to.is_(None)
    with_code = is_open & v.code.is_not(None)
    versions = select(
        v.source,
        v.key,
        case((is_open, 1), else_=0).label("open"),
        case((with_code, func.count().over(partition_by=(v.source, v.code, is_open))), else_=0).label("same"),
        case((next_start.is_(None), 0), (is_open, 1), (v.valid_to > next_start, 1), else_=0).label("overlap"),
        case((v.valid_to < v.valid_from, 1), else_=0).label("inverted"),
    ).where(version_is_valid())
    s = versions.subquery().c
    query = (
        select(s.source, s.key, func.sum(s.open), func.max(s.same), func.sum(s.overlap), func.sum(s.inverted))
        .group_by(s.source, s.key)
        .order_by(s.source, s.key)
    )
    for source, key, current, of_code, overlaps, inverted in connection.execute(query):
        yield VersionCounts(
            source=source,
            key=key,
            current=int(current),
            of_code=int(of_code),
            overlaps=int(overlaps),
            inverted=int(inverted),
        )


def dangling_references(connection: Connection) -> dict[str, str]:
    """Return what refers to an unknown procedure: by name of the row, the code or key it refers to."""
    v, f, a = procedure_version.c, finding.c, absence.c
    known = union(select(v.code).where(v.code.is_not(None)), select(code_match.c.code)).subquery()
    codes = select(known.c.code)
    findings = connection.execute(
        select(f.finding_id, f.code, f.successor_code)
        .where(
            or_(
                f.code.is_not(None) & f.code.not_in(codes) & f.kind.not_in(NOT_OF_A_VERSION),
                f.successor_code.is_not(None) & f.successor_code.not_in(codes),
            )
        )
        .order_by(f.finding_id)
    )
    problems = {
        f"finding {row.finding_id}": " → ".join(filter(None, (row.code, row.successor_code)))
        for row in findings
    }
    has_open_version = (v.source == a.source) & (v.key == a.key) & v.valid_to.is_(None)
    lost_absences = connection.execute(
        select(a.source, a.key)
        .select_from(absence.outerjoin(procedure_version, has_open_version))
        .where(v.version_id.is_(None))
        .order_by(a.source, a.key)
    )
    return problems | {f"absence {row.source} {row.key}": row.key for row in lost_absences}


def check_views(connection: Connection) -> dict[str, str | None]:
    """Return each view of the interface with what is wrong with it; None where it answers."""
    return {view: _view_problem(connection, view) for view in COLUMNS}


def _view_problem(connection: Connection, view: str) -> str | None:
    try:
        with connection.begin_nested():
            result = connection.execute(text(f"SELECT * FROM {view} LIMIT 1"))
            missing = set(COLUMNS[view]) - set(result.keys())
            result.close()
    except DBAPIError as error:
        return explain(error)
    return f"thiếu cột {', '.join(sorted(missing))}" if missing else None

"""Procedures that people look up: a search across the sources, and the history of one code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, func, or_, select, union

from procedures.errors import NotFoundError
from procedures.findings import CATALOGUE, FindingKind
from procedures.model import Procedure
from procedures.values.text import fold, sort_key
from warehouse.db.answers import answers_of
from warehouse.db.column_values import from_json
from warehouse.db.distinct_values import select_distinct
from warehouse.findings.store import UNRESOLVED
from warehouse.sources.procedure_rows import procedure_of
from warehouse.sources.withdrawn_rows import change_is_valid, version_is_valid, withdrawn_runs
from warehouse.tables.finding_tables import code_match, decision, decision_code, finding
from warehouse.tables.source_tables import absence, change, procedure_version, retired, run, snapshot

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One procedure of a search: its code, or the key of a row without one, and which sources show it."""

    code: str
    name: str
    field: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one source published under a code for a time; `closing`: why it ended.

    It is what the source shows from run `opened_run` on, and no longer from run `closed_run` on.
    """

    version_id: int
    source: str
    code: str | None
    valid_from: str
    valid_to: str | None
    opened_run: int
    closed_run: int | None
    closing: str | None
    missing: bool
    procedure: Procedure
    evidence: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeChange:
    """One change of a code on a source."""

    at: str
    run_id: int
    source: str
    kind: str
    attribute: str | None
    old_value: str | None
    new_value: str | None
    successor_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The other procedure of a finding that two procedures overlap, seen from one of them."""

    finding_id: int
    code: str
    name: str
    reason: str


def decisions_of(connection: Connection, code: str) -> list[dict[str, Any]]:
    """Return the ministry decisions that name a code, the newest first: number, date, role and stage."""
    c, d = decision_code.c, decision.c
    query = (
        select(d.decision_number, d.decision_date, c.role, c.stage)
        .join_from(decision_code, decision, d.decision_number == c.decision_number)
        .where(c.code == code)
        .order_by(d.decision_date.desc().nulls_last(), d.decision_number, c.role)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def overlaps_of(connection: Connection, code: str) -> list[Overlap]:
    """Return what a code overlaps with by unresolved findings, whichever of the two codes they are under."""
    f = finding.c
    query = (
        select(f.finding_id, f.code, f.name, f.evidence)
        .where(f.kind == FindingKind.OVERLAP, f.status.in_(UNRESOLVED))
        .where(or_(f.code == code, f.evidence.contains(code, autoescape=True)))
        .order_by(f.finding_id)
    )
    overlaps = []
    for row in connection.execute(query):
        evidence = from_json(row.evidence)
        this, other = {"code": row.code, "name": row.name}, evidence.get("other", {})
        if row.code != code:
            this, other = other, this
        if this.get("code") == code and other.get("code"):
            overlaps.append(
                Overlap(
                    finding_id=row.finding_id,
                    code=other["code"],
                    name=other["name"] or "",
                    reason=evidence.get("reason", ""),
                )
            )
    return overlaps


def search_procedures(
    connection: Connection,
    text: str,
    *,
    source: str | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> tuple[list[SearchHit], int]:
    """Return the procedures whose code, name or field has all the words, accents optional, and their number.

    `limit` of them from `offset` on are returned; the number is that of all.

    Without words, all of them in the order of their fields; with words, in the order of their codes.
    `source`: only those that it shows. `offset` and `limit` choose a page of them.
    """
    words = fold(text).split()
    hits = [
        procedure
        for folded, procedure in _all_procedures(connection)
        if (source is None or source in procedure.sources) and all(word in folded for word in words)
    ]
    if words:
        hits.sort(key=lambda procedure: procedure.code)
    return hits[offset : None if limit is None else offset + limit], len(hits)


def count_by_source(connection: Connection) -> Counter[str]:
    """Return how many procedures each source shows: as many as a search of that source finds."""
    return _since_run(connection, "counts", lambda _: _count_by_source(connection))


def _count_by_source(connection: Connection) -> Counter[str]:
    v = procedure_version.c
    number = func.count(_ABOUT.distinct())
    query = select(v.source, number).select_from(_MATCHED).where(v.valid_to.is_(None)).group_by(v.source)
    return Counter(dict(connection.execute(query).tuples().all()))


def current_codes(connection: Connection, sources: Sequence[str]) -> frozenset[str]:
    """Return the codes that any of these sources shows."""
    v = procedure_version.c
    query = select(v.code).where(v.source.in_(sources), v.valid_to.is_(None), v.code.is_not(None))
    return frozenset(connection.scalars(query))


def _all_procedures(connection: Connection) -> Sequence[_Folded]:
    """Return every current procedure with its folded text, in the Vietnamese order of the fields."""
    return _since_run(connection, "procedures", lambda old: _read_all_procedures(connection, old or ()))


_Folded = tuple[str, "SearchHit"]


def _since_run(connection: Connection, name: str, read: Callable[[T | None], T]) -> T:
    """Return what `read` makes of what it made the last time, or that again while nothing has changed.

    It is read anew only after a run, a withdrawal, or a code that a person confirmed: reading forty thousand
    rows takes longer than searching them.
    """
    stamp = tuple(connection.execute(_STAMP).one())
    return answers_of(connection).renew(("procedure_search", name), read, stamp)


_STAMP = select(
    select(func.max(run.c.run_id)).scalar_subquery(),
    select(func.max(run.c.finished_at)).scalar_subquery(),
    select(func.max(procedure_version.c.version_id)).scalar_subquery(),
    select(func.max(code_match.c.at)).scalar_subquery(),
    select(func.count()).select_from(withdrawn_runs().subquery()).scalar_subquery(),
)
"""What a run, a withdrawal or a confirmed code changes."""

_MATCHED = procedure_version.outerjoin(
    code_match,
    (code_match.c.source == procedure_version.c.source) & (code_match.c.key == procedure_version.c.key),
)
_ABOUT = func.coalesce(procedure_version.c.code, code_match.c.code, procedure_version.c.key)
"""The code by which people find a version, or the key of a row without one."""


def _read_all_procedures(connection: Connection, before: Sequence[_Folded]) -> Sequence[_Folded]:
    v = procedure_version.c
    rows = connection.execute(
        select(_ABOUT.label("about"), v.source, v.name, v.field)
        .select_from(_MATCHED)
        .where(v.valid_to.is_(None))
        .order_by((v.source != CATALOGUE), v.source)
    )
    merged: dict[str, tuple[str, str | None, list[str]]] = {}
    for about, source, name, field in rows:
        sources = merged.setdefault(about, (name, field, []))[2]
        if source not in sources:
            sources.append(source)
    known = {hit.code: (folded, hit) for folded, hit in before}
    procedures = []
    for about, (name, field, sources) in merged.items():
        hit = SearchHit(code=about, name=name, field=field, sources=tuple(sources))
        folded, old = known.get(about, ("", None))
        if old is None or (old.name, old.field) != (name, field):  # folding is most of the work
            folded = fold(f"{about} {name} {field or ''}")
        procedures.append((folded, hit))
    order = {field: sort_key(field or "") for field in {procedure.field for _, procedure in procedures}}
    return sorted(procedures, key=lambda pair: (order[pair[1].field], pair[1].code))


def known_versions(connection: Connection, code: str) -> list[Version]:
    """Return `versions_of` a procedure.

    Raises:
        NotFoundError: no source ever showed it.
    """
    versions = versions_of(connection, code)
    if not versions:
        raise NotFoundError(f"Không nguồn nào từng có thủ tục mang mã {code[:40]}")
    return versions


def versions_of(connection: Connection, code: str) -> list[Version]:
    """Return every version under a code, or under the key of a row without one; the newest first."""
    v = procedure_version.c
    rows = connection.execute(
        select(procedure_version, absence.c.since)
        .outerjoin(absence, (absence.c.source == v.source) & (absence.c.key == v.key))
        .where(_is_about(code), version_is_valid())
        .order_by(v.valid_from.desc(), v.version_id.desc())
    )
    return [
        Version(
            version_id=row.version_id,
            source=row.source,
            code=row.code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            opened_run=row.opened_run,
            closed_run=row.closed_run,
            closing=row.closing,
            missing=row.since is not None and row.valid_to is None,
            procedure=procedure_of(row.record),
            evidence=from_json(row.evidence),
        )
        for row in rows
    ]


def changes_of_code(connection: Connection, code: str) -> list[CodeChange]:
    """Return the changes of a code on all sources, the newest first."""
    c = change.c
    rows = connection.execute(
        select(
            snapshot.c.as_of,
            c.run_id,
            c.source,
            c.kind,
            c.attribute,
            c.old_value,
            c.new_value,
            c.successor_code,
        )
        .join_from(change, snapshot, snapshot.c.snapshot_id == c.snapshot_id)
        .where(c.code == code, change_is_valid())
        .order_by(c.change_id.desc())
    )
    return [
        CodeChange(
            at=row.as_of,
            run_id=row.run_id,
            source=row.source,
            kind=row.kind,
            attribute=row.attribute,
            old_value=row.old_value,
            new_value=row.new_value,
            successor_code=row.successor_code,
        )
        for row in rows
    ]


def retirements_of(connection: Connection, code: str) -> dict[str, tuple[str, str | None]]:
    """Return the sources that no longer publish a code: the kind of the last change, and the successor."""
    rows = connection.execute(
        select(retired.c.source, retired.c.kind, retired.c.successor_code).where(retired.c.key == code)
    )
    return {row.source: (row.kind, row.successor_code) for row in rows}


def _is_about(code: str) -> ColumnElement[bool]:
    v, m = procedure_version.c, code_match.c
    matched = select(v.version_id).join(code_match, (m.source == v.source) & (m.key == v.key))
    return v.version_id.in_(
        union(
            select(v.version_id).where(v.code == code),
            select(v.version_id).where(v.source.in_(select_distinct(v.source)), v.key == code),
            matched.where(m.code == code),
        )
    )


def names_of(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """Return the names of these codes, as far as any source shows them."""
    v = procedure_version.c
    rows = connection.execute(
        select(v.code, v.name)
        .where(v.code.in_(codes), version_is_valid())
        .order_by(v.valid_to.is_not(None), v.version_id)
    )
    names: dict[str, str] = {}
    for row in rows:
        names.setdefault(row.code, row.name)
    return names

"""History from earlier nights: since when a source shows a code or a decision, and what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from procedures.changes import RecordedChange
from procedures.findings import CATALOGUE
from procedures.office.repealed_rows import RepealedRow
from warehouse.db.column_values import from_day, from_time, to_time
from warehouse.sources.withdrawn_rows import change_is_valid, version_is_valid
from warehouse.tables.finding_tables import code_match, decision_code
from warehouse.tables.office_tables import ledger_event
from warehouse.tables.source_tables import change, procedure_version, snapshot


class AttributeChange(NamedTuple):
    """One `changed` row of `v_change`, with the time of its night."""

    at: datetime
    code: str
    attribute: str
    old_value: str | None
    new_value: str | None


class DecisionSighting(NamedTuple):
    """When a decision was first seen to name a code; `spoken`: whether a change or a person said so then."""

    at: datetime
    code: str
    number: str
    decided: date | None
    reported: bool


def first_seen(connection: Connection, source: str) -> dict[str, datetime]:
    """Return when the source first showed each code that it ever showed."""
    v = procedure_version.c
    query = select(v.code, func.min(v.valid_from).label("since")).where(
        v.source == source, v.code.is_not(None), version_is_valid()
    )
    return {row.code: from_time(row.since) for row in connection.execute(query.group_by(v.code))}


def decisions_seen(connection: Connection) -> list[DecisionSighting]:
    """Return when national sources, and people who entered a repeal, first named a decision for a code.

    A night reports a decision by a `new`, a `reinstated` or a change of its number or date, but not what was
    there at a baseline, came with a moved scope or was read again under new rules. Versions and changes are
    joined here: no index leads from the one to the other, and SQLite would scan a night for each.
    """
    v, c = procedure_version.c, change.c
    national = select(snapshot.c.source).where(snapshot.c.role == "national")
    first = (
        select(func.min(v.version_id))
        .where(
            v.source.in_(national), v.code.is_not(None), v.decision_number.is_not(None), version_is_valid()
        )
        .group_by(v.source, v.code, v.decision_number, v.decision_date)
    )
    is_decision_change = (c.kind == "changed") & c.attribute.in_(("decision_number", "decision_date"))
    query = select(c.run_id, c.source, c.key).where(
        c.source.in_(national), c.kind.in_(("new", "reinstated")) | is_decision_change, change_is_valid()
    )
    reported = {tuple(row) for row in connection.execute(query)}
    first_versions = select(
        v.valid_from, v.code, v.decision_number, v.decision_date, v.opened_run, v.source, v.key
    ).where(v.version_id.in_(first))
    sightings = [
        DecisionSighting(from_time(at), code, number, from_day(decided), (run_id, source, key) in reported)
        for at, code, number, decided, run_id, source, key in connection.execute(first_versions)
    ]
    e = ledger_event.c
    entered_repeals = select(e.at, e.subject).where(
        e.subject_kind == "decision", e.attribute == "role", e.to_value == "repealed"
    )
    for at, subject in connection.execute(entered_repeals):
        number, _, code = subject.rpartition(" ")
        sightings.append(DecisionSighting(from_time(at), code, number, None, True))
    return sightings


def national_sources(connection: Connection) -> tuple[str, ...]:
    """Return every source that was ever read as a national portal."""
    query = select(snapshot.c.source).distinct().where(snapshot.c.role == "national")
    return tuple(connection.scalars(query.order_by(snapshot.c.source)))


def amended_with_decision(connection: Connection) -> frozenset[tuple[str, datetime]]:
    """Return (code, night) where a national record took another decision and other values with it."""
    c = change.c
    of_decision = c.attribute.in_(("decision_number", "decision_date"))
    decision_changes = func.sum(case((of_decision, 1), else_=0))
    query = (
        select(c.code, snapshot.c.as_of)
        .join_from(change, snapshot, c.snapshot_id == snapshot.c.snapshot_id)
        .where(
            snapshot.c.role == "national", c.kind == "changed", c.code.is_not(None), c.attribute != "state"
        )
        .group_by(c.snapshot_id, c.code, snapshot.c.as_of)
        .having(decision_changes > 0, decision_changes < func.count())
    )
    return frozenset((code, from_time(at)) for code, at in connection.execute(query))


def catalogue_changes(
    connection: Connection, attributes: Collection[str], zone: tzinfo
) -> dict[str, list[RecordedChange]]:
    """Return all changes of these attributes in the catalogue, by code, the oldest first.

    A row without a code appears under the one that it is matched with.
    """
    c, m = change.c, code_match.c
    code = func.coalesce(c.code, m.code).label("code")
    query = (
        select(code, c.run_id, c.attribute, c.old_value, c.new_value, snapshot.c.as_of)
        .join_from(change, snapshot, c.snapshot_id == snapshot.c.snapshot_id)
        .outerjoin(code_match, (m.source == c.source) & (m.key == c.key))
        .where(c.source == CATALOGUE, c.kind == "changed", c.attribute.in_(list(attributes)))
        .order_by(c.change_id)
    )
    changes: dict[str, list[RecordedChange]] = {}
    for row in connection.execute(query):
        if row.code is not None:
            day = from_time(row.as_of).astimezone(zone).date()
            changed = RecordedChange(
                run_id=row.run_id, day=day, attribute=row.attribute, old=row.old_value, new=row.new_value
            )
            changes.setdefault(row.code, []).append(changed)
    return changes


def entered_silently(connection: Connection, source: str) -> frozenset[str]:
    """Return the codes that came without a `new` change: those of the baseline, or of a moved scope."""
    v = procedure_version.c
    c = change.c
    reported = select(c.code).where(c.source == source, c.kind == "new", c.code == v.code, change_is_valid())
    entered = (v.source == source) & v.code.is_not(None) & version_is_valid()
    query = select(v.code).distinct().where(entered, ~reported.exists())
    return frozenset(connection.scalars(query))


def attribute_changes(connection: Connection, source: str, since: datetime) -> list[AttributeChange]:
    """Return what changed on the source in the nights since then, the oldest first."""
    c = change.c
    query = (
        select(snapshot.c.as_of, c.code, c.attribute, c.old_value, c.new_value)
        .join_from(change, snapshot, c.snapshot_id == snapshot.c.snapshot_id)
        .where(
            c.source == source, c.kind == "changed", c.code.is_not(None), snapshot.c.as_of >= to_time(since)
        )
        .where(change_is_valid())
        .order_by(c.change_id)
    )
    return [
        AttributeChange(at=from_time(at), code=code, attribute=attribute, old_value=old, new_value=new)
        for at, code, attribute, old, new in connection.execute(query)
    ]


def changed_codes(connection: Connection, source: str) -> frozenset[str]:
    """Return the codes of which any attribute ever changed on the source."""
    c = change.c
    query = select(c.code).distinct().where(c.source == source, c.kind == "changed", c.code.is_not(None))
    return frozenset(connection.scalars(query.where(change_is_valid())))


def decision_roles(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return what each ministry decision made of each code (`new`, `changed`, `repealed`), as stored."""
    roles: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for number, code, role in connection.execute(
        select(decision_code.c.decision_number, decision_code.c.code, decision_code.c.role)
    ):
        roles[number][code] = role
    return dict(roles)


def repealed_rows(connection: Connection) -> dict[str, RepealedRow]:
    """Return name and level of what the ledger has as repealed, by code or key, as far as known."""
    c = decision_code.c
    query = select(c.code, c.name, c.level).where(c.role == "repealed", c.name.is_not(None))
    return {
        row.code: RepealedRow(key=row.code, name=row.name, level=row.level)
        for row in connection.execute(query)
    }


def repealed_by(connection: Connection) -> dict[str, str]:
    """Return the decision that a person entered for each repealed code."""
    c = decision_code.c
    query = select(c.code, c.decision_number).where(c.role == "repealed", c.entered_by.is_not(None))
    return {row.code: row.decision_number for row in connection.execute(query)}

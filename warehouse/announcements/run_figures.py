"""Figures of a run: the counts that decrees ask for, the ledger of decisions, the online services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select

from procedures.indicators import COUNT_NAMES, KpiRow
from procedures.office.decision_lines import DecisionLine
from procedures.office.repealed_rows import RepealedRow
from procedures.services import Service
from warehouse.announcements.ledger_events import concerns
from warehouse.db.bulk import bulk_execute, bulk_insert, bulk_upsert
from warehouse.db.column_values import storable, storable_or_none, to_day, to_flag, to_json, to_time
from warehouse.tables.finding_tables import announcement, decision, decision_code, kpi, service
from warehouse.tables.office_tables import ledger_event

BY_RULE = "quy tắc phân công"
"""The actor of events when a rule assigns work."""

BY_PROGRAM = "rasoat"
"""The actor of events when a row without a code gets the code of the record of its name."""


def store_kpi(connection: Connection, run_id: int, as_of: datetime, rows: Iterable[KpiRow]) -> None:
    """Store the run's counts; of several runs of one moment the last one's count (see `v_kpi`)."""
    connection.execute(kpi.delete().where(kpi.c.run_id == run_id))
    bulk_insert(
        connection,
        kpi,
        (
            {
                "run_id": run_id,
                "level": row.level,
                "as_of": to_time(as_of),
                **{name: getattr(row, name) for name in COUNT_NAMES},
            }
            for row in rows
        ),
    )


def store_decisions(connection: Connection, run_id: int, rows: Iterable[DecisionLine]) -> None:
    """Update the ledger to what the rules see now; what people entered, and stages, stay.

    A decision that the rules no longer see is deleted, unless a person moved it or it was announced.
    """
    by_number = {row.decision_number: row for row in rows}
    stored = {row.decision_number: row for row in connection.execute(select(decision))}
    _drop_unseen(connection, set(stored) - set(by_number))
    bulk_upsert(
        connection,
        decision,
        [_decision_row(row, stored.get(number), run_id) for number, row in by_number.items()],
    )
    _store_codes(connection, by_number)


def store_services(connection: Connection, run_id: int, rows: Iterable[Service]) -> None:
    """Store the whole list of services in place of the last one."""
    connection.execute(service.delete())
    bulk_upsert(
        connection,
        service,
        (
            {
                "case_code": row.case_code,
                "agency_code": row.agency_code,
                "code": row.code,
                "agency": storable(row.agency),
                "level": row.level,
                "run_id": run_id,
            }
            for row in rows
        ),
        mostly_new=True,
    )


def restore_services(connection: Connection, run_id: int | None, rows: Iterable[Service]) -> None:
    """Restore the list of services that run `run_id` had listed; None where there was none."""
    connection.execute(service.delete())
    if run_id is not None:
        store_services(connection, run_id, rows)


def services_listed_by(connection: Connection) -> int | None:
    """Return the run that listed the current services; None where there are none."""
    return connection.execute(select(service.c.run_id).limit(1)).scalar()


def _decision_row(row: DecisionLine, before: Any, run_id: int) -> dict[str, Any]:
    return {
        "decision_number": row.decision_number,
        "agency": row.agency or (None if before is None else before.agency),
        "decision_date": to_day(row.decision_date),
        "effective_date": to_day(row.effective_date),
        "due_date": to_day(row.due_date),
        "due_basis": row.due_basis,
        "new_codes": to_json(_shown(row, row.new)),
        "changed_codes": to_json(_shown(row, row.changed)),
        "repealed_codes": to_json(sorted(each.display_text for each in _repealed(row).values())),
        "repealed_rows": to_json([each.record() for each in _repealed(row).values()]),
        "announced": row.announced,
        "division": None if before is None else before.division,
        "person": None if before is None else before.person,
        "leader": None if before is None else before.leader,
        "proposals": to_json([]) if before is None else before.proposals,
        "state": row.state,
        "late_days": row.late_days,
        "counts": to_flag(row.counts),
        "asks": to_flag(row.asks),
        "on_portal": to_flag(row.on_portal),
        "run_id": run_id,
    }


def _repealed(row: DecisionLine) -> dict[str, RepealedRow]:
    """Return the repealed rows by code, or key, with name and level where they are known."""
    known = {each.key: each for each in row.repealed_rows}
    return {key: known.get(key, RepealedRow(key=key)) for key in sorted(row.repealed)}


def _shown(row: DecisionLine, codes: Iterable[str]) -> list[str]:
    """The codes; of a row without one its name."""
    named = {each.key: each.display_text for each in row.named_rows}
    return sorted(named.get(code, code) for code in codes)


def _drop_unseen(connection: Connection, numbers: Iterable[str]) -> None:
    is_touched = exists().where(
        decision_code.c.decision_number == decision.c.decision_number,
        decision_code.c.stage.not_in(("new", "assigned")) | decision_code.c.entered_by.is_not(None),
    )
    is_moved = exists().where(
        ledger_event.c.subject_kind == "decision",
        concerns(decision.c.decision_number),
        ledger_event.c.actor.not_in((BY_RULE, BY_PROGRAM)),
    )
    is_announced = exists().where(announcement.c.decision_number == decision.c.decision_number)
    deletable = set(
        connection.execute(
            select(decision.c.decision_number).where(~is_touched, ~is_announced, ~is_moved)
        ).scalars()
    )
    rows = [{"gone": number} for number in sorted(deletable.intersection(numbers))]
    for table in (decision_code, decision):
        bulk_execute(connection, table.delete().where(table.c.decision_number == bindparam("gone")), rows)


def _store_codes(connection: Connection, by_number: Mapping[str, DecisionLine]) -> None:
    """Store new lines at stage `new`; delete a code that the rules no longer see and nobody touched."""
    key = (decision_code.c.decision_number, decision_code.c.code, decision_code.c.role)
    c = decision_code.c
    stored = {
        tuple(row[:3]): row
        for row in connection.execute(select(*key, c.stage, c.entered_by, c.name, c.level))
    }
    current = {
        (row.decision_number, code, role)
        for row in by_number.values()
        for role, codes in (("new", row.new), ("changed", row.changed), ("repealed", row.repealed))
        for code in codes
    }
    lost = [
        dict(zip(("number", "lost", "as_role"), line, strict=True))
        for line, row in stored.items()
        if line[0] in by_number
        and line not in current
        and row.stage in ("new", "assigned")
        and row.entered_by is None
    ]
    bulk_execute(
        connection,
        decision_code.delete().where(
            key[0] == bindparam("number"), key[1] == bindparam("lost"), key[2] == bindparam("as_role")
        ),
        lost,
    )
    bulk_insert(
        connection,
        decision_code,
        [
            {"decision_number": number, "code": code, "role": role, "stage": "new"}
            for number, code, role in sorted(current - set(stored))
        ],
    )
    _store_names(connection, by_number, {line: (row.name, row.level) for line, row in stored.items()})


def _store_names(
    connection: Connection,
    by_number: Mapping[str, DecisionLine],
    stored: Mapping[tuple[str, ...], tuple[str | None, str | None]],
) -> None:
    """Store name and level of rows that the catalogue may no longer have, and of those without a code."""
    c = decision_code.c
    rows = [
        (number, role, row)
        for number, line in by_number.items()
        for role, row in (
            *(("repealed", row) for row in _repealed(line).values()),
            *((role, row) for row in line.named_rows for role in ("new", "changed")),
        )
        if row.name is not None
    ]
    parameters = [
        {
            "number": number,
            "row": row.key,
            "as_role": role,
            "called": storable_or_none(row.name),
            "at_level": row.level,
        }
        for number, role, row in rows
        if stored.get((number, row.key, role)) != (storable_or_none(row.name), row.level)
    ]
    query = (
        decision_code.update()
        .where(
            c.decision_number == bindparam("number"),
            c.code == bindparam("row"),
            c.role == bindparam("as_role"),
        )
        .values(name=bindparam("called"), level=bindparam("at_level"))
    )
    bulk_execute(connection, query, parameters)

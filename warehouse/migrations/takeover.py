"""Takes over a database of the trial versions before 1.0, once, with all its rows.

What is declared and missing is created, and what the columns that are new say of older rows is filled in.
Nothing is taken away but indexes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sqlalchemy import Column, Connection, inspect, select, update
from sqlalchemy.schema import CreateColumn, CreateIndex

from procedures.run_origin import RunOrigin, origin_text
from warehouse.db.audit_trail import guard
from warehouse.tables.all_tables import metadata
from warehouse.tables.finding_tables import decision, kpi
from warehouse.tables.source_tables import run

REVISIONS = frozenset({"0009", "0011", "0012", "0014"})
"""The trial versions that are taken over."""
TOO_OLD = frozenset({f"000{number}" for number in range(1, 9)})
"""Those that are not."""

_TAKEN = re.compile(r"(accepted|undone) (\d{1,9}) (.+)", re.DOTALL)
"""How an import kept which finding's value it took, or which run it took back, and for whom."""


def take_over(connection: Connection) -> None:
    """Bring the tables of a trial version to what is declared; its views must be made anew."""
    missing = list(_missing_columns(connection))
    for column in missing:
        _add(connection, column)
    metadata.create_all(connection)
    _renew_indexes(connection)
    guard(connection)
    _restate_origins(connection)
    if decision.c.repealed_rows in missing:
        _list_repealed_rows(connection)
    if kpi.c.online_unstated in missing:
        stated = kpi.c.online_full + kpi.c.online_partial + kpi.c.online_none
        connection.execute(update(kpi).values(online_unstated=kpi.c.procedures - stated))


def _missing_columns(connection: Connection) -> Iterator[Column[object]]:
    """Declared columns that a table lacks which is there."""
    found = inspect(connection)
    for table in metadata.sorted_tables:
        if found.has_table(table.name):
            names = {each["name"] for each in found.get_columns(table.name)}
            yield from (column for column in table.columns if column.name not in names)


def _add(connection: Connection, column: Column[object]) -> None:
    """Add a column in place, with what it points to: a table rebuilt on SQLite would lose its triggers."""
    words = [f"ALTER TABLE {column.table.name} ADD COLUMN {CreateColumn(column).compile(connection)}"]
    for key in column.foreign_keys:
        name = f"fk_{column.table.name}_{column.name}"
        words.append(f"CONSTRAINT {name} REFERENCES {key.column.table.name} ({key.column.name})")
    connection.exec_driver_sql(" ".join(words))


def _renew_indexes(connection: Connection) -> None:
    """Drop the indexes that are not declared, or are of other columns, and create those that are missing."""
    found = inspect(connection)
    for table in metadata.sorted_tables:
        declared = {str(index.name): index for index in table.indexes}
        for there in found.get_indexes(table.name):
            name, of = str(there["name"]), there["column_names"]
            if "duplicates_constraint" in there:
                continue
            if name in declared and [column.name for column in declared[name].columns] == of:
                del declared[name]
            else:
                connection.exec_driver_sql(f"DROP INDEX {name}")
        for index in declared.values():
            connection.execute(CreateIndex(index))


def _list_repealed_rows(connection: Connection) -> None:
    """Tell what was repealed by code alone; the next comparison tells the names."""
    said = select(decision.c.decision_number, decision.c.repealed_codes)
    for number, codes in connection.execute(said).all():
        rows = [{"code": code, "level": None, "name": None} for code in json.loads(codes)]
        connection.execute(
            update(decision)
            .where(decision.c.decision_number == number)
            .values(repealed_rows=json.dumps(rows, ensure_ascii=False))
        )


def _restate_origins(connection: Connection) -> None:
    """Write what an import or a release was begun for as runs keep it now; a release kept a bare number."""
    before = select(run.c.run_id, run.c.kind, run.c.argument).where(run.c.argument.not_like("{%"))
    for run_id, kind, text in connection.execute(before).all():
        taken = _TAKEN.fullmatch(text)
        if kind == "release" and text.isdecimal():
            errand = RunOrigin(released=int(text))
        elif kind == "import" and taken is not None:
            number, by = int(taken[2]), taken[3]
            errand = (
                RunOrigin(by=by, accepted=number)
                if taken[1] == "accepted"
                else RunOrigin(by=by, undone=number)
            )
        else:
            continue
        connection.execute(update(run).where(run.c.run_id == run_id).values(argument=origin_text(errand)))

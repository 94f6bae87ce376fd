"""The audit trail: tables to which rows are only added, guarded by triggers of the database itself.

A revision that rebuilds one of these tables on SQLite (batch mode) drops its triggers and has to call
`guard` again.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

GUARDED = ("finding_event", "finding_past", "ledger_event", "change")
"""The tables of events."""
_FUNCTION = "rasoat_append_only"


def guard(connection: Connection) -> None:
    """Make the database refuse every UPDATE and DELETE on the tables of events; safe to repeat."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$"
            )
        )
        for table in GUARDED:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                    f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()"
                )
            )
        return
    for table in GUARDED:
        for action in ("UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
                )
            )


def unguard(connection: Connection) -> None:
    """Drop what outlives the tables: the function of PostgreSQL."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP FUNCTION IF EXISTS {_FUNCTION}() CASCADE"))

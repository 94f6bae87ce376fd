"""The announcement ledger, assignments, registers and the sheets of divisions."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse.db.column_types import TEXT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """More of a decision and its codes; events, rules, duties and registers are new."""
    with op.batch_alter_table("decision") as batch:
        for column in _maybe("person", "leader"):
            batch.add_column(column)
        batch.add_column(sa.Column("proposals", TEXT, nullable=False, server_default="[]"))
    with op.batch_alter_table("decision_code") as batch:
        for column in _maybe("submission_number", "submission_date"):
            batch.add_column(column)
    op.create_table(
        "ledger_event",
        sa.Column("event_id", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("at", "actor", "subject_kind", "subject", "attribute"),
        *_maybe("from_value", "to_value", "reason"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_ledger_event")),
    )
    op.create_index(op.f("ix_ledger_event_subject_kind_subject"), "ledger_event", ["subject_kind", "subject"])
    op.create_table(
        "assignment_rule",
        sa.Column("rule_id", sa.Integer(), autoincrement=True, nullable=False),
        *_maybe("code", "field", "agency", "ministry"),
        *_texts("division"),
        *_maybe("person", "leader"),
        *_texts("actor", "at"),
        *_maybe("ended_by", "ended_at"),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_assignment_rule")),
    )
    op.create_table(
        "duty",
        sa.Column("duty_id", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("subject_kind", "subject", "division"),
        *_maybe("person", "leader", "due_date", "extended_until", "extension_reason", "reply", "replied_at"),
        sa.Column("reminders", sa.Integer(), nullable=False),
        *_maybe("urged_on", "escalated_on", "closed_at"),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_duty")),
        sa.UniqueConstraint("subject_kind", "subject", name=op.f("uq_duty_subject_kind_subject")),
    )
    op.create_index(op.f("ix_duty_division_closed_at"), "duty", ["division", "closed_at"])
    op.create_table(
        "register_entry",
        sa.Column("entry_id", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("register"),
        *_maybe("division", "deadline", "state"),
        *_texts("record"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("created_at", "updated_at"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_register_entry")),
    )
    op.create_index(op.f("ix_register_entry_register_division"), "register_entry", ["register", "division"])


def _texts(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, TEXT, nullable=False) for name in names)


def _maybe(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, TEXT, nullable=True) for name in names)

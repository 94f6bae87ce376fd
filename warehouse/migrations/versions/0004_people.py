"""Accounts of the review site, their sessions and log-ins; what lists of findings filter and sort by."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse.db.column_types import TEXT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """People are new; a finding gets a version, an assignment, and one index that lists are read from."""
    op.create_table(
        "account",
        *_texts("name", "role", "password", "created_at"),
        *_maybe("removed_at"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account")),
        sa.CheckConstraint("role IN ('viewer', 'analyst', 'admin')", name=op.f("ck_account_role")),
    )
    op.create_table(
        "site_session",
        *_texts("digest", "account", "created_at", "seen_at", "address"),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_site_session_account")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_site_session")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("failure_id", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("account", "address", "at"),
        sa.PrimaryKeyConstraint("failure_id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_at"), "sign_in_failure", ["at"])
    with op.batch_alter_table("finding") as finding:
        finding.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        finding.add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="9"))
        for column in _maybe("field", "levels", "assigned", "person", "wanted_by", "acting", "deadline"):
            finding.add_column(column)
        finding.add_column(sa.Column("search", TEXT, nullable=False, server_default=""))
    op.execute(
        "UPDATE finding SET acting = substr(division, 1, 200), deadline = due_date, weight = CASE severity"
        " WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END"
    )
    op.create_index("ix_finding_list", "finding", LISTED)


LISTED = [
    "weight", "kind", "finding_id", "status", "deadline", "code", "acting", "field", "levels", "sources",
    "search",
]  # fmt: skip


def _texts(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, TEXT, nullable=False) for name in names)


def _maybe(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, TEXT, nullable=True) for name in names)

"""Cases of findings, people's own desks (saved views, visits, actions undone as one), and safer accounts."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text, UniqueConstraint, text

revision = "1.1"
down_revision = "1.0"

_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")

_FILTERED: Final = ("deadline", "code", "acting", "field", "levels", "sources", "search")


def upgrade() -> None:
    """Add what is new; no row that is there is rewritten. The next comparison tells each finding's case."""
    op.add_column("finding", Column("case_id", _TEXT, nullable=True))
    op.add_column("finding", Column("change_number", Integer, nullable=True))
    op.add_column("listing", Column("judged_digest", _TEXT, nullable=True))
    op.create_index("ix_finding_person", "finding", ["person"])
    op.create_index("ix_finding_change_number", "finding", ["change_number"])
    is_assigned = text("assigned IS NOT NULL")
    op.create_index(
        "ix_finding_assigned",
        "finding",
        ["assigned"],
        sqlite_where=is_assigned,
        postgresql_where=is_assigned,
    )
    op.drop_index("ix_finding_list", "finding")
    op.create_index(
        "ix_finding_list",
        "finding",
        ["weight", "kind", "finding_id", "status", *_FILTERED, "case_id", "person"],
    )
    in_a_case = text("case_id IS NOT NULL")
    op.create_index(
        "ix_finding_case",
        "finding",
        ["case_id", "weight", "kind", "finding_id", "status", *_FILTERED, "person"],
        sqlite_where=in_a_case,
        postgresql_where=in_a_case,
    )
    op.drop_index("ix_finding_event_run_id_action", "finding_event")
    op.create_index(
        "ix_finding_event_run_id_action_finding_id", "finding_event", ["run_id", "action", "finding_id"]
    )
    op.create_table(
        "saved_view",
        Column("view_id", Integer, primary_key=True, autoincrement=True),
        _text("owner"),
        _text("name"),
        _text("query"),
        _number("shared"),
        _text("created_at"),
        UniqueConstraint("owner", "name", name="uq_saved_view_owner_name"),
    )
    op.create_table("visit", Column("person", _TEXT, primary_key=True), _text("at"), Column("since", _TEXT))
    op.create_table(
        "bulk_action",
        Column("action_id", Integer, primary_key=True, autoincrement=True),
        _text("at"),
        _text("actor"),
        _text("action"),
        Column("note", _TEXT),
        Column("undone_at", _TEXT),
        Column("undone_by", _TEXT),
    )
    op.create_table(
        "bulk_action_finding",
        Column("action_id", Integer, ForeignKey("bulk_action.action_id"), primary_key=True),
        Column("finding_id", Integer, ForeignKey("finding.finding_id"), primary_key=True),
        _number("version"),
        _text("before"),
    )
    op.create_index("ix_bulk_action_finding_finding_id", "bulk_action_finding", ["finding_id"])
    _upgrade_accounts()


def _upgrade_accounts() -> None:
    op.add_column("site_session", Column("method", _TEXT, nullable=False, server_default="password"))
    op.create_table(
        "second_factor",
        Column("account", _TEXT, ForeignKey("account.name"), primary_key=True),
        _text("secret"),
        _text("started_at"),
        Column("confirmed_at", _TEXT),
        _number("last_step"),
    )
    op.create_table(
        "recovery_code",
        Column("account", _TEXT, ForeignKey("account.name"), primary_key=True),
        Column("digest", _TEXT, primary_key=True),
    )
    op.create_table(
        "sign_in_event",
        Column("event_id", Integer, primary_key=True, autoincrement=True),
        _text("at"),
        _text("kind"),
        _text("account"),
        _text("typed"),
        _text("address"),
        Column("detail", _TEXT),
    )
    op.create_index("ix_sign_in_event_at", "sign_in_event", ["at"])
    op.create_index("ix_sign_in_event_account", "sign_in_event", ["account"])


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)

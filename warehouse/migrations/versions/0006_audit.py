"""What findings said before they moved, and an audit trail that nobody rewrites."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.audit_trail import guard
from warehouse.db.column_types import TEXT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """The past of findings is new; the tables of events take nothing but new rows from now on."""
    op.create_table(
        "finding_past",
        sa.Column("past_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("until", TEXT, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.finding_id"], name=op.f("fk_finding_past_finding_id")
        ),
        sa.PrimaryKeyConstraint("past_id", name=op.f("pk_finding_past")),
    )
    op.create_index(op.f("ix_finding_past_finding_id_until"), "finding_past", ["finding_id", "until"])
    guard(op.get_bind(), "finding_event", "finding_past", "ledger_event", "change")

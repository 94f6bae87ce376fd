"""Mail: what waits for whom."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.column_types import TEXT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Give an alert its page, its workbook and its next attempt; keep which findings it tells of."""
    with op.batch_alter_table("alert") as alert:
        alert.alter_column("run_id", existing_type=sa.Integer(), nullable=True)
        for name in ("html", "attachment", "next_try_at"):
            alert.add_column(sa.Column(name, TEXT, nullable=True))
        alert.add_column(sa.Column("sent_run", sa.Integer(), nullable=True))
        alert.create_foreign_key(op.f("fk_alert_sent_run"), "run", ["sent_run"], ["run_id"])
    op.create_index(op.f("ix_alert_run_id"), "alert", ["run_id"], unique=False)
    op.create_index(op.f("ix_alert_sent_run"), "alert", ["sent_run"], unique=False)
    op.create_table(
        "alert_finding",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_alert_finding_alert_id")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.finding_id"], name=op.f("fk_alert_finding_finding_id")
        ),
        sa.PrimaryKeyConstraint("alert_id", "finding_id", name=op.f("pk_alert_finding")),
    )
    op.create_index(op.f("ix_alert_finding_finding_id"), "alert_finding", ["finding_id"], unique=False)

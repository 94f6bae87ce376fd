"""The gates: quarantine that people decide on."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.column_types import TEXT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Tell a record in quarantine again the next night, and keep what a person said of it."""
    with op.batch_alter_table("quarantine") as quarantine:
        quarantine.add_column(sa.Column("key", TEXT, nullable=True))
        quarantine.add_column(sa.Column("digest", TEXT, nullable=True))
    op.create_table(
        "quarantine_decision",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("state", "actor", "reason", "at")),
        sa.CheckConstraint("state IN ('released', 'dismissed')", name=op.f("ck_quarantine_decision_state")),
        sa.PrimaryKeyConstraint("source", "digest", name=op.f("pk_quarantine_decision")),
    )

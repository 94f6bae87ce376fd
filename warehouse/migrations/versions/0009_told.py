"""Which run's letters told what a run changed, so that what a night loaded before it died is told once."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Whatever there is was told, or is too old to be news."""
    op.add_column("run", sa.Column("told_run", sa.Integer(), nullable=True))
    op.execute("UPDATE run SET told_run = run_id")

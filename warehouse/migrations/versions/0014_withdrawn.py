"""Which run moved what a finding said, so that what a withdrawn run moved counts no more."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"


def upgrade() -> None:
    """Of what moved before, nobody knows the run."""
    op.add_column("finding_past", sa.Column("run_id", sa.Integer(), nullable=True))

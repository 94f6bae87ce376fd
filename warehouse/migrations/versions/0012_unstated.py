"""How many procedures of a level say nothing of what the others are counted by."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Of earlier nights only the online levels can be told: what no other column of them counts."""
    for name in ("online_unstated", "eligible_unstated", "ways_unstated", "decentralisation_unstated"):
        op.add_column("kpi", sa.Column(name, sa.Integer(), nullable=True))
    op.execute("UPDATE kpi SET online_unstated = procedures - online_full - online_partial - online_none")

"""A staged record has its columns with it, so that a first night enters within the database."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.column_types import TEXT

revision = "0007"
down_revision = "0006"

SAID = (
    "local_code",
    "field",
    "executing_levels",
    "online_level",
    "agency",
    "promulgating_agency",
    "decision_number",
    "decision_date",
    "processing_time",
    "fee",
    "ways",
    "division",
    "url",
)


def upgrade() -> None:
    """What waits for a release was staged without them: it is compared record by record."""
    for name in SAID:
        op.add_column("staged", sa.Column(name, TEXT, nullable=True))
    op.add_column("staged", sa.Column("decentralised", sa.Integer(), nullable=True))

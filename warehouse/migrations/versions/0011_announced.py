"""How late a decision was announced, whether anybody is held to it, and what it repealed by name."""

import json

import sqlalchemy as sa
from alembic import op

from warehouse.db.column_types import TEXT

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    """What was repealed has no names yet; the next comparison tells them, with the days."""
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("repealed_rows", TEXT, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("late_days", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("counts", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("asks", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("decision_code") as batch:
        batch.add_column(sa.Column("name", TEXT, nullable=True))
        batch.add_column(sa.Column("level", TEXT, nullable=True))
    decision = sa.table("decision", *map(sa.column, ("decision_number", "repealed_codes", "repealed_rows")))
    connection = op.get_bind()
    for number, codes in connection.execute(
        sa.select(decision.c.decision_number, decision.c.repealed_codes)
    ).all():
        rows = [{"code": code, "level": None, "name": None} for code in json.loads(codes)]
        connection.execute(
            decision.update()
            .where(decision.c.decision_number == number)
            .values(repealed_rows=json.dumps(rows, ensure_ascii=False))
        )

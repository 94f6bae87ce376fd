"""The first version: all that `warehouse.tables` declared when it was released."""

revision = "1.0"
down_revision = None


def upgrade() -> None:
    """Change nothing: `warehouse.db.schema` makes a new database from the tables as they are declared."""

"""The announcement ledger, assignments, registers and the sheets of divisions."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nothing yet."""

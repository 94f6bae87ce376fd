"""Accounts of the review site, their sessions and log-ins."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""

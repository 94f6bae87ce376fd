"""What stands of a source, with its digests, is read from an index instead of from the records' rows."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The new index serves whatever the old one did."""
    op.create_index(
        op.f("ix_procedure_version_source_key_valid_to_digest"),
        "procedure_version",
        ["source", "key", "valid_to", "digest"],
        unique=False,
    )
    op.drop_index(op.f("ix_procedure_version_source_key_version_id"), "procedure_version")

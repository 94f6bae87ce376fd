"""Every table of the first version."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse.db.column_types import TEXT

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables; the views follow by `env.py`."""
    op.create_table(
        "absence",
        *_texts("source", "key", "since", "last_day"),
        *_numbers("nights"),
        *_texts("evidence"),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_absence")),
    )
    op.create_table(
        "announcement",
        *_texts("decision_number", "code", "province_decision_number"),
        *_maybe("province_decision_date", "published_on"),
        sa.PrimaryKeyConstraint(
            "decision_number", "code", "province_decision_number", name=op.f("pk_announcement")
        ),
    )
    op.create_table(
        "exclusion",
        sa.Column("exclusion_id", sa.Integer(), autoincrement=True, nullable=False),
        *_maybe("code", "agency", "field"),
        *_texts("actor", "reason", "at"),
        *_maybe("ended_by", "ended_at"),
        sa.PrimaryKeyConstraint("exclusion_id", name=op.f("pk_exclusion")),
    )
    op.create_table(
        "gate_pass",
        *_texts("source", "suite", "fingerprint"),
        sa.PrimaryKeyConstraint("source", "suite", name=op.f("pk_gate_pass")),
    )
    op.create_table(
        "listing",
        *_texts("source", "key"),
        *_maybe("source_id", "code"),
        *_texts("list_digest"),
        *_maybe("read_at"),
        *_texts("evidence"),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_listing")),
    )
    op.create_table(
        "look_up",
        *_texts("source", "key", "outcome"),
        *_maybe("state"),
        *_texts("evidence", "at"),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_look_up")),
    )
    op.create_table(
        "run",
        sa.Column("run_id", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("kind"),
        *_maybe("argument"),
        *_texts("as_of", "started_at"),
        *_maybe("finished_at", "status"),
        *_texts("rules_version", "summary"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
    )
    op.create_table(
        "state_seen",
        *_texts("source", "state"),
        sa.PrimaryKeyConstraint("source", "state", name=op.f("pk_state_seen")),
    )
    op.create_table(
        "alert",
        sa.Column("alert_id", sa.Integer(), autoincrement=True, nullable=False),
        *_numbers("run_id"),
        *_texts("dedupe_key", "kind", "channel", "recipient", "state", "subject", "body"),
        *_numbers("finding_count"),
        *_texts("created_at"),
        *_maybe("sent_at"),
        *_numbers("attempts"),
        *_maybe("last_error"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_alert_run_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_alert_dedupe_key")),
    )
    op.create_index(op.f("ix_alert_state"), "alert", ["state"], unique=False)
    op.create_table(
        "code_match",
        *_texts("source", "key", "code", "matched_by"),
        *_maybe("actor"),
        *_texts("at"),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("matched_by IN ('name', 'person')", name=op.f("ck_code_match_matched_by")),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_code_match_run_id")),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_code_match")),
    )
    op.create_table(
        "decision",
        *_texts("decision_number"),
        *_maybe("agency", "decision_date", "effective_date", "due_date", "due_basis"),
        *_texts("new_codes", "changed_codes", "repealed_codes"),
        sa.Column("announced", sa.Float(), nullable=False),
        *_maybe("division"),
        *_texts("state"),
        *_numbers("run_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_decision_run_id")),
        sa.PrimaryKeyConstraint("decision_number", name=op.f("pk_decision")),
    )
    op.create_table(
        "finding",
        sa.Column("finding_id", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("fingerprint", "kind", "severity", "status", "subject"),
        *_maybe(
            "code",
            "name",
            "attribute",
            "catalogue_value",
            "national_value",
            "provincial_value",
            "successor_code",
            "division",
            "due_date",
        ),
        *_texts("sources", "sides"),
        *_maybe("ignored_sides"),
        *_numbers("first_seen_run", "last_seen_run"),
        sa.Column("resolved_run", sa.Integer(), nullable=True),
        *_texts("evidence", "rules_version"),
        sa.ForeignKeyConstraint(["first_seen_run"], ["run.run_id"], name=op.f("fk_finding_first_seen_run")),
        sa.ForeignKeyConstraint(["last_seen_run"], ["run.run_id"], name=op.f("fk_finding_last_seen_run")),
        sa.ForeignKeyConstraint(["resolved_run"], ["run.run_id"], name=op.f("fk_finding_resolved_run")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_finding_fingerprint")),
    )
    op.create_index(op.f("ix_finding_code"), "finding", ["code"], unique=False)
    op.create_index(op.f("ix_finding_status_kind"), "finding", ["status", "kind"], unique=False)
    op.create_table(
        "kpi",
        *_numbers("run_id"),
        *_texts("level", "as_of"),
        *_numbers(
            "procedures",
            "eligible_full",
            "online_full",
            "online_partial",
            "online_none",
            "without_reason",
            "postal",
            "decentralised",
            "decentralisation_proposed",
        ),
        sa.Column("on_national_portal", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_kpi_run_id")),
        sa.PrimaryKeyConstraint("run_id", "level", name=op.f("pk_kpi")),
    )
    op.create_table(
        "procedure_version",
        sa.Column("version_id", sa.Integer(), autoincrement=True, nullable=False),
        *_texts("source", "key"),
        *_maybe("code", "local_code"),
        *_texts("name"),
        *_maybe(
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
        ),
        sa.Column("decentralised", sa.Integer(), nullable=True),
        *_maybe("url"),
        *_texts("digest", "record", "evidence", "valid_from"),
        *_maybe("valid_to"),
        *_numbers("opened_run"),
        sa.Column("closed_run", sa.Integer(), nullable=True),
        *_maybe("closing"),
        sa.ForeignKeyConstraint(["closed_run"], ["run.run_id"], name=op.f("fk_procedure_version_closed_run")),
        sa.ForeignKeyConstraint(["opened_run"], ["run.run_id"], name=op.f("fk_procedure_version_opened_run")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_procedure_version")),
    )
    op.create_index(op.f("ix_procedure_version_code"), "procedure_version", ["code"], unique=False)
    op.create_index(
        op.f("ix_procedure_version_source_key_version_id"),
        "procedure_version",
        ["source", "key", "version_id"],
        unique=False,
    )
    op.create_index(
        "uq_procedure_version_current",
        "procedure_version",
        ["source", "key"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "service",
        *_texts("case_code", "agency_code", "code", "agency", "level"),
        *_numbers("run_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_service_run_id")),
        sa.PrimaryKeyConstraint("case_code", "agency_code", name=op.f("pk_service")),
    )
    op.create_index(op.f("ix_service_code"), "service", ["code"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("snapshot_id", sa.Integer(), autoincrement=True, nullable=False),
        *_numbers("run_id"),
        *_texts("source", "role", "as_of", "day", "scope"),
        *_maybe("state", "reason"),
        *_numbers("applied", "released"),
        *_maybe("released_by", "released_reason", "released_at"),
        sa.Column("declared_total", sa.Integer(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=True),
        sa.Column("distinct_codes", sa.Integer(), nullable=True),
        sa.Column("details_read", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("requests", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("procedures", sa.Integer(), nullable=True),
        *_maybe("certificate"),
        *_texts("counts"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_snapshot_run_id")),
        sa.PrimaryKeyConstraint("snapshot_id", name=op.f("pk_snapshot")),
    )
    op.create_index(op.f("ix_snapshot_run_id"), "snapshot", ["run_id"], unique=False)
    op.create_index(op.f("ix_snapshot_source_as_of"), "snapshot", ["source", "as_of"], unique=False)
    op.create_table(
        "change",
        sa.Column("change_id", sa.Integer(), autoincrement=True, nullable=False),
        *_numbers("run_id", "snapshot_id"),
        *_texts("source", "key"),
        *_maybe("code"),
        *_texts("kind"),
        *_maybe("attribute", "old_value", "new_value", "successor_code"),
        *_texts("evidence", "rules_version"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_change_run_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.snapshot_id"], name=op.f("fk_change_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_code"), "change", ["code"], unique=False)
    op.create_index(op.f("ix_change_run_id"), "change", ["run_id"], unique=False)
    op.create_index(op.f("ix_change_source_kind"), "change", ["source", "kind"], unique=False)
    op.create_table(
        "decision_code",
        *_texts("decision_number", "code", "role", "stage"),
        *_maybe("entered_by"),
        sa.CheckConstraint("role IN ('new', 'changed', 'repealed')", name=op.f("ck_decision_code_role")),
        sa.ForeignKeyConstraint(
            ["decision_number"], ["decision.decision_number"], name=op.f("fk_decision_code_decision_number")
        ),
        sa.PrimaryKeyConstraint("decision_number", "code", "role", name=op.f("pk_decision_code")),
    )
    op.create_table(
        "finding_event",
        sa.Column("event_id", sa.Integer(), autoincrement=True, nullable=False),
        *_numbers("finding_id"),
        sa.Column("run_id", sa.Integer(), nullable=True),
        *_texts("at", "actor", "action"),
        *_maybe("from_status", "to_status", "note"),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.finding_id"], name=op.f("fk_finding_event_finding_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_finding_event_run_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_finding_event")),
    )
    op.create_index(op.f("ix_finding_event_finding_id"), "finding_event", ["finding_id"], unique=False)
    op.create_index(
        op.f("ix_finding_event_run_id_action"), "finding_event", ["run_id", "action"], unique=False
    )
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.Integer(), autoincrement=True, nullable=False),
        *_numbers("run_id"),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        *_texts("source"),
        *_maybe("code"),
        *_texts("stage", "rule", "reason", "record"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_quarantine_run_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.snapshot_id"], name=op.f("fk_quarantine_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("quarantine_id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_run_id"), "quarantine", ["run_id"], unique=False)
    op.create_index(op.f("ix_quarantine_snapshot_id"), "quarantine", ["snapshot_id"], unique=False)
    op.create_table(
        "retired",
        *_texts("source", "key", "kind"),
        *_maybe("successor_code"),
        *_texts("evidence"),
        *_numbers("version_id", "run_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_retired_run_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["procedure_version.version_id"], name=op.f("fk_retired_version_id")
        ),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_retired")),
    )
    op.create_table(
        "staged",
        *_numbers("snapshot_id"),
        *_texts("key", "presence"),
        *_maybe("code", "source_id"),
        *_texts("list_digest"),
        *_maybe("state", "name"),
        *_numbers("was_read"),
        *_maybe("digest", "record"),
        *_texts("evidence"),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.snapshot_id"], name=op.f("fk_staged_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "key", name=op.f("pk_staged")),
    )
    op.create_table(
        "staged_look_up",
        *_numbers("snapshot_id"),
        *_texts("key", "outcome"),
        *_maybe("state"),
        *_texts("evidence"),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.snapshot_id"], name=op.f("fk_staged_look_up_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "key", name=op.f("pk_staged_look_up")),
    )
    op.create_table(
        "validation",
        sa.Column("validation_id", sa.Integer(), autoincrement=True, nullable=False),
        *_numbers("run_id"),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        *_texts("source", "suite", "expectation", "severity"),
        *_numbers("success"),
        *_texts("observed"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_validation_run_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.snapshot_id"], name=op.f("fk_validation_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("validation_id", name=op.f("pk_validation")),
    )
    op.create_index(op.f("ix_validation_run_id"), "validation", ["run_id"], unique=False)


def _texts(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, TEXT, nullable=False) for name in names)


def _maybe(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, TEXT, nullable=True) for name in names)


def _numbers(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, sa.Integer(), nullable=False) for name in names)

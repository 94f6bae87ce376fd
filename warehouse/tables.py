"""The tables. Free to change, by a revision in `migrations/versions`; the views are the contract.

Texts sort by code point on both engines (collation "C" on PostgreSQL). Times and dates are ISO
text, JSON is text with sorted keys, truths are 0 or 1 (see `texts`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted by code point on both engines."""


def _id(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=True)


def _key(name: str) -> Column[str]:
    return Column(name, TEXT, primary_key=True)


def _text(name: str, *arguments: Any, optional: bool = False) -> Column[Any]:
    return Column(name, TEXT, *arguments, nullable=optional)


def _maybe(name: str) -> Column[Any]:
    return Column(name, TEXT, nullable=True)


def _number(name: str, *arguments: Any, optional: bool = False) -> Column[Any]:
    return Column(name, Integer, *arguments, nullable=optional)


def _of_run(name: str = "run_id", optional: bool = False) -> Column[Any]:
    return Column(name, Integer, ForeignKey("run.run_id"), nullable=optional)


def _of_snapshot(optional: bool = False) -> Column[Any]:
    return Column("snapshot_id", Integer, ForeignKey("snapshot.snapshot_id"), nullable=optional)


run = Table(
    "run",
    metadata,
    _id("run_id"),
    _text("kind"),
    _maybe("argument"),
    _text("as_of"),
    _text("started_at"),
    _maybe("finished_at"),
    _maybe("status"),
    _text("rules_version"),
    _text("summary"),
)

snapshot = Table(
    "snapshot",
    metadata,
    _id("snapshot_id"),
    _of_run(),
    _text("source"),
    _text("role"),
    _text("as_of"),
    _text("day"),
    _text("scope"),
    _maybe("state"),
    _maybe("reason"),
    _number("applied"),
    _number("released"),
    _maybe("released_by"),
    _maybe("released_reason"),
    _maybe("released_at"),
    _number("declared_total", optional=True),
    _number("listed", optional=True),
    _number("distinct_codes", optional=True),
    _number("details_read", optional=True),
    _number("pages", optional=True),
    _number("requests", optional=True),
    _number("bytes", optional=True),
    _number("procedures", optional=True),
    _maybe("certificate"),
    _text("counts"),
    Index(None, "source", "as_of"),
    Index(None, "run_id"),
)

staged = Table(
    "staged",
    metadata,
    Column("snapshot_id", Integer, ForeignKey("snapshot.snapshot_id"), primary_key=True),
    _key("key"),
    _text("presence"),
    _maybe("code"),
    _maybe("source_id"),
    _text("list_digest"),
    _maybe("state"),
    _maybe("name"),
    _number("was_read"),
    _maybe("digest"),
    _maybe("record"),
    _text("evidence"),
)
"""What a running or held snapshot met; emptied when the snapshot becomes current or is given up."""

staged_look_up = Table(
    "staged_look_up",
    metadata,
    Column("snapshot_id", Integer, ForeignKey("snapshot.snapshot_id"), primary_key=True),
    _key("key"),
    _text("outcome"),
    _maybe("state"),
    _text("evidence"),
)

listing = Table(
    "listing",
    metadata,
    _key("source"),
    _key("key"),
    _maybe("source_id"),
    _maybe("code"),
    _text("list_digest"),
    _maybe("read_at"),
    _text("evidence"),
)
"""What a source's listing showed last, item by item: what a reader is told it remembers."""

state_seen = Table("state_seen", metadata, _key("source"), _key("state"))

look_up = Table(
    "look_up",
    metadata,
    _key("source"),
    _key("key"),
    _text("outcome"),
    _maybe("state"),
    _text("evidence"),
    _text("at"),
)
"""The last answer a source gave when asked for one code that its listing lacks."""

procedure_version = Table(
    "procedure_version",
    metadata,
    _id("version_id"),
    _text("source"),
    _text("key"),
    _maybe("code"),
    _maybe("local_code"),
    _text("name"),
    _maybe("field"),
    _maybe("executing_levels"),
    _maybe("online_level"),
    _maybe("agency"),
    _maybe("promulgating_agency"),
    _maybe("decision_number"),
    _maybe("decision_date"),
    _maybe("processing_time"),
    _maybe("fee"),
    _maybe("ways"),
    _maybe("division"),
    _number("decentralised", optional=True),
    _maybe("url"),
    _text("digest"),
    _text("record"),
    _text("evidence"),
    _text("valid_from"),
    _maybe("valid_to"),
    _of_run("opened_run"),
    _of_run("closed_run", optional=True),
    _maybe("closing"),
    Index(
        "uq_procedure_version_current",
        "source",
        "key",
        unique=True,
        sqlite_where=text("valid_to IS NULL"),
        postgresql_where=text("valid_to IS NULL"),
    ),
    Index(None, "source", "key", "version_id"),
    Index(None, "code"),
)
"""One row a version. `closing`: why it ended (changed, or the kind of change that took it away)."""

absence = Table(
    "absence",
    metadata,
    _key("source"),
    _key("key"),
    _text("since"),
    _text("last_day"),
    _number("nights"),
    _text("evidence"),
)

retired = Table(
    "retired",
    metadata,
    _key("source"),
    _key("key"),
    _text("kind"),
    _maybe("successor_code"),
    _text("evidence"),
    Column("version_id", Integer, ForeignKey("procedure_version.version_id"), nullable=False),
    _of_run(),
)
"""What a source no longer publishes, with its last version; `kind` is the kind of change that says so."""

change = Table(
    "change",
    metadata,
    _id("change_id"),
    _of_run(),
    _of_snapshot(),
    _text("source"),
    _text("key"),
    _maybe("code"),
    _text("kind"),
    _maybe("attribute"),
    _maybe("old_value"),
    _maybe("new_value"),
    _maybe("successor_code"),
    _text("evidence"),
    _text("rules_version"),
    Index(None, "run_id"),
    Index(None, "source", "kind"),
    Index(None, "code"),
)

finding = Table(
    "finding",
    metadata,
    _id("finding_id"),
    _text("fingerprint"),
    _text("kind"),
    _text("severity"),
    _text("status"),
    _text("subject"),
    _maybe("code"),
    _maybe("name"),
    _maybe("attribute"),
    _maybe("catalogue_value"),
    _maybe("national_value"),
    _maybe("provincial_value"),
    _maybe("successor_code"),
    _maybe("division"),
    _maybe("due_date"),
    _text("sources"),
    _text("sides"),
    _maybe("ignored_sides"),
    _of_run("first_seen_run"),
    _of_run("last_seen_run"),
    _of_run("resolved_run", optional=True),
    _text("evidence"),
    _text("rules_version"),
    UniqueConstraint("fingerprint"),
    Index(None, "status", "kind"),
    Index(None, "code"),
)
"""`ignored_sides`: what the sides said when a person said to ignore it."""

finding_event = Table(
    "finding_event",
    metadata,
    _id("event_id"),
    Column("finding_id", Integer, ForeignKey("finding.finding_id"), nullable=False),
    _of_run(optional=True),
    _text("at"),
    _text("actor"),
    _text("action"),
    _maybe("from_status"),
    _maybe("to_status"),
    _maybe("note"),
    Index(None, "finding_id"),
    Index(None, "run_id", "action"),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id("quarantine_id"),
    _of_run(),
    _of_snapshot(optional=True),
    _text("source"),
    _maybe("code"),
    _text("stage"),
    _text("rule"),
    _text("reason"),
    _text("record"),
    Index(None, "run_id"),
    Index(None, "snapshot_id"),
)

validation = Table(
    "validation",
    metadata,
    _id("validation_id"),
    _of_run(),
    _of_snapshot(optional=True),
    _text("source"),
    _text("suite"),
    _text("expectation"),
    _text("severity"),
    _number("success"),
    _text("observed"),
    Index(None, "run_id"),
)

gate_pass = Table("gate_pass", metadata, _key("source"), _key("suite"), _text("fingerprint"))
"""What a gate let through last: an equal batch under equal thresholds is not judged again."""

alert = Table(
    "alert",
    metadata,
    _id("alert_id"),
    _of_run(),
    _text("dedupe_key"),
    _text("kind"),
    _text("channel"),
    _text("recipient"),
    _text("state"),
    _text("subject"),
    _text("body"),
    _number("finding_count"),
    _text("created_at"),
    _maybe("sent_at"),
    _number("attempts"),
    _maybe("last_error"),
    UniqueConstraint("dedupe_key"),
    Index(None, "state"),
)

code_match = Table(
    "code_match",
    metadata,
    _key("source"),
    _key("key"),
    _text("code"),
    _text("matched_by"),
    _maybe("actor"),
    _text("at"),
    _of_run(optional=True),
    CheckConstraint("matched_by IN ('name', 'person')", name="matched_by"),
)
"""The national code of a row that has none of its own: found by name, or confirmed by a person."""

exclusion = Table(
    "exclusion",
    metadata,
    _id("exclusion_id"),
    _maybe("code"),
    _maybe("agency"),
    _maybe("field"),
    _text("actor"),
    _text("reason"),
    _text("at"),
)

decision = Table(
    "decision",
    metadata,
    _key("decision_number"),
    _maybe("agency"),
    _maybe("decision_date"),
    _maybe("effective_date"),
    _maybe("due_date"),
    _maybe("due_basis"),
    _text("new_codes"),
    _text("changed_codes"),
    _text("repealed_codes"),
    Column("announced", Float, nullable=False),
    _maybe("division"),
    _text("state"),
    _of_run(),
)

decision_code = Table(
    "decision_code",
    metadata,
    Column("decision_number", TEXT, ForeignKey("decision.decision_number"), primary_key=True),
    _key("code"),
    _key("role"),
    _text("stage"),
    _maybe("entered_by"),
    CheckConstraint("role IN ('new', 'changed', 'repealed')", name="role"),
)
"""What a ministry's decision did to a code, and how far its announcement is; `entered_by`: a person."""

announcement = Table(
    "announcement",
    metadata,
    _key("decision_number"),
    _key("code"),
    _key("province_decision_number"),
    _maybe("province_decision_date"),
    _maybe("published_on"),
)

service = Table(
    "service",
    metadata,
    _key("case_code"),
    _key("agency_code"),
    _text("code"),
    _text("agency"),
    _text("level"),
    _of_run(),
    Index(None, "code"),
)

kpi = Table(
    "kpi",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    _key("level"),
    _text("as_of"),
    _number("procedures"),
    _number("eligible_full"),
    _number("online_full"),
    _number("online_partial"),
    _number("online_none"),
    _number("without_reason"),
    _number("postal"),
    _number("decentralised"),
    _number("decentralisation_proposed"),
    _number("on_national_portal", optional=True),
)

"""Tables of what the sources publish: runs, snapshots, versions, changes, and outcomes of gates.

Free to change, by a revision in `migrations/versions`; the views are the contract.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from procedures.attributes import STORED_ATTRIBUTES
from warehouse.db.column_types import (
    identity,
    key,
    large_number,
    metadata,
    number,
    optional_text,
    partial_index,
    run_reference,
    snapshot_reference,
    text,
)

ATTRIBUTE_COLUMNS = ("local_code", *(name for name in STORED_ATTRIBUTES if name != "name"), "url")
"""Attributes of a record that have a column of their own, besides its code and name."""

run = Table(
    "run",
    metadata,
    identity("run_id"),
    text("kind"),
    optional_text("argument"),
    text("as_of"),
    text("started_at"),
    optional_text("finished_at"),
    optional_text("status"),
    text("rules_version"),
    text("summary"),
    number("told_run", optional=True),
)
"""`told_run`: the run whose letters reported what this one changed, mostly itself."""

snapshot = Table(
    "snapshot",
    metadata,
    identity("snapshot_id"),
    run_reference(),
    text("source"),
    text("role"),
    text("as_of"),
    text("day"),
    text("scope"),
    optional_text("state"),
    optional_text("reason"),
    number("applied"),
    number("released"),
    optional_text("released_by"),
    optional_text("released_reason"),
    optional_text("released_at"),
    number("declared_total", optional=True),
    number("listed", optional=True),
    number("distinct_codes", optional=True),
    number("details_read", optional=True),
    number("pages", optional=True),
    number("requests", optional=True),
    large_number("bytes"),
    number("procedures", optional=True),
    optional_text("certificate"),
    text("counts"),
    Index(None, "source", "as_of"),
    Index(None, "run_id"),
)

staged = Table(
    "staged",
    metadata,
    Column("snapshot_id", Integer, ForeignKey("snapshot.snapshot_id"), primary_key=True),
    key("key"),
    text("presence"),
    optional_text("code"),
    optional_text("source_id"),
    text("list_digest"),
    optional_text("state"),
    optional_text("name"),
    number("was_read"),
    optional_text("digest"),
    optional_text("record"),
    text("evidence"),
    *(optional_text(name) for name in ATTRIBUTE_COLUMNS),
    number("decentralised", optional=True),
)
"""What a running or held snapshot observed; emptied when the snapshot becomes current or is discarded.

`record` and the columns after `evidence` are empty where a version of that digest was current already.
"""

staged_look_up = Table(
    "staged_look_up",
    metadata,
    Column("snapshot_id", Integer, ForeignKey("snapshot.snapshot_id"), primary_key=True),
    key("key"),
    text("outcome"),
    optional_text("state"),
    text("evidence"),
)

listing = Table(
    "listing",
    metadata,
    key("source"),
    key("key"),
    optional_text("source_id"),
    optional_text("code"),
    text("list_digest"),
    optional_text("read_at"),
    text("evidence"),
    optional_text("judged_digest"),
)
"""The last listing of a source, item by item, as the next reader gets it.

`judged_digest` is that of the record that was read last and passed the gate of records.
"""

state_seen = Table("state_seen", metadata, key("source"), key("state"))

look_up = Table(
    "look_up",
    metadata,
    key("source"),
    key("key"),
    text("outcome"),
    optional_text("state"),
    text("evidence"),
    text("at"),
)
"""The last answer of a source when asked for one code that its listing lacks."""

procedure_version = Table(
    "procedure_version",
    metadata,
    identity("version_id"),
    text("source"),
    text("key"),
    optional_text("code"),
    text("name"),
    *(optional_text(name) for name in ATTRIBUTE_COLUMNS),
    number("decentralised", optional=True),
    text("digest"),
    text("record"),
    text("evidence"),
    text("valid_from"),
    optional_text("valid_to"),
    run_reference("opened_run"),
    run_reference("closed_run", optional=True),
    optional_text("closing"),
    partial_index("uq_procedure_version_current", "source", "key", where="valid_to IS NULL", unique=True),
    Index(None, "source", "key", "valid_to", "digest"),
    Index(None, "code"),
)
"""One row per version. `closing`: why it ended (changed, or the kind of change that ended it)."""

absence = Table(
    "absence",
    metadata,
    key("source"),
    key("key"),
    text("since"),
    text("last_day"),
    number("nights"),
    text("evidence"),
)

retired = Table(
    "retired",
    metadata,
    key("source"),
    key("key"),
    text("kind"),
    optional_text("successor_code"),
    text("evidence"),
    Column("version_id", Integer, ForeignKey("procedure_version.version_id"), nullable=False),
    run_reference(),
)
"""What a source no longer publishes, with its last version; `kind`: the kind of change that ended it."""

change = Table(
    "change",
    metadata,
    identity("change_id"),
    run_reference(),
    snapshot_reference(),
    text("source"),
    text("key"),
    optional_text("code"),
    text("kind"),
    optional_text("attribute"),
    optional_text("old_value"),
    optional_text("new_value"),
    optional_text("successor_code"),
    text("evidence"),
    text("rules_version"),
    Index(None, "run_id"),
    Index(None, "source", "kind"),
    Index(None, "code"),
)

quarantine = Table(
    "quarantine",
    metadata,
    identity("quarantine_id"),
    run_reference(),
    snapshot_reference(optional=True),
    text("source"),
    optional_text("code"),
    text("stage"),
    text("rule"),
    text("reason"),
    text("record"),
    optional_text("key"),
    optional_text("digest"),
    Index(None, "run_id"),
    Index(None, "snapshot_id"),
)
"""`key` is that of the listing; `digest` is the same for as long as the record is."""

quarantine_decision = Table(
    "quarantine_decision",
    metadata,
    key("source"),
    key("digest"),
    optional_text("key"),
    text("state"),
    text("actor"),
    text("reason"),
    text("at"),
    CheckConstraint("state IN ('released', 'dismissed')", name="state"),
)
"""A person's decision on a record in quarantine; it holds while the record stays the same."""

validation = Table(
    "validation",
    metadata,
    identity("validation_id"),
    run_reference(),
    snapshot_reference(optional=True),
    text("source"),
    text("suite"),
    text("expectation"),
    text("severity"),
    number("success"),
    text("observed"),
    Index(None, "run_id"),
)

gate_pass = Table("gate_pass", metadata, key("source"), key("suite"), text("fingerprint"))
"""The last batch that a gate let through: an equal one under equal thresholds is not judged again. As
`rules_since` a source has the rules that judge its records, and since when."""

column_mapping = Table(
    "column_mapping",
    metadata,
    identity("mapping_id"),
    text("shape"),
    number("version"),
    text("headings"),
    text("mapping"),
    text("actor"),
    text("at"),
    UniqueConstraint("shape", "version"),
)
"""What people said of the columns of files of one shape; rows are only ever added, the last version holds."""

"""Tables of the office's own work: who owns what, plain registers, and every event of the ledger.

Free to change, by a revision in `migrations/versions`; the views are the contract.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from warehouse.db.column_types import identity, metadata, number, optional_text, text

ledger_event = Table(
    "ledger_event",
    metadata,
    identity("event_id"),
    text("at"),
    text("actor"),
    text("subject_kind"),
    text("subject"),
    text("attribute"),
    optional_text("from_value"),
    optional_text("to_value"),
    optional_text("reason"),
    Index(None, "subject_kind", "subject"),
)
"""Who changed what, when, from what, to what, and why; rows are only added."""

assignment_rule = Table(
    "assignment_rule",
    metadata,
    identity("rule_id"),
    optional_text("code"),
    optional_text("field"),
    optional_text("agency"),
    optional_text("ministry"),
    text("division"),
    optional_text("person"),
    optional_text("leader"),
    text("actor"),
    text("at"),
    optional_text("ended_by"),
    optional_text("ended_at"),
)

duty = Table(
    "duty",
    metadata,
    identity("duty_id"),
    text("subject_kind"),
    text("subject"),
    text("division"),
    optional_text("person"),
    optional_text("leader"),
    optional_text("due_date"),
    optional_text("extended_until"),
    optional_text("extension_reason"),
    optional_text("reply"),
    optional_text("replied_at"),
    number("reminders"),
    optional_text("urged_on"),
    optional_text("escalated_on"),
    optional_text("closed_at"),
    UniqueConstraint("subject_kind", "subject"),
    Index(None, "division", "closed_at"),
)
"""Work that was given to a division: a decision, a finding, a task."""

register_entry = Table(
    "register_entry",
    metadata,
    identity("entry_id"),
    text("register"),
    optional_text("division"),
    optional_text("deadline"),
    optional_text("state"),
    text("record"),
    number("version"),
    text("created_at"),
    text("updated_at"),
    Index(None, "register", "division"),
)

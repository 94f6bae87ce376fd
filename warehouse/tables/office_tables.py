"""Tables of the office's own work: who owns what, plain registers, and every event of the ledger.

Free to change, by a revision in `migrations/versions`; the views are the contract.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from warehouse.db.column_types import identity, maybe, metadata, number, text

ledger_event = Table(
    "ledger_event",
    metadata,
    identity("event_id"),
    text("at"),
    text("actor"),
    text("subject_kind"),
    text("subject"),
    text("attribute"),
    maybe("from_value"),
    maybe("to_value"),
    maybe("reason"),
    Index(None, "subject_kind", "subject"),
)
"""Who changed what, when, from what, to what, and why; rows are only added."""

assignment_rule = Table(
    "assignment_rule",
    metadata,
    identity("rule_id"),
    maybe("code"),
    maybe("field"),
    maybe("agency"),
    maybe("ministry"),
    text("division"),
    maybe("person"),
    maybe("leader"),
    text("actor"),
    text("at"),
    maybe("ended_by"),
    maybe("ended_at"),
)

duty = Table(
    "duty",
    metadata,
    identity("duty_id"),
    text("subject_kind"),
    text("subject"),
    text("division"),
    maybe("person"),
    maybe("leader"),
    maybe("due_date"),
    maybe("extended_until"),
    maybe("extension_reason"),
    maybe("reply"),
    maybe("replied_at"),
    number("reminders"),
    maybe("urged_on"),
    maybe("escalated_on"),
    maybe("closed_at"),
    UniqueConstraint("subject_kind", "subject"),
    Index(None, "division", "closed_at"),
)
"""Work that was given to a division: a decision, a finding, a task."""

register_entry = Table(
    "register_entry",
    metadata,
    identity("entry_id"),
    text("register"),
    maybe("division"),
    maybe("deadline"),
    maybe("state"),
    text("record"),
    number("version"),
    text("created_at"),
    text("updated_at"),
    Index(None, "register", "division"),
)

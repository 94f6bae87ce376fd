"""Tables of people's own desks: views they saved, when they last looked, and what they did to many findings.

Free to change, by a revision in `migrations/versions`; the views are the contract.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from warehouse.db.column_types import identity, key, metadata, number, optional_text, text

saved_view = Table(
    "saved_view",
    metadata,
    identity("view_id"),
    text("owner"),
    text("name"),
    text("query"),
    number("shared"),
    text("created_at"),
    UniqueConstraint("owner", "name"),
)
"""A view of the list of findings under a name; `query` is that of its address. `shared`: all see it."""

visit = Table(
    "visit",
    metadata,
    key("person"),
    text("at"),
    optional_text("since"),
)
"""When a person looked at the morning page: `at` the last time, `since` the last time of an earlier visit.

What changed is told from `since` on, so that reading the page twice in a morning shows the same; None on the
first visit.
"""

bulk_action = Table(
    "bulk_action",
    metadata,
    identity("action_id"),
    text("at"),
    text("actor"),
    text("action"),
    optional_text("note"),
    optional_text("undone_at"),
    optional_text("undone_by"),
)
"""What a person did to findings in one go; it can be undone as one, too."""

bulk_action_finding = Table(
    "bulk_action_finding",
    metadata,
    Column("action_id", Integer, ForeignKey("bulk_action.action_id"), primary_key=True),
    Column("finding_id", Integer, ForeignKey("finding.finding_id"), primary_key=True),
    number("version"),
    text("before"),
    Index(None, "finding_id"),
)
"""A finding as it was before: its triage as JSON in `before`, and its `version` once the action was done.

A finding whose version has moved on was changed by somebody else since, and is left alone by an undo.
"""

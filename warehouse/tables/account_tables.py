"""Tables of the review site: accounts, second factors, sessions, and the log of signing in.

Free to change, by a revision in `migrations/versions`; the views are the contract.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from warehouse.db.column_types import TEXT, identity, key, metadata, number, optional_text, text

account = Table(
    "account",
    metadata,
    key("name"),
    text("role"),
    text("password"),
    text("created_at"),
    optional_text("removed_at"),
    CheckConstraint("role IN ('viewer', 'analyst', 'admin')", name="role"),
)
"""`password` is an argon2 hash, or `!` of an account that only a reverse proxy signs in."""

site_session = Table(
    "site_session",
    metadata,
    key("digest"),
    Column("account", TEXT, ForeignKey("account.name"), nullable=False),
    text("created_at"),
    text("seen_at"),
    text("address"),
    text("method", default="password"),
)
"""`digest` is of the secret that the browser holds: who reads the table cannot sign in with it."""

second_factor = Table(
    "second_factor",
    metadata,
    Column("account", TEXT, ForeignKey("account.name"), primary_key=True),
    text("secret"),
    text("started_at"),
    optional_text("confirmed_at"),
    number("last_step"),
)
"""`secret` makes the codes, so it is stored as it is; `last_step` is the time step of the last code taken."""

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account", TEXT, ForeignKey("account.name"), primary_key=True),
    key("digest"),
)
"""Codes not used yet."""

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    identity("failure_id"),
    text("account"),
    text("address"),
    text("at"),
    Index(None, "at"),
)

sign_in_event = Table(
    "sign_in_event",
    metadata,
    identity("event_id"),
    text("at"),
    text("kind"),
    text("account"),
    text("typed"),
    text("address"),
    optional_text("detail"),
    Index(None, "at"),
    Index(None, "account"),
)
"""Rows are added, and deleted by `[retention]`: so no trigger guards them as it does other events."""

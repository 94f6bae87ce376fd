"""Tables of the review site: accounts, sessions, and failed log-ins.

Free to change, by a revision in `migrations/versions`; the views are the contract.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from warehouse.db.column_types import TEXT, identity, key, metadata, optional_text, text

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
)
"""`digest` is of the secret that the browser holds: who reads the table cannot sign in with it."""

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    identity("failure_id"),
    text("account"),
    text("address"),
    text("at"),
    Index(None, "at"),
)

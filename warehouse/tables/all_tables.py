"""All tables: `metadata` knows each, which it does not where only some of their modules are loaded."""

from __future__ import annotations

from warehouse.db.column_types import metadata
from warehouse.tables import account_tables, desk_tables, finding_tables, office_tables, source_tables

__all__ = ["account_tables", "desk_tables", "finding_tables", "metadata", "office_tables", "source_tables"]

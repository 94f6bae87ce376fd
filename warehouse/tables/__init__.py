"""The tables of the warehouse, each declared once, by what they hold; `metadata` knows all of them."""

from warehouse.db.column_types import metadata
from warehouse.tables import account_tables, desk_tables, finding_tables, office_tables, source_tables

__all__ = ["account_tables", "desk_tables", "finding_tables", "metadata", "office_tables", "source_tables"]

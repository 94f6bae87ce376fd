"""The way from an empty or older database to the current one; `warehouse.db.schema.upgrade` walks it."""

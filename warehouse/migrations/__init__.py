"""The way from an empty or older database to the current one; `warehouse.schema.upgrade` walks it."""

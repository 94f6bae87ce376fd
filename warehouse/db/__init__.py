"""What the database itself needs: engine, locks, bulk writes, schema, views, copies."""

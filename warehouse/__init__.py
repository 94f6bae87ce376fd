"""What is kept: versions of procedures, what moved, where the sides disagree. SQLite or PostgreSQL.

Short functions over a `sqlalchemy.Connection`; `engine.reading` and `engine.writing` give one.
Importing this package is cheap, and so is each module: Alembic is loaded only to migrate.
"""

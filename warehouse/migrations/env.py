"""How Alembic reaches the warehouse: by the connection, and in the transaction, that it is handed.

Views are dropped before the tables move, and created once those are what the program's views speak of. There
is no alembic.ini: `warehouse.db.schema` configures.
"""

from alembic import context

from warehouse.db.revision import HEAD
from warehouse.db.views import create_views, drop_views
from warehouse.tables.all_tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    drop_views(connection)
    context.run_migrations()
    if HEAD in context.get_context().get_current_heads():
        create_views(connection)

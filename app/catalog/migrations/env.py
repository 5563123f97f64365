"""Run by Alembic for each command: the caller's connection and transaction, our models."""

from alembic import context

from app.catalog.migrations import VERSION_TABLE
from app.catalog.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

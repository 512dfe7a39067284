"""Runs migrations on the connection that `store.schema` opened; one transaction for all of them."""

from alembic import context

from store.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=connection.dialect.name == "sqlite")
context.run_migrations()

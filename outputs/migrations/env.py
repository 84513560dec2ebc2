"""What Alembic runs to change a ledger, on the connection that `outputs.ledger_revisions` hands it."""

from alembic import context

from outputs.ledger_tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()

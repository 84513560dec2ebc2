"""Documents of the enrolled: a keyed hash to look up by, a mask for people, and which key it was."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, and the table of what tells the key."""
    for name in ("document_hash", "document_masked"):
        op.add_column("run_enrolments", sa.Column(name, sa.String))
    op.create_index("ix_run_enrolments_document_hash", "run_enrolments", ["document_hash"])
    op.create_table(
        "ledger_keys",
        sa.Column("key_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("check_value", sa.String, nullable=False),
    )

"""What there was of a student when a retake was asked for."""

import sqlalchemy as sa
from alembic import op

from outputs.ledger_guards import only_add

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table and guard it."""
    op.create_table(
        "decision_shots",
        sa.Column("decision_id", sa.Integer, sa.ForeignKey("decisions.decision_id"), primary_key=True),
        sa.Column("sha256", sa.String, primary_key=True),
    )
    only_add(op.get_bind(), ("decision_shots",))

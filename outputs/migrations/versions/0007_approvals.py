"""Who approved a run's bundle, or did not."""

import sqlalchemy as sa
from alembic import op

from outputs.ledger_guards import only_add

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table and guard it."""
    op.create_table(
        "approvals",
        sa.Column("approval_id", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("campaign", "run", "answered_at", "answer")
        ),
        *(sa.Column(name, sa.String) for name in ("by_whom", "because")),
    )
    op.create_index("ix_approvals_campaign", "approvals", ["campaign"])
    only_add(op.get_bind(), ("approvals",))

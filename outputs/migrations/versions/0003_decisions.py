"""Decisions, and beside each finding who accepted it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, and the column of the findings."""
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("campaign", "decided_at", "kind")),
        *(sa.Column(name, sa.String) for name in ("student_no", "code", "capture_sha256")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("by_whom", "because")),
        sa.Column("valid_until", sa.String),
        sa.Column("withdraws", sa.Integer, sa.ForeignKey("decisions.decision_id")),
    )
    op.create_index("ix_decisions_campaign", "decisions", ["campaign"])
    op.add_column("run_findings", sa.Column("waived", sa.String))

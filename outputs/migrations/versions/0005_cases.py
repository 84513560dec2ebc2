"""Feedback: the lists read, who is registered, cases and how they ended."""

import sqlalchemy as sa
from alembic import op

from outputs.ledger_guards import only_add

revision = "0005"
down_revision = "0004"

TABLES = ("feedback_lists", "platform_students", "registrations", "cases", "case_ends")


def upgrade() -> None:
    """Add the tables and guard them."""
    _lists()
    _cases()
    only_add(op.get_bind(), TABLES)


def _lists() -> None:
    op.create_table(
        "feedback_lists",
        sa.Column("list_id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("campaign", "kind", "read_at")),
        sa.Column("source_sha256", sa.String, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.UniqueConstraint("campaign", "kind", "source_sha256"),
    )
    op.create_table(
        "platform_students",
        sa.Column("list_id", sa.Integer, sa.ForeignKey("feedback_lists.list_id"), primary_key=True),
        sa.Column("student_no", sa.String, primary_key=True),
    )
    op.create_table(
        "registrations",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("student_no", sa.String, primary_key=True),
        sa.Column("list_id", sa.Integer, sa.ForeignKey("feedback_lists.list_id"), nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("campaign", "opened_at", "kind")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("student_no", "code")),
        *(sa.Column(name, sa.String) for name in ("due_on", "said", "source_sha256")),
    )
    op.create_index("ix_cases_campaign", "cases", ["campaign"])
    op.create_index("ix_cases_student_no", "cases", ["student_no"])
    op.create_table(
        "case_ends",
        sa.Column(
            "case_id", sa.Integer, sa.ForeignKey("cases.case_id"), primary_key=True, autoincrement=False
        ),
        *(sa.Column(name, sa.String, nullable=False) for name in ("closed_at", "how")),
        *(sa.Column(name, sa.String) for name in ("bundle", "source_sha256", "by_whom", "because")),
    )

"""Purges: who had a campaign's originals and personal data deleted, when and why; and what they may erase."""

import sqlalchemy as sa
from alembic import op

from outputs.ledger_guards import Erasable, erasable, only_add

revision = "0012"
down_revision = "0011"

_OF_RUN = "SELECT runs.campaign FROM runs WHERE runs.run_id = {row}.run_id"
_OF_CASE = "SELECT cases.campaign FROM cases WHERE cases.case_id = {row}.case_id"
_OWN = "{row}.campaign"
_DIGEST = "coalesce(substr({row}.sha256, 1, 16), '-')"
ERASABLE = {
    "run_enrolments": Erasable(_OF_RUN, {"document_hash": "NULL"}),
    "run_captures": Erasable(_OF_RUN, {"capture_path": _DIGEST, "evidence": "NULL"}),
    "run_findings": Erasable(_OF_RUN, {"capture_path": "NULL", "waived": "NULL"}),
    "run_corrections": Erasable(_OF_RUN, dict.fromkeys(("before", "after", "because"), "NULL")),
    "decisions": Erasable(_OWN, {"because": "'-'"}),
    "cases": Erasable(_OWN, {"said": "NULL"}),
    "case_ends": Erasable(_OF_CASE, {"because": "NULL"}),
    "approvals": Erasable(_OWN, {"because": "NULL"}),
}
"""What could name somebody or say something of them: how a document is found, file names, free text."""


def upgrade() -> None:
    """Make the tables, guard them, and let a purge erase what it is for."""
    op.create_table(
        "purges",
        sa.Column("purge_id", sa.Integer, primary_key=True),
        sa.Column("campaign", sa.String, nullable=False, index=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("begun_at", "by_whom")),
        *(sa.Column(name, sa.String) for name in ("because", "retain_until")),
    )
    op.create_table(
        "purged_rows",
        _of_purge(),
        sa.Column("table_name", sa.String, primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
    )
    op.create_table(
        "purge_ends",
        _of_purge(),
        *(sa.Column(name, sa.String, nullable=False) for name in ("ended_at", "certificate_sha256")),
    )
    only_add(op.get_bind(), ("purges", "purged_rows", "purge_ends"))
    erasable(op.get_bind(), ERASABLE)


def _of_purge() -> sa.Column[int]:
    return sa.Column(
        "purge_id", sa.Integer, sa.ForeignKey("purges.purge_id"), primary_key=True, autoincrement=False
    )

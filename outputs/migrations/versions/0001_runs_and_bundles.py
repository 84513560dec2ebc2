"""Runs, what they said of everybody, bundles and certificate numbers.

Ledgers older than revisions have some or all of these tables: what is there stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there yet."""
    _runs()
    _what_runs_said()
    _bundles()
    _certificate_numbers()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Integer, primary_key=True),
        sa.Column("campaign", sa.String, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("run", "kind", "profile")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("started_at", "finished_at")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("expected", "accepted", "rejected")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("missing", "ineligible", "locked")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("captures", "sealed")),
        sa.Column("bundle", sa.String),
        sa.UniqueConstraint("campaign", "run"),
        if_not_exists=True,
    )
    op.create_index("ix_runs_campaign", "runs", ["campaign"], if_not_exists=True)
    op.create_table(
        "run_inputs",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("input", sa.String, primary_key=True),
        sa.Column("sha256", sa.String, nullable=False),
        if_not_exists=True,
    )


def _what_runs_said() -> None:
    op.create_table(
        "run_enrolments",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String) for name in ("student_no", "unit_name")),
        sa.Column("state", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in ("codes", "capture_sha256", "photo_sha256", "bundle")),
        if_not_exists=True,
    )
    op.create_table(
        "run_captures",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("capture_path", sa.String, nullable=False),
        sa.Column("camera_name", sa.String),
        sa.Column("taken_at", sa.DateTime),
        sa.Column("sha256", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("row", sa.Integer),
        *(sa.Column(name, sa.String) for name in ("student_no", "evidence", "codes")),
        if_not_exists=True,
    )
    op.create_table(
        "frame_hashes",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("frame_hash", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "run_findings",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("row", sa.Integer),
        *(sa.Column(name, sa.String) for name in ("student_no", "capture_path")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("code", "severity")),
        *(sa.Column(name, sa.String) for name in ("column", "seen", "limit")),
        if_not_exists=True,
    )
    for table in ("run_enrolments", "run_captures", "run_findings"):
        op.create_index(f"ix_{table}_student_no", table, ["student_no"], if_not_exists=True)
    op.create_index("ix_run_findings_code", "run_findings", ["code"], if_not_exists=True)


def _bundles() -> None:
    op.create_table(
        "bundles",
        sa.Column("bundle_id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("campaign", "name")),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
        sa.Column("archive_sha256", sa.String, nullable=False),
        sa.Column("sealed", sa.Integer, nullable=False),
        sa.Column("supplements", sa.String),
        sa.UniqueConstraint("campaign", "name"),
        sa.UniqueConstraint("campaign", "number"),
        if_not_exists=True,
    )
    op.create_table(
        "bundle_records",
        sa.Column("bundle_id", sa.Integer, sa.ForeignKey("bundles.bundle_id"), primary_key=True),
        sa.Column("student_no", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("record_sha256", "photo_sha256")),
        sa.Column("capture_sha256", sa.String),
        if_not_exists=True,
    )


def _certificate_numbers() -> None:
    table = "certificate_numbers"
    op.create_table(
        table,
        sa.Column("number_id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("school_code", "kind", "number")),
        sa.Column("student_no", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in ("level_name", "conclusion")),
        sa.Column("is_issued", sa.Boolean, nullable=False),
        sa.Column("bundle_id", sa.Integer, sa.ForeignKey("bundles.bundle_id"), nullable=False),
        sa.UniqueConstraint("school_code", "kind", "number"),
        if_not_exists=True,
    )
    op.create_index(f"ix_{table}_school_code", table, ["school_code"], if_not_exists=True)
    is_issued: sa.ColumnClause[bool] = sa.column("is_issued")
    op.create_index(
        "one_issued_number", table, ["school_code", "kind", "student_no", "level_name"], unique=True,
        sqlite_where=is_issued, postgresql_where=is_issued, if_not_exists=True,
    )  # fmt: skip

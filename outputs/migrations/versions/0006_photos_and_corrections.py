"""How photos were made, what was corrected, what speaks for a link, where a record stands in its bundle.

And views of how things stand now.
"""

import sqlalchemy as sa
from alembic import op

from outputs.ledger_guards import only_add

revision = "0006"
down_revision = "0005"

CURRENT_RECORDS = """
CREATE VIEW current_records AS
SELECT campaign, student_no, bundle, bundle_number, "position", photo_name,
    record_sha256, photo_sha256, capture_sha256
FROM (
    SELECT bundles.campaign, bundles.name AS bundle, bundles.number AS bundle_number, record.*,
        row_number() OVER (
            PARTITION BY bundles.campaign, record.student_no ORDER BY bundles.number DESC
        ) AS age
    FROM bundle_records AS record JOIN bundles ON bundles.bundle_id = record.bundle_id
) AS aged
WHERE age = 1
"""
"""The record of every student in the last bundle that holds one."""

CURRENT_ENROLMENTS = """
CREATE VIEW current_enrolments AS
SELECT campaign, student_no, document_masked, unit_name, state, codes, run, kind, started_at, bundle
FROM (
    SELECT runs.campaign, runs.run, runs.kind, runs.started_at, who.student_no, who.document_masked,
        who.unit_name, who.state, who.codes, who.bundle,
        row_number() OVER (
            PARTITION BY runs.campaign, who.student_no ORDER BY runs.run_id DESC, who."row" DESC
        ) AS age
    FROM run_enrolments AS who JOIN runs ON runs.run_id = who.run_id
    WHERE who.student_no IS NOT NULL
) AS aged
WHERE age = 1
"""
"""How every student ended the latest run that knew them, and which bundle held them then."""


def upgrade() -> None:
    """Make the tables, the columns of runs, captures and records, and the views."""
    op.add_column("runs", sa.Column("engine", sa.String))
    for name in ("supports", "contradicts", "photo_sha256"):
        op.add_column("run_captures", sa.Column(name, sa.String))
    op.add_column("bundle_records", sa.Column("position", sa.Integer))
    op.add_column("bundle_records", sa.Column("photo_name", sa.String))
    _photos()
    _corrections()
    only_add(op.get_bind(), ("photos", "run_corrections"))
    for view in ("current_enrolments", "current_records"):
        op.execute(f"DROP VIEW IF EXISTS {view}")
    op.execute(CURRENT_RECORDS)
    op.execute(CURRENT_ENROLMENTS)


def _photos() -> None:
    op.create_table(
        "photos",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("capture_sha256", "engine")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("profile", "photo_sha256")),
        sa.Column("orientation", sa.Integer),
        *(sa.Column(f"crop_{part}_px", sa.Float) for part in ("left", "top", "width", "height")),
        sa.Column("scale", sa.Float),
        *(sa.Column(name, sa.Integer) for name in ("quality", "encodes")),
        sa.Column("size_kb", sa.Float),
    )


def _corrections() -> None:
    table = "run_corrections"
    op.create_table(
        table,
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String) for name in ("file", "sheet")),
        sa.Column("row", sa.Integer),
        *(sa.Column(name, sa.String) for name in ("student_no", "column", "before", "after")),
        *(sa.Column(name, sa.String) for name in ("by_whom", "because", "asked_in")),
        sa.Column("line", sa.Integer),
    )
    op.create_index(f"ix_{table}_student_no", table, ["student_no"])

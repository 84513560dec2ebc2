"""Facts that the database itself keeps from being changed, and views of how things stand now."""

from alembic import op

from outputs.ledger_guards import only_add

revision = "0004"
down_revision = "0003"

TABLES = (
    "runs", "run_inputs", "run_enrolments", "run_captures", "run_findings", "frame_hashes", "bundles",
    "bundle_records", "certificate_numbers", "ledger_keys", "decisions",
)  # fmt: skip

CURRENT_RECORDS = """
CREATE VIEW current_records AS
SELECT campaign, student_no, bundle, bundle_number, record_sha256, photo_sha256, capture_sha256
FROM (
    SELECT bundles.campaign, record.student_no, bundles.name AS bundle, bundles.number AS bundle_number,
        record.record_sha256, record.photo_sha256, record.capture_sha256,
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
SELECT aged.campaign, aged.student_no, document_masked, unit_name, state, codes, run, kind, started_at,
    current_records.bundle
FROM (
    SELECT runs.campaign, who.student_no, who.document_masked, who.unit_name, who.state, who.codes,
        runs.run, runs.kind, runs.started_at,
        row_number() OVER (
            PARTITION BY runs.campaign, who.student_no ORDER BY runs.run_id DESC, who."row" DESC
        ) AS age
    FROM run_enrolments AS who JOIN runs ON runs.run_id = who.run_id
    WHERE who.student_no IS NOT NULL
) AS aged
LEFT JOIN current_records
    ON current_records.campaign = aged.campaign AND current_records.student_no = aged.student_no
WHERE age = 1
"""
"""How every student ended the latest run that knew them, and which bundle holds them."""


def upgrade() -> None:
    """Guard the tables there are; make the views."""
    only_add(op.get_bind(), TABLES)
    op.execute(CURRENT_RECORDS)
    op.execute(CURRENT_ENROLMENTS)

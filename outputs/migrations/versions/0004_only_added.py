"""Facts that the database itself keeps from being changed."""

from alembic import op

from outputs.ledger_guards import only_add

revision = "0004"
down_revision = "0003"

TABLES = (
    "runs", "run_inputs", "run_enrolments", "run_captures", "run_findings", "frame_hashes", "bundles",
    "bundle_records", "certificate_numbers", "ledger_keys", "decisions",
)  # fmt: skip


def upgrade() -> None:
    """Guard the tables there are."""
    only_add(op.get_bind(), TABLES)

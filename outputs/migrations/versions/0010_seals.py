"""Who sealed a bundle, with which key it is signed, and what stands for every byte of it."""

import sqlalchemy as sa
from alembic import op

from outputs.ledger_guards import only_add

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table and guard it."""
    op.create_table(
        "bundle_seals",
        sa.Column(
            "bundle_id", sa.Integer, sa.ForeignKey("bundles.bundle_id"), primary_key=True, autoincrement=False
        ),
        sa.Column("tag_manifest_sha256", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in ("signing_key", "by_whom", "account")),
    )
    only_add(op.get_bind(), ("bundle_seals",))

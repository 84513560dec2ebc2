"""Which part of how many a bundle is, where its run sealed several."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add both columns, null for every bundle so far."""
    for name in ("part", "parts"):
        op.add_column("bundles", sa.Column(name, sa.Integer))

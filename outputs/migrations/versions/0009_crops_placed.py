"""Crops that people placed; and photos of one capture and engine that differ by their crop."""

import sqlalchemy as sa
from alembic import op

from outputs.ledger_guards import only_add

revision = "0009"
down_revision = "0008"

CROP = ("crop_left_px", "crop_top_px", "crop_width_px")


def upgrade() -> None:
    """Add the table, and have the photo's digest among what tells photos apart; guard both."""
    op.create_table(
        "decision_crops",
        sa.Column(
            "decision_id", sa.Integer, sa.ForeignKey("decisions.decision_id"), primary_key=True,
            autoincrement=False,
        ),
        *(sa.Column(name, sa.Float, nullable=False) for name in CROP),
    )  # fmt: skip
    op.rename_table("photos", "photos_before")
    _photos()
    op.execute("INSERT INTO photos SELECT * FROM photos_before")
    op.drop_table("photos_before")
    only_add(op.get_bind(), ("decision_crops", "photos"))


def _photos() -> None:
    """The table as it was, but for its key; its columns stand in the same order."""
    op.create_table(
        "photos",
        sa.Column("capture_sha256", sa.String),
        sa.Column("engine", sa.String),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("photo_sha256", sa.String),
        sa.Column("orientation", sa.Integer),
        *(sa.Column(f"crop_{part}_px", sa.Float) for part in ("left", "top", "width", "height")),
        sa.Column("scale", sa.Float),
        sa.Column("quality", sa.Integer),
        sa.Column("encodes", sa.Integer),
        sa.Column("size_kb", sa.Float),
        sa.PrimaryKeyConstraint("capture_sha256", "engine", "photo_sha256", name="photos_by_content"),
    )

"""Experiences that both customers have judged are listed by time."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(
        "both_sides_by_time", "both_sides", ["ep_at", "application_id"],
        postgresql_where=sa.text("ep_at IS NOT NULL AND enabler_at IS NOT NULL"),
    )  # fmt: skip

"""Estimates that the worker keeps although nobody asked; lists of enablers to win back."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    op.alter_column("estimate", "asked_at", nullable=True)
    op.add_column("estimate", sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True))
    lapsed, content = sa.text("lapsed_at IS NOT NULL"), sa.text("csat >= 4 AND nps < 9")
    op.create_index("enabler_lapsed", "enabler_course", ["lapsed_at", "enabler_id"], postgresql_where=lapsed)
    op.create_index("enabler_not_loyal", "enabler_course", ["csat_at", "enabler_id"], postgresql_where=content)

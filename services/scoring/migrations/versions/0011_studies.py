"""Tables of one's own that are learned from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0005"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("order", sa.String(), nullable=True),
        sa.Column("ignored", postgresql.JSONB(), nullable=False),
        sa.Column("points", postgresql.JSONB(), nullable=False),
        sa.Column("base", sa.Float(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_index("ix_study_entity_id", "study", ["entity_id"])
    op.create_index("ix_study_changed_at", "study", ["changed_at"])
    op.create_table(
        "study_table",
        sa.Column("study_id", sa.Uuid(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("ladder", postgresql.JSONB(), nullable=True),
        sa.Column("base", sa.Float(), nullable=True),
    )

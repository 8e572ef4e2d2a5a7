"""What is answered so far is kept; questionnaires are published by API."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"]),
        sa.PrimaryKeyConstraint("invitation_id"),
    )
    op.create_table(
        "questionnaire",
        sa.Column("questionnaire", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("questionnaire", "version"),
        sa.UniqueConstraint("number"),
    )

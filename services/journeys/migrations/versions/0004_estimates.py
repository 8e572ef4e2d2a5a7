"""Estimates with their questions, segments that somebody saved, and the ways to those who dropped out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "estimate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("question", postgresql.JSONB(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("estimate_next", "estimate", ["state", "asked_at"], unique=False)
    op.create_table(
        "segment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_segment_changed_at", "segment", ["changed_at"], unique=False)
    op.create_index("ix_segment_entity_id", "segment", ["entity_id"], unique=False)
    op.create_index(
        "application_ended",
        "application",
        ["status_at", "id"],
        unique=False,
        postgresql_where=sa.text(
            "status IN ('approval_broken', 'declined', 'realization_broken', 'rejected', 'withdrawn')"
        ),
    )
    op.create_index(
        "course_lapsed",
        "course",
        ["lapsed_at", "person_id"],
        unique=False,
        postgresql_where=sa.text("lapsed_at IS NOT NULL"),
    )

"""Chances per transition, with their course."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0009"


def _said() -> list[sa.Column]:
    return [
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("base_log_odds", sa.Float(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("features", postgresql.JSONB(), nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("abstains", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("rules", sa.Float(), nullable=True),
        sa.Column("shadow", postgresql.JSONB(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "chance",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        *_said(),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "transition"),
    )
    op.create_index("chance_open", "chance", ["transition", "subject_id"], postgresql_where=sa.text("state = 'open'"))
    op.create_index("chance_waits", "chance", ["transition", "since"], postgresql_where=sa.text("state = 'open'"))
    op.create_index("ix_chance_changed_at", "chance", ["changed_at"])
    op.create_table(
        "chance_change",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_said(),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("chance_change_course", "chance_change", ["subject_id", "transition", "at", "id"])
    op.create_index("chance_change_lately", "chance_change", ["transition", "at"])
    op.create_index(
        "chance_change_ended", "chance_change", ["transition", "at"], postgresql_where=sa.text("state <> 'open'")
    )
    op.create_index("ix_chance_change_changed_at", "chance_change", ["changed_at"])

"""Versions of models, trainings, reigns, what is watched, and people's own words on a chance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0006"


def _at(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _changed() -> list[sa.Column]:
    return [sa.Column("version", sa.Integer(), nullable=False), _at("changed_at")]


def upgrade() -> None:
    op.create_table(
        "training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        _at("until"),
        _at("asked_at"),
        _at("finished_at", nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _at("lease_until", nullable=True),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        *_changed(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("training_of_transition", "training", ["transition", "asked_at"])
    op.create_index("ix_training_changed_at", "training", ["changed_at"])
    op.create_table(
        "model_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _at("trained_at"),
        _at("window_from"),
        _at("window_to"),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("features", postgresql.JSONB(), nullable=False),
        sa.Column("metrics", postgresql.JSONB(), nullable=False),
        sa.Column("reference", postgresql.JSONB(), nullable=False),
        _at("retired_at", nullable=True),
        sa.Column("retired_why", sa.String(), nullable=True),
        *_changed(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("transition", "number"),
    )
    op.create_index("model_in_use", "model_version", ["transition"], postgresql_where=sa.text("state <> 'retired'"))
    op.create_index("ix_model_version_changed_at", "model_version", ["changed_at"])
    op.create_table(
        "model_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "reign",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        _at("at"),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("contest", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reign_of_transition", "reign", ["transition", "id"])
    op.create_table(
        "model_watch",
        sa.Column("transition", sa.Text(), nullable=False),
        _at("judged_at"),
        sa.Column("contest", postgresql.JSONB(), nullable=True),
        sa.Column("drift", postgresql.JSONB(), nullable=False),
        sa.Column("calibration", postgresql.JSONB(), nullable=True),
        sa.Column("rescoring", sa.Boolean(), nullable=False),
        sa.Column("rescored_to", sa.Uuid(), nullable=True),
        *_changed(),
        sa.PrimaryKeyConstraint("transition"),
    )
    op.create_index("ix_model_watch_changed_at", "model_watch", ["changed_at"])
    op.create_table(
        "trait",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id"),
    )
    op.create_table(
        "chance_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        _at("at"),
        _at("until"),
        _at("ended_at", nullable=True),
        sa.Column("said", sa.Float(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        *_changed(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("override_of_subject", "chance_override", ["subject_id", "transition", "at"])
    op.create_index("ix_chance_override_changed_at", "chance_override", ["changed_at"])

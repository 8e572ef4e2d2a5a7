"""Versions of plans and letters, simulations and experiments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0004"


def upgrade() -> None:
    _plans()
    _letters()
    _studies()


def _life() -> tuple[sa.Column, ...]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def _plans() -> None:
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
        sa.UniqueConstraint("plan", "number", name="plan_version_once"),
    )
    op.create_index("ix_plan_version_changed_at", "plan_version", ["changed_at"])
    published = sa.text("state = 'published'")
    op.create_index("plan_version_published", "plan_version", ["state"], postgresql_where=published)
    op.create_table(
        "plan_pin",
        sa.Column("application_id", sa.Uuid(), primary_key=True),
        sa.Column("versions", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "plan_radius",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("plan_version.id"), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_plan_radius_version_id", "plan_radius", ["version_id"])


def _letters() -> None:
    op.create_table(
        "letter_version",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
        sa.UniqueConstraint(
            "letter", "language", "entity_id", "number", name="letter_version_once", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index("ix_letter_version_changed_at", "letter_version", ["changed_at"])


def _studies() -> None:
    op.create_table(
        "simulation_run",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("request", postgresql.JSONB(), nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
    )
    op.create_index("ix_simulation_run_changed_at", "simulation_run", ["changed_at"])
    unfinished = sa.text("state IN ('queued', 'running')")
    op.create_index("simulation_run_open", "simulation_run", ["created_at"], postgresql_where=unfinished)
    op.create_table(
        "experiment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("touchpoint", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("variants", postgresql.JSONB(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("baseline", "effect", "alpha", "power")),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("looks", postgresql.JSONB(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
    )
    op.create_index("ix_experiment_changed_at", "experiment", ["changed_at"])
    running = sa.text("state = 'running'")
    op.create_index("experiment_running", "experiment", ["touchpoint"], unique=True, postgresql_where=running)
    op.create_table(
        "assignment",
        sa.Column("experiment_id", sa.Uuid(), sa.ForeignKey("experiment.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("variant", sa.Integer(), nullable=False),
        sa.Column("touchpoint_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_assignment_touchpoint_id", "assignment", ["touchpoint_id"])
    op.create_index("ix_assignment_application_id", "assignment", ["application_id"])

"""Stays, their signs, the course of their risk, and the models of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0004"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stay_risk",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("alarmed_at", MOMENT, nullable=True),
        sa.Column("risk", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("base_log_odds", sa.Float(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("numbers", postgresql.JSONB(), nullable=False),
        sa.Column("abstains", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=True),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("marked", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_index("ix_stay_risk_person_id", "stay_risk", ["person_id"])
    op.create_index("ix_stay_risk_changed_at", "stay_risk", ["changed_at"])
    for side in ("sending", "hosting"):
        columns, running = [f"{side}_entity_id", "risk"], sa.text("running")
        op.create_index(f"stay_risk_{side}", "stay_risk", columns, postgresql_where=running)
    op.create_table(
        "stay_sign",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("known_at", MOMENT, nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
    )
    op.create_index("stay_sign_of_stay", "stay_sign", ["application_id"])
    op.create_table(
        "risk_point",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("risk", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("base_log_odds", sa.Float(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("numbers", postgresql.JSONB(), nullable=False),
        sa.Column("abstains", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_index("risk_point_course", "risk_point", ["application_id", "at", "id"])
    op.create_index("ix_risk_point_changed_at", "risk_point", ["changed_at"])
    op.create_table(
        "risk_model",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("stays", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("trained_at", MOMENT, nullable=False),
    )

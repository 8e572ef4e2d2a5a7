"""Calendars of everybody concerned: rounds, corrections, recipients, and human tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0008"

MORE = {
    "touchpoint": (
        ("enabler_id", sa.Uuid()),
        ("told", postgresql.JSONB()),
        ("folded_into", sa.Uuid()),
    ),
    "experience": (
        ("product", sa.Text()),
        ("country", sa.String()),
        ("dates_at", sa.DateTime(timezone=True)),
    ),
    "person": (
        ("phone", sa.String()),
        ("country", sa.String()),
        ("zone", sa.String()),
        ("sending_entity_id", sa.Uuid()),
    ),
    "entity": (("country", sa.String()), ("zone", sa.String())),
    "enabler": (
        ("contact_name", sa.String()),
        ("email", sa.String()),
        ("phone", sa.String()),
        ("language", sa.String()),
        ("hosting_entity_id", sa.Uuid()),
    ),
    "opportunity": (
        ("enabler_id", sa.Uuid()),
        ("hosting_entity_id", sa.Uuid()),
        ("product", sa.Text()),
        ("country", sa.String()),
        ("zone", sa.String()),
    ),
}
# An approval that was known is a step that was taken; its sequence is not, but it came before all that comes now.
STEPS = """
UPDATE experience SET dates_at = approved_at,
    steps = jsonb_build_object('application-approved', jsonb_build_array(dates_sequence, approved_at))
WHERE approved_at IS NOT NULL
"""


def upgrade() -> None:
    for table, columns in MORE.items():
        for name, type_ in columns:
            op.add_column(table, sa.Column(name, type_, nullable=True))
    for name in ("steps", "recorded"):
        op.add_column("experience", sa.Column(name, postgresql.JSONB(), nullable=False, server_default="{}"))
        op.alter_column("experience", name, server_default=None)
    op.execute(STEPS)
    for table in ("touchpoint", "delivery", "document"):
        for name in ("application_id", "person_id", "sending_entity_id", "hosting_entity_id"):
            op.alter_column(table, name, nullable=True)
    op.add_column("touchpoint", sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("touchpoint", "round", server_default=None)
    op.drop_constraint("touchpoint_once", "touchpoint")
    op.create_unique_constraint("touchpoint_once", "touchpoint", ["code", "subject", "round"])
    op.create_index("ix_touchpoint_folded_into", "touchpoint", ["folded_into"])
    op.create_table(
        "member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_member_entity_id", "member", ["entity_id"])
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("touchpoint_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("enabler_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["touchpoint_id"], ["touchpoint.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("touchpoint_id"),
    )
    for name in ("application_id", "changed_at", "entity_id", "person_id", "subject"):
        op.create_index(f"ix_task_{name}", "task", [name])

"""Programmes: who is asked when; enablers as those who are asked; what is suppressed; reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0008"

THE_COURSE = """
INSERT INTO course (application_id, status, status_sequence, dates_sequence, steps)
SELECT id, CASE WHEN completed THEN 'completed' WHEN realized THEN 'realized' ELSE 'approved' END, 0, 0, '{}'
FROM experience
"""


def upgrade() -> None:
    op.add_column("person", sa.Column("zone", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("sending_entity_id", sa.Uuid(), nullable=True))
    op.add_column("person", sa.Column("details_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_person_sending_entity_id", "person", ["sending_entity_id"], unique=False)
    op.create_index("ix_experience_enabler_id", "experience", ["enabler_id"], unique=False)
    op.add_column("invitation", sa.Column("reminders", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("invitation", "reminders", server_default=None)
    op.add_column("invitation", sa.Column("cancelled_because", sa.Text(), nullable=True))
    op.add_column("invitation", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_table("delivery")  # what went out says now which invitation it carried
    op.create_table(
        "enabler",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("details_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_enabler_hosting_entity_id", "enabler", ["hosting_entity_id"], unique=False)
    op.create_table(
        "course",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("status_sequence", sa.Integer(), nullable=False),
        sa.Column("dates_sequence", sa.Integer(), nullable=False),
        sa.Column("steps", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("application_id"),
    )
    op.execute(THE_COURSE)
    _asks()
    op.create_table(
        "programme_switch",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=True),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme", "entity_id"),
    )
    op.create_index("ix_programme_switch_changed_at", "programme_switch", ["changed_at"], unique=False)
    op.create_table(
        "quota_use",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "entity_id", "period"),
    )
    op.create_table(
        "suppression",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("budget", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_suppression_recipient_id", "suppression", ["recipient_id"], unique=False)


def _asks() -> None:
    op.create_table(
        "ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("enabler_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=True),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("local_at", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("numbers", JSONB(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme", "recipient_id", "occasion", name="ask_once"),
    )
    for name in ("recipient_id", "person_id", "enabler_id", "application_id", "changed_at"):
        op.create_index(f"ix_ask_{name}", "ask", [name], unique=False)

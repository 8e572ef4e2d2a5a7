"""Returnees who were invited to stay with the organisation, and what they answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "returnee_invitation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("held_share", sa.Float(), nullable=False),
        sa.Column("offers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("completed_at", moment, nullable=False),
        sa.Column("invited_at", moment, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.UniqueConstraint("application_id"),
    )
    for name in ("person_id", "sending_entity_id", "invited_at", "changed_at"):
        op.create_index(f"ix_returnee_invitation_{name}", "returnee_invitation", [name])

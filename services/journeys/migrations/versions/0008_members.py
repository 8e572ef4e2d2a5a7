"""Memberships of committees as their own events leave them, and what members are called."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0012"


def upgrade() -> None:
    moments = ("applied_at", "selected_at", "activated_at", "left_at")
    op.create_table(
        "member_course",
        sa.Column("member_id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("alumna", sa.Boolean(), nullable=True),
    )
    op.create_index("ix_member_course_person_id", "member_course", ["person_id"])
    op.create_index("ix_member_course_entity_id", "member_course", ["entity_id"])
    op.create_table(
        "member_name",
        sa.Column("member_id", sa.Uuid(), primary_key=True),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
    )

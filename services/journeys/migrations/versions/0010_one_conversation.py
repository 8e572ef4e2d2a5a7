"""One conversation: entries of enablers, words of members, who is one with whom, what brought people."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.alter_column("entry", "person_id", nullable=True)
    op.create_index(
        "entry_of_enabler", "entry", ["enabler_id", "at", "step", "sequence", "id"],
        postgresql_where=sa.text("enabler_id IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "enabler_subject",
        sa.Column("enabler_id", sa.Uuid(), primary_key=True),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("registered_at", MOMENT, nullable=True),
        sa.Column("raised_at", MOMENT, nullable=True),
        sa.Column("reraised_at", MOMENT, nullable=True),
        sa.Column("met_at", MOMENT, nullable=True),
        sa.Column("last_at", MOMENT, nullable=False),
    )
    op.create_index("ix_enabler_subject_hosting_entity_id", "enabler_subject", ["hosting_entity_id"])
    op.create_index("enabler_subject_by_activity", "enabler_subject", ["last_at", "enabler_id"])
    op.create_table(
        "remark_text",
        sa.Column("remark_id", sa.Uuid(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_table(
        "merge",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_merge_person_id", "merge", ["person_id"])
    op.create_index("ix_merge_other_id", "merge", ["other_id"])
    op.create_table(
        "way_in",
        sa.Column("interaction_id", sa.Uuid(), primary_key=True),
        sa.Column("visitor_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("source_kind", sa.String(), nullable=True),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("medium", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
    )
    op.create_index("ix_way_in_visitor_id", "way_in", ["visitor_id"])
    op.create_index("ix_way_in_person_id", "way_in", ["person_id"])

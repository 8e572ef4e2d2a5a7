"""What members write down of customers, and who is one with whom."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("interaction", sa.Column("direction", sa.Text(), nullable=True))
    op.add_column("interaction", sa.Column("outcome", sa.String(), nullable=True))
    op.create_table(
        "remark",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("side", sa.Text(), nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("blanked_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_index("remark_of_subject", "remark", ["subject_id", "at"])
    op.create_index("ix_remark_changed_at", "remark", ["changed_at"])
    op.create_table(
        "people_merge",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("merged_by", sa.String(), nullable=False),
        sa.Column("parted_at", MOMENT, nullable=True),
        sa.Column("parted_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    live = sa.text("parted_at IS NULL")
    op.create_index("people_merge_live", "people_merge", ["other_id"], unique=True, postgresql_where=live)
    op.create_index("people_merge_of", "people_merge", ["person_id"])
    op.create_index("ix_people_merge_changed_at", "people_merge", ["changed_at"])

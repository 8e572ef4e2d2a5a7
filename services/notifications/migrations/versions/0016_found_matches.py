"""Opportunities that were found for an EP: what a letter lists."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "found_list",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("opportunity_ids", sa.dialects.postgresql.JSONB(), nullable=False),
    )

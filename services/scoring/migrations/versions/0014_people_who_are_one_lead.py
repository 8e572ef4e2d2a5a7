"""Whoever is one with another counts for that one, and stands as it was when they are parted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

# People who are one already: the one at the top stands for all of them.
LINK = """
WITH RECURSIVE up AS (
    SELECT other_id AS id, person_id AS top, merged_at AS at FROM people_merge WHERE parted_at IS NULL
    UNION ALL
    SELECT up.id, m.person_id, greatest(up.at, m.merged_at)
    FROM up JOIN people_merge m ON m.other_id = up.top AND m.parted_at IS NULL
)
UPDATE lead SET linked_to = up.top, linked_at = up.at FROM up
WHERE lead.id = up.id AND NOT EXISTS (SELECT FROM people_merge m WHERE m.other_id = up.top AND m.parted_at IS NULL)
"""


def upgrade() -> None:
    op.add_column("lead", sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lead", sa.Column("own", postgresql.JSONB(), nullable=True))
    op.execute(LINK)

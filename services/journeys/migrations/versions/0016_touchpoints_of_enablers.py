"""Touchpoints of enablers are of their conversations; what was told before their events named them is led back. Names
are found by any part of three letters."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0020"

ADOPT = """
UPDATE {0} AS orphan SET enabler_id = a.enabler_id FROM application a
WHERE orphan.application_id = a.id AND orphan.enabler_id IS NULL AND orphan.{1} = 'enabler'
"""
PARTS = """
CREATE FUNCTION parts_of_name(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(name, at, 3)), '{}') FROM generate_series(1, length(name) - 2) AS at
$$
"""


def upgrade() -> None:
    op.execute(ADOPT.format("entry", "facts->>'audience'"))
    op.execute(ADOPT.format("occasion", "audience"))
    orphaned = sa.text("enabler_id IS NULL AND facts->>'audience' = 'enabler'")
    op.create_index("entry_orphaned", "entry", ["application_id"], postgresql_where=orphaned)
    op.execute(PARTS)
    op.create_index(
        "person_name_parts", "person_name", [sa.text("parts_of_name(searched)")],
        postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256},
    )  # fmt: skip

"""Touchpoints of enablers are of their conversations; what was told before their events named them is led back."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

ADOPT = """
UPDATE {0} AS orphan SET enabler_id = a.enabler_id FROM application a
WHERE orphan.application_id = a.id AND orphan.enabler_id IS NULL AND orphan.{1} = 'enabler'
"""


def upgrade() -> None:
    op.execute(ADOPT.format("entry", "facts->>'audience'"))
    op.execute(ADOPT.format("occasion", "audience"))
    orphaned = sa.text("enabler_id IS NULL AND facts->>'audience' = 'enabler'")
    op.create_index("entry_orphaned", "entry", ["application_id"], postgresql_where=orphaned)
    coming = sa.text("audience = 'enabler' AND state IN ('scheduled', 'moved')")
    op.create_index("occasion_next_of_enabler", "occasion", ["enabler_id", "due_at"], postgresql_where=coming)

"""Exchanges that are over, and what was said beside an NPS, in the order of time."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    over, said = "status = 'completed'", "measure = 'nps' AND about = 'experience'"
    op.create_index("application_completed", "application", ["status_at", "id"], postgresql_where=sa.text(over))
    op.create_index("answer_nps", "answer", ["at", "invitation_id"], postgresql_where=sa.text(said))

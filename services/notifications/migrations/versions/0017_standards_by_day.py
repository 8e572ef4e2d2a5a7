"""Open standards by the day on which they are due: what a calendar asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    due = [sa.text("coalesce(next_on, due_on)"), "application_id", "standard"]
    op.create_index("obligation_due", "obligation", due, postgresql_where=sa.text("state = 'open'"))

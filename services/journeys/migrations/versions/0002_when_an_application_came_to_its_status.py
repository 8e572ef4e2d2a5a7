"""An application knows when it came to its status: with none live, the last that ended decides about the person."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
# What moved an application to a status, when this was written.
MOVES = (
    "application-submitted", "application-accepted", "application-rejected", "application-withdrawn",
    "application-declined", "application-reopened", "approval-broken", "realization-broken",
    "acceptance-note-signed", "application-approved", "experience-realized", "experience-completed",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("application", sa.Column("status_at", sa.DateTime(timezone=True), nullable=True))
    types = sa.bindparam("types", [f"applications.{name}.v1" for name in MOVES], expanding=True)
    moved = sa.text("""
        UPDATE application a SET status_at = e.at
        FROM (SELECT application_id, max(at) AS at FROM entry WHERE type IN :types GROUP BY application_id) e
        WHERE e.application_id = a.id
    """)
    op.execute(moved.bindparams(types))
    # People's lines are counted anew from what is known now: only those that no live application decides can differ.
    op.execute("""
        UPDATE subject s SET status = 'open', phase = 'consideration', profile = 'lead'
        FROM (
            SELECT DISTINCT ON (person_id) person_id, status
            FROM application ORDER BY person_id, status_at DESC, id DESC
        ) last
        WHERE last.person_id = s.person_id AND s.status = 'completed' AND last.status <> 'completed'
    """)

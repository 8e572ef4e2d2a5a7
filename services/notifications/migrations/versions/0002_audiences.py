"""Touchpoints for others than the EP, and tasks beside messages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("touchpoint", "delivery"):
        op.add_column(table, sa.Column("audience", sa.Text(), nullable=False, server_default="ep"))
        op.add_column(table, sa.Column("recipient_id", sa.Uuid(), nullable=True))
        op.alter_column(table, "audience", server_default=None)
    op.execute("UPDATE touchpoint SET recipient_id = person_id")
    op.execute("UPDATE delivery SET recipient_id = person_id")
    op.add_column("touchpoint", sa.Column("kind", sa.Text(), nullable=False, server_default="message"))
    op.alter_column("touchpoint", "kind", server_default=None)

"""The blast radius of a version is measured in portions."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0011"


def upgrade() -> None:
    """What was measured until now was measured whole; of which content isn't known any more, so it can't be used."""
    op.add_column("plan_radius", sa.Column("state", sa.Text(), nullable=False, server_default="ready"))
    op.add_column("plan_radius", sa.Column("content", sa.String(), nullable=False, server_default=""))
    op.add_column("plan_radius", sa.Column("done", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("plan_radius", sa.Column("total", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("plan_radius", sa.Column("reached", sa.Uuid(), nullable=True))
    for name in ("state", "content", "done", "total"):
        op.alter_column("plan_radius", name, server_default=None)
    op.alter_column("plan_radius", "digest", nullable=True)

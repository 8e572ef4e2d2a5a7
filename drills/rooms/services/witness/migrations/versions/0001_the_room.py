"""The witness as it began."""

import sqlalchemy as sa
from alembic import op

from shared.storage.ddl import kernel_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    kernel_v1(op)
    op.create_table(
        "heard",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )

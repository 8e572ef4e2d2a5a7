"""A draft says on which page of the answer page the person goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("draft", sa.Column("at", sa.Text(), nullable=True))

"""Why an application was rejected, and by whose cause: the letter tells it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("experience", sa.Column("rejected_for", sa.Text(), nullable=True))
    op.add_column("experience", sa.Column("rejected_by_us", sa.Boolean(), nullable=True))

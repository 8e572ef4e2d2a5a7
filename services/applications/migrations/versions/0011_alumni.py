"""Whether who left a committee stays in touch as one of its alumni."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("member", sa.Column("alumna", sa.Boolean(), nullable=True))

"""What an enabler says of a candidate, beside the status."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for name in ("verdict", "verdict_reason"):
        op.add_column("application", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("application", sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))

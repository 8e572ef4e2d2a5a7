"""What an opportunity asks of an EP, in codes: least levels of languages, and studies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "opportunity", sa.Column("levels", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'"))
    )
    for name in ("study_fields", "study_levels"):
        list_ = sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
        op.add_column("opportunity", list_)

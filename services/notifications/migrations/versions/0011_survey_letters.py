"""Letters for every survey: of enablers, about no stay, with reminders that an answer stops."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.alter_column("invitation", "person_id", nullable=True)
    op.alter_column("invitation", "application_id", nullable=True)
    # Until now there was one questionnaire.
    op.add_column(
        "invitation", sa.Column("questionnaire", sa.Text(), nullable=False, server_default="after-completion")
    )
    op.alter_column("invitation", "questionnaire", server_default=None)
    op.add_column("invitation", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column("invitation", sa.Column("answered", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("invitation", "answered", server_default=None)

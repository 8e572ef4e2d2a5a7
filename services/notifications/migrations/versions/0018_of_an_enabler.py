"""What goes to an enabler, and what is to be done about one, is looked up by the enabler."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_index("ix_touchpoint_enabler_id", "touchpoint", ["enabler_id"])
    op.create_index("ix_task_enabler_id", "task", ["enabler_id"])

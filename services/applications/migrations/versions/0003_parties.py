"""The main contact of an enabler among its contacts; whose account a membership is, once per role."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Until now an enabler had one contact, on its own row: it becomes the main one, under the enabler's own id.
CONTACTS = """
INSERT INTO contact (id, enabler_id, main, name, position, email, phone, language, version, changed_at)
SELECT id, id, true, contact_name, '', email, phone, language, 1, changed_at FROM enabler
"""


def upgrade() -> None:
    op.add_column("contact", sa.Column("main", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute(CONTACTS)
    op.create_index("contact_one_main", "contact", ["enabler_id"], unique=True, postgresql_where=sa.text("main"))
    op.add_column("member", sa.Column("account", sa.Uuid(), nullable=True))
    op.create_index("ix_member_person_id", "member", ["person_id"], unique=False)
    op.create_index(
        "member_once_per_role",
        "member",
        ["account", "entity_id", "role"],
        unique=True,
        postgresql_where=sa.text("status <> 'left'"),
    )
    op.create_check_constraint("member_period_in_order", "member", "to_on >= from_on")

"""Webhooks: endpoints, what is on its way to them, and each try."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("owner_entity_id", sa.Uuid(), nullable=True),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("secret_number", sa.Integer(), nullable=False),
        sa.Column("previous_until", moment, nullable=True),
        sa.Column("since", moment, nullable=False),
        sa.Column("failing_since", moment, nullable=True),
        sa.Column("not_before", moment, nullable=False),
        sa.Column("claimed_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_webhook_changed_at", "webhook", ["changed_at"], unique=False)
    op.create_index("ix_webhook_owner", "webhook", ["owner"], unique=False)
    op.create_index("ix_webhook_owner_entity_id", "webhook", ["owner_entity_id"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", moment, nullable=False),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("delivered_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("webhook_id", "event_id", name="webhook_delivery_once"),
    )
    op.create_index("ix_webhook_delivery_created_at", "webhook_delivery", ["created_at"], unique=False)
    op.create_index("webhook_delivery_listed", "webhook_delivery", ["webhook_id", "id"], unique=False)
    op.create_index(
        "webhook_delivery_waiting", "webhook_delivery", ["webhook_id", "not_before", "id"],
        unique=False, postgresql_where=sa.text("state = 'waiting'"),
    )  # fmt: skip
    op.create_index(
        "webhook_delivery_underway", "webhook_delivery", ["webhook_id", "key", "sequence"],
        unique=False, postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )  # fmt: skip
    op.create_index(
        "webhook_delivery_sending", "webhook_delivery", ["lease_until"],
        unique=False, postgresql_where=sa.text("state = 'sending'"),
    )  # fmt: skip
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("response", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["webhook_delivery.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("webhook_attempt_of", "webhook_attempt", ["delivery_id", "id"], unique=False)

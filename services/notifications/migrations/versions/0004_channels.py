"""Channels and their fallbacks, the suppression list, and the feed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("delivery", sa.Column("budget", sa.Text(), nullable=False, server_default="owed"))
    op.alter_column("delivery", "budget", server_default=None)
    op.add_column("delivery", sa.Column("hold_until", moment, nullable=True))
    op.add_column("delivery", sa.Column("address_hash", sa.String(), nullable=True))
    op.add_column("delivery", sa.Column("accepted_at", moment, nullable=True))
    op.add_column("delivery", sa.Column("folded_into", sa.Uuid(), nullable=True))
    op.drop_constraint("delivery_once", "delivery")
    op.create_unique_constraint("delivery_once", "delivery", ["touchpoint_id", "occurrence", "channel"])
    op.create_index("ix_delivery_folded_into", "delivery", ["folded_into"])
    op.drop_index("delivery_open", "delivery")
    free = sa.text("state IN ('pending', 'unknown', 'sending') AND hold_until IS NULL")
    op.create_index("delivery_open", "delivery", ["not_before"], postgresql_where=free)
    kept_back = sa.text("state = 'pending' AND hold_until IS NOT NULL")
    op.create_index("delivery_held", "delivery", ["hold_until"], postgresql_where=kept_back)
    counted = sa.text("budget <> 'owed'")
    op.create_index("delivery_counted", "delivery", ["recipient_id", "sent_at"], postgresql_where=counted)
    op.create_table(
        "suppression",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=True),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("budget", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("since", moment, nullable=False),
        sa.Column("lifted_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    active = sa.text("lifted_at IS NULL")
    op.create_index("suppression_active", "suppression", ["recipient_id"], postgresql_where=active)
    op.create_index("suppression_listed", "suppression", ["changed_at", "id"])
    op.create_index("ix_suppression_changed_at", "suppression", ["changed_at"])
    op.create_table(
        "feed_head",
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("recipient_id"),
    )
    op.create_table(
        "feed_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("touchpoint_id", sa.Uuid(), nullable=False),
        sa.Column("touchpoint", sa.String(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("read_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("feed_item_position", "feed_item", ["recipient_id", "position"], unique=True)
    unread = sa.text("read_at IS NULL")
    op.create_index("feed_item_unread", "feed_item", ["recipient_id"], postgresql_where=unread)
    op.create_index("ix_feed_item_changed_at", "feed_item", ["changed_at"])
    op.create_index("ix_feed_item_person_id", "feed_item", ["person_id"])

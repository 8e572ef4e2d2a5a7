"""Suggestions of actions with holdouts and outcomes, their shares, and the copies that they need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def _id(name: str, *, known: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=not known)


def _text(name: str, *, known: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=not known)


def _at(name: str, *, known: bool = True) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=not known)


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    _suggestions()
    _settings()
    _copies()


def _suggestions() -> None:
    op.create_table(
        "suggestion",
        _id("id"), _text("action"), _number("catalogue"), _number("setting"), _number("trial"), _text("side"),
        _id("party_id", known=False), _id("application_id", known=False),
        _id("sending_entity_id", known=False), _id("hosting_entity_id", known=False),
        _text("arm"), sa.Column("draw", sa.Float(), nullable=False), sa.Column("share", sa.Float(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False), _text("segment"), _text("doer"), _text("channel"),
        _text("budget"), _text("state"), sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("gain", sa.Float(), nullable=False), _text("basis"),
        sa.Column("effect", postgresql.JSONB(), nullable=True),
        _at("suggested_at"), sa.Column("local_at", sa.DateTime(), nullable=False), _text("zone"), _at("expires_at"),
        _text("aim"), _at("until"), _at("reached_at", known=False), _at("settled_at", known=False),
        sa.Column("settled_by", sa.String(), nullable=True), _text("why", known=False),
        sa.Column("note", sa.String(), nullable=True), _number("version"), _at("changed_at"),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    live = sa.text("state IN ('open', 'accepted', 'held')")
    op.create_index("suggestion_live", "suggestion", ["party_id", "budget"], unique=True, postgresql_where=live)
    op.create_index("suggestion_of_party", "suggestion", ["party_id", "suggested_at"])
    op.create_index("suggestion_of_action", "suggestion", ["action", "trial", "until"])
    op.create_index("suggestion_by_gain", "suggestion", ["gain", "id"])
    for column in ("sending_entity_id", "hosting_entity_id", "changed_at"):
        op.create_index(f"ix_suggestion_{column}", "suggestion", [column])


def _settings() -> None:
    op.create_table(
        "action_setting",
        _id("entity_id"), _text("action"), _number("version"), sa.Column("share", sa.Float(), nullable=False),
        sa.Column("author", sa.String(), nullable=False), _at("at"),
        sa.PrimaryKeyConstraint("entity_id", "action", "version"),
    )  # fmt: skip
    op.create_table(
        "action_evidence",
        _text("action"), _number("trial"), sa.Column("rows", postgresql.JSONB(), nullable=False), _at("measured_at"),
        sa.PrimaryKeyConstraint("action", "trial"),
    )  # fmt: skip


def _copies() -> None:
    op.create_table(
        "contact",
        _id("id"), _id("party_id"), _text("budget"), _at("at"), sa.Column("sent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("contact_of_party", "contact", ["party_id", "at"])
    op.create_table(
        "requirement_met",
        _id("application_id"), _text("kind"), _id("person_id"), sa.PrimaryKeyConstraint("application_id", "kind"),
    )  # fmt: skip
    op.create_index("ix_requirement_met_person_id", "requirement_met", ["person_id"])

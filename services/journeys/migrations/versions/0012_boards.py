"""What the boards are counted from: pulse results, both sides' answers, who was asked, books of standards, clocks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0004"


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _ids(*names: str, nullable: bool = True) -> list[sa.Column]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table(
        "pulse_result",
        *_ids("id", "entity_id", nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_pulse_result_entity_id", "pulse_result", ["entity_id"])
    op.create_table(
        "both_sides",
        *_ids("application_id", nullable=False),
        *_ids("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id", "ep_invitation_id"),
        _moment("ep_at"),
        sa.Column("ep_nps", sa.Integer(), nullable=True),
        sa.Column("ep_ces", sa.Integer(), nullable=True),
        *_ids("enabler_invitation_id"),
        _moment("enabler_at"),
        sa.Column("enabler_nps", sa.Integer(), nullable=True),
        sa.Column("enabler_ces", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("application_id"),
    )
    op.create_index(
        "both_sides_answered", "both_sides", ["sending_entity_id", "hosting_entity_id"],
        postgresql_include=["ep_nps", "enabler_nps", "ep_ces", "enabler_ces"],
        postgresql_where=sa.text("ep_at IS NOT NULL AND enabler_at IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "asking",
        *_ids("invitation_id", nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        *_ids("sending_entity_id", "hosting_entity_id"),
        _moment("asked_at"),
        _moment("answered_at"),
        sa.PrimaryKeyConstraint("invitation_id"),
    )
    op.create_index("asking_by_time", "asking", ["party", "asked_at"])
    op.create_table(
        "standards_book",
        *_ids("application_id", "sending_entity_id", "hosting_entity_id", nullable=False),
        _moment("closed_at", nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("flag", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("application_id"),
    )
    op.create_index("ix_standards_book_closed_at", "standards_book", ["closed_at"])
    op.create_table(
        "case_clock",
        *_ids("case_id", nullable=False),
        *_ids("sending_entity_id", "hosting_entity_id"),
        _moment("opened_at"),
        _moment("acknowledge_by"),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_case_clock_opened_at", "case_clock", ["opened_at"])

"""Quality cases with levels, terms, conversation, files, refunds; when entities work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0006"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _cases()
    _standards_and_steps()
    _conversation()
    _refunds_and_offices()


def _cases() -> None:
    for name in ("opportunity_id",):
        op.add_column("quality_case", sa.Column(name, sa.Uuid(), nullable=True))
    for name in ("product", "country", "solution"):
        op.add_column("quality_case", sa.Column(name, sa.Text(), nullable=True))
    moments = ("sending_acknowledge_by", "hosting_acknowledge_by", "answer_by", "answered_at", "decide_by")
    for name in (*moments, "next_due_at", "solved_at", "reopened_at"):
        op.add_column("quality_case", sa.Column(name, MOMENT, nullable=True))
    given = {"level": (sa.Text(), "local"), "step": (sa.SmallInteger(), "0"), "late": (sa.Boolean(), "false")}
    for name, (kind, value) in given.items():
        op.add_column("quality_case", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("quality_case", name, server_default=None)
    op.create_index("ix_quality_case_next_due_at", "quality_case", ["next_due_at"], unique=False)
    op.execute("""
        UPDATE quality_case SET sending_acknowledge_by = acknowledge_by, hosting_acknowledge_by = acknowledge_by,
            next_due_at = CASE WHEN state = 'open' THEN acknowledge_by END""")
    op.execute("""
        UPDATE quality_case c SET opportunity_id = e.opportunity_id, product = e.product, country = e.country
        FROM experience e WHERE e.id = c.application_id""")


def _standards_and_steps() -> None:
    op.create_table(
        "case_standard",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["quality_case.id"]),
        sa.PrimaryKeyConstraint("application_id", "standard"),
    )
    op.create_index("ix_case_standard_case_id", "case_standard", ["case_id"], unique=False)
    op.create_table(
        "case_step",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("deciders", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("answer_by", MOMENT, nullable=True),
        sa.Column("decide_by", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("rose", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["quality_case.id"]),
        sa.PrimaryKeyConstraint("case_id", "number"),
    )


def _conversation() -> None:
    op.create_table(
        "case_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["quality_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_message_case_id", "case_message", ["case_id"], unique=False)
    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("attached_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["quality_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_file_case_id", "case_file", ["case_id"], unique=False)


def _refunds_and_offices() -> None:
    op.create_table(
        "case_refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("broken_on", sa.Date(), nullable=False),
        sa.Column("papers_due_on", sa.Date(), nullable=True),
        sa.Column("proof", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["quality_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_refund_case_id", "case_refund", ["case_id"], unique=False)
    op.create_table(
        "office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("weekdays", ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("holidays", ARRAY(sa.Date()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_office_changed_at", "office", ["changed_at"], unique=False)

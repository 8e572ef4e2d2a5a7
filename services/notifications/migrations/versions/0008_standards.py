"""The standards board: obligations, what proves them, what the EP says, and a figure per experience."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _board()
    _heard()
    op.add_column("evidence", sa.Column("part", sa.String(), nullable=False, server_default="in_writing"))
    op.add_column("evidence", sa.Column("source", sa.String(), nullable=False, server_default="message:"))
    op.add_column("evidence", sa.Column("source_id", sa.Uuid(), nullable=True))
    op.add_column("evidence", sa.Column("done_on", sa.Date(), nullable=True))
    op.add_column("evidence", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE evidence e SET source_id = touchpoint_id, done_on = (evidenced_at AT TIME ZONE t.zone)::date,
            source = 'message:' || t.code
        FROM touchpoint t WHERE t.id = e.touchpoint_id
    """)
    op.execute("UPDATE evidence SET done_on = evidenced_at::date WHERE done_on IS NULL")
    for name in ("part", "source"):
        op.alter_column("evidence", name, server_default=None)
    op.alter_column("evidence", "done_on", nullable=False)
    op.alter_column("evidence", "touchpoint_id", nullable=True)
    _carry_on()


def _board() -> None:
    counts = ("kept", "late", "missed", "denied", "not_needed", "open", "conflicts", "asked")
    op.create_table(
        "standards_board",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("broken", sa.String(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("flag", sa.Boolean(), nullable=True),
        sa.Column("wakes_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("person_id", "opportunity_id", "sending_entity_id", "hosting_entity_id", "changed_at"):
        op.create_index(f"ix_standards_board_{name}", "standards_board", [name], unique=False)
    op.create_index("standards_board_closed", "standards_board", ["closed_at"], unique=False)
    op.create_table(
        "obligation",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("pieces", postgresql.JSONB(), nullable=False),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_by", sa.String(), nullable=True),
        sa.Column("waived_why", sa.String(), nullable=True),
        sa.Column("stated", sa.Boolean(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stated_by", sa.String(), nullable=True),
        sa.Column("stated_why", sa.String(), nullable=True),
        sa.Column("told_evidence", sa.Uuid(), nullable=True),
        sa.Column("told_missed", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "standard"),
    )


def _heard() -> None:
    op.create_table(
        "claim",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("dues", postgresql.JSONB(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "key"),
    )
    op.create_table(
        "saying",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("invitation_id", "standard"),
    )
    op.create_index("ix_saying_application_id", "saying", ["application_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _carry_on() -> None:
    """Messages that were evidence before stay evidence; boards of stays that run are made at once by a due row."""
    op.execute("""
        INSERT INTO claim (application_id, key, standing, done_on, source_id, dues, sequence, at)
        SELECT application_id, 'proves:' || standard, 'done', done_on, touchpoint_id,
            jsonb_build_object('*', due_on), 1, evidenced_at
        FROM evidence ON CONFLICT DO NOTHING
    """)
    op.execute("""
        INSERT INTO due (id, kind, subject, occurrence, local_at, zone, due_at, payload)
        SELECT gen_random_uuid(), 'standards', id, 'begin', '2000-01-01', 'UTC', '2000-01-01Z', '{}'
        FROM experience WHERE approved_at IS NOT NULL AND end_on IS NOT NULL
    """)

"""What people wrote is read; the comments that are there already are due at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0003"

DUE = """
INSERT INTO due (id, kind, subject, occurrence, local_at, zone, due_at, payload)
SELECT gen_random_uuid(), 'verbatim', id, '{source}', {at} AT TIME ZONE 'UTC', 'UTC', {at}, '{{}}'
FROM {table} WHERE {written}
"""
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "verbatim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=True),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("questionnaire", sa.Text(), nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("topics", ARRAY(sa.Text()), nullable=False),
        sa.Column("sentiment", sa.Text(), nullable=False),
        sa.Column("sure", sa.Float(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("read_topics", ARRAY(sa.Text()), nullable=False),
        sa.Column("read_sentiment", sa.Text(), nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "source_id", "question", name="verbatim_once"),
    )
    op.create_index("ix_verbatim_person_id", "verbatim", ["person_id"], unique=False)
    op.create_index("ix_verbatim_written_at", "verbatim", ["written_at"], unique=False)
    op.create_index("ix_verbatim_changed_at", "verbatim", ["changed_at"], unique=False)
    op.create_index("verbatim_by_sending", "verbatim", ["sending_entity_id", "written_at"], unique=False)
    op.create_index("verbatim_by_hosting", "verbatim", ["hosting_entity_id", "written_at"], unique=False)
    op.create_index("verbatim_by_topic", "verbatim", ["topics"], unique=False, postgresql_using="gin")
    op.execute(DUE.format(source="answer", table="answer", at="answered_at", written="comment IS NOT NULL"))
    reported = "report IS NOT NULL AND cause = 'reported'"
    op.execute(DUE.format(source="case", table="quality_case", at="opened_at", written=reported))

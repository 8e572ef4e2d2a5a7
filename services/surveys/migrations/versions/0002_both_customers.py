"""Enablers are asked too, by programmes, on more than one occasion; everything that was given is kept by question."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ASKED = ("invitation", "answer")
# Until now every invitation asked an EP about one stay, once a questionnaire.
THE_EP = """
UPDATE {table} SET party = 'ep', recipient_id = person_id, programme = questionnaire, occasion = application_id::text
"""
THE_STAY = """
UPDATE {table} SET enabler_id = e.enabler_id, product = e.product, country = e.country
FROM experience e WHERE e.id = {table}.application_id
"""


def upgrade() -> None:
    for table in ASKED:
        _asks_both(table)
    op.drop_constraint("invitation_once", "invitation")
    op.create_unique_constraint("invitation_once", "invitation", ["programme", "recipient_id", "occasion"])
    op.create_index("ix_invitation_application_id", "invitation", ["application_id"], unique=False)
    op.create_index("ix_answer_questionnaire", "answer", ["questionnaire"], unique=False)
    _scores_say_what_they_are_about()
    op.create_table(
        "given",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"]),
        sa.PrimaryKeyConstraint("answer_id", "question", "part"),
    )
    op.add_column("quality_case", sa.Column("party", sa.Text(), nullable=False, server_default="ep"))
    op.alter_column("quality_case", "party", server_default=None)
    op.add_column("quality_case", sa.Column("enabler_id", sa.Uuid(), nullable=True))
    op.add_column("quality_case", sa.Column("standard", sa.Text(), nullable=True))
    op.create_index("ix_quality_case_enabler_id", "quality_case", ["enabler_id"], unique=False)
    for name in ("person_id", "application_id", "sending_entity_id", "hosting_entity_id"):
        op.alter_column("quality_case", name, nullable=True)


def _asks_both(table: str) -> None:
    for name in ("party", "programme", "occasion", "product", "country"):
        op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
    for name in ("recipient_id", "enabler_id"):
        op.add_column(table, sa.Column(name, sa.Uuid(), nullable=True))
    op.execute(THE_EP.format(table=table))
    op.execute(THE_STAY.format(table=table))
    for name in ("party", "programme", "occasion", "recipient_id"):
        op.alter_column(table, name, nullable=False)
    for name in ("person_id", "application_id", "sending_entity_id", "hosting_entity_id"):
        op.alter_column(table, name, nullable=True)
    for name in ("recipient_id", "enabler_id"):
        op.create_index(f"ix_{table}_{name}", table, [name], unique=False)


def _scores_say_what_they_are_about() -> None:
    op.add_column("score", sa.Column("about", sa.Text(), nullable=False, server_default="experience"))
    op.alter_column("score", "about", server_default=None)
    op.drop_constraint("score_pkey", "score")
    op.create_primary_key("score_pkey", "score", ["answer_id", "metric", "about"])
    op.drop_constraint("score_on_its_scale", "score")
    op.create_check_constraint(
        "score_on_its_scale",
        "score",
        "CASE metric WHEN 'nps' THEN score BETWEEN 0 AND 10 WHEN 'ces1' THEN score BETWEEN 1 AND 5 "
        "WHEN 'ces2' THEN score BETWEEN 1 AND 7 WHEN 'csat' THEN score BETWEEN 1 AND 5 ELSE false END",
    )

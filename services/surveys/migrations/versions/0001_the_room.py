"""The surveys room as it began."""

import sqlalchemy as sa
from alembic import op

from shared.storage.ddl import kernel_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    kernel_v1(op)
    op.create_table(
        "delivery",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("touchpoint", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "touchpoint"),
    )
    op.create_table(
        "experience",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("realized", sa.Boolean(), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_experience_person_id", "experience", ["person_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("questionnaire_version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "questionnaire", name="invitation_once"),
    )
    op.create_index("ix_invitation_changed_at", "invitation", ["changed_at"], unique=False)
    op.create_index("ix_invitation_hosting_entity_id", "invitation", ["hosting_entity_id"], unique=False)
    op.create_index("ix_invitation_invited_at", "invitation", ["invited_at"], unique=False)
    op.create_index("ix_invitation_person_id", "invitation", ["person_id"], unique=False)
    op.create_index("ix_invitation_questionnaire", "invitation", ["questionnaire"], unique=False)
    op.create_index("ix_invitation_sending_entity_id", "invitation", ["sending_entity_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("questionnaire_version", sa.Integer(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("invitation_id"),
    )
    op.create_index("ix_answer_answered_at", "answer", ["answered_at"], unique=False)
    op.create_index("ix_answer_application_id", "answer", ["application_id"], unique=False)
    op.create_index("ix_answer_hosting_entity_id", "answer", ["hosting_entity_id"], unique=False)
    op.create_index("ix_answer_person_id", "answer", ["person_id"], unique=False)
    op.create_index("ix_answer_sending_entity_id", "answer", ["sending_entity_id"], unique=False)
    op.create_table(
        "quality_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hosting_acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="quality_case_closed_with_outcome"),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quality_case_application_id", "quality_case", ["application_id"], unique=False)
    op.create_index("ix_quality_case_changed_at", "quality_case", ["changed_at"], unique=False)
    op.create_index("ix_quality_case_hosting_entity_id", "quality_case", ["hosting_entity_id"], unique=False)
    op.create_index("ix_quality_case_person_id", "quality_case", ["person_id"], unique=False)
    op.create_index("ix_quality_case_sending_entity_id", "quality_case", ["sending_entity_id"], unique=False)
    op.create_index("quality_case_one_per_answer", "quality_case", ["invitation_id"], unique=True)
    op.create_table(
        "score",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "CASE metric WHEN 'nps' THEN score BETWEEN 0 AND 10 WHEN 'ces2' THEN score BETWEEN 1 AND 7 "
            "WHEN 'csat' THEN score BETWEEN 1 AND 5 ELSE false END",
            name="score_on_its_scale",
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answer.id"],
        ),
        sa.PrimaryKeyConstraint("answer_id", "metric"),
    )

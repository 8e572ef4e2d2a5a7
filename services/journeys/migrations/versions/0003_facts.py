"""Facts: what figures are made of. A replay of the room fills them; what was heard before is in no row that they need.

Enablers' events were not heard until now, so the rows can't be made from the conversation.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("enabler_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=True),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=True),
        sa.Column("touchpoint", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("invitation_id", "measure", "about"),
    )
    op.create_index("answer_of_application", "answer", ["application_id"], unique=False)
    op.create_index("answer_of_enabler", "answer", ["enabler_id"], unique=False)
    op.create_index("answer_of_person", "answer", ["person_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("enabler_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("self_service", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("contact_of_enabler", "contact", ["enabler_id", "at"], unique=False)
    op.create_index("contact_of_person", "contact", ["person_id", "at"], unique=False)
    op.create_table(
        "course",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("referral", sa.String(), nullable=True),
        sa.Column("study_field", sa.String(), nullable=True),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_contact_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("realized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("won_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_score", sa.Float(), nullable=True),
        sa.Column("first_scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nps", sa.SmallInteger(), nullable=True),
        sa.Column("nps_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("csat", sa.SmallInteger(), nullable=True),
        sa.Column("csat_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("course_by_entry", "course", ["signed_up_at"], unique=False)
    op.create_index(
        "course_not_loyal",
        "course",
        ["csat_at", "person_id"],
        unique=False,
        postgresql_where=sa.text("csat >= 4 AND nps < 9"),
    )
    op.create_index("course_of_entity", "course", ["sending_entity_id", "signed_up_at"], unique=False)
    op.create_table(
        "enabler_course",
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_contact_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("realized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reraised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("won_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nps", sa.SmallInteger(), nullable=True),
        sa.Column("nps_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("csat", sa.SmallInteger(), nullable=True),
        sa.Column("csat_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("enabler_id"),
    )
    op.create_index("enabler_course_of_entity", "enabler_course", ["hosting_entity_id", "registered_at"], unique=False)
    op.create_table(
        "lapse",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_lapse_subject_id", "lapse", ["subject_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("side", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("milestone_by_time", "milestone", ["at"], unique=False, postgresql_using="brin")
    op.create_index("milestone_of_application", "milestone", ["application_id", "sequence"], unique=False)
    op.create_table(
        "occasion",
        sa.Column("touchpoint_id", sa.Uuid(), nullable=False),
        sa.Column("touchpoint", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("enabler_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=True),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moves", sa.SmallInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("task_due_on", sa.Date(), nullable=True),
        sa.Column("task_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("touchpoint_id"),
    )
    op.create_index("occasion_of_application", "occasion", ["application_id"], unique=False)
    op.create_index("occasion_of_person", "occasion", ["person_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raised_from", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("opportunity_id"),
    )
    op.create_index("ix_offer_enabler_id", "offer", ["enabler_id"], unique=False)
    op.create_table(
        "segment_member",
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "subject_id"),
    )
    op.create_index("ix_segment_member_subject_id", "segment_member", ["subject_id"], unique=False)
    op.add_column("application", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("realized_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visitor", sa.Column("known_at", sa.DateTime(timezone=True), nullable=True))

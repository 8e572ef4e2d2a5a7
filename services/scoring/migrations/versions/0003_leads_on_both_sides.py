"""Enablers and prospects as leads, stages with their course, hand-overs, and who calls how many."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0010"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _leads()
    _courses()
    _calling()
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="hand_over_ended"),
        sa.PrimaryKeyConstraint("id"),
    )
    only_open = {"unique": True, "postgresql_where": sa.text("state = 'open'")}
    op.create_index("hand_over_open", "hand_over", ["lead_id"], **only_open)
    op.create_index("hand_over_of_lead", "hand_over", ["lead_id", "at"], unique=False)
    op.create_index("hand_over_of_member", "hand_over", ["member_id", "week"], unique=False)
    op.create_index("hand_over_of_entity", "hand_over", ["entity_id", "at"], unique=False)
    op.create_index("ix_hand_over_changed_at", "hand_over", ["changed_at"], unique=False)


def _leads() -> None:
    """Leads that were there are EPs; what is known of their stages is taken from what they hold."""
    codes = [sa.Column(name, sa.Text(), nullable=True) for name in ("stage", "lifecycle")]
    names = ("stage_since", "since", "last_sign_at", "contacted_at", "bought_at", "lapsed_at", "won_back_at")
    moments = [sa.Column(name, MOMENT, nullable=True) for name in (*names, "handed_over_at", "contact_due_at")]
    ids = [
        sa.Column(name, sa.Uuid(), nullable=True)
        for name in ("hosting_entity_id", "hand_over_id", "member_id", "linked_to")
    ]
    flags = [
        sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False) for name in ("prospect", "met")
    ]
    op.add_column("lead", sa.Column("party", sa.Text(), server_default="ep", nullable=False))
    for column in (*codes, *moments, *ids, *flags):
        op.add_column("lead", column)
    op.execute("""
        UPDATE lead SET since = scored_at, bought_at = converted_at,
            stage_since = coalesce(converted_at, qualified_at, scored_at),
            stage = CASE WHEN converted_at IS NOT NULL THEN 'converted'
                WHEN qualified_at IS NOT NULL THEN 'qualified' ELSE 'lead' END
        WHERE sending_entity_id IS NOT NULL AND scored_at IS NOT NULL
    """)
    op.create_check_constraint("lead_of_one_entity", "lead", "sending_entity_id IS NULL OR hosting_entity_id IS NULL")
    op.create_index("ix_lead_hosting_entity_id", "lead", ["hosting_entity_id"], unique=False)
    op.create_index("ix_lead_member_id", "lead", ["member_id"], unique=False)
    op.create_index("lead_by_silence", "lead", ["party", "stage", "last_sign_at"], unique=False)
    op.create_index(
        "lead_linked", "lead", ["linked_to"], unique=False, postgresql_where=sa.text("linked_to IS NOT NULL")
    )


def _courses() -> None:
    op.create_table(
        "stage_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("former", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("known_at", MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stage_change_of_lead", "stage_change", ["lead_id", "known_at", "id"], unique=False)
    op.create_index("stage_change_by_stage", "stage_change", ["stage", "at"], unique=False)
    op.create_index("ix_stage_change_changed_at", "stage_change", ["changed_at"], unique=False)
    op.create_table(
        "enabler_fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("known_at", MOMENT, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("enabler_fact_of_enabler", "enabler_fact", ["enabler_id", "at"], unique=False)


def _calling() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "calling_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calls_per_week", sa.Integer(), nullable=True),
        sa.Column("due_hours", sa.Integer(), nullable=True),
        sa.Column("least_score", sa.Float(), nullable=True),
        sa.Column("weekdays", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("holidays", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_calling_rules_changed_at", "calling_rules", ["changed_at"], unique=False)
    op.create_table(
        "team_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("calls_per_week", sa.Integer(), nullable=True),
        sa.Column("absences", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_team_member_entity_id", "team_member", ["entity_id"], unique=False)
    op.create_index("ix_team_member_changed_at", "team_member", ["changed_at"], unique=False)
    op.create_table(
        "contact_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("budget", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contact_stop_lead_id", "contact_stop", ["lead_id"], unique=False)
    op.create_table(
        "prospect",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        *[sa.Column(name, sa.String(), nullable=True) for name in ("company", "contact_name", "email", "phone")],
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.String(), nullable=True),
        sa.Column("linked_to", sa.Uuid(), nullable=True),
        sa.Column("linked_at", MOMENT, nullable=True),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("hosting_entity_id", "linked_to", "changed_at"):
        op.create_index(f"ix_prospect_{name}", "prospect", [name], unique=False)

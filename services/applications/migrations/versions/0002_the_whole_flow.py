"""Profiles, members, contacts, slots, the history of applications, and what each of them still needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

NOT_ENDED = "status NOT IN ('rejected', 'withdrawn', 'declined', 'approval_broken', 'realization_broken')"
# Until now an opportunity had one set of dates: it becomes its slot, under the opportunity's own id.
SLOTS = """
INSERT INTO slot (id, opportunity_id, start_on, end_on, close_on, capacity, openings, version, changed_at)
SELECT o.id, o.id, o.start_on, o.end_on, o.start_on, o.openings + count(a.id), o.openings, 1, o.changed_at
FROM opportunity o LEFT JOIN application a ON a.opportunity_id = o.id
    AND a.status IN ('approved', 'realized', 'completed')
GROUP BY o.id
"""
OF_SLOTS = "UPDATE application SET slot_id = opportunity_id"
# What is known of older applications is what they are now; how they came there stands in the audit.
HISTORY = """
INSERT INTO application_state (application_id, recorded_at, effective_on, status, reason, person_id, opportunity_id,
    enabler_id, sending_entity_id, hosting_entity_id, product, country, start_on, end_on)
SELECT id, changed_at, (changed_at AT TIME ZONE zone)::date, status, reason, person_id, opportunity_id,
    enabler_id, sending_entity_id, hosting_entity_id, product, country, start_on, end_on
FROM application
"""
# Nobody could edit an opportunity until now: the terms that applications name are still what it says.
TERMS = """
INSERT INTO stated_terms (digest, opportunity_id, stated, recorded_at)
SELECT a.terms, o.id, jsonb_build_object('opportunity_id', o.id, 'start_on', o.start_on, 'end_on', o.end_on,
    'weekly_hours', o.weekly_hours, 'pay', o.pay, 'title', o.title, 'description', o.description,
    'accommodation', o.accommodation), o.changed_at
FROM application a JOIN opportunity o ON o.id = a.opportunity_id
ON CONFLICT DO NOTHING
"""
AGREED = """
UPDATE application SET sending_terms = sending_approval, hosting_terms = hosting_approval,
    signed_terms = CASE WHEN status IN ('in_progress', 'approved', 'realized', 'completed') THEN terms END
"""


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enabler_id"],
            ["enabler.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contact_changed_at", "contact", ["changed_at"], unique=False)
    op.create_index("ix_contact_enabler_id", "contact", ["enabler_id"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["entity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_member_changed_at", "member", ["changed_at"], unique=False)
    op.create_index("ix_member_entity_id", "member", ["entity_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("close_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("end_on >= start_on", name="slot_dates_in_order"),
        sa.CheckConstraint("openings BETWEEN 0 AND capacity", name="slot_openings_left"),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_slot_changed_at", "slot", ["changed_at"], unique=False)
    op.create_index("ix_slot_opportunity_id", "slot", ["opportunity_id"], unique=False)
    op.create_table(
        "application_state",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_application_state_application_id", "application_state", ["application_id"], unique=False)
    op.create_table(
        "requirement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "kind", name="requirement_once"),
    )
    op.create_index("ix_requirement_application_id", "requirement", ["application_id"], unique=False)
    op.create_index("ix_requirement_changed_at", "requirement", ["changed_at"], unique=False)
    op.create_table(
        "stated_terms",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("stated", postgresql.JSONB(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
        ),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_stated_terms_opportunity_id", "stated_terms", ["opportunity_id"], unique=False)
    op.add_column("application", sa.Column("slot_id", sa.Uuid(), nullable=True))
    op.add_column("application", sa.Column("signed_terms", sa.String(), nullable=True))
    op.add_column("application", sa.Column("sending_terms", sa.String(), nullable=True))
    op.add_column("application", sa.Column("hosting_terms", sa.String(), nullable=True))
    op.add_column("application", sa.Column("refund", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("application", sa.Column("proof", sa.String(), nullable=True))
    op.add_column("application", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("realized_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("actual_start_on", sa.Date(), nullable=True))
    op.add_column("application", sa.Column("actual_end_on", sa.Date(), nullable=True))
    op.execute(SLOTS)
    op.execute(OF_SLOTS)
    op.alter_column("application", "slot_id", nullable=False)
    op.execute(HISTORY)
    op.execute(TERMS)
    op.execute(AGREED)
    op.drop_index("application_once_per_opportunity", "application")
    op.create_index(
        "application_once_per_opportunity",
        "application",
        ["person_id", "opportunity_id"],
        unique=True,
        postgresql_where=sa.text(NOT_ENDED),
    )
    op.create_index("ix_application_slot_id", "application", ["slot_id"], unique=False)
    op.create_foreign_key("application_slot_id_fkey", "application", "slot", ["slot_id"], ["id"])
    op.add_column("opportunity", sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'open'")))
    op.add_column("opportunity", sa.Column("field", sa.Text(), nullable=True))
    op.add_column("opportunity", sa.Column("requirements", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column(
        "opportunity", sa.Column("skills", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column(
        "opportunity",
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column(
        "opportunity",
        sa.Column("selection_process", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column("opportunity", sa.Column("raised_from", sa.Uuid(), nullable=True))
    op.add_column("opportunity", sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key("opportunity_raised_from_fkey", "opportunity", "opportunity", ["raised_from"], ["id"])
    op.add_column("person", sa.Column("study_field", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("study_level", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("university", sa.String(), nullable=True))
    op.add_column(
        "person", sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column("person", sa.Column("levels", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")))
    op.add_column(
        "person", sa.Column("skills", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column("person", sa.Column("about", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("person", sa.Column("available_from", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("available_to", sa.Date(), nullable=True))
    op.add_column(
        "person",
        sa.Column("wanted_products", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column(
        "person",
        sa.Column("wanted_fields", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column(
        "person",
        sa.Column("wanted_countries", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column("person", sa.Column("looking", sa.Boolean(), nullable=False, server_default=sa.text("true")))

"""What waits for whom: since when an application waits, whose a requirement is, and the history of a dossier."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WAITS_FROM = """CASE status
    WHEN 'open' THEN (submitted_at AT TIME ZONE zone)::date
    WHEN 'accepted' THEN (COALESCE(accepted_at, submitted_at) AT TIME ZONE zone)::date
    WHEN 'in_progress' THEN (COALESCE(signed_at, accepted_at, submitted_at) AT TIME ZONE zone)::date
    WHEN 'approved' THEN start_on END"""
# Applications that are on their way keep to what they began with: no requirement opens for them here, and none holds
# them up. Rows that are there already learn whose they are.
OWNED = """
UPDATE requirement r SET person_id = a.person_id, enabler_id = a.enabler_id, zone = a.zone,
    entity_id = CASE WHEN r.owner IN ('ep', 'sending') THEN a.sending_entity_id ELSE a.hosting_entity_id END,
    opened_on = (r.changed_at AT TIME ZONE a.zone)::date
FROM application a WHERE a.id = r.application_id
"""
OWNERS = ("person_id", "enabler_id", "entity_id")


def upgrade() -> None:
    op.add_column("application", sa.Column("waits_from", sa.Date(), sa.Computed(WAITS_FROM, persisted=True)))
    for side in ("hosting", "sending"):
        op.create_index(
            f"application_waits_{side}",
            "application",
            [f"{side}_entity_id", "status", "waits_from", "id"],
            postgresql_where=sa.text("waits_from IS NOT NULL"),
            postgresql_include=["zone"],
        )
    for name in OWNERS:
        op.add_column("requirement", sa.Column(name, sa.Uuid(), nullable=True))
    op.add_column("requirement", sa.Column("zone", sa.String(), nullable=True))
    op.add_column("requirement", sa.Column("opened_on", sa.Date(), nullable=True))
    op.execute(OWNED)
    for name in (*OWNERS, "zone", "opened_on"):
        op.alter_column("requirement", name, nullable=False)
    for whose, name in (("entity", "entity_id"), ("person", "person_id"), ("enabler", "enabler_id")):
        op.create_index(
            f"requirement_waits_{whose}",
            "requirement",
            [name, "owner", "due_on", "id"],
            postgresql_where=sa.text("state = 'open'"),
            postgresql_include=["zone"],
        )
    op.create_table(
        "dossier_change",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dossier_change_application_id", "dossier_change", ["application_id"], unique=False)

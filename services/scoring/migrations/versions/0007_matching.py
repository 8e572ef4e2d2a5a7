"""Both sides of a match in codes, what became of each pair, and the lists that were shown."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0008"

TEXTS = postgresql.ARRAY(sa.Text())
NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    _seekers()
    _offers()
    _pairings()
    _lists()
    _learning()


def _seekers() -> None:
    op.create_table(
        "seeker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("study_field", sa.Text(), nullable=True),
        sa.Column("study_level", sa.Text(), nullable=True),
        sa.Column("languages", TEXTS, nullable=False),
        sa.Column("spoken", TEXTS, nullable=False),
        sa.Column("levels", postgresql.JSONB(), nullable=False),
        sa.Column("skills", TEXTS, nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("available_to", sa.Date(), nullable=True),
        sa.Column("wanted_products", TEXTS, nullable=False),
        sa.Column("wanted_fields", TEXTS, nullable=False),
        sa.Column("wanted_countries", TEXTS, nullable=False),
        sa.Column("looking", sa.Boolean(), nullable=False),
        sa.Column("told", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("erased_at", NOW, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    looking = sa.text("looking AND erased_at IS NULL")
    op.create_index("ix_seeker_changed_at", "seeker", ["changed_at"])
    op.create_index("seeker_of_entity", "seeker", ["sending_entity_id"], postgresql_where=looking)
    for name, column in (("seeker_spoken", "spoken"), ("seeker_wants", "wanted_products")):
        op.create_index(name, "seeker", [column], postgresql_using="gin", postgresql_where=looking)


def _offers() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("weekly_hours", sa.Integer(), nullable=True),
        sa.Column("languages", TEXTS, nullable=True),
        sa.Column("needed", TEXTS, nullable=True),
        sa.Column("levels", postgresql.JSONB(), nullable=False),
        sa.Column("skills", TEXTS, nullable=True),
        sa.Column("study_fields", TEXTS, nullable=True),
        sa.Column("study_levels", TEXTS, nullable=True),
        sa.Column("slots", postgresql.JSONB(), nullable=True),
        sa.Column("latest_start", sa.Date(), nullable=True),
        sa.Column("earliest_end", sa.Date(), nullable=True),
        sa.Column("takes_until", sa.Date(), nullable=True),
        sa.Column("openings_told", sa.Integer(), nullable=True),
        sa.Column("told_at", NOW, nullable=False),
        sa.Column("openings", sa.Integer(), nullable=True),
        sa.Column("posted_at", NOW, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("waiting", "applied", "decided", "accepted")),
        sa.Column("popularity", sa.Float(), nullable=False),
        sa.Column("popularity_at", NOW, nullable=True),
        sa.Column("exposed", sa.Float(), nullable=False),
        sa.Column("exposed_at", NOW, nullable=True),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("changed_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    open_ = sa.text("status = 'open'")
    op.create_index("ix_offer_changed_at", "offer", ["changed_at"])
    op.create_index("offer_open", "offer", ["product", "takes_until"], postgresql_where=open_)
    op.create_index("offer_open_dates", "offer", ["latest_start", "earliest_end"], postgresql_where=open_)
    op.create_index("offer_needs", "offer", ["needed"], postgresql_using="gin", postgresql_where=open_)
    op.create_index("offer_of_enabler", "offer", ["enabler_id"])
    op.create_index("offer_by_chance", "offer", ["chance"], postgresql_where=open_)


def _pairings() -> None:
    op.create_table(
        "pairing",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        *(
            sa.Column(f"{name}_at", NOW, nullable=True)
            for name in ("submitted", "accepted", "rejected", "approved", "broken")
        ),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("changed_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("application_id"),
    )
    op.create_index("ix_pairing_changed_at", "pairing", ["changed_at"])
    op.create_index("pairing_of_person", "pairing", ["person_id", "opportunity_id"])
    op.create_index("pairing_of_opportunity", "pairing", ["opportunity_id"])


def _lists() -> None:
    op.create_table(
        "match_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("opportunity_id", sa.Uuid(), nullable=True),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("models", TEXTS, nullable=False),
        sa.Column("made_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("match_list_of_person", "match_list", ["person_id", "made_at"])
    op.create_index("match_list_made", "match_list", ["made_at"])
    op.create_table(
        "match_shown",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("applies", sa.Float(), nullable=False),
        sa.Column("accepts", sa.Float(), nullable=False),
        sa.Column("row", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "position"),
    )
    op.create_index("match_shown_pair", "match_shown", ["person_id", "opportunity_id"])


def _learning() -> None:
    op.create_table(
        "match_example",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("applies", postgresql.JSONB(), nullable=False),
        sa.Column("accepts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "place"),
    )
    op.create_index("match_example_of_person", "match_example", ["person_id"])
    op.create_index("match_example_at", "match_example", ["at"])
    op.create_table(
        "match_model",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("gain", sa.Float(), nullable=True),
        sa.Column("gain_low", sa.Float(), nullable=True),
        sa.Column("gain_high", sa.Float(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("window_from", NOW, nullable=False),
        sa.Column("window_to", NOW, nullable=False),
        sa.Column("trained_at", NOW, nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("bins", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("side", "number", name="match_model_once"),
    )

"""Promoters show their experience, for the uses they agree to, and bring others by a link."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "showcase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("referral", sa.Text(), nullable=True),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id"),
        sa.UniqueConstraint("referral"),
    )
    op.create_index("ix_showcase_person_id", "showcase", ["person_id"], unique=False)
    op.create_table(
        "testimonial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sending_entity_id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("shown_name", sa.Text(), nullable=True),
        sa.Column("video", sa.Text(), nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("picture_type", sa.Text(), nullable=True),
        sa.Column("picture_digest", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["id"], ["showcase.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_testimonial_person_id", "testimonial", ["person_id"], unique=False)
    op.create_index("ix_testimonial_changed_at", "testimonial", ["changed_at"], unique=False)
    op.create_index("testimonial_by_sending", "testimonial", ["sending_entity_id"], unique=False)
    op.create_index("testimonial_by_hosting", "testimonial", ["hosting_entity_id"], unique=False)
    op.create_index(
        "testimonial_shown",
        "testimonial",
        ["approved_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_table(
        "showcase_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("showcase_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["showcase_id"], ["showcase.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_showcase_consent_showcase_id", "showcase_consent", ["showcase_id"], unique=False)
    op.create_index(
        "consent_held",
        "showcase_consent",
        ["showcase_id", "use"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "arrival",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("showcase_id", sa.Uuid(), nullable=True),
        sa.Column("signed_up_at", MOMENT, nullable=True),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("ix_arrival_showcase_id", "arrival", ["showcase_id"], unique=False)

"""What brought a visit, why one counts no more, on-ground sources, consents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0007"


def upgrade() -> None:
    texts = ("utm_source", "utm_medium", "utm_term", "utm_content", "referrer", "what")
    for name in texts:
        op.add_column("interaction", sa.Column(name, sa.String(), nullable=True))
    op.add_column("interaction", sa.Column("mark", sa.Text(), nullable=True))
    op.add_column("interaction", sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("interaction", sa.Column("move", sa.Text(), nullable=False, server_default="theirs"))
    op.add_column("interaction", sa.Column("origin", sa.Text(), nullable=False, server_default="recorded"))
    op.add_column("interaction", sa.Column("source_id", sa.Uuid(), nullable=True))
    op.add_column("interaction", sa.Column("application_id", sa.Uuid(), nullable=True))
    op.create_index("interaction_of_source", "interaction", ["source_id", "at"], unique=False)
    # What was marked as a machine's before was so by its client's name, from the first.
    op.execute("UPDATE interaction SET mark = 'user_agent', marked_at = known_at WHERE bot")
    op.execute("UPDATE interaction SET origin = 'visit' WHERE visitor_id IS NOT NULL")
    op.create_table(
        "source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("cost", sa.Numeric(12, 2), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("referrer_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    for name in ("entity_id", "referrer_id", "changed_at"):
        op.create_index(f"ix_source_{name}", "source", [name], unique=False)
    op.create_table(
        "consent",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "purpose"),
    )

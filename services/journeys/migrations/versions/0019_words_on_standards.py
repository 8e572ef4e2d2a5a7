"""What customers and providers say of standards, and what came back, as rows for figures; entries by what happened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
MASS = (
    "notifications.touchpoint-scheduled.v1",
    "notifications.touchpoint-moved.v1",
    "notifications.touchpoint-sent.v1",
    "notifications.touchpoint-sent.v2",
    "notifications.touchpoint-skipped.v1",
    "scoring.lead-scored.v1",
)


def _ids(*names: str, nullable: bool = True) -> list[sa.Column]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def _moment() -> sa.Column:
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "judgement",
        sa.Column("invitation_id", sa.Uuid(), primary_key=True),
        _moment(),
        sa.Column("party", sa.String(), nullable=False),
        *_ids("person_id", "enabler_id", "application_id", "sending_entity_id", "hosting_entity_id"),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("standards", "expected", "found")),
    )
    op.create_index("judgement_of_application", "judgement", ["application_id"])
    op.create_table(
        "proof",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _moment(),
        *_ids("person_id", "application_id", "sending_entity_id", "hosting_entity_id", nullable=False),
    )
    op.create_index("proof_by_standard", "proof", ["standard", "at", "id"])
    op.add_column("occasion", sa.Column("bounced", sa.SmallInteger(), nullable=False, server_default="0"))
    op.alter_column("occasion", "bounced", server_default=None)
    mass = ", ".join(f"'{one}'" for one in MASS)
    op.create_index("entry_by_type", "entry", ["type", "at", "id"], postgresql_where=sa.text(f"type NOT IN ({mass})"))

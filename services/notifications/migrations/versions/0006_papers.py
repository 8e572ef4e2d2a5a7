"""Links of documents, responsibilities and goals, and facts that are asked for ahead of the day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def _id(name: str = "id") -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _words(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _list(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _tail() -> tuple[sa.Column, ...]:
    ids = (_id("person_id"), _id("sending_entity_id"), _id("hosting_entity_id"))
    return (*ids, sa.Column("version", sa.Integer(), nullable=False), _moment("changed_at"))


def upgrade() -> None:
    op.create_table(
        "document_link",
        _id(), _id("document_id"), _words("token_digest"), _words("kind"), _words("policy_version"),
        _moment("expires_at"), _moment("opened_at", null=True), _moment("acknowledged_at", null=True),
        sa.Column("acknowledged_document", sa.Uuid(), nullable=True), _words("name", null=True),
        _id("application_id"), *_tail(),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_table(
        "goals",
        _id(), _list("responsibilities"), _list("goals"), _words("feedback", null=True),
        sa.Column("agreed_on", sa.Date(), nullable=True), _id("enabler_id"), *_tail(),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_table(
        "fact_check",
        _id(), _id("touchpoint_id"), _words("touchpoint"), sa.Column("owner", sa.Text(), nullable=False),
        _list("missing"), sa.Column("due_on", sa.Date(), nullable=False),
        _moment("opened_at"), _moment("closed_at", null=True), _id("application_id"), *_tail(),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    indexed = {
        "document_link": ("document_id", "application_id", "person_id", "changed_at"),
        "goals": ("person_id", "changed_at"),
        "fact_check": ("touchpoint_id", "application_id", "changed_at"),
    }
    for table, columns in indexed.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.add_column("opportunity", sa.Column("description", sa.String(), nullable=True))

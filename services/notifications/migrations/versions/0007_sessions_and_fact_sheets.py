"""Sessions with their seats and messages, calendars by link, and the fact sheets of entities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0009"


def _id(name: str = "id", *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def _words(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _int(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=null)


def upgrade() -> None:
    _sessions()
    _fact_sheets()


def _sessions() -> None:
    op.create_table(
        "session",
        _id(), _text("kind"), _id("entity_id"), _words("title"), _words("about"),
        sa.Column("local_start", sa.DateTime(), nullable=False), sa.Column("local_end", sa.DateTime(), nullable=False),
        _words("zone"), _moment("starts_at"), _moment("ends_at"), _words("place", null=True), _words("link", null=True),
        _int("capacity"), sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("hosts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("covers_purpose", sa.Boolean(), nullable=False), _text("state"),
        _words("reason", null=True), _words("note", null=True), _int("sequence"), _int("queue"),
        _words("check_in_code"), _int("version"), _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    for column in ("entity_id", "starts_at", "changed_at"):
        op.create_index(f"ix_session_{column}", "session", [column])
    op.create_table(
        "seat",
        _id(), _id("session_id"), _id("entity_id"), _id("application_id"), _id("person_id"),
        _id("sending_entity_id"), _id("hosting_entity_id"), _text("state"), _words("reason", null=True),
        _int("queued", null=True), _int("turns"), _int("told", null=True), _moment("invited_at", null=True),
        _moment("answered_at", null=True), _moment("attended_at", null=True), _text("checked_by", null=True),
        sa.Column("no_show", sa.Boolean(), nullable=False), _int("version"), _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["session_id"], ["session.id"]),
        sa.UniqueConstraint("session_id", "person_id", name="seat_once"),
    )  # fmt: skip
    op.create_index("seat_in_session", "seat", ["session_id", "state"])
    for column in ("application_id", "person_id", "changed_at"):
        op.create_index(f"ix_seat_{column}", "seat", [column])
    op.create_table(
        "notice",
        _id(), _id("seat_id"), _id("session_id"), _words("touchpoint"), _moment("made_at"),
        sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["seat_id"], ["seat.id"]),
    )  # fmt: skip
    op.create_index("ix_notice_seat_id", "notice", ["seat_id"])
    op.create_table(
        "calendar_feed",
        _id(), _id("person_id"), _moment("made_at"),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("person_id"),
    )  # fmt: skip


def _fact_sheets() -> None:
    op.create_table(
        "fact_sheet",
        _id(), _int("published"), _int("version"), _moment("changed_at"), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_table(
        "fact_section",
        _id(), _id("sheet_id"), _text("section"), sa.Column("texts", postgresql.JSONB(), nullable=False),
        _id("owner_id", null=True), sa.Column("review_on", sa.Date(), nullable=True), _words("changed_by"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["sheet_id"], ["fact_sheet.id"]),
        sa.UniqueConstraint("sheet_id", "section", name="fact_section_once"),
    )  # fmt: skip
    op.create_index("ix_fact_section_review_on", "fact_section", ["review_on"])
    op.create_table(
        "fact_sheet_version",
        _id(), _id("sheet_id"), _int("number"), sa.Column("sections", postgresql.JSONB(), nullable=False),
        _words("published_by"), _moment("published_at"), _int("reverts_to", null=True), _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["sheet_id"], ["fact_sheet.id"]),
        sa.UniqueConstraint("sheet_id", "number", name="fact_sheet_version_once"),
    )  # fmt: skip
    op.create_table(
        "fact_change",
        _id(), _id("sheet_id"), _text("section"), sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False), _words("changed_by"), _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["sheet_id"], ["fact_sheet.id"]),
    )  # fmt: skip
    op.create_index("ix_fact_change_sheet_id", "fact_change", ["sheet_id"])
    for table in ("fact_sheet", "fact_section", "fact_sheet_version", "fact_change"):
        op.create_index(f"ix_{table}_changed_at", table, ["changed_at"])
    op.create_table(
        "quotation",
        _id(), _id("delivery_id"), _id("sheet_id"), _int("number"), _moment("quoted_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("delivery_id", "sheet_id", "number", name="quotation_once"),
    )  # fmt: skip
    op.create_index("ix_quotation_delivery_id", "quotation", ["delivery_id"])

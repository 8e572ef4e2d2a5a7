"""Segments, corridors, audiences and contents, and what they are made of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0001"


def _id(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _at(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def _code(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def _codes(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def _int(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _json(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), nullable=null)


def _bool(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=null)


def _day(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=null)


def _number() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), nullable=False)


def _table(name: str, *columns: sa.Column, keys: tuple[str, ...] = ("id",), indexed: tuple[str, ...] = ()) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys))
    for column in indexed:
        op.create_index(f"ix_{name}_{column}", name, [column], unique=False)


def upgrade() -> None:
    _traits()
    _segments()
    _jobs()
    _audiences()


def _traits() -> None:
    _table(
        "wanted", _id("person_id"), _codes("products"), _codes("fields"), _codes("countries"), _day("free_from", True),
        _day("free_to", True), _bool("looking", True), _text("study_field", True), _at("known_at", True),
        sa.Column("budget", sa.Float(), nullable=True), _at("budget_at", True), keys=("person_id",),
    )  # fmt: skip
    _table(
        "given_voice", _id("answer_id"), _text("metric"), _id("subject_id"), _code("party"), _int("score"), _at("at"),
        _at("known_at"), keys=("answer_id", "metric"), indexed=("subject_id",),
    )  # fmt: skip
    _table("touched", _id("id"), _text("touchpoint"), _text("channel"))


def _segments() -> None:
    _table(
        "segment", _id("id"), _id("entity_id", True), _code("party"), _text("name"), _code("state"), _json("condition"),
        _int("number"), _int("plan"), _id("search_id", True), _at("made_at"), _int("version"), _at("changed_at"),
        indexed=("entity_id", "changed_at"),
    )  # fmt: skip
    _table(
        "segment_rule", _id("segment_id"), _int("number"), _json("condition"), _at("from_at"), _text("by"),
        keys=("segment_id", "number"),
    )  # fmt: skip
    _table(
        "segment_member", _id("segment_id"), _id("subject_id"), _at("entered_at"), _int("number"),
        keys=("segment_id", "subject_id"), indexed=("subject_id",),
    )  # fmt: skip
    _table(
        "segment_move", _number(), _id("segment_id"), _id("subject_id", True), _code("move"), _at("at"),
        _int("number"), indexed=("subject_id",),
    )  # fmt: skip
    op.create_index("segment_move_course", "segment_move", ["segment_id", "at", "id"], unique=False)
    _table("segment_stale", _number(), _id("subject_id"), _code("party"))
    _table("segment_day", _int("id"), _day("day"))
    _table(
        "segment_figures", _id("segment_id"), _day("day"), _int("number"), _at("known_at", True),
        _json("document", True), keys=("segment_id", "day"),
    )  # fmt: skip
    _table(
        "segment_plan", _id("segment_id"), _int("number"), _text("position"), _text("programme"),
        _bool("target", True), _text("reason"), _at("at"), _text("by"), _at("blanked_at", True),
        keys=("segment_id", "number"),
    )  # fmt: skip


def _jobs() -> None:
    _table(
        "segment_search", _id("id"), _id("entity_id", True), _code("party"), _int("seed"), _code("state"),
        _at("asked_at"), _at("known_at", True), _json("report", True),
    )  # fmt: skip
    _table(
        "corridor_report", _id("id"), _id("entity_id", True), _code("party"), _id("segment_id", True),
        _text("transition"), _code("state"), _at("asked_at"), _at("known_at", True), _json("report", True),
        indexed=("segment_id",),
    )  # fmt: skip


def _audiences() -> None:
    _table("address_digest", _id("person_id"), _text("digest"), keys=("person_id",))
    _table(
        "audience", _id("id"), _id("entity_id", True), _id("segment_id", True), _json("condition", True), _text("name"),
        _code("purpose"), _text("recipient"), _at("use_until"), _code("state"), _int("number"), _at("made_at"),
        _int("version"), _at("changed_at"), indexed=("entity_id", "changed_at"),
    )  # fmt: skip
    _table(
        "audience_member", _id("audience_id"), _id("person_id"), _text("digest"), _int("number"),
        keys=("audience_id", "person_id"), indexed=("person_id",),
    )  # fmt: skip
    _table(
        "audience_removal", _id("audience_id"), _text("digest"), _int("number"), keys=("audience_id", "digest"),
    )  # fmt: skip
    _table(
        "audience_export", _id("id"), _id("audience_id"), _int("number"), _at("made_at"), _json("manifest"),
        _text("signature"), sa.Column("content", sa.LargeBinary(), nullable=True), _at("confirmed_at", True),
        _int("version"), indexed=("audience_id",),
    )  # fmt: skip
    _table(
        "content", _id("id"), _id("entity_id", True), _code("slot"), _id("segment_id", True), _int("weight"),
        _code("state"), _codes("products"), _codes("fields"), _codes("countries"), _id("testimonial_id", True),
        _text("link", True), _json("texts"), _int("version"), _at("changed_at"), indexed=("entity_id", "changed_at"),
    )  # fmt: skip
    _table("content_seen", _id("id"), _id("content_id"), _code("seen"), _at("at"), indexed=("content_id",))

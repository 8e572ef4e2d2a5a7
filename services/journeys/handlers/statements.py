"""The statements of the room: each takes all rows of a batch at once, as JSON.

They are put together from the names of our own tables and columns; every value is a parameter.
"""
# ruff: noqa: S608

from collections.abc import Mapping

from sqlmodel import SQLModel

from services.journeys.model import (
    Application,
    Comment,
    EnablerSubject,
    Entity,
    Entry,
    Judgement,
    Label,
    MemberCourse,
    MemberName,
    Merge,
    Offer,
    PersonName,
    Proof,
    QualityCase,
    RemarkText,
    Subject,
    Touchpoint,
    Visitor,
    WayIn,
)
from services.journeys.policy import Status


def given(model: type[SQLModel]) -> str:
    """The rows of the parameter, a JSON array; a column that they don't name is null."""
    name = model.__tablename__
    return f"jsonb_populate_recordset(NULL::{name}, $1::text::jsonb) AS new"


def key_of(model: type[SQLModel]) -> str:
    return model.__table__.primary_key.columns[0].name  # type: ignore[attr-defined]


def keep_statement(model: type[SQLModel], **merged: str) -> str:
    """Insert rows or put them over the `old` ones; `merged` says how a column that an event may leave out goes on.

    All events of such a row come from one partition: between the look at `old` and the write nobody changes it.
    """
    key, names = key_of(model), list(model.model_fields)
    values = ", ".join(merged.get(name, f"new.{name}") for name in names)
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
    return (
        f"INSERT INTO {model.__tablename__} ({', '.join(names)}) SELECT {values} FROM {given(model)}"
        f" LEFT JOIN {model.__tablename__} AS old USING ({key}) ORDER BY new.{key}"
        f" ON CONFLICT ({key}) DO UPDATE SET {changes}"
    )


def still(*names: str) -> dict[str, str]:
    """Columns that stay as they are when the events say nothing of them."""
    return {name: f"coalesce(new.{name}, old.{name})" for name in names}


def _first(*names: str) -> dict[str, str]:
    """Columns that keep what was said of them first."""
    return {name: f"coalesce(old.{name}, new.{name})" for name in names}


ENTER = f"INSERT INTO entry SELECT * FROM {given(Entry)} ON CONFLICT DO NOTHING"
KEEP: Mapping[type[SQLModel], str] = {
    PersonName: keep_statement(PersonName),
    Label: keep_statement(Label),
    Comment: keep_statement(Comment),
    Entity: keep_statement(Entity),
    Application: keep_statement(
        Application,
        status=f"coalesce(new.status, old.status, '{Status.open}')",
        reason="CASE WHEN new.status IS NULL THEN old.reason ELSE new.reason END",
        **still("status_at", "product", "start_on", "end_on", "zone", "country"),
        **_first("submitted_at", "accepted_at", "signed_at", "approved_at", "realized_at", "completed_at"),
    ),
    Touchpoint: keep_statement(Touchpoint, **still("due_at")),
    QualityCase: keep_statement(QualityCase),
    Visitor: keep_statement(Visitor),
    Offer: keep_statement(
        Offer, **still("product", "country", "zone", "field", "posted_at", "closed_at", "raised_from")
    ),
    MemberCourse: keep_statement(
        MemberCourse,
        **still("applied_at", "selected_at", "activated_at", "from_on", "to_on", "left_at", "was", "alumna"),
    ),
    MemberName: keep_statement(MemberName),
    Merge: keep_statement(Merge),
    RemarkText: keep_statement(RemarkText),
    WayIn: keep_statement(WayIn),
    Judgement: keep_statement(Judgement),
    Proof: keep_statement(Proof),
}
FORGET: Mapping[type[SQLModel], str] = {
    model: f"DELETE FROM {model.__tablename__} WHERE {key_of(model)} = ANY($1)"
    for model in (PersonName, MemberName, Label, Comment, RemarkText)
}
# Other partitions change the same people's lines: whoever counts behind these locks (taken in one order) sees what
# they have committed.
HOLD = f"""
INSERT INTO subject AS old SELECT * FROM {given(Subject)} ORDER BY person_id
ON CONFLICT (person_id) DO UPDATE SET last_at = greatest(old.last_at, excluded.last_at),
    registered_at = coalesce(excluded.registered_at, old.registered_at),
    sending_entity_id = coalesce(excluded.sending_entity_id, old.sending_entity_id),
    country = coalesce(excluded.country, old.country), language = coalesce(excluded.language, old.language),
    zone = coalesce(excluded.zone, old.zone), score = coalesce(excluded.score, old.score)
"""
HOLD_ENABLERS = f"""
INSERT INTO enabler_subject AS old SELECT * FROM {given(EnablerSubject)} ORDER BY enabler_id
ON CONFLICT (enabler_id) DO UPDATE SET last_at = greatest(old.last_at, excluded.last_at),
    hosting_entity_id = coalesce(excluded.hosting_entity_id, old.hosting_entity_id),
    registered_at = coalesce(excluded.registered_at, old.registered_at),
    raised_at = least(excluded.raised_at, old.raised_at), met_at = least(excluded.met_at, old.met_at),
    reraised_at = least(excluded.reraised_at, old.reraised_at)
"""
LOOK = """
SELECT s.person_id, s.registered_at IS NOT NULL AS registered,
    EXISTS (SELECT FROM visitor v WHERE v.person_id = s.person_id) AS visited,
    ARRAY(SELECT a.status FROM application a WHERE a.person_id = s.person_id ORDER BY a.status_at, a.id) AS statuses,
    (SELECT count(*) FROM quality_case c WHERE c.person_id = s.person_id AND c.open) AS open_cases,
    next.touchpoint, next.due_at
FROM subject s LEFT JOIN LATERAL (
    SELECT t.touchpoint, t.due_at FROM touchpoint t WHERE t.person_id = s.person_id AND t.state = ANY($2)
    ORDER BY t.due_at, t.touchpoint, t.id LIMIT 1
) AS next ON true
WHERE s.person_id = ANY($1)
"""
LINE = ("visited", "status", "phase", "profile", "open_cases", "next_touchpoint", "next_due_at")
COUNT = f"""
UPDATE subject AS old SET {", ".join(f"{name} = new.{name}" for name in LINE)} FROM {given(Subject)}
WHERE old.person_id = new.person_id
    AND ({", ".join(f"old.{name}" for name in LINE)}) IS DISTINCT FROM ({", ".join(f"new.{name}" for name in LINE)})
"""
# Touchpoints of enablers from before their events named them: the application tells whose they are. Behind the locks of
# the people's lines, so that whoever comes second of the two finds the other.
ADOPT = tuple(
    f"UPDATE {table} AS orphan SET enabler_id = a.enabler_id FROM application a WHERE a.id = ANY($1)"
    f" AND orphan.application_id = a.id AND orphan.enabler_id IS NULL AND orphan.{audience} = 'enabler'"
    for table, audience in (("entry", "facts->>'audience'"), ("occasion", "audience"))
)
OWNERS = "SELECT DISTINCT person_id FROM visitor WHERE id = ANY($1) AND person_id IS NOT NULL"
TOUCH = """
INSERT INTO touched (person_id, changed_at) SELECT one, clock_timestamp() FROM unnest($1::uuid[]) AS one
ORDER BY one ON CONFLICT (person_id) DO UPDATE SET changed_at = excluded.changed_at
"""

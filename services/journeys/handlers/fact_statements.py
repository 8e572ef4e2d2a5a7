"""The statements that write facts: each takes all rows of a batch at once, as JSON.

Rows to which several partitions contribute are merged with operations whose order doesn't matter (least, greatest, sum,
the columns of one key), on the row as it is under its lock. Names are our own; every value is a parameter.
"""
# ruff: noqa: S608

from collections.abc import Mapping

from sqlmodel import SQLModel

from services.journeys.model import Answer, Contact, Course, EnablerCourse, Lapse, Milestone, Occasion, SegmentMember


def given(model: type[SQLModel]) -> str:
    """The rows of the parameter, a JSON array; a column that they don't name is null."""
    return f"jsonb_populate_recordset(NULL::{model.__tablename__}, $1::text::jsonb) AS new"


def _add(model: type[SQLModel]) -> str:
    return f"INSERT INTO {model.__tablename__} SELECT * FROM {given(model)} ON CONFLICT DO NOTHING"


def _merge(model: type[SQLModel], key: str, rules: Mapping[str, str]) -> str:
    """Insert rows, or change those that are there as `rules` say; in the order of keys, so that nobody deadlocks."""
    table, names = model.__tablename__, list(model.model_fields)
    changes = ", ".join(f"{name} = {rules[name]}" for name in names if name != key)
    return (
        f"INSERT INTO {table} AS old ({', '.join(names)}) SELECT {', '.join(f'new.{name}' for name in names)}"
        f" FROM {given(model)} ORDER BY new.{key} ON CONFLICT ({key}) DO UPDATE SET {changes}"
    )


def _known(*names: str) -> dict[str, str]:
    """What one key's events say, in order: the last word that is one."""
    return {name: f"coalesce(excluded.{name}, old.{name})" for name in names}


def _with(sign: str, stage: str, *with_it: str) -> dict[str, str]:
    """The earliest (<) or latest (>) moment and what goes with it; of one moment, the least or greatest."""
    first, *_ = names = (stage, *with_it)
    new, old = (", ".join(f"{row}.{name}" for name in names) for row in ("excluded", "old"))
    better = f"excluded.{first} IS NOT NULL AND (old.{first} IS NULL OR ({new}) {sign} ({old}))"
    return {name: f"CASE WHEN {better} THEN excluded.{name} ELSE old.{name} END" for name in names}


def _first(*stages: str) -> dict[str, str]:
    return {name: f"least(old.{name}, excluded.{name})" for name in stages}


def _last(*stages: str) -> dict[str, str]:
    return {name: f"greatest(old.{name}, excluded.{name})" for name in stages}


def _derived(*names: str) -> dict[str, str]:
    """What is looked up afterwards."""
    return {name: f"old.{name}" for name in names}


STAGES = ("accepted_at", "signed_at", "approved_at", "realized_at", "completed_at")
LOYALTY = _with(">", "nps_at", "nps") | _with(">", "csat_at", "csat") | _last("lapsed_at", "won_back_at")
MOVE_PEOPLE = _merge(
    Course,
    "person_id",
    _known("sending_entity_id", "country", "language", "referral", "study_field")
    | _with("<", "first_contact_at", "first_contact_id", "channel", "source", "campaign")
    | _with("<", "applied_at", "product")
    | _with("<", "first_scored_at", "first_score")
    | _first("signed_up_at", *STAGES)
    | _derived("visited_at", "promoted_at", "again_at")
    | LOYALTY,
)
MOVE_ENABLERS = _merge(
    EnablerCourse,
    "enabler_id",
    _known("hosting_entity_id", "kind")
    | _with("<", "first_contact_at", "first_contact_id", "channel")
    | _with("<", "raised_at", "product", "country", "field")
    | _first("registered_at", "applied_at", "reraised_at", *STAGES)
    | _derived("promoted_at")
    | LOYALTY,
)
TASK = "CASE WHEN excluded.task IS NULL THEN old.{0} ELSE excluded.{0} END"
# The day of the task counts; the time of its touchpoint was told on another partition, in old events.
DUE = """CASE WHEN excluded.task_due_on IS NULL AND old.task_due_on IS NOT NULL THEN old.due_at
    ELSE coalesce(excluded.due_at, old.due_at) END"""
SENT = "coalesce(old.sent_at, excluded.sent_at)"
KEEP_OCCASIONS = _merge(
    Occasion,
    "touchpoint_id",
    _known("touchpoint", "audience", "person_id", "enabler_id", "application_id", "sending_entity_id")
    | _known("hosting_entity_id", "state", "reason", "channel", "task_due_on")
    | {"due_at": DUE, "first_due_at": "coalesce(old.first_due_at, excluded.first_due_at)"}
    | {name: f"old.{name} + excluded.{name}" for name in ("moves", "bounced")}
    | {name: TASK.format(name) for name in ("task", "task_done_at", "late")}
    | {"sent_at": SENT, "done_at": f"coalesce({TASK.format('task_done_at')}, {SENT})"},
)
MARK = f"""
INSERT INTO milestone SELECT new.id, new.application_id, new.sequence, new.status, new.at, new.effective_on,
    new.person_id, new.enabler_id, new.opportunity_id, new.sending_entity_id, new.hosting_entity_id,
    coalesce(new.product, a.product), new.reason, new.side
FROM {given(Milestone)} LEFT JOIN application a ON a.id = new.application_id ON CONFLICT DO NOTHING
"""
ANSWER, MEET, LAPSE = _add(Answer), _add(Contact), _add(Lapse)
UNMEET = "DELETE FROM contact WHERE id = ANY($1)"
JOIN = f"""
INSERT INTO segment_member AS old SELECT * FROM {given(SegmentMember)}
ON CONFLICT (segment_id, subject_id) DO UPDATE SET since = excluded.since
"""
LEAVE = """
DELETE FROM segment_member m USING unnest($1::uuid[], $2::uuid[]) AS gone (segment_id, subject_id)
WHERE m.segment_id = gone.segment_id AND m.subject_id = gone.subject_id
"""
# What follows from rows of several topics: looked up under the lock of the customer's own row.
VISITED = """
UPDATE course c SET visited_at = (SELECT min(known_at) FROM visitor v WHERE v.person_id = c.person_id)
WHERE person_id = ANY($1)
"""
PROMOTED = """(
    SELECT min(a.at) FROM answer a
    WHERE a.{0} = c.{0} AND a.party = '{1}' AND a.measure = 'nps' AND a.score >= 9 AND a.at >= c.completed_at
)"""
AFTER_PEOPLE = f"""
UPDATE course c SET promoted_at = {PROMOTED.format("person_id", "ep")}, again_at = (
    SELECT min(submitted_at) FROM application p WHERE p.person_id = c.person_id AND p.submitted_at > c.completed_at
) WHERE person_id = ANY($1) AND completed_at IS NOT NULL
"""
AFTER_ENABLERS = f"""
UPDATE enabler_course c SET promoted_at = {PROMOTED.format("enabler_id", "enabler")}
WHERE enabler_id = ANY($1) AND completed_at IS NOT NULL
"""

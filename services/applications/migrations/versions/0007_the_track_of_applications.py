"""One short row an application for reports: on which day it reached each stage, and since when that is known.

It is kept by the database itself, whoever appends to the history, and holds nothing that the history doesn't tell:
`application_track_of` makes it from the states, for any day and any moment of knowledge (policy/as_of.py is the same in
Python, and a test holds the two against each other).
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TRACK_OF = """
CREATE FUNCTION application_track_of(ids uuid[], known timestamptz, day date) RETURNS SETOF application_track
LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH state AS (
    SELECT *, CASE status WHEN 'open' THEN 0 WHEN 'accepted' THEN 1 WHEN 'in_progress' THEN 2 WHEN 'approved' THEN 3
        WHEN 'realized' THEN 4 WHEN 'completed' THEN 5 END AS stage
    FROM application_state
    WHERE application_id = ANY (ids) AND recorded_at <= known AND effective_on <= day
), walked AS (
    SELECT *,
        max(effective_on) OVER past AS day_before,
        max(recorded_at) OVER past AS moment_before,
        max(stage) OVER past AS furthest_before,
        coalesce(bool_or(stage IS NULL) OVER past, false) AS ended_before,
        array_agg(stage) FILTER (WHERE stage IS NOT NULL) OVER past AS stages_before,
        array_agg(start_on) FILTER (WHERE stage >= 4) OVER past AS starts_before,
        (person_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id, product, country)
            IS DISTINCT FROM lag((person_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id, product,
            country)) OVER steps AND row_number() OVER steps > 1 AS moved
    FROM state
    WINDOW steps AS (PARTITION BY application_id ORDER BY id),
        past AS (PARTITION BY application_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), judged AS (
    SELECT *,
        coalesce(stages_before[cardinality(stages_before)], 0) AS stage_left,
        moved OR ended_before OR effective_on < day_before OR recorded_at < moment_before OR stage < furthest_before
            OR (stage >= 4 AND (starts_before[cardinality(starts_before)] <> start_on
            OR starts_before IS NULL AND (status <> 'realized' OR effective_on <> start_on))) AS revises
    FROM walked
), told AS (
    SELECT *, max(id) FILTER (WHERE revises) OVER whole AS revised_by, max(id) OVER whole AS newest,
        max(id) FILTER (WHERE stage IS NULL) OVER whole AS exited_by,
        max(id) FILTER (WHERE stage >= 4) OVER whole AS realized_by
    FROM judged WINDOW whole AS (PARTITION BY application_id)
), facts AS (
    SELECT application_id,
        (array_agg(person_id) FILTER (WHERE id = newest))[1] AS person_id,
        (array_agg(opportunity_id) FILTER (WHERE id = newest))[1] AS opportunity_id,
        (array_agg(enabler_id) FILTER (WHERE id = newest))[1] AS enabler_id,
        (array_agg(sending_entity_id) FILTER (WHERE id = newest))[1] AS sending_entity_id,
        (array_agg(hosting_entity_id) FILTER (WHERE id = newest))[1] AS hosting_entity_id,
        min(product) FILTER (WHERE id = newest) AS product, min(country) FILTER (WHERE id = newest) AS country,
        min(effective_on) AS submitted_on, min(recorded_at) AS submitted_at,
        min(effective_on) FILTER (WHERE stage >= 1) AS accepted_on,
        min(recorded_at) FILTER (WHERE stage >= 1) AS accepted_at,
        min(effective_on) FILTER (WHERE stage >= 2) AS signed_on,
        min(recorded_at) FILTER (WHERE stage >= 2) AS signed_at,
        min(effective_on) FILTER (WHERE stage >= 3) AS approved_on,
        min(recorded_at) FILTER (WHERE stage >= 3) AS approved_at,
        min(start_on) FILTER (WHERE id = realized_by) AS realized_on,
        min(recorded_at) FILTER (WHERE stage >= 4) AS realized_at,
        min(effective_on) FILTER (WHERE stage >= 5) AS completed_on,
        min(recorded_at) FILTER (WHERE stage >= 5) AS completed_at,
        min(status) FILTER (WHERE id = exited_by) AS exit, min(reason) FILTER (WHERE id = exited_by) AS reason,
        min(effective_on) FILTER (WHERE id = exited_by) AS exit_on,
        min(recorded_at) FILTER (WHERE id = exited_by) AS exit_at,
        max(effective_on) FILTER (WHERE id <= revised_by) AS revised_on,
        max(recorded_at) FILTER (WHERE id <= revised_by) AS revised_at,
        coalesce(bool_or(moved), false) AS moved,
        coalesce(max(stage) FILTER (WHERE id > exited_by)
            >= min(stage_left) FILTER (WHERE id = exited_by), false) AS void
    FROM told GROUP BY application_id
)
SELECT application_id, person_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id, product, country,
    submitted_on, submitted_at, accepted_on, accepted_at, signed_on, signed_at, approved_on, approved_at, realized_on,
    realized_at, completed_on, completed_at, CASE WHEN NOT void THEN exit END, CASE WHEN NOT void THEN reason END,
    CASE WHEN NOT void THEN exit_on END, CASE WHEN NOT void THEN exit_at END, revised_on, revised_at, moved
FROM facts
$$
"""
# Most states are the first of their application: they are their own track. A plan of the general case costs more than
# what it does for one application, so it is made once.
KEEP = """
CREATE FUNCTION keep_application_track() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' AS $$
DECLARE ids uuid[];
BEGIN
    WITH begun AS (
        INSERT INTO application_track (application_id, person_id, opportunity_id, enabler_id, sending_entity_id,
            hosting_entity_id, product, country, submitted_on, submitted_at, moved)
        SELECT application_id, person_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id, product,
            country, effective_on, recorded_at, false
        FROM appended WHERE status = 'open'
        ON CONFLICT DO NOTHING RETURNING application_id
    )
    SELECT array_agg(application_id) INTO ids FROM (
        SELECT application_id FROM appended LEFT JOIN begun USING (application_id) GROUP BY application_id
        HAVING count(*) > 1 OR count(begun.application_id) = 0
    ) AS more;
    IF ids IS NOT NULL THEN
        INSERT INTO application_track
        SELECT * FROM application_track_of(ids, 'infinity', 'infinity')
        ON CONFLICT (application_id) DO UPDATE SET {values};
    END IF;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER application_state_kept AFTER INSERT ON application_state
REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION keep_application_track()
"""
SO_FAR = """
INSERT INTO application_track
SELECT * FROM application_track_of(ARRAY(SELECT id FROM application), 'infinity', 'infinity')
"""
STAGES = ("submitted", "accepted", "signed", "approved", "realized", "completed")


def upgrade() -> None:
    table = op.create_table(
        "application_track",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        *(sa.Column(f"{name}_id", sa.Uuid(), nullable=False) for name in ("person", "opportunity", "enabler")),
        *(sa.Column(f"{side}_entity_id", sa.Uuid(), nullable=False) for side in ("sending", "hosting")),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        *(column for stage in STAGES for column in _days(stage, nullable=stage != "submitted")),
        sa.Column("exit", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        *_days("exit", nullable=True),
        *_days("revised", nullable=True),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("application_id"),
    )
    op.create_index("application_track_revised", "application_track", ["application_id"],
                    postgresql_where=sa.text("revised_at IS NOT NULL"))  # fmt: skip
    values = ", ".join(f"{column.name} = excluded.{column.name}" for column in table.columns)
    op.execute(TRACK_OF)
    op.execute(KEEP.format(values=values))
    op.execute(TRIGGER)
    op.execute(SO_FAR)


def _days(name: str, *, nullable: bool) -> tuple[sa.Column[object], ...]:
    """On which day it holds from, and when that was recorded."""
    return (
        sa.Column(f"{name}_on", sa.Date(), nullable=nullable),
        sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=nullable),
    )

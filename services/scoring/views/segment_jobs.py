"""What waits to be worked out, and all that is read for it: rows of people, ways that people walked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.model import CorridorReport, Segment, SegmentFigures, SegmentMember, SegmentSearch
from services.scoring.policy.corridors.mining import Case
from services.scoring.policy.corridors.ways import WAYS, Trace, Walked, Way, case_of
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.features import Step
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.jobs import JobState, SegmentState
from services.scoring.policy.segments.stp import GROWTH, Entry
from services.scoring.views.segment_rows import EVERYBODY, all_rows
from shared.storage.tx import Uow

MOST_PEOPLE, PORTION = 20_000, 1_000
MOVES = """SELECT count(*) FILTER (WHERE move = 'entered')::int AS came,
    count(*) FILTER (WHERE move = 'left')::int AS went
    FROM segment_move WHERE segment_id = $1 AND at > $2"""
ENTRIES = """SELECT m.at, (SELECT min(f.at) FROM {facts} f WHERE f.{subject} = m.subject_id AND f.kind = 'approved'
        AND f.at > m.at) AS converted_at,
    EXISTS (SELECT FROM {facts} f WHERE f.{subject} = m.subject_id AND f.kind = 'approved' AND f.at <= m.at) AS was
    FROM (SELECT subject_id, min(at) AS at FROM segment_move
          WHERE segment_id = $1 AND move = 'entered' AND subject_id IS NOT NULL GROUP BY subject_id) AS m"""
ENTRIES_OF = {
    Party.ep: ENTRIES.format(facts="heard_fact", subject="person_id"),
    Party.enabler: ENTRIES.format(facts="enabler_fact", subject="enabler_id"),
}
TRACES = """
WITH one AS (
    SELECT whose AS subject_id, whose AS person_id FROM unnest($1::uuid[]) AS whose
    UNION ALL SELECT linked_to, id FROM lead WHERE linked_to = ANY($1::uuid[])
)
SELECT one.subject_id, h.id, h.at, h.kind AS step, t.touchpoint AS name, t.channel AS channel
FROM one JOIN heard_fact h USING (person_id) LEFT JOIN touched t ON t.id = h.id WHERE h.at <= $2
UNION ALL
SELECT one.subject_id, i.id, i.at, NULL, i.kind, i.channel FROM one JOIN interaction i USING (person_id)
WHERE i.mark IS NULL AND i.at <= $2 AND NOT EXISTS (SELECT FROM heard_fact h WHERE h.id = i.id)
UNION ALL
SELECT one.subject_id, i.id, i.at, NULL, i.kind, i.channel
FROM one JOIN identity n USING (person_id) JOIN interaction i ON i.visitor_id = n.visitor_id
WHERE NOT i.bot AND i.at <= $2
"""
TRACES_OF = {
    Party.ep: TRACES,
    Party.enabler: """SELECT one.lead_id AS subject_id, f.id, f.at, f.kind AS step
        FROM unnest($1::uuid[]) AS one (lead_id) JOIN enabler_fact f
            ON f.enabler_id = ANY(ARRAY(SELECT id FROM lead WHERE linked_to = one.lead_id) || one.lead_id)
        WHERE f.at <= $2""",
}
MEMBERS = "SELECT subject_id AS id FROM segment_member WHERE segment_id = $1 AND subject_id > $2 ORDER BY 1 LIMIT $3"


@dataclass(frozen=True, slots=True)
class Everybody:
    """Rows of everybody of an entity and below, and who of them is in the segment at hand."""

    rows: list[Mapping[str, Any]]
    inside: list[bool]
    moved: tuple[int, int] = (0, 0)
    entries: Sequence[Entry] = ()


async def next_search(uow: Uow) -> SegmentSearch | None:
    """The search that waits longest."""
    return await _next(uow, SegmentSearch)


async def next_corridor(uow: Uow) -> CorridorReport | None:
    """The corridor that waits longest."""
    return await _next(uow, CorridorReport)


async def _next(uow: Uow, model: Any) -> Any:
    query = select(model).where(model.state == JobState.waiting).order_by(model.asked_at, model.id).limit(1)
    return next(iter(await uow.rows(query)), None)


async def next_figures(uow: Uow) -> Segment | None:
    """A segment whose figures were asked for, or were not counted today."""
    today = _day(uow)
    counted = select(SegmentFigures.segment_id).where(
        SegmentFigures.day == today,
        SegmentFigures.known_at.is_not(None),  # type: ignore[union-attr]
    )
    query = select(Segment).where(Segment.state == SegmentState.active, Segment.id.not_in(counted))  # type: ignore[arg-type, attr-defined]
    return next(iter(await uow.rows(query.order_by(Segment.id).limit(1))), None)  # type: ignore[arg-type]


def _day(uow: Uow) -> date:
    return uow.now.astimezone(UTC).date()


async def everybody(uow: Uow, party: Party, entity: UUID | None, segment_id: UUID | None = None) -> Everybody:
    """The rows of a party, up to 20,000; with a segment also who came, left and converted."""
    found = [pair async for pair in all_rows(uow, party, entity, _day(uow), MOST_PEOPLE)]
    rows = [row for _, row in found]
    if segment_id is None:
        return Everybody(rows, [False] * len(rows))
    query = select(SegmentMember.subject_id).where(SegmentMember.segment_id == segment_id)
    members = set(await uow.rows(query))
    (moved,) = await uow.fetch(MOVES, segment_id, uow.now - GROWTH)
    entries = [
        Entry(row["at"], row["at"] if row["was"] else row["converted_at"])
        for row in await uow.fetch(ENTRIES_OF[party], segment_id)
    ]
    inside = [subject in members for subject, _ in found]
    return Everybody(rows, inside, (moved["came"], moved["went"]), entries)


async def cases_of(uow: Uow, report: CorridorReport) -> list[Case]:
    """The ways of the segment's members, or of everybody, to the report's transition."""
    party = Party(report.party)
    way, after, found = WAYS[party][Walked(report.transition)], UUID(int=0), list[Case]()
    seen = 0
    while seen < MOST_PEOPLE:
        if report.segment_id is not None:
            portion = await uow.fetch(MEMBERS, report.segment_id, after, PORTION)
        else:
            portion = await uow.fetch(EVERYBODY[party], after, report.entity_id, PORTION)
        if not portion:
            break
        ids = [row["id"] for row in portion]
        after, seen = ids[-1], seen + len(ids)
        found += await _cases(uow, party, ids, way, uow.now)
    return found


async def _cases(uow: Uow, party: Party, subjects: Sequence[UUID], way: Way, as_of: datetime) -> list[Case]:
    traces: Mapping[UUID, list[Trace]] = defaultdict(list)
    for row in await uow.fetch(TRACES_OF[party], list(subjects), as_of):
        traces[row["subject_id"]].append(_trace(row) if party is Party.ep else _trace_of_enabler(row))
    return [case for one in subjects if (case := case_of(traces[one], way, as_of)) is not None]


def _trace(row: Any) -> Trace:
    step = Step(row["step"]) if row["step"] else None
    if step is None:
        return Trace(f"{row['name']}:{row['channel']}", row["at"], row["id"])
    if step is Step.touchpoint and row["name"]:
        return Trace(f"touchpoint:{row['name']}", row["at"], row["id"], step)
    return Trace(str(step), row["at"], row["id"], step)


def _trace_of_enabler(row: Any) -> Trace:
    step = EnablerStep(row["step"])
    return Trace(str(step), row["at"], row["id"], step)

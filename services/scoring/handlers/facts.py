"""What this room has stored of people, read as facts for the policy: the one place where rows become facts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.scoring.model import HeardFact
from services.scoring.policy.features import WINDOW, Fact, Step
from services.scoring.policy.interactions import Kind
from shared.storage.tx import Uow

MOST_INTERACTIONS = 500

# The limit takes the newest of what was known at the moment: what came later must not crowd anything out.
INTERACTIONS = text("""
SELECT one.person_id, met.id, met.kind, met.at, met.known_at, o.id AS opportunity_id
FROM unnest(CAST(:people AS uuid[])) AS one (person_id)
CROSS JOIN LATERAL (
    SELECT i.id, i.kind, i.at, i.known_at, i.opportunity_id FROM interaction i
    WHERE i.person_id = one.person_id AND NOT i.bot AND i.at > :since AND i.at <= :moment AND i.known_at <= :moment
    UNION ALL
    SELECT i.id, i.kind, i.at, greatest(i.known_at, n.known_at), i.opportunity_id
    FROM identity n JOIN interaction i ON i.visitor_id = n.visitor_id
    WHERE n.person_id = one.person_id AND n.known_at <= :moment
      AND NOT i.bot AND i.at > :since AND i.at <= :moment AND i.known_at <= :moment
    ORDER BY at DESC, id LIMIT :most
) AS met
LEFT JOIN opportunity o ON o.id = met.opportunity_id AND o.known_at <= :moment
""")


async def facts_of(uow: Uow, people: Sequence[UUID], moment: datetime) -> dict[UUID, list[Fact]]:
    """The facts of each of these people that matter at `moment`; the policy picks what was known."""
    found: dict[UUID, list[Fact]] = {person: [] for person in people}
    heard = await uow.rows(select(HeardFact).where(HeardFact.person_id.in_(people)))  # type: ignore[attr-defined]
    for row in heard:
        found[row.person_id].append(_heard(row))
    values = {"people": list(people), "since": moment - WINDOW, "moment": moment, "most": MOST_INTERACTIONS}
    for row in (await uow.session.execute(INTERACTIONS, values)).all():
        met = Fact(row.id, Kind(row.kind), row.at, row.known_at, opportunity_id=row.opportunity_id)
        found[row.person_id].append(met)
    return found


def _heard(row: HeardFact) -> Fact:
    return Fact(
        row.id, Step(row.kind), row.at, row.known_at, effective_on=row.effective_on,
        application_id=row.application_id, opportunity_id=row.opportunity_id, ours=row.ours,
    )  # fmt: skip

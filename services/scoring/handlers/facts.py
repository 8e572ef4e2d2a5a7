"""What this room has stored of people, read as facts for the policy: the one place where rows become facts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.scoring.policy.features import WINDOW, Fact, Step
from services.scoring.policy.interactions import COUNTED, Kind
from shared.storage.tx import Uow

MOST_INTERACTIONS = 500
KINDS = sorted(COUNTED)

# One statement, because it is run for every event. The limit takes the newest of what was known at the moment: what
# came later must not crowd anything out. What is marked as a machine's counts until then: only what was known decides.
# Whoever is one with somebody counts for that one, as known since then.
FACTS = """
WITH one AS (
    SELECT whose AS person_id, whose AS id, '-infinity'::timestamptz AS since FROM unnest($1::uuid[]) AS whose
    UNION ALL SELECT linked_to, id, coalesce(linked_at, '-infinity') FROM lead WHERE linked_to = ANY($1::uuid[])
)
SELECT one.person_id, true AS told, h.id, h.kind, h.at, greatest(h.known_at, one.since) AS known_at, h.effective_on,
    h.application_id, h.opportunity_id, h.ours
FROM one JOIN heard_fact h ON h.person_id = one.id
UNION ALL
SELECT one.person_id, false, met.id, met.kind, met.at, greatest(met.known_at, one.since), NULL, NULL, o.id, false
FROM one
CROSS JOIN LATERAL (
    SELECT i.id, i.kind, i.at, i.known_at, i.opportunity_id FROM interaction i
    WHERE i.person_id = one.id AND i.kind = ANY($5) AND i.at > $2 AND i.at <= $3 AND i.known_at <= $3
      AND (i.mark IS NULL OR i.marked_at > $3)
    UNION ALL
    SELECT i.id, i.kind, i.at, greatest(i.known_at, n.known_at), i.opportunity_id
    FROM identity n JOIN interaction i ON i.visitor_id = n.visitor_id
    WHERE n.person_id = one.id AND n.known_at <= $3
      AND i.kind = ANY($5) AND i.at > $2 AND i.at <= $3 AND i.known_at <= $3
      AND (i.mark IS NULL OR i.marked_at > $3)
    ORDER BY at DESC, id LIMIT $4
) AS met
LEFT JOIN opportunity o ON o.id = met.opportunity_id AND o.known_at <= $3
"""


async def facts_of(uow: Uow, people: Iterable[UUID], moment: datetime) -> dict[UUID, Sequence[Fact]]:
    """The facts of each of these people that matter at `moment`; the policy picks what was known."""
    found: dict[UUID, list[Fact]] = {person: [] for person in people}
    for row in await uow.fetch(FACTS, list(found), moment - WINDOW, moment, MOST_INTERACTIONS, KINDS):
        found[row["person_id"]].append(_fact(row))
    return dict(found)


def _fact(row: Any) -> Fact:
    _, told, id_, kind, at, known_at, effective_on, application_id, opportunity_id, ours = row
    named = Step(kind) if told else Kind(kind)
    return Fact(id_, named, at, known_at, effective_on, application_id, opportunity_id, ours=ours)

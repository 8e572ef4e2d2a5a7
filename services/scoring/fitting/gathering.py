"""Reads cases from the room's database: a portion of subjects at a time, all that was ever known of them."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.examples import Case, Told, cases_of
from services.scoring.policy.features import Fact, Step
from services.scoring.policy.interactions import COUNTED, Kind
from services.scoring.policy.transitions import Side, Way
from services.scoring.views.counting import counting_for
from shared.storage.tx import Uow

PORTION = 500
KINDS = sorted(COUNTED)
WHO = {
    Side.ep: "party = 'ep' AND erased_at IS NULL AND sending_entity_id IS NOT NULL AND linked_to IS NULL",
    Side.enabler: "party = 'enabler' AND erased_at IS NULL AND hosting_entity_id IS NOT NULL AND linked_to IS NULL",
}
# What a prospect did counts for the enabler that it turned out to be.
OF_ENABLERS = """
SELECT coalesce(l.linked_to, l.id) AS subject_id, f.id, f.kind, f.at, f.known_at, f.effective_on, f.opportunity_id,
    f.application_id
FROM lead l JOIN enabler_fact f ON f.enabler_id = l.id
WHERE (l.id = ANY($1::uuid[]) OR l.linked_to = ANY($1::uuid[])) AND f.known_at <= $2
ORDER BY subject_id, f.id
"""
# As for a score (`handlers/facts.py`), but of all times.
ALL = """
SELECT h.person_id, true AS told, h.id, h.kind, h.at, h.known_at, h.effective_on, h.application_id, h.opportunity_id,
    h.ours, NULL::timestamptz AS opportunity_known_at, NULL::timestamptz AS marked_at
FROM heard_fact h WHERE h.person_id = ANY($1::uuid[]) AND h.known_at <= $2
UNION ALL
SELECT met.person_id, false, met.id, met.kind, met.at, met.known_at, NULL, NULL, met.opportunity_id, false, o.known_at,
    met.marked_at
FROM (
    SELECT i.person_id, i.id, i.kind, i.at, i.known_at, i.opportunity_id, i.marked_at FROM interaction i
    WHERE i.person_id = ANY($1::uuid[]) AND i.kind = ANY($3) AND i.known_at <= $2
    UNION ALL
    SELECT n.person_id, i.id, i.kind, i.at, greatest(i.known_at, n.known_at), i.opportunity_id, i.marked_at
    FROM identity n JOIN interaction i ON i.visitor_id = n.visitor_id
    WHERE n.person_id = ANY($1::uuid[]) AND n.known_at <= $2 AND i.kind = ANY($3) AND i.known_at <= $2
) AS met
LEFT JOIN opportunity o ON o.id = met.opportunity_id
ORDER BY person_id, id
"""
FIRST = UUID(int=0)


async def count_subjects(uow: Uow, way: Way) -> int:
    return int((await uow.fetch(f"SELECT count(*) FROM lead WHERE {WHO[way.side]}"))[0][0])  # noqa: S608 (words of ours)


async def portions(uow: Uow, way: Way, until: datetime) -> AsyncIterator[tuple[int, list[Case]]]:
    """Portion by portion: how many subjects, and their cases as known at `until`."""
    after = FIRST
    next_ones = f"SELECT id FROM lead WHERE {WHO[way.side]} AND id > $1 ORDER BY id LIMIT $2"  # noqa: S608
    while ids := [row["id"] for row in await uow.fetch(next_ones, after, PORTION)]:
        told: dict[UUID, list[Told]] = {id_: [] for id_ in ids}
        if way.side is Side.enabler:
            for row in await uow.fetch(OF_ENABLERS, ids, until):
                told[row["subject_id"]].append(_of_enabler(row))
        else:
            whose = await counting_for(uow, ids)
            for row in await uow.fetch(ALL, list(whose), until, KINDS):
                told[whose[row["person_id"]]].append(_told(row))
        yield len(ids), [case for id_ in ids for case in cases_of(id_, told[id_], way, until)]
        after = ids[-1]


def _of_enabler(row: Any) -> Told:
    _, id_, kind, at, known_at, effective_on, opportunity, application = row
    return Told(EnablerFact(id_, EnablerStep(kind), at, known_at, effective_on, opportunity, application))


def _told(row: Any) -> Told:
    kind = Step(row["kind"]) if row["told"] else Kind(row["kind"])
    fact = Fact(
        row["id"], kind, row["at"], row["known_at"], row["effective_on"], row["application_id"],
        row["opportunity_id"], ours=row["ours"],
    )  # fmt: skip
    return Told(fact, row["opportunity_known_at"], row["marked_at"])

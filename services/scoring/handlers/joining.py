"""Leads of people who are one: whoever is the other stands in no list, its facts count for the one that is kept, and
parting brings each back as it was. Nobody's rows change their owner."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.scoring.commands import Rescore
from services.scoring.handlers.hand_overs import end_many
from services.scoring.handlers.scoring import RESCORE, locked, rescore_locked
from services.scoring.handlers.stale import mark_leads_stale
from services.scoring.handlers.suggesting import live_of, settle, suggest
from services.scoring.model import Lead
from services.scoring.policy.handover import Ending
from services.scoring.policy.merges import Alone, below, chain, joined, top
from services.scoring.policy.suggesting import State
from shared.contracts.surveys import Party
from shared.storage.tx import Uow

MERGED = "merged"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(x'5C0E000A'::int)"
GROUP = """
SELECT DISTINCT unnest(ARRAY[near.id, near.linked_to] || ARRAY(
    SELECT id FROM lead WHERE linked_to = near.id OR linked_to = near.linked_to)) AS id
FROM lead near WHERE near.id = ANY($1::uuid[])
"""
ABOVE = """
SELECT other_id, person_id FROM people_merge
WHERE parted_at IS NULL AND (person_id = ANY($1::uuid[]) OR other_id = ANY($1::uuid[]))
"""
APPROVED = """
SELECT person_id, min(at) AS at FROM heard_fact WHERE person_id = ANY($1::uuid[]) AND kind = 'approved' GROUP BY 1
"""
CHANCES = "DELETE FROM chance WHERE subject_id = ANY($1::uuid[])"
# An outcome belongs to whom the application counts for.
OUTCOMES = """
UPDATE outcome SET person_id = coalesce(l.linked_to, l.id) FROM heard_fact h JOIN lead l ON l.id = h.person_id
WHERE outcome.person_id = $1 AND h.application_id = outcome.application_id AND h.kind = 'approved'
    AND coalesce(l.linked_to, l.id) <> $1
    AND NOT EXISTS (SELECT FROM outcome o WHERE o.person_id = coalesce(l.linked_to, l.id)
        AND o.transition = outcome.transition)
"""


async def hold_merges(uow: Uow) -> None:
    """To the end of this transaction nobody else makes people one, or two."""
    await uow.fetch(ONE_AT_A_TIME)


async def group_of(uow: Uow, people: Collection[UUID]) -> dict[UUID, Lead]:
    """The leads of these people and of all who are one with them, locked. Merges are held."""
    ids = [row["id"] for row in await uow.fetch(GROUP, list(people)) if row["id"]]
    return {lead.id: lead for lead in await locked(uow, ids)}


async def join(uow: Uow, person: UUID, other: UUID, leads: Mapping[UUID, Lead], cause: str) -> None:
    """Both are at the top of who is one with them; from now on the first stands for all of them."""
    kept, gone = leads[person], leads[other]
    kept.own = kept.own or Alone.of(kept).model_dump(mode="json")
    for lead in leads.values():
        if other in (lead.id, lead.linked_to):
            uow.change(lead, linked_to=person, linked_at=uow.now)
    uow.change(kept, **joined([Alone.of(kept), Alone.of(gone)]))
    if gone.hand_over_id:
        await end_many(uow, [(gone, Ending.linked, uow.now)])
    for row in await live_of(uow, [other]):
        settle(uow, row, State.skipped, MERGED)
    await uow.cancel(RESCORE, other, why="the person is one with another")
    gone.rescore_on = None
    await _again(uow, leads, {person}, cause)


async def part(uow: Uow, person: UUID, other: UUID, leads: Mapping[UUID, Lead], cause: str) -> None:
    """The merge is undone already: each stands for those who are still one with it, by what is known of them alone."""
    above = {row["other_id"]: row["person_id"] for row in await uow.fetch(ABOVE, list(leads))}
    approved = {row["person_id"]: row["at"] for row in await uow.fetch(APPROVED, list(leads))}
    alone = {id_: _alone(lead, approved.get(id_)) for id_, lead in leads.items()}
    former = leads[person].linked_to or person
    for id_ in (other, *below(other, above)):
        uow.change(leads[id_], linked_to=None if id_ == other else other, linked_at=None if id_ == other else uow.now)
    for id_ in (other, *chain(person, above)):
        still = below(id_, above)
        uow.change(leads[id_], **alone[id_].model_dump())
        uow.change(leads[id_], own=leads[id_].own if still else None, **joined(alone[one] for one in (id_, *still)))
    await uow.flush()
    await uow.fetch(OUTCOMES, former)
    await _again(uow, leads, {top(person, above), other}, cause)


def _alone(lead: Lead, approved: datetime | None) -> Alone:
    """How it stood before anybody was one with it; what was approved meanwhile is known."""
    alone = Alone.model_validate(lead.own) if lead.own else Alone.of(lead)
    return alone.model_copy(update={"converted_at": alone.converted_at or approved})


async def _again(uow: Uow, leads: Mapping[UUID, Lead], changed: Collection[UUID], cause: str) -> None:
    """Whoever stands for others, or for itself again, is looked at with all that counts for it now."""
    await uow.flush()
    await uow.fetch(CHANCES, list(leads))
    tops = [leads[id_] for id_ in sorted(changed) if not leads[id_].erased_at]
    await mark_leads_stale(uow, leads.values())
    await rescore_locked(uow, [(lead, Rescore((lead.id,), cause)) for lead in tops])
    await uow.flush()
    await suggest(uow, Party.ep, _ids(tops))


def _ids(leads: Iterable[Lead]) -> list[UUID]:
    return [lead.id for lead in leads if lead.sending_entity_id]

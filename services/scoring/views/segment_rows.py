"""Rows of people for rules of segments, read from what this room has stored: the one place where they are made."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.features import Fact, Step
from services.scoring.policy.interactions import Kind
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.rows import (
    Known,
    Met,
    Partner,
    Told,
    Voice,
    Wish,
    enabler_row,
    end_of,
    person_row,
)
from services.scoring.views.counting import counting_for
from shared.storage.tx import Uow

PORTION, MOST_MET, MOST_FACTS = 200, 500, 500
Row = dict[str, Any]
# Fragments without an entity and the erased have no row.
PLACED = {
    Party.ep: """SELECT l.id, p.path FROM lead l JOIN entity_path p ON p.entity_id = l.sending_entity_id
        WHERE l.id = ANY($1) AND l.erased_at IS NULL AND l.linked_to IS NULL""",
    Party.enabler: """SELECT l.id, p.path FROM lead l JOIN entity_path p ON p.entity_id = l.hosting_entity_id
        WHERE l.id = ANY($1) AND l.erased_at IS NULL AND NOT l.prospect""",
}
EVERYBODY = {
    Party.ep: """SELECT l.id FROM lead l JOIN entity_path p ON p.entity_id = l.sending_entity_id
        WHERE l.erased_at IS NULL AND l.linked_to IS NULL AND l.id > $1
            AND ($2::uuid IS NULL OR p.path @> ARRAY[$2::uuid])
        ORDER BY l.id LIMIT $3""",
    Party.enabler: """SELECT l.id FROM lead l JOIN entity_path p ON p.entity_id = l.hosting_entity_id
        WHERE l.erased_at IS NULL AND NOT l.prospect AND l.id > $1
            AND ($2::uuid IS NULL OR p.path @> ARRAY[$2::uuid])
        ORDER BY l.id LIMIT $3""",
}
TOLD = """SELECT h.person_id, h.id, h.kind, h.at, h.known_at, h.effective_on, h.application_id, h.ours, o.product,
    o.country FROM heard_fact h LEFT JOIN opportunity o ON o.id = h.opportunity_id
    WHERE h.person_id = ANY($1) AND h.at <= $2"""
MET = """
SELECT one.person_id, met.kind, met.channel, met.at, met.opportunity_id, met.campaign, o.product, o.country
FROM (SELECT unnest($1::uuid[]) AS person_id) AS one
CROSS JOIN LATERAL (
    SELECT i.id, i.kind, i.channel, i.at, i.opportunity_id, i.campaign FROM interaction i
    WHERE i.person_id = one.person_id AND i.mark IS NULL AND i.move = 'theirs' AND i.at > $2 AND i.at <= $3
        AND NOT EXISTS (SELECT FROM heard_fact h WHERE h.id = i.id)
    UNION ALL
    SELECT i.id, i.kind, i.channel, i.at, i.opportunity_id, i.campaign
    FROM identity n JOIN interaction i ON i.visitor_id = n.visitor_id
    WHERE n.person_id = one.person_id AND i.mark IS NULL AND i.at > $2 AND i.at <= $3
    ORDER BY at DESC, id LIMIT $4
) AS met
LEFT JOIN opportunity o ON o.id = met.opportunity_id
"""
VISITED = """
SELECT i.visitor_id AS person_id, i.kind, i.channel, i.at, i.opportunity_id, i.campaign, o.product, o.country
FROM interaction i LEFT JOIN opportunity o ON o.id = i.opportunity_id
WHERE i.visitor_id = $1 AND NOT i.bot AND i.at > $2 AND i.at <= $3 ORDER BY i.at DESC, i.id LIMIT $4
"""
# What was recorded of a prospect counts for the enabler that it turned out to be.
PARTNERS = """SELECT one.lead_id, f.id, f.kind, f.at, f.known_at, f.effective_on, f.opportunity_id, f.application_id,
    o.product, o.country, w.field FROM unnest($1::uuid[]) AS one (lead_id) CROSS JOIN LATERAL (
        SELECT * FROM enabler_fact
        WHERE enabler_id = ANY(ARRAY(SELECT id FROM lead WHERE linked_to = one.lead_id) || one.lead_id) AND at <= $2
        ORDER BY at DESC, id LIMIT $3) AS f
    LEFT JOIN opportunity o ON o.id = f.opportunity_id LEFT JOIN offer w ON w.id = f.opportunity_id"""
LIFECYCLES = "SELECT id, lifecycle FROM lead WHERE id = ANY($1)"
WISHES = "SELECT * FROM wanted WHERE person_id = ANY($1)"
VOICES = """SELECT subject_id, metric, score, at FROM given_voice
    WHERE subject_id = ANY($1) AND party = $2 AND at <= $3"""
LOOKED_BACK = timedelta(days=365)


async def paths_of(uow: Uow, party: Party, subjects: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The entity of each and those above it; who is missing here is in no segment."""
    return {row["id"]: row["path"] for row in await uow.fetch(PLACED[party], list(subjects))}


async def rows_of(uow: Uow, party: Party, subjects: Collection[UUID], day: date) -> dict[UUID, Row]:
    """The row of each of these on a day."""
    read = _people if party is Party.ep else _partners
    return await read(uow, subjects, day) if subjects else {}


async def all_rows(
    uow: Uow, party: Party, entity: UUID | None, day: date, most: int
) -> AsyncIterator[tuple[UUID, Row]]:
    """The rows of everybody of an entity and below, up to so many, by id."""
    after, left = UUID(int=0), most
    while left > 0:
        found = [row["id"] for row in await uow.fetch(EVERYBODY[party], after, entity, min(PORTION, left))]
        if not found:
            return
        rows = await rows_of(uow, party, found, day)
        for subject in found:
            yield subject, rows[subject]
        after, left = found[-1], left - len(found)


async def _people(uow: Uow, people: Collection[UUID], day: date) -> dict[UUID, Row]:
    wanted, until = list(people), end_of(day)
    whose = await counting_for(uow, wanted)
    told: Mapping[UUID, list[Told]] = defaultdict(list)
    for row in await uow.fetch(TOLD, list(whose), until):
        fact = Fact(
            row["id"], Step(row["kind"]), row["at"], row["known_at"], row["effective_on"], row["application_id"],
            ours=row["ours"],
        )  # fmt: skip
        told[whose[row["person_id"]]].append(Told(fact, row["product"], row["country"]))
    met: Mapping[UUID, list[Met]] = defaultdict(list)
    for row in await uow.fetch(MET, list(whose), until - LOOKED_BACK, until, MOST_MET):
        met[whose[row["person_id"]]].append(_met(row))
    voices = await _voices(uow, Party.ep, whose, until)
    lifecycles = await _lifecycles(uow, wanted)
    wishes = {row["person_id"]: _wish(row) for row in await uow.fetch(WISHES, wanted)}
    known = {one: Known(told[one], met[one], voices[one], wishes.get(one), lifecycles.get(one)) for one in wanted}
    return await _worked_out(person_row, known, day)


async def _partners(uow: Uow, enablers: Collection[UUID], day: date) -> dict[UUID, Row]:
    wanted, until = list(enablers), end_of(day)
    facts: Mapping[UUID, list[EnablerFact]] = defaultdict(list)
    offers: Mapping[UUID, dict[UUID, tuple[str, str, str | None]]] = defaultdict(dict)
    for row in await uow.fetch(PARTNERS, wanted, until, MOST_FACTS):
        fact = EnablerFact(
            row["id"], EnablerStep(row["kind"]), row["at"], row["known_at"], row["effective_on"], row["opportunity_id"],
            row["application_id"],
        )  # fmt: skip
        facts[row["lead_id"]].append(fact)
        if row["product"]:
            offers[row["lead_id"]][row["opportunity_id"]] = (row["product"], row["country"], row["field"])
    own = {one: one for one in wanted}
    voices, lifecycles = await _voices(uow, Party.enabler, own, until), await _lifecycles(uow, wanted)
    known = {one: Partner(facts[one], offers[one], voices[one], lifecycles.get(one)) for one in wanted}
    return await _worked_out(enabler_row, known, day)


async def _worked_out(row: Callable[[Any, date], Row], known: Mapping[UUID, Any], day: date) -> dict[UUID, Row]:
    """In a thread: many rows would keep whatever else the process does waiting."""
    return await asyncio.to_thread(lambda: {one: row(what, day) for one, what in known.items()})


async def _voices(uow: Uow, party: Party, whose: Mapping[UUID, UUID], until: datetime) -> Mapping[UUID, list[Voice]]:
    found: Mapping[UUID, list[Voice]] = defaultdict(list)
    for row in await uow.fetch(VOICES, list(whose), str(party), until):
        found[whose[row["subject_id"]]].append(Voice(row["metric"], row["score"], row["at"]))
    return found


async def _lifecycles(uow: Uow, subjects: list[UUID]) -> dict[UUID, str | None]:
    return {row["id"]: row["lifecycle"] for row in await uow.fetch(LIFECYCLES, subjects)}


def _met(row: Any) -> Met:
    kind, channel = Kind(row["kind"]), row["channel"]
    return Met(kind, channel, row["at"], row["opportunity_id"], row["product"], row["country"], row["campaign"])


def _wish(row: Any) -> Wish:
    return Wish(
        row["products"], row["fields"], row["countries"], row["free_from"], row["free_to"], row["looking"],
        row["study_field"], row["budget"],
    )  # fmt: skip


async def visitor_row(uow: Uow, visitor_id: UUID, day: date) -> Row:
    """The row of somebody of whom only visits are known."""
    until = end_of(day)
    found = await uow.fetch(VISITED, visitor_id, until - LOOKED_BACK, until, MOST_MET)
    return person_row(Known(met=[_met(row) for row in found]), day)

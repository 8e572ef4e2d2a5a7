"""Interactions are written: each id once, machines marked, whom it concerns scored again, contacts told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

import orjson

from services.scoring.commands import Happening, Rescore
from services.scoring.handlers.enablers import Again, keep_step, rescore_enablers
from services.scoring.handlers.scoring import locked, rescore
from services.scoring.handlers.visitors import owners_of
from services.scoring.handlers.ways_in import tell_ways_in
from services.scoring.model import Interaction, Source
from services.scoring.policy.campaigns import campaign_of, host_of
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.interactions import COUNTED, IN_PERSON, VISITS, WRITTEN, WRITTEN_DOWN, Kind, Origin
from services.scoring.policy.machines import AROUND_HONEYPOT, Mark, Seen, marks
from shared.access import Role
from shared.contracts.contacts import ContactRecorded
from shared.contracts.conversations import EnablerMet
from shared.contracts.fields import Side
from shared.storage.tx import Uow

INTERACTIONS_RECORDED = "scoring.interactions-recorded"
LOOKED_AT = VISITS | {Kind.honeypot}  # what a machine is told by
# In one order, so that two batches can't wait for each other in a circle.
KEEP = """
INSERT INTO interaction SELECT * FROM jsonb_populate_recordset(NULL::interaction, $1::text::jsonb) ORDER BY id
ON CONFLICT DO NOTHING RETURNING id
"""
NEAR = """SELECT id, kind, at, mark FROM interaction
    WHERE visitor_id = $1 AND at BETWEEN $2 AND $3 AND kind = ANY($4)"""
MARK = "UPDATE interaction SET bot = true, mark = $2, marked_at = $3 WHERE id = ANY($1) AND mark IS NULL"
ENABLERS = """SELECT id, CASE WHEN prospect THEN NULL ELSE hosting_entity_id END AS hosting_entity_id FROM lead
    WHERE id = ANY($1::uuid[]) AND party = 'enabler'"""
SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}
NAMES = ("utm_source", "utm_medium", "utm_term", "utm_content")


def row_of(
    uow: Uow, one: Happening, origin: Origin, *, visitor_id: UUID | None = None, person_id: UUID | None = None,
    source: Source | None = None, mark: Mark | None = None, query: str | None = None,
) -> Interaction:  # fmt: skip
    """What is kept of an interaction as it was told."""
    labels = campaign_of({name: getattr(one, name) for name in (*NAMES, "utm_campaign")}, query)
    # A clock that runs a little ahead is let in, but nothing is kept as later than it was heard of.
    when = {"at": min(one.at, uow.now), "known_at": uow.now, "marked_at": uow.now if mark else None}
    what = {"channel": one.channel, "kind": one.kind, "opportunity_id": one.opportunity_id, "origin": origin}
    about = {"visitor_id": visitor_id, "person_id": person_id, "bot": mark is not None, "mark": mark}
    came = {name: labels[name] for name in NAMES} | {"campaign": labels["utm_campaign"] or one.campaign}
    came |= {"referrer": host_of(one.referrer), "source_id": source.id if source else None}
    return Interaction(id=one.id, **when, **what, **about, **came)


async def write(uow: Uow, rows: Iterable[Interaction]) -> set[UUID]:
    """Keep what is new; which ids that were."""
    values = [row.model_dump(mode="json") for row in rows]
    if not values:
        return set()
    return {row["id"] for row in await uow.fetch(KEEP, orjson.dumps(values).decode())}


async def record(uow: Uow, rows: Sequence[Interaction], host: UUID | None = None) -> int:
    """Keep what is new by id (the first of a batch wins), mark what machines made, score whom it concerns; how many.

    The visitors must be held. `host` is the hosting entity whose contact with an EP it was."""
    distinct = {row.id: row for row in reversed(rows)}
    judged = await _judge(uow, list(distinct.values()))
    fresh = await write(uow, distinct.values())
    new = [distinct[id_] for id_ in sorted(fresh)]
    counted = [row for row in new if row.kind in COUNTED and not row.mark]
    met = [row for row in new if row.kind in WRITTEN and not row.mark]
    enablers = await _enablers(uow, {row.person_id for row in [*counted, *met] if row.person_id})
    _tell(uow, met, enablers, host)
    await tell_ways_in(uow, [row for row in counted if row.visitor_id])
    await _score(uow, [row for row in counted if row.person_id not in enablers], judged)
    await _meet(uow, [row for row in counted if row.person_id in enablers])
    return len(new)


async def _enablers(uow: Uow, leads: Collection[UUID]) -> dict[UUID | None, UUID | None]:
    """Which of these leads are enablers, and whose; a prospect is nobody's that others know."""
    found = await uow.fetch(ENABLERS, list(leads)) if leads else ()
    return {row["id"]: row["hosting_entity_id"] for row in found}


async def _judge(uow: Uow, rows: Iterable[Interaction]) -> set[UUID]:
    """Mark machines among these visits and those that their visitors made about then; visitors of whom earlier visits
    turned out to be a machine's. All are judged together, so that the order in which they come changes nothing."""
    found: set[UUID] = set()
    looked = [row for row in rows if row.kind in LOOKED_AT and (row.visitor_id or row.origin == Origin.visit)]
    by_visitor = sorted(looked, key=lambda row: str(row.visitor_id))
    for _, group in groupby(by_visitor, key=lambda row: row.visitor_id):
        visits = list(group)
        visitor = visits[0].visitor_id
        near = await _near(uow, visitor, [row.at for row in visits]) if visitor else {}
        marked = marks([*(Seen(row.id, Kind(row.kind), row.at) for row in visits), *near])
        for row in visits:
            if (mark := marked.get(row.id)) and not row.mark:
                row.bot, row.mark, row.marked_at = True, mark, uow.now
        late = {seen.id for seen, mark in near.items() if mark is None} & marked.keys()
        if late and visitor:
            found.add(visitor)
            await _mark(uow, {id_: marked[id_] for id_ in late})
    return found


async def _near(uow: Uow, visitor: UUID, moments: Sequence[datetime]) -> dict[Seen, str | None]:
    first, last = min(moments) - AROUND_HONEYPOT, max(moments) + AROUND_HONEYPOT
    rows = await uow.fetch(NEAR, visitor, first, last, sorted(LOOKED_AT))
    return {Seen(row["id"], Kind(row["kind"]), row["at"]): row["mark"] for row in rows}


async def _mark(uow: Uow, marked: Mapping[UUID, Mark]) -> None:
    for mark in sorted(set(marked.values())):
        await uow.fetch(MARK, sorted(id_ for id_, one in marked.items() if one is mark), str(mark), uow.now)


async def _score(uow: Uow, counted: Sequence[Interaction], judged: set[UUID]) -> None:
    owners = await owners_of(uow, {row.visitor_id for row in counted} | judged)
    people = {row.person_id or owners.get(row.visitor_id) for row in counted} - {None} | set(owners.values())
    for person in sorted({row.person_id for row in counted if row.person_id}):
        uow.note("record_interactions", person, after={"count": sum(row.person_id == person for row in counted)})
    if people:
        await rescore(uow, Rescore(tuple(person for person in people if person), INTERACTIONS_RECORDED))


async def _meet(uow: Uow, met: Sequence[Interaction]) -> None:
    """Contacts with enablers are facts of theirs. Their leads are locked after those of EPs, as everywhere."""
    leads = {lead.id: lead for lead in await locked(uow, {row.person_id for row in met if row.person_id})}
    for row in met:
        if row.person_id and row.kind in WRITTEN_DOWN:
            step = EnablerStep.met if row.kind in IN_PERSON else EnablerStep.contacted
            keep_step(uow, row.person_id, step, row.at, row.id)
    for lead in leads.values():
        uow.note("record_interactions", lead.id, after={"count": sum(row.person_id == lead.id for row in met)})
    await rescore_enablers(uow, [Again(lead, INTERACTIONS_RECORDED) for lead in leads.values()])


def _tell(uow: Uow, met: Sequence[Interaction], enablers: Mapping[UUID | None, UUID | None], host: UUID | None) -> None:
    """Everybody who shows a customer's contacts hears of those that no other room knows."""
    for row in met:
        about = {"interaction_id": row.id, "at": row.at, "source_id": row.source_id, "channel": row.channel}
        about |= {"kind": row.kind, "imported": row.origin == Origin.imported, "application_id": row.application_id}
        about |= {"direction": row.direction, "outcome": row.outcome, "side": SIDES.get(uow.caller.role)}
        if row.person_id in enablers:
            if owner := enablers[row.person_id]:
                uow.say(
                    EnablerMet(enabler_id=row.person_id, hosting_entity_id=owner, **about), effective_on=row.at.date()
                )
        elif row.person_id is not None:
            said = ContactRecorded(person_id=row.person_id, hosting_entity_id=host, **about)
            uow.say(said, effective_on=row.at.date())

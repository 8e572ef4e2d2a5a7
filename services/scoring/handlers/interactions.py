"""Interactions come in: by strangers for themselves, by managers and services for anybody they look after."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.scoring.commands import Happening, Recorded, RecordInteractions, RecordVisits, Rescore
from services.scoring.handlers.scoring import rescore
from services.scoring.handlers.visitors import owners_of, share_visitors
from services.scoring.model import Interaction, Lead, leads_of
from services.scoring.policy.interactions import OLDEST_PUBLIC, OLDEST_RECORDED, Bounds, time_errors
from services.scoring.schemas import InteractionsOut
from shared.errors import FieldError, Invalid
from shared.storage.tx import Uow

INTERACTIONS_RECORDED = "scoring.interactions-recorded"


async def record_visits(uow: Uow, command: RecordVisits) -> InteractionsOut:
    """What a stranger's browser tells. The reply says nothing about who the visitor might be."""
    visits, bounds = command.body.visits, Bounds.of(uow.now, OLDEST_PUBLIC)
    _check_times(visits, bounds, "visits")
    await share_visitors(uow, [command.body.visitor_id])
    rows = [_row(uow, visit, visitor_id=command.body.visitor_id, bot=command.bot) for visit in visits]
    return await _record(uow, rows)


async def record_interactions(uow: Uow, command: RecordInteractions) -> InteractionsOut:
    """Refused as a whole, with a pointer to each wrong one."""
    recorded = command.interactions
    _check_times(recorded, Bounds.of(uow.now, OLDEST_RECORDED), "interactions")
    await share_visitors(uow, (one.visitor_id for one in recorded))
    await _check_people(uow, recorded)
    rows = [_row(uow, one, visitor_id=one.visitor_id, person_id=one.person_id) for one in recorded]
    return await _record(uow, rows)


def _check_times(happenings: Sequence[Happening], bounds: Bounds, field: str) -> None:
    if errors := time_errors((one.at for one in happenings), bounds, field):
        raise Invalid("Some of these can't have happened then.", errors=errors)


async def _check_people(uow: Uow, recorded: Sequence[Recorded]) -> None:
    """Every person, and whoever a visitor is known to be, must be the caller's to see."""
    owners = await owners_of(uow, (one.visitor_id for one in recorded))
    people = {one.person_id or owners.get(one.visitor_id) for one in recorded} - {None}
    seen = set(await uow.rows(select(Lead.id).where(Lead.id.in_(people), leads_of(uow.caller))))  # type: ignore[attr-defined]
    errors = [
        FieldError(f"#/interactions/{place}/{_named(one)}", "it is not yours, or unknown")
        for place, one in enumerate(recorded)
        if (person := one.person_id or owners.get(one.visitor_id)) and person not in seen
    ]
    if errors:
        raise Invalid("Some of these are not about people whom you look after.", errors=errors)


def _named(one: Recorded) -> str:
    return "person_id" if one.person_id else "visitor_id"


def _row(
    uow: Uow, one: Happening, *, visitor_id: UUID | None = None, person_id: UUID | None = None, bot: bool = False
) -> Interaction:
    # A clock that runs a little ahead is let in, but nothing is kept as later than it was heard of.
    values = {"channel": one.channel, "kind": one.kind, "opportunity_id": one.opportunity_id, "campaign": one.campaign}
    about = {"visitor_id": visitor_id, "person_id": person_id, "bot": bot}
    return Interaction(id=one.id, at=min(one.at, uow.now), known_at=uow.now, **about, **values)


async def _record(uow: Uow, rows: Sequence[Interaction]) -> InteractionsOut:
    """Keep what is new, by id (in one order, so that two batches can't lock each other), and score whom it concerns."""
    distinct = {row.id: row for row in reversed(rows)}
    values = [distinct[id_].model_dump() for id_ in sorted(distinct)]
    fresh = insert(Interaction).values(values).on_conflict_do_nothing().returning(Interaction.id)
    new = [distinct[id_] for id_ in (await uow.execute(fresh)).scalars()]
    await _score(uow, [row for row in new if not row.bot])
    return InteractionsOut(recorded=len(new), repeated=len(rows) - len(new))


async def _score(uow: Uow, new: Sequence[Interaction]) -> None:
    owners = await owners_of(uow, (row.visitor_id for row in new))
    people = {row.person_id or owners.get(row.visitor_id) for row in new} - {None}
    for person in {row.person_id for row in new if row.person_id}:
        uow.note("record_interactions", person, after={"count": sum(row.person_id == person for row in new)})
    if people:
        await rescore(uow, Rescore(tuple(person for person in people if person), INTERACTIONS_RECORDED))

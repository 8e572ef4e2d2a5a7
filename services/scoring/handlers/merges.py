"""Two people turn out to be one, and a mistake in that can be undone. Nobody's rows change their owner."""

from uuid import UUID

from sqlalchemy import or_
from sqlmodel import select

from services.scoring.commands import MergePeople, PartPeople
from services.scoring.handlers.joining import group_of, hold_merges, join, part
from services.scoring.model import Lead, PeopleMerge, leads_of
from services.scoring.policy.merges import refusal
from services.scoring.schemas import MergeOut
from services.scoring.views.merges import live_merges, merges_of
from shared.contracts.conversations import PeopleMerged, PeopleParted
from shared.contracts.surveys import Party
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow


async def merge_people(uow: Uow, command: MergePeople) -> MergeOut:
    """One conversation and one score over both from now on. The caller looks after both."""
    person, other = command.person_id, command.other_id
    await uow.get(Lead, person, leads_of(uow.caller), Lead.party == Party.ep)
    seen = select(Lead.id).where(Lead.id == other, leads_of(uow.caller), Lead.party == Party.ep)
    if person == other or await uow.scalar(seen) is None:
        raise Invalid(errors=[FieldError("#/other_id", "there is no such other person, or it is not yours")])
    await hold_merges(uow)
    leads = await group_of(uow, [person, other])
    if why := refusal(person, other, await live_merges(uow, [person, other])):
        raise Conflict(why, code="merged-already")
    ids = {"person_id": person, "other_id": other}
    row = uow.add(PeopleMerge(id=new_id(), **ids, merged_at=uow.now, merged_by=uow.caller.subject))
    uow.say(PeopleMerged(merge_id=row.id, **ids))
    uow.note("merge_people", row.id, after={name: str(value) for name, value in ids.items()})
    await join(uow, person, other, leads, PeopleMerged.TYPE)
    return MergeOut.model_validate(row)


async def part_people(uow: Uow, command: PartPeople) -> MergeOut:
    """They are two again; that they were taken for one stays in the history."""
    await hold_merges(uow)
    row = await uow.get(PeopleMerge, command.merge_id, merges_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.parted_at is None:
        await _part(uow, row)
    return MergeOut.model_validate(row)


async def part_forgotten(uow: Uow, person_id: UUID) -> None:
    """Nothing leads to somebody who is forgotten, not even another id."""
    either = or_(PeopleMerge.person_id == person_id, PeopleMerge.other_id == person_id)  # type: ignore[arg-type]
    query = select(PeopleMerge).where(either, PeopleMerge.parted_at.is_(None))  # type: ignore[union-attr]
    for row in await uow.rows(query.order_by(PeopleMerge.id).with_for_update()):  # type: ignore[arg-type]
        await _part(uow, row)


async def _part(uow: Uow, row: PeopleMerge) -> None:
    leads = await group_of(uow, [row.person_id, row.other_id])
    uow.change(row, parted_at=uow.now, parted_by=uow.caller.subject)
    await uow.flush()
    uow.say(PeopleParted(merge_id=row.id, person_id=row.person_id, other_id=row.other_id))
    uow.note("part_people", row.id)
    await part(uow, row.person_id, row.other_id, leads, PeopleParted.TYPE)

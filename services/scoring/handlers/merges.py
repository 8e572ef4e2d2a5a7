"""Two people turn out to be one, and a mistake in that can be undone. Nobody's rows change their owner."""

from uuid import UUID

from sqlmodel import select

from services.scoring.commands import MergePeople, PartPeople
from services.scoring.handlers.scoring import locked
from services.scoring.model import Lead, PeopleMerge, leads_of
from services.scoring.policy.merges import refusal
from services.scoring.schemas import MergeOut
from services.scoring.views.merges import live_merges, merges_of
from shared.contracts.conversations import PeopleMerged, PeopleParted
from shared.contracts.surveys import Party
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow

PART = """UPDATE people_merge SET parted_at = $2, parted_by = $3, version = version + 1
    WHERE (person_id = $1 OR other_id = $1) AND parted_at IS NULL RETURNING id, person_id, other_id"""


async def merge_people(uow: Uow, command: MergePeople) -> MergeOut:
    """One conversation over both from now on. The caller looks after both."""
    person, other = command.person_id, command.other_id
    await uow.get(Lead, person, leads_of(uow.caller), Lead.party == Party.ep)
    seen = select(Lead.id).where(Lead.id == other, leads_of(uow.caller), Lead.party == Party.ep)
    if person == other or await uow.scalar(seen) is None:
        raise Invalid(errors=[FieldError("#/other_id", "there is no such other person, or it is not yours")])
    await locked(uow, [person, other])
    if why := refusal(person, other, await live_merges(uow, [person, other])):
        raise Conflict(why, code="merged-already")
    ids = {"person_id": person, "other_id": other}
    row = uow.add(PeopleMerge(id=new_id(), **ids, merged_at=uow.now, merged_by=uow.caller.subject))
    uow.say(PeopleMerged(merge_id=row.id, **ids))
    uow.note("merge_people", row.id, after={name: str(value) for name, value in ids.items()})
    return MergeOut.model_validate(row)


async def part_people(uow: Uow, command: PartPeople) -> MergeOut:
    """They are two again; that they were taken for one stays in the history."""
    row = await uow.get(PeopleMerge, command.merge_id, merges_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.parted_at is None:
        uow.change(row, parted_at=uow.now, parted_by=uow.caller.subject)
        _say_parted(uow, row.id, row.person_id, row.other_id)
    return MergeOut.model_validate(row)


async def part_forgotten(uow: Uow, person_id: UUID) -> None:
    """Nothing leads to somebody who is forgotten, not even another id."""
    for row in await uow.fetch(PART, person_id, uow.now, uow.caller.subject):
        _say_parted(uow, row["id"], row["person_id"], row["other_id"])


def _say_parted(uow: Uow, merge_id: UUID, person_id: UUID, other_id: UUID) -> None:
    uow.say(PeopleParted(merge_id=merge_id, person_id=person_id, other_id=other_id))
    uow.note("part_people", merge_id)

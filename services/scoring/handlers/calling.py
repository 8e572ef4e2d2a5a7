"""Who calls how many leads a week: the rules of entities, their members, and when each is away."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.scoring.commands import SetCaller, SetCalling
from services.scoring.model import CallingRules, Place, TeamMember, of_entity
from services.scoring.policy.handover import NAMES, Absence, monday
from services.scoring.schemas import CallerOut, CallingOut
from services.scoring.views.handover import calling_out, get_caller
from services.scoring.views.teams import team_of
from shared.contracts import applications, parties
from shared.contracts.envelope import Envelope
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.due import Wanted, schedule_many
from shared.storage.tx import Uow

HAND_OVER = "hand-over"


# --- what is heard


async def know_place(uow: Uow, entity: applications.EntityRegistered) -> None:
    values = {"kind": entity.kind, "country": entity.country, "zone": entity.zone}
    put = insert(Place).values(id=entity.entity_id, **values)
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=values))


async def know_member(uow: Uow, envelope: Envelope) -> None:
    """Who works where; the event with the highest sequence has the last word. The first one starts the weeks."""
    fact = envelope.data
    assert isinstance(fact, parties.MemberFact)
    active = isinstance(fact, parties.MemberActivated)
    values: dict[str, Any] = {"entity_id": fact.entity_id, "role": fact.role, "active": active}
    values |= {"to_on": getattr(fact, "to_on", None), "sequence": envelope.sequence}
    if isinstance(fact, parties.MemberActivated):
        values["from_on"] = fact.from_on
    given = TeamMember(id=fact.member_id, **values).model_dump()
    put = insert(TeamMember).values(**given)
    later = TeamMember.sequence < put.excluded.sequence  # type: ignore[arg-type]
    changed = {**values, "changed_at": given["changed_at"], "version": TeamMember.version + 1}
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=changed, where=later))
    if active:
        await next_week(uow, fact.entity_id)


async def next_week(uow: Uow, entity_id: UUID) -> None:
    """The coming Monday morning of the entity, on which leads are shared out; it is planned once."""
    team = await team_of(uow, entity_id)
    day = monday(uow.today(team.zone)) + timedelta(days=7)
    await uow.schedule(HAND_OVER, entity_id, f"week:{day.isoformat()}", team.morning(day), team.zone)


async def share_out_soon(uow: Uow, entity_id: UUID, on: date | None = None) -> None:
    """Capacity became free: share out again, at once or in the morning of a later day."""
    if on is None:
        await uow.schedule(HAND_OVER, entity_id, f"freed:{new_id()}", uow.now.replace(tzinfo=None), "UTC")
        return
    team = await team_of(uow, entity_id)
    await uow.schedule(HAND_OVER, entity_id, f"back:{on.isoformat()}", team.morning(on), team.zone)


# --- what managers set


async def set_calling(uow: Uow, command: SetCalling) -> CallingOut:
    """What this entity says, whole; version 0 is that of an entity that has said nothing yet."""
    await uow.get(Place, command.entity_id, of_entity(uow.caller, Place.id))
    held = await uow.find(CallingRules, id=command.entity_id, lock=True)
    uow.expect(held.version if held else 0)
    body = command.body.model_dump()
    if held is None:
        held = uow.add(CallingRules(id=command.entity_id, **body))
        before = None
    else:
        before = held.model_dump(include={*NAMES, "holidays"}, mode="json")
        uow.change(held, **body)
    await uow.flush()
    await _check(uow, command.entity_id)
    uow.note("set_calling", command.entity_id, before=before, after=command.body.model_dump(mode="json"))
    await _again_below(uow, command.entity_id)
    return calling_out(await team_of(uow, command.entity_id), held)


async def _check(uow: Uow, entity_id: UUID) -> None:
    """Hours that are none: with what is said above, too."""
    team = await team_of(uow, entity_id)
    try:
        team.calling.office(team.zone)
    except ValueError as wrong:
        raise Invalid(errors=[FieldError("#/closes", f"Not so: {wrong}.")]) from wrong


async def _again_below(uow: Uow, entity_id: UUID) -> None:
    """More capacity, perhaps: here and wherever this is inherited, leads are shared out again."""
    teams = "SELECT DISTINCT m.entity_id FROM team_member m JOIN entity_path p USING (entity_id) WHERE $1 = ANY(p.path)"
    now, occurrence = uow.now.replace(tzinfo=None), f"freed:{new_id()}"
    rows = await uow.fetch(teams, entity_id)
    await schedule_many(uow, HAND_OVER, [Wanted(row["entity_id"], occurrence, now, "UTC", uow.now) for row in rows])


async def set_caller(uow: Uow, command: SetCaller) -> CallerOut:
    """How many leads a member calls, and when the member is away; past absences are dropped."""
    member = await uow.get(TeamMember, command.member_id, of_entity(uow.caller, TeamMember.entity_id), lock=True)
    uow.expect(member.version)
    team = await team_of(uow, member.entity_id)
    today = uow.today(team.zone)
    given = [Absence(one.from_on, one.to_on) for one in command.body.absences]
    if fault := _overlap(given):
        raise Invalid(errors=[FieldError(f"#/absences/{fault}/from_on", "It overlaps with another absence.")])
    absences = [one for one in given if one.to_on >= today]
    kept = [{"from_on": one.from_on.isoformat(), "to_on": one.to_on.isoformat()} for one in absences]
    before = {"calls_per_week": member.calls_per_week, "absences": member.absences}
    uow.change(member, calls_per_week=command.body.calls_per_week, absences=kept)
    uow.note("set_caller", member.id, before=before, after=command.body.model_dump(mode="json"))
    await share_out_soon(uow, member.entity_id)
    for back in {absence.to_on + timedelta(days=1) for absence in absences}:
        await share_out_soon(uow, member.entity_id, back)
    return await get_caller(uow, member.id)


def _overlap(absences: Sequence[Absence]) -> int:
    """The place of the first absence that begins within an earlier one; 0 for none."""
    for place, one in enumerate(absences):
        if any(one.from_on <= other.to_on and other.from_on <= one.to_on for other in absences[:place]):
            return place
    return 0

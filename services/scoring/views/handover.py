"""Hand-overs, who calls how many, how long leads wait, and prospects."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.model import (
    CallingRules,
    HandOver,
    Place,
    Prospect,
    TeamMember,
    hand_overs_of,
    of_entity,
    prospects_of,
)
from services.scoring.policy.contact_times import Quantile, Wait, quantile
from services.scoring.policy.handover import NAMES, Calling, Ending, HandOverState, monday
from services.scoring.schemas import (
    AbsenceOut,
    CallerOut,
    CallingOut,
    ContactTimesOut,
    HandOverOut,
    ProspectOut,
    QuantileOut,
    WaitsOut,
)
from services.scoring.views.leads import share
from services.scoring.views.teams import Team, absences_of, callings_of, parties_of, team_of, used_by
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow
from shared.working_time import hours_between

MOST_MEASURED, MOST_ENTITIES = 20_000, 200


async def list_hand_overs(
    uow: Uow,
    state: HandOverState | None,
    entity_id: UUID | None,
    member_id: UUID | None,
    lead_id: UUID | None,
    paging: Paging,
) -> Page:
    """The newest first."""
    query = select(HandOver).where(hand_overs_of(uow.caller))
    given = {"state": state, "member_id": member_id, "lead_id": lead_id}
    query = query.where(*(getattr(HandOver, name) == value for name, value in given.items() if value is not None))
    if entity_id is not None:
        query = query.where(within(HandOver.entity_id, entity_id))
    order = (HandOver.at.desc(), HandOver.id.desc())  # type: ignore[attr-defined]
    shape = HandOverOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=HandOver.changed_at, shape=shape)


async def get_hand_over(uow: Uow, hand_over_id: UUID) -> HandOverOut:
    return HandOverOut.model_validate(await uow.get(HandOver, hand_over_id, hand_overs_of(uow.caller)))


# --- who calls how many


async def get_calling(uow: Uow, entity_id: UUID) -> CallingOut:
    """What an entity says of calling, and what holds there."""
    await uow.get(Place, entity_id, of_entity(uow.caller, Place.id))
    own = await uow.find(CallingRules, id=entity_id)
    return calling_out(await team_of(uow, entity_id), own)


def calling_out(team: Team, own: CallingRules | None) -> CallingOut:
    said = own.model_dump(include={*NAMES, "holidays"}, mode="json") if own else {}
    holds = {name: getattr(team.calling, name) for name in NAMES} | {"holidays": sorted(team.calling.holidays)}
    given = {"entity_id": team.entity_id, "zone": team.zone, "version": own.version if own else 0}
    shown = {name: value for name, value in said.items() if value not in (None, [])}
    return CallingOut.model_validate(holds | given | {"own": shown})


async def list_callers(uow: Uow, entity_id: UUID) -> list[CallerOut]:
    """The active members of an entity with what they have in hand."""
    await uow.get(Place, entity_id, of_entity(uow.caller, Place.id))
    team = await team_of(uow, entity_id)
    week = monday(uow.today(team.zone))
    used = await used_by(uow, entity_id, week)
    members = sorted(team.members.values(), key=lambda one: one.id)
    return [caller_out(team, member, week, used.get(member.id, (0, 0))) for member in members]


def caller_out(team: Team, member: TeamMember, week: date, used: tuple[int, int]) -> CallerOut:
    given, carried = used
    capacity = team.capacity(member, week)
    seen = {"member_id": member.id, "parties": sorted(parties_of(member)), "week": week, "capacity": capacity}
    seen |= {"given": given, "carried": carried, "left": max(0, capacity - given - carried)}
    away = [AbsenceOut(from_on=one.from_on, to_on=one.to_on) for one in absences_of(member)]
    return CallerOut.model_validate(member.model_dump() | seen | {"absences": away})


async def get_caller(uow: Uow, member_id: UUID) -> CallerOut:
    member = await uow.get(TeamMember, member_id, of_entity(uow.caller, TeamMember.entity_id))
    team = await team_of(uow, member.entity_id)
    week = monday(uow.today(team.zone))
    used = await used_by(uow, member.entity_id, week)
    return caller_out(team, member, week, used.get(member.id, (0, 0)))


# --- how long leads wait


async def get_contact_times(uow: Uow, entity_id: UUID | None, days: int) -> ContactTimesOut:
    """Of the hand-overs of the last days, the newest of them where there are very many."""
    since = uow.now - timedelta(days=days)
    query = select(HandOver).where(hand_overs_of(uow.caller), HandOver.at >= since)
    if entity_id is not None:
        query = query.where(within(HandOver.entity_id, entity_id))
    rows = await uow.rows(query.order_by(HandOver.at.desc()).limit(MOST_MEASURED))  # type: ignore[attr-defined]
    callings = await callings_of(uow, {row.entity_id for row in rows if row.hours is None})
    waited = [(row, Wait(_waited(row, callings, uow), row.ending is Ending.contacted)) for row in rows]
    entities = sorted(Counter(row.entity_id for row in rows).items(), key=lambda one: (-one[1], one[0]))
    each = [_waits(one, [pair for pair in waited if pair[0].entity_id == one]) for one, _ in entities[:MOST_ENTITIES]]
    return ContactTimesOut(since=since, by_entity=each, **_waits(entity_id, waited).model_dump())


def _waits(entity_id: UUID | None, waited: Sequence[tuple[HandOver, Wait]]) -> WaitsOut:
    waits = [wait for _, wait in waited]
    contacted = [row for row, wait in waited if wait.contacted]
    overdue = sum(row.ending is Ending.overdue for row, _ in waited)
    in_time = sum(row.ended_at <= row.due_at for row in contacted if row.ended_at)
    return WaitsOut(
        entity_id=entity_id, n=len(waited), contacted=len(contacted), overdue=overdue,
        open=sum(row.state is HandOverState.open for row, _ in waited),
        in_time=share(in_time, len(contacted) + overdue),
        p50=_out(quantile(waits, 0.5)), p90=_out(quantile(waits, 0.9)),
    )  # fmt: skip


def _waited(row: HandOver, callings: dict[UUID, Calling], uow: Uow) -> float:
    """Working hours so far, or in all."""
    if row.hours is not None:
        return row.hours
    return hours_between(row.at, uow.now, callings[row.entity_id].office(row.zone))


def _out(one: Quantile) -> QuantileOut:
    return QuantileOut(hours=one.value, low=one.low, high=one.high)


# --- prospects


async def list_prospects(uow: Uow, linked: bool | None, paging: Paging) -> Page:
    """Those that were not erased, the newest first."""
    query = select(Prospect).where(prospects_of(uow.caller), Prospect.erased_at.is_(None))  # type: ignore[union-attr]
    if linked is not None:
        known: Any = Prospect.linked_to.is_not(None)  # type: ignore[union-attr]
        query = query.where(known if linked else ~known)
    order = (Prospect.entered_at.desc(), Prospect.id.desc())  # type: ignore[attr-defined]
    shape = ProspectOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=Prospect.changed_at, shape=shape)


async def get_prospect(uow: Uow, prospect_id: UUID) -> ProspectOut:
    return ProspectOut.model_validate(await uow.get(Prospect, prospect_id, prospects_of(uow.caller)))

"""A hand-over from its beginning to its end: one at a time of a lead, with a clock in the entity's working hours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import select

from services.scoring.handlers.calling import share_out_soon
from services.scoring.model import HandOver, Lead
from services.scoring.policy.handover import Calling, Ending, HandOverState, Refusal, Why, due_by, monday
from services.scoring.views.teams import Team, callings_of
from shared.contracts import leads as said
from shared.contracts.surveys import Party
from shared.ids import new_id
from shared.storage.due import Wanted, schedule_many
from shared.storage.tx import Uow
from shared.working_time import hours_between

OVERDUE = "contact-overdue"
# What ended before anybody talked, and not by the member's own fault: the member has room for another one.
FREES = frozenset({Ending.refused, Ending.reassigned, Ending.became_customer, Ending.contact_stopped, Ending.linked})
FREES |= {Ending.erased, Ending.member_left}


@dataclass(frozen=True, slots=True)
class Given:
    """Which lead goes to whom."""

    lead: Lead
    member_id: UUID
    why: Why


async def give(uow: Uow, team: Team, given: Sequence[Given]) -> list[HandOver]:
    """Hand these leads over: they are locked and in nobody's hands. Their clocks run from now on."""
    rows = [_begin(uow, team, one) for one in given]
    due = [(row, row.due_at.astimezone(ZoneInfo(row.zone)).replace(tzinfo=None)) for row in rows]
    await schedule_many(uow, OVERDUE, [Wanted(row.id, "once", local, row.zone, row.due_at) for row, local in due])
    return rows


def _begin(uow: Uow, team: Team, one: Given) -> HandOver:
    lead = one.lead
    assert lead.entity_id is not None
    member = team.members[one.member_id]
    try:
        due_at = due_by(uow.now, team.calling, team.zone, team.absences(member.id))
    except ValueError:  # away for longer than any term: the entity's own clock counts
        due_at = due_by(uow.now, team.calling, team.zone)
    row = HandOver(
        id=new_id(), lead_id=lead.id, party=lead.party, entity_id=lead.entity_id, member_id=member.id, why=one.why,
        week=monday(uow.today(team.zone)), score=lead.score, at=uow.now, due_at=due_at, zone=team.zone,
    )  # fmt: skip
    uow.add(row)
    uow.change(lead, hand_over_id=row.id, handed_over_at=uow.now, contact_due_at=due_at, member_id=member.id)
    uow.say(said.LeadHandedOver(**facts_of(row, lead), due_at=due_at, why=one.why, score=lead.score))
    return row


async def end_many(uow: Uow, ended: Iterable[tuple[Lead, Ending, datetime]], refusal: Refusal | None = None) -> None:
    """End the open hand-overs of these leads, which are locked: each for its reason, at its moment."""
    wanted = {lead.hand_over_id: (lead, ending, at) for lead, ending, at in ended if lead.hand_over_id}
    query = select(HandOver).where(HandOver.id.in_(wanted), HandOver.state == HandOverState.open)  # type: ignore[attr-defined]
    rows = await uow.rows(query.order_by(HandOver.id).with_for_update())  # type: ignore[arg-type]
    callings = await callings_of(uow, {row.entity_id for row in rows}) if rows else {}
    for row in rows:
        lead, ending, at = wanted[row.id]
        _end(uow, callings[row.entity_id], row, lead, ending, at, refusal)
        if ending is not Ending.overdue:
            await uow.cancel(OVERDUE, row.id, why=ending)
    for entity_id in {row.entity_id for row in rows if row.ending in FREES | {Ending.overdue}}:
        await share_out_soon(uow, entity_id)


def _end(
    uow: Uow, calling: Calling, row: HandOver, lead: Lead, ending: Ending, at: datetime, refusal: Refusal | None
) -> None:
    contacted = ending is Ending.contacted
    took = hours_between(row.at, at, calling.office(row.zone))
    state = HandOverState.contacted if contacted else HandOverState.returned
    uow.change(row, state=state, ended_at=at, ending=ending, refusal=refusal, hours=took)
    uow.change(lead, hand_over_id=None, handed_over_at=None, contact_due_at=None, member_id=None)
    facts = facts_of(row, lead)
    if contacted:
        uow.change(lead, member_id=row.member_id)  # who talked with the lead goes on looking after it
        uow.say(said.LeadContacted(**facts, contacted_at=at, in_time=at <= row.due_at))
    elif ending is Ending.overdue:
        uow.say(said.LeadOverdue(**facts, due_at=row.due_at))
    else:
        uow.say(said.LeadReturned(**facts, reason=ending, refusal=refusal))


def facts_of(row: HandOver, lead: Lead) -> dict[str, Any]:
    """The ids that every fact of a hand-over carries."""
    return about(lead) | {"entity_id": row.entity_id, "hand_over_id": row.id, "member_id": row.member_id}


def about(lead: Lead) -> dict[str, Any]:
    """The ids that every fact of a lead carries; a prospect is no enabler yet."""
    person = lead.id if lead.party is Party.ep else None
    enabler = lead.id if lead.party is Party.enabler and not lead.prospect else None
    ids = {"lead_id": lead.id, "party": lead.party, "entity_id": lead.entity_id}
    return ids | {"person_id": person, "enabler_id": enabler}

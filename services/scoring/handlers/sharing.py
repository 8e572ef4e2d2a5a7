"""Leads are shared out: each Monday and when capacity becomes free, by hand, and back when nobody called in time."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from services.scoring.commands import AssignLead, ReassignLead, RefuseLead
from services.scoring.handlers.calling import know_member, next_week
from services.scoring.handlers.enablers import freshen
from services.scoring.handlers.following import advance
from services.scoring.handlers.hand_overs import Given, end_many, give
from services.scoring.handlers.scoring import locked
from services.scoring.model import ContactStop, HandOver, Lead, Place, TeamMember, hand_overs_of, leads_of
from services.scoring.policy.consent import Purpose
from services.scoring.policy.handover import (
    Candidate,
    Ending,
    HandOverState,
    Refusal,
    Stop,
    Why,
    may_be_called,
    monday,
    shared_out,
)
from services.scoring.schemas import HandOverOut
from services.scoring.views.consents import people_who_refuse
from services.scoring.views.teams import Team, parties_of, team_of, used_by
from shared.contracts import parties
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import ContactFact, ContactRestored, ContactSuppressed
from shared.contracts.surveys import Party
from shared.errors import Conflict, FieldError, Invalid
from shared.storage.due import Due
from shared.storage.tx import Uow
from shared.zones import to_utc

HANDED_OVER, CONTACT_STOPPED = "scoring.lead-handed-over", "notifications.contact-suppressed"
BY_HAND, CONSENT_WITHDRAWN = "scoring.by-hand", "scoring.consent-withdrawn"
SPARE = 50  # candidates beyond the capacity: some may have gone back from everybody who has room
# Nobody who took back that we call about an offer, be it contact or the consent to marketing (a person's own word, else
# the last one of the visitors that the person is known to be).
CALLABLE = """
NOT EXISTS (
    SELECT FROM contact_stop s WHERE s.lead_id = l.id
    AND (s.channel IS NULL OR s.channel = 'phone') AND (s.budget IS NULL OR s.budget = 'promotion'))
AND coalesce(
    (SELECT c.given FROM consent c WHERE c.subject_id = l.id AND c.purpose = 'marketing'),
    (SELECT c.given FROM identity n JOIN consent c ON c.subject_id = n.visitor_id AND c.purpose = 'marketing'
        WHERE n.person_id = l.id ORDER BY c.at DESC, c.subject_id LIMIT 1),
    true)
"""
CANDIDATES = f"""
SELECT l.id FROM lead l
WHERE (l.sending_entity_id = $1 OR l.hosting_entity_id = $1) AND l.party = $2
    AND l.hand_over_id IS NULL AND l.erased_at IS NULL AND l.linked_to IS NULL AND l.score IS NOT NULL
    AND (l.stage IN ('qualified', 'won_back') OR (l.stage = 'lead' AND l.score >= $3)) AND {CALLABLE}
ORDER BY l.score DESC, coalesce(l.won_back_at, l.qualified_at, l.since), l.id LIMIT $4
"""  # noqa: S608 (a text of ours)
WILLING = f"SELECT l.id FROM lead l WHERE l.id = ANY($1::uuid[]) AND {CALLABLE}"  # noqa: S608
GAVE_BACK = """
SELECT lead_id, member_id FROM hand_over
WHERE lead_id = ANY($1::uuid[]) AND (ending = 'refused' OR (ending = 'overdue' AND ended_at >= $2))
"""
NEVER = 2.0  # a least score that no probability reaches


async def share_out(uow: Uow, due: Due) -> None:
    """A Monday morning, or a moment at which capacity became free: the best open leads go to who has room."""
    place = await uow.find(Place, id=due.subject, lock=True)
    if place is None:
        return due.skip("unknown entity")
    weekly = due.occurrence.startswith("week:")
    if weekly:
        await next_week(uow, place.id)
    team = await team_of(uow, place.id)
    today = uow.today(team.zone)
    callers = team.callers(today, await used_by(uow, place.id, monday(today)))
    left = sum(caller.left for caller in callers)
    if not left:
        return due.skip("nobody has room")
    wanted = {party for caller in callers if caller.left for party in caller.parties}
    found = await _candidates(uow, team, wanted, left)
    leads = {lead.id: lead for lead in found}
    begun = to_utc(datetime.combine(monday(today), time()), team.zone)
    pairs = shared_out(await _as_candidates(uow, found, begun), callers, monday(today))
    why = Why.weekly if weekly else Why.freed
    await give(uow, team, [Given(leads[lead_id], member_id, why) for lead_id, member_id in pairs])
    for lead_id, _ in pairs:
        advance(uow, leads[lead_id], uow.now, HANDED_OVER)
    return None


async def _candidates(uow: Uow, team: Team, wanted: Collection[Party], left: int) -> list[Lead]:
    """The best open leads of each side, locked, EPs first; what became of one meanwhile is looked at again."""
    least = NEVER if team.calling.least_score is None else team.calling.least_score
    found: list[Lead] = []
    for party in Party:
        if party not in wanted:
            continue
        if party is Party.enabler:
            await freshen(uow, team.entity_id)
        rows = await uow.fetch(CANDIDATES, team.entity_id, party, least, left + SPARE)
        found += await locked(uow, [row["id"] for row in rows])
    willing = await _willing(uow, [lead.id for lead in found])
    return [lead for lead in found if lead.id in willing and not lead.hand_over_id and not lead.erased_at]


async def _willing(uow: Uow, leads: Collection[UUID]) -> set[UUID]:
    """Which of these leads, which are locked, may be called."""
    return {row["id"] for row in await uow.fetch(WILLING, list(leads))}


async def _as_candidates(uow: Uow, leads: Iterable[Lead], week: datetime) -> list[Candidate]:
    """Beside whom each may not go to: who refused it, and who let it become overdue since the week began."""
    found = list(leads)
    back: dict[UUID, set[UUID]] = defaultdict(set)
    for row in await uow.fetch(GAVE_BACK, [lead.id for lead in found], week):
        back[row["lead_id"]].add(row["member_id"])
    return [
        Candidate(lead.id, lead.party, lead.score or 0.0, _waiting_since(uow, lead), frozenset(back[lead.id]))
        for lead in found
    ]


def _waiting_since(uow: Uow, lead: Lead) -> datetime:
    return lead.won_back_at or lead.qualified_at or lead.since or uow.now


# --- what ends a hand-over by itself


async def mark_overdue(uow: Uow, due: Due) -> None:
    """Nobody talked with the lead in time: it is open again, and the member gets no other one for it this week."""
    row = await uow.find(HandOver, id=due.subject)
    if row is None or row.state is not HandOverState.open:
        return due.skip("it has ended")
    await _give_back(uow, [row.lead_id], Ending.overdue, "scoring.contact-overdue")
    return None


async def _give_back(
    uow: Uow, lead_ids: Iterable[UUID], ending: Ending, cause: str, refusal: Refusal | None = None
) -> None:
    """End what is open of these leads, and let each stand where it stood before."""
    leads = [lead for lead in await locked(uow, lead_ids) if lead.hand_over_id]
    await end_many(uow, [(lead, ending, uow.now) for lead in leads], refusal)
    for lead in leads:
        advance(uow, lead, uow.now, cause)


async def hear_member(uow: Uow, envelope: Envelope) -> None:
    """Who works where; leads of somebody who left are open again."""
    await know_member(uow, envelope)
    fact = envelope.data
    assert isinstance(fact, parties.MemberFact)
    member = await uow.find(TeamMember, id=fact.member_id)
    if member is not None and not member.active:
        open_ones = await uow.all(HandOver, member_id=member.id, state=HandOverState.open)
        await _give_back(uow, [row.lead_id for row in open_ones], Ending.member_left, envelope.type)


async def forget_member(uow: Uow, envelope: Envelope) -> None:
    """A tombstone of a member's details: when they were away is nobody's business any more."""
    member = await uow.find(TeamMember, id=envelope.key, lock=True) if envelope.data is None else None
    if member is not None:
        uow.change(member, absences=[], calls_per_week=None)


async def hear_contact_stop(uow: Uow, envelope: Envelope) -> None:
    """Somebody doesn't want to be contacted any more, or takes that back."""
    fact = envelope.data
    assert isinstance(fact, ContactFact)
    lead_id = fact.person_id or fact.recipient_id
    held = await uow.find(ContactStop, id=fact.suppression_id)
    if isinstance(fact, ContactRestored):
        await uow.fetch("DELETE FROM contact_stop WHERE id = $1", fact.suppression_id)
    elif held is None and isinstance(fact, ContactSuppressed):
        values: dict[str, Any] = {"channel": fact.channel, "budget": fact.budget}
        uow.add(ContactStop(id=fact.suppression_id, lead_id=lead_id, at=envelope.time or uow.now, **values))
        if not may_be_called([Stop(fact.channel, fact.budget)]):
            await _give_back(uow, [lead_id], Ending.contact_stopped, CONTACT_STOPPED)


async def take_back_unwilling(uow: Uow, people: Collection[UUID]) -> None:
    """Who doesn't agree to marketing any more is to be called by nobody."""
    unwilling = await people_who_refuse(uow, Purpose.marketing, people)
    if unwilling:
        await _give_back(uow, unwilling, Ending.contact_stopped, CONSENT_WITHDRAWN)


async def forget_lead(uow: Uow, lead: Lead) -> None:
    """Whoever asked to be forgotten is nobody's to call any more, and what they refused isn't needed."""
    if lead.hand_over_id:
        await end_many(uow, [(lead, Ending.erased, uow.now)])
    await uow.fetch("DELETE FROM contact_stop WHERE lead_id = $1", lead.id)


# --- by hand


async def assign_lead(uow: Uow, command: AssignLead) -> HandOverOut:
    """A manager gives an open lead to a member, beyond the week's capacity too."""
    lead = await uow.get(Lead, command.lead_id, leads_of(uow.caller), lock=True)
    uow.expect(lead.version)
    if lead.hand_over_id is not None:
        raise Conflict("It is in somebody's hands already; reassign that.", code="handed-over")
    return await _assign(uow, lead, command.member_id, Why.manual)


async def reassign_lead(uow: Uow, command: ReassignLead) -> HandOverOut:
    """A manager gives it to another member: the clock begins anew."""
    row, lead = await _open_one(uow, command.hand_over_id)
    if command.member_id == row.member_id:
        raise Invalid(errors=[FieldError("#/member_id", "It is in the hands of this member.")])
    await _give_back(uow, [lead.id], Ending.reassigned, BY_HAND)
    return await _assign(uow, lead, command.member_id, Why.reassigned)


async def refuse_lead(uow: Uow, command: RefuseLead) -> HandOverOut:
    """The member can't: the lead is open again, never for this member, and the room is free for another one."""
    row, lead = await _open_one(uow, command.hand_over_id)
    await _give_back(uow, [lead.id], Ending.refused, BY_HAND, command.reason)
    uow.note("refuse_lead", lead.id, reason=command.reason, after={"hand_over_id": str(row.id)})
    return HandOverOut.model_validate(row)


async def _open_one(uow: Uow, hand_over_id: UUID) -> tuple[HandOver, Lead]:
    """An open hand-over of the caller's entity and its lead, the lead locked first as everywhere."""
    seen = await uow.get(HandOver, hand_over_id, hand_overs_of(uow.caller))
    (lead,) = await locked(uow, [seen.lead_id])
    row = await uow.refresh(seen, lock=True)
    uow.expect(row.version)
    if row.state is not HandOverState.open:
        raise Conflict("It has ended.", code="ended", extra={"state": row.state, "ending": row.ending})
    return row, lead


async def _assign(uow: Uow, lead: Lead, member_id: UUID, why: Why) -> HandOverOut:
    """The member works in the lead's entity, calls such customers, and may call this one."""
    if lead.erased_at or lead.linked_to or lead.entity_id is None:
        raise Conflict("It is no lead that anybody could call.", code="not-a-lead")
    team = await team_of(uow, lead.entity_id)
    member = team.members.get(member_id)
    if member is None or lead.party not in parties_of(member):
        wrong = f"It is no active member of the lead's entity who calls {lead.party}s."
        raise Invalid(errors=[FieldError("#/member_id", wrong)])
    if lead.id not in await _willing(uow, [lead.id]):
        raise Conflict("This lead doesn't want to be called.", code="contact-stopped")
    (row,) = await give(uow, team, [Given(lead, member_id, why)])
    await uow.flush()
    advance(uow, lead, uow.now, BY_HAND)
    uow.note("assign_lead", lead.id, after={"member_id": str(member_id), "why": why})
    return HandOverOut.model_validate(row)

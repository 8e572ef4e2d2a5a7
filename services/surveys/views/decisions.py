"""Why somebody was asked or not: what was decided as it was kept, what is to come as it would be decided now."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_
from sqlmodel import select

from services.surveys.model import Ask, Enabler, Experience, Invitation, Person, asks_of, experiences_of
from services.surveys.policy.decisions import AskState, judge
from services.surveys.policy.invitations import State
from services.surveys.policy.programmes import Programme
from services.surveys.programmes import current
from services.surveys.schemas import DecisionOut, DecisionsOut
from services.surveys.schemas.programmes import Decision
from services.surveys.views.invitations import state_of
from services.surveys.views.situations import situation_of
from shared.access import Role
from shared.contracts.surveys import Party
from shared.storage.scope import visible
from shared.storage.tx import Uow

NO_OCCASION = "no_occasion"


async def list_person_decisions(uow: Uow, person_id: UUID) -> DecisionsOut:
    """Of an EP: the person, the sending side, and for stays of theirs the hosting side."""
    stays = exists(select(Experience.id).where(Experience.person_id == Person.id, experiences_of(uow.caller)))
    mine = visible(uow.caller, person=Person.id, sending=Person.sending_entity_id)
    seen = mine if uow.caller.role is Role.participant else or_(mine, stays)
    await uow.get(Person, person_id, seen)
    return await _decisions(uow, Party.ep, person_id)


async def list_enabler_decisions(uow: Uow, enabler_id: UUID) -> DecisionsOut:
    """Of an enabler: its own contact, its host, and who sends it interns, for these stays."""
    stays = exists(select(Experience.id).where(Experience.enabler_id == Enabler.id, experiences_of(uow.caller)))
    mine = visible(uow.caller, enabler=Enabler.id, hosting=Enabler.hosting_entity_id)
    seen = mine if uow.caller.role is Role.enabler else or_(mine, stays)
    await uow.get(Enabler, enabler_id, seen)
    return await _decisions(uow, Party.enabler, enabler_id)


async def _decisions(uow: Uow, party: Party, recipient_id: UUID) -> DecisionsOut:
    mine = and_(Ask.recipient_id == recipient_id, Ask.party == party, asks_of(uow.caller))  # type: ignore[arg-type]
    asks: Sequence[Ask] = await uow.rows(select(Ask).where(mine).order_by(Ask.due_at, Ask.id))  # type: ignore[arg-type]
    ids = [ask.invitation_id for ask in asks if ask.invitation_id]
    found = await uow.rows(select(Invitation).where(Invitation.id.in_(ids))) if ids else ()  # type: ignore[attr-defined]
    states = {row.id: state_of(uow, row) for row in found}
    items = [await _decision(uow, ask, states) for ask in asks]
    never = [one for one in current().values() if party in one.audience and one.code not in {a.programme for a in asks}]
    items += [_never(programme) for programme in never]
    return DecisionsOut(recipient_id=recipient_id, party=party, items=items)


async def _decision(uow: Uow, ask: Ask, states: dict[UUID, State]) -> DecisionOut:
    programme = current().get(ask.programme)
    shown: dict[str, Any] = {name: getattr(ask, name) for name in ("programme", "occasion", "application_id", "due_at")}
    shown |= {"questionnaire": programme.questionnaire if programme else ask.programme}
    shown |= {"reason": ask.reason, "numbers": ask.numbers, "decided_at": ask.decided_at}
    shown |= {"invitation_id": ask.invitation_id, "decision": Decision.not_asked}
    shown |= {"invitation_state": states.get(ask.invitation_id) if ask.invitation_id else None}
    if ask.state is AskState.asked:
        shown["decision"] = Decision.asked
    elif ask.state is AskState.waiting and programme is not None:
        shown |= await _forecast(uow, programme, ask)
    return DecisionOut(**shown)


async def _forecast(uow: Uow, programme: Programme, ask: Ask) -> dict[str, Any]:
    """What would be decided when the time comes, as things are now."""
    verdict = judge(programme, await situation_of(uow, programme, ask, max(ask.due_at, uow.now)))
    if verdict.state is AskState.asked:
        decision = Decision.will_be_asked
    else:
        decision = Decision.waiting if verdict.state is AskState.waiting else Decision.not_asked
    return {"decision": decision, "reason": verdict.reason, "numbers": dict(verdict.numbers)}


def _never(programme: Programme) -> DecisionOut:
    nothing = dict.fromkeys(("occasion", "application_id", "due_at", "decided_at", "invitation_id", "invitation_state"))
    return DecisionOut(
        programme=programme.code, questionnaire=programme.questionnaire, decision=Decision.not_asked,
        reason=NO_OCCASION, numbers={}, **nothing,
    )  # fmt: skip

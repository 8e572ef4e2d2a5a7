"""Suggestions: of one customer, and a manager's list; never who is held back."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring import actions
from services.scoring.model import Lead, Suggestion, leads_of, suggestions_of
from services.scoring.policy.suggesting import State, in_words
from services.scoring.schemas.actions import NO_EVIDENCE, EffectOut, NextActionOut, SuggestionOut, WhyOut
from shared.contracts.surveys import Party
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

WAITING = (State.open, State.accepted)


def suggestion_out(row: Suggestion) -> SuggestionOut:
    action = actions.current().get(row.action)
    reasons = [WhyOut(fact=fact, value=value, text=in_words(fact, value)) for fact, value in row.reasons]
    expected = EffectOut.of(row.effect)
    seen: dict[str, Any] = {"reasons": reasons, "expected": expected, "title": action.title if action else row.action}
    seen |= {"touchpoint": action.touchpoint if action else row.action}
    seen |= {"minutes": action.minutes if action else 0, "horizon_days": (row.until - row.suggested_at).days}
    seen["evidence"] = "measured" if expected else NO_EVIDENCE
    return SuggestionOut.model_validate(row.model_dump() | seen)


async def next_of_person(uow: Uow, person_id: UUID) -> NextActionOut:
    """What should be done next with an EP."""
    await uow.get(Lead, person_id, leads_of(uow.caller), Lead.party == Party.ep)
    return await _next(uow, Party.ep, person_id)


async def next_of_enabler(uow: Uow, enabler_id: UUID) -> NextActionOut:
    """What should be done next with an enabler."""
    await uow.get(Lead, enabler_id, leads_of(uow.caller), Lead.party == Party.enabler)
    return await _next(uow, Party.enabler, enabler_id)


async def _next(uow: Uow, side: Party, party_id: UUID) -> NextActionOut:
    query = select(Suggestion).where(
        suggestions_of(uow.caller), Suggestion.party_id == party_id, Suggestion.side == side,
        Suggestion.state.in_(WAITING), Suggestion.expires_at > uow.now,  # type: ignore[attr-defined]
    )  # fmt: skip
    rows = await uow.rows(query.order_by(Suggestion.gain.desc(), Suggestion.id))  # type: ignore[attr-defined]
    return NextActionOut(party_id=party_id, side=side, items=[suggestion_out(row) for row in rows])


async def list_suggestions(
    uow: Uow, side: Party | None, state: State | None, action: str | None, paging: Paging
) -> Page:
    """The largest expected gain first; without a state those that wait."""
    query = select(Suggestion).where(suggestions_of(uow.caller))
    if state is None:
        query = query.where(Suggestion.state.in_(WAITING), Suggestion.expires_at > uow.now)  # type: ignore[attr-defined]
    else:
        query = query.where(Suggestion.state == state)
    if side is not None:
        query = query.where(Suggestion.side == side)
    if action is not None:
        query = query.where(Suggestion.action == action)
    order = (Suggestion.gain.desc(), Suggestion.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, changed=Suggestion.changed_at, shape=suggestion_out)


async def get_suggestion(uow: Uow, suggestion_id: UUID) -> SuggestionOut:
    return suggestion_out(await uow.get(Suggestion, suggestion_id, suggestions_of(uow.caller)))

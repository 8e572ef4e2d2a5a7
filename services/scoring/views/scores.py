"""Scores, their course, and the list of leads."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.scoring.model import Lead, Outcome, ScoreChange, leads_of
from services.scoring.policy.features import Features
from services.scoring.policy.rules import TRANSITION, evidence, in_words
from services.scoring.schemas import LeadOut, LeadState, ReasonOut, ScoreChangeOut, ScoreOut
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

SHOWN = 3


def _reasons(reasons: Iterable[dict[str, Any]], features: dict[str, Any]) -> list[ReasonOut]:
    numbers = Features.of_document(features)
    return [ReasonOut(**one, text=in_words(one["code"], one["log_odds"], numbers)) for one in reasons]


def _state(lead: Lead) -> LeadState:
    return LeadState.converted if lead.converted_at else LeadState.open


def lead_out(lead: Lead) -> LeadOut:
    top = [reason.text for reason in _reasons(lead.reasons[:SHOWN], lead.features)]
    seen = {"person_id": lead.id, "state": _state(lead), "top_reasons": top}
    return LeadOut.model_validate(lead.model_dump() | seen)


def change_out(point: ScoreChange) -> ScoreChangeOut:
    return ScoreChangeOut.model_validate(point.model_dump() | {"reasons": _reasons(point.reasons, point.features)})


async def get_score(uow: Uow, person_id: UUID) -> ScoreOut:
    lead = await uow.get(Lead, person_id, leads_of(uow.caller))
    if lead.score is None:
        raise NotFound(f"Person {person_id} has no score yet.")
    outcomes = await uow.scalar(select(func.count()).select_from(Outcome).where(Outcome.transition == TRANSITION))
    seen = {"person_id": lead.id, "state": _state(lead), "reasons": _reasons(lead.reasons, lead.features)}
    seen |= {"transition": TRANSITION, "outcomes": outcomes, "evidence": evidence(outcomes)}
    return ScoreOut.model_validate(lead.model_dump() | seen)


async def get_course(uow: Uow, person_id: UUID, as_of: datetime | None, paging: Paging) -> Page:
    """The lead's course, oldest first; with `as_of` only what was known then."""
    await uow.get(Lead, person_id, leads_of(uow.caller))
    query = select(ScoreChange).where(ScoreChange.person_id == person_id)
    if as_of:
        query = query.where(ScoreChange.at <= as_of)
    order = (ScoreChange.at, ScoreChange.id)
    return await listing(uow, query, order=order, paging=paging, changed=ScoreChange.changed_at, shape=change_out)


async def list_leads(uow: Uow, state: LeadState, paging: Paging) -> Page:
    """The likeliest first."""
    query = select(Lead).where(leads_of(uow.caller), Lead.score.is_not(None))  # type: ignore[union-attr]
    if state is not LeadState.any:
        converted = Lead.converted_at.is_not(None)  # type: ignore[union-attr]
        query = query.where(converted if state is LeadState.converted else ~converted)
    order = (Lead.score.desc(), Lead.id.desc())  # type: ignore[union-attr, attr-defined]
    return await listing(uow, query, order=order, paging=paging, changed=Lead.changed_at, shape=lead_out)

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
from services.scoring.schemas import LeadState, ReasonOut, ScoreChangeOut, ScoreOut
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def reasons_out(reasons: Iterable[dict[str, Any]], features: dict[str, Any]) -> list[ReasonOut]:
    numbers = Features.of_document(features)
    return [ReasonOut(**one, text=in_words(one["code"], one["log_odds"], numbers)) for one in reasons]


def state_of(lead: Lead) -> LeadState:
    return LeadState.converted if lead.converted_at else LeadState.open


def change_out(point: ScoreChange) -> ScoreChangeOut:
    return ScoreChangeOut.model_validate(point.model_dump() | {"reasons": reasons_out(point.reasons, point.features)})


async def get_score(uow: Uow, person_id: UUID) -> ScoreOut:
    lead = await uow.get(Lead, person_id, leads_of(uow.caller))
    if lead.score is None:
        raise NotFound(f"Person {person_id} has no score yet.")
    outcomes = await uow.scalar(select(func.count()).select_from(Outcome).where(Outcome.transition == TRANSITION))
    seen = {"person_id": lead.id, "state": state_of(lead), "reasons": reasons_out(lead.reasons, lead.features)}
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

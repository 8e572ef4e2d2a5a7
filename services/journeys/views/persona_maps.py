"""Reads of persona maps: the figures that their items name, and what customers wrote."""

from typing import Any
from uuid import UUID

from sqlalchemy import desc, literal_column
from sqlmodel import select

from services.journeys.model import Answer, Comment
from services.journeys.policy.evidence import figures_of
from services.journeys.policy.persona_maps import KIND, Group
from services.journeys.policy.questions import EstimateState
from services.journeys.schemas.persona_maps import EvidenceFigure, ItemEvidence, MapEvidenceOut, QuoteOut
from services.journeys.views.designs import found_design
from services.journeys.views.estimates import get_estimate
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import visible, within
from shared.storage.tx import Uow

ESTIMATE = "persona-evidence"
NPS, EXPERIENCE = (literal_column(f"'{one}'") for one in ("nps", "experience"))  # written out, for the planner
SCORES = {Group.promoter: (9, 10), Group.passive: (7, 8), Group.detractor: (0, 6)}
NOTHING: dict[str, Any] = {"state": EstimateState.absent, "as_of": None, "progress": 0.0}
NOTHING |= dict.fromkeys(("behind", "old", "working"), False)


async def get_map_evidence(uow: Uow, design_id: UUID, segment: UUID | None) -> MapEvidenceOut:
    """Of a map of another field nothing is known: no event tells of it."""
    design = await found_design(uow, design_id)
    if design.kind != KIND:
        raise NotFound(f"There is no persona map {design_id}.")
    customer = design.document.get("customer", "ep")
    known: dict[str, Any] = {}
    stands = NOTHING
    if customer != "other":
        found = await get_estimate(uow, ESTIMATE, {"customer": customer}, segment)
        stands, known = found.model_dump(include=set(stands)), found.result or {}
    items = [item for step in design.document["steps"] for item in step.get("items", [])]
    return MapEvidenceOut(
        design_id=design_id, customer=customer, watch_days=known.get("watch_days"),
        items=[_item(item, known) for item in items if item.get("evidence")], **stands,
    )  # fmt: skip


def _item(item: dict[str, Any], known: dict[str, Any]) -> ItemEvidence:
    figures = [EvidenceFigure.model_validate(one) for one in figures_of(item["evidence"], known)]
    return ItemEvidence(item=item["id"], figures=figures)


async def list_quotes(
    uow: Uow, group: Group | None, questionnaire: str | None, entity_id: UUID | None, paging: Paging
) -> Page:
    """Of those whose conversation the caller sees, the newest first."""
    row = Answer
    columns = (row.invitation_id, Comment.person_id, row.at, row.questionnaire, row.score, Comment.text)
    mine = visible(uow.caller, person=row.person_id, sending=row.sending_entity_id, hosting=row.hosting_entity_id)
    query: Any = select(*columns).join(Comment, Comment.invitation_id == row.invitation_id)  # type: ignore[call-overload]
    query = query.where(row.measure == NPS, row.about == EXPERIENCE, row.party == "ep", mine)
    if group:
        query = query.where(row.score.between(*SCORES[group]))  # type: ignore[attr-defined]
    if questionnaire:
        query = query.where(row.questionnaire == questionnaire)
    if entity_id:
        query = query.where(within(row.sending_entity_id, entity_id) | within(row.hosting_entity_id, entity_id))
    order = (desc(row.at), desc(row.invitation_id))  # type: ignore[arg-type]

    def shape(found: Any) -> QuoteOut:
        return QuoteOut.model_validate(dict(found._mapping))

    return await listing(uow, query, order=order, paging=paging, shape=shape)

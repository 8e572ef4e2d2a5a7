"""Persona maps over HTTP: versions are written at `/v1/designs`; here is what shows that their items are so."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.doors import Staff
from services.journeys.api.people import walk
from services.journeys.policy.persona_maps import Group
from services.journeys.schemas.persona_maps import MapEvidenceOut, QuoteOut
from shared.web.paging import Asked, PageOf

router = APIRouter(prefix="/v1", tags=["persona maps"])
Code = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,79}$", description="Only of this questionnaire")]


@router.get("/persona-maps/{design_id}/evidence", response_model=MapEvidenceOut, operation_id="get_map_evidence")
async def get_map_evidence(
    design_id: UUID, door: Staff, segment: Annotated[UUID | None, Query(description="Only of this segment")] = None
) -> Response:
    """Live figures beside the items of a map, for the caller's scope. They are counted by the estimate
    `persona-evidence` of the map's customer: where nobody asked for it yet, `POST /v1/estimates/persona-evidence`."""
    return await door.read(views.get_map_evidence, design_id, segment)


@router.get("/quotes", response_model=PageOf[QuoteOut], operation_id="list_quotes")
async def list_quotes(
    door: Staff,
    paging: Annotated[Asked, Depends(walk)],
    group: Annotated[Group | None, Query(description="Only of who gave such an NPS")] = None,
    questionnaire: Code = None,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity and those below, on either side")] = None,
) -> Response:
    """What EPs wrote beside their NPS, in their words, of those whose conversation the caller sees. Whoever is
    forgotten is not quoted any more."""
    return await door.page(views.list_quotes, group, questionnaire, entity_id, paging=paging)

"""Interactions come in at this door, and are listed with their marks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Historian, Stranger, Writer
from services.scoring.policy.consent import objects
from services.scoring.policy.machines import mark_of
from services.scoring.schemas import InteractionOut, InteractionsOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["interactions"])


@router.post("/visits", response_model=InteractionsOut, operation_id="record_visits")
async def record_visits(body: commands.Visits, door: Stranger) -> Response:
    """A browser tells what its visitor looked at. What a machine sends is marked as such and never counts."""
    headers = dict(door.request.headers)
    command = commands.RecordVisits(body, mark_of(headers), objects(headers))
    return await door.execute(handlers.record_visits, command)


@router.post("/interactions", response_model=InteractionsOut, operation_id="record_interactions")
async def record_interactions(body: commands.RecordInteractions, door: Writer) -> Response:
    """Calls, class visits, booths …: a batch, all or nothing, of EPs or of enablers. Each id is recorded once."""
    return await door.execute(handlers.record_interactions, body)


@router.get("/interactions", response_model=PageOf[InteractionOut], operation_id="list_interactions")
async def list_interactions(
    door: Historian,
    paging: Paging,
    person_id: Annotated[UUID | None, Query(description="Of this person and all visitors behind; or else")] = None,
    visitor_id: Annotated[UUID | None, Query(description="of this visitor")] = None,
) -> Response:
    """Every contact that this room knows of, on all channels, the newest first; marked ones count for nothing."""
    return await door.page(views.list_interactions, person_id, visitor_id, paging=paging)

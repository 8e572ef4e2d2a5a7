"""Routes of the dossier of a stay: what pick-up and departure documents are made of."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.applications import commands, handlers, views
from services.applications.api.doors import Anybody, Host, R
from services.applications.schemas.dossier import DossierOut, FactChangeOut
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1/applications/{application_id}/dossier", tags=["dossier"])
Writer = Annotated[Door, allow(R.participant, R.enabler, R.sending_manager, R.hosting_manager, changes=True)]


@router.get("", response_model=DossierOut, operation_id="get_dossier")
async def get_dossier(application_id: UUID, door: Anybody) -> Response:
    """The facts of the stay: whose each is, and what is missing by owner and by document."""
    return await door.read(views.get_dossier, application_id)


@router.put("", response_model=DossierOut, operation_id="record_dossier")
async def record_dossier(application_id: UUID, body: commands.Dossier, door: Host) -> Response:
    """Record all facts of the hosting side, whole; those of the EP and of the sending side stay."""
    return await door.execute(handlers.record_dossier, commands.RecordDossier(application_id, body))


@router.patch("", response_model=DossierOut, operation_id="patch_dossier")
async def patch_dossier(application_id: UUID, body: commands.Dossier, door: Writer) -> Response:
    """Record, correct or (null) take back the facts that are named; each by its owner's side only."""
    return await door.execute(handlers.patch_dossier, commands.PatchDossier(application_id, body))


@router.get("/history", response_model=PageOf[FactChangeOut], operation_id="list_dossier_history")
async def list_history(
    application_id: UUID,
    door: Anybody,
    paging: Paging,
    name: Annotated[Slug | None, Query(description="Only of this fact")] = None,
) -> Response:
    """Who recorded which fact, when; the newest first."""
    return await door.page(views.list_fact_changes, application_id, name, paging=paging)

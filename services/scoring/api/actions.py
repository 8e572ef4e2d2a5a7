"""Actions: what there is, what is known of its effect, and which share of those to whom it applies get it."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Ledger, ShareOwner, Suggested
from services.scoring.schemas import ActionShareOut, ActionsOut, OutcomeLineOut
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1", tags=["next best action"])
SHARE = "/actions/{action}/shares/{entity_id}"


@router.get("/actions", response_model=ActionsOut, operation_id="list_actions")
async def list_actions(door: Suggested) -> Response:
    """All actions with their evidence: how many were treated and held back, the effect and its bounds."""
    return await door.read(views.list_actions)


@router.get("/actions/{action}/outcomes", response_model=PageOf[OutcomeLineOut], operation_id="list_action_outcomes")
async def list_action_outcomes(action: Slug, door: Ledger, paging: Paging) -> Response:
    """The ledger that the evidence is counted from, once horizons have ended; it names nobody."""
    return await door.page(views.list_outcomes, action, paging=paging)


@router.get(SHARE, response_model=ActionShareOut, operation_id="get_action_share")
async def get_action_share(action: Slug, entity_id: UUID, door: Ledger) -> Response:
    """What a committee says of an action's share; its ETag is what a change is made against."""
    return await door.read(views.get_share, action, entity_id)


@router.put(SHARE, response_model=ActionShareOut, operation_id="set_action_share")
async def set_action_share(action: Slug, entity_id: UUID, body: commands.ActionShare, door: ShareOwner) -> Response:
    """A new version of the share for a committee and all below it. Whoever was drawn before stays so."""
    return await door.execute(handlers.set_share, commands.SetShare(action, entity_id, body.share))

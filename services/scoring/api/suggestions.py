"""What should be done next: for one customer, as a manager's list, and what people say to it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Doer, Suggested
from services.scoring.policy.suggesting import State
from services.scoring.schemas import NextActionOut, SuggestionOut
from shared.contracts.surveys import Party
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1", tags=["next best action"])


@router.get("/people/{person_id}/next-action", response_model=NextActionOut, operation_id="get_person_next_action")
async def get_person_next_action(person_id: UUID, door: Suggested) -> Response:
    """What should be done next with an EP, when and why, and what it is expected to bring."""
    return await door.read(views.next_of_person, person_id)


@router.get("/enablers/{enabler_id}/next-action", response_model=NextActionOut, operation_id="get_enabler_next_action")
async def get_enabler_next_action(enabler_id: UUID, door: Suggested) -> Response:
    """The same of an enabler."""
    return await door.read(views.next_of_enabler, enabler_id)


@router.get("/suggestions", response_model=PageOf[SuggestionOut], operation_id="list_suggestions")
async def list_suggestions(
    door: Suggested,
    paging: Paging,
    side: Annotated[Party | None, Query(description="Only of EPs, or of enablers")] = None,
    state: Annotated[State | None, Query(description="Only in this state; else those that wait")] = None,
    action: Annotated[Slug | None, Query(description="Only of this action")] = None,
) -> Response:
    """What waits for the caller and those below, the largest expected gain first."""
    return await door.page(views.list_suggestions, side, state, action, paging=paging)


@router.get("/suggestions/{suggestion_id}", response_model=SuggestionOut, operation_id="get_suggestion")
async def get_suggestion(suggestion_id: UUID, door: Suggested) -> Response:
    """One suggestion."""
    return await door.read(views.get_suggestion, suggestion_id)


@router.post(
    "/suggestions/{suggestion_id}/acceptance", response_model=SuggestionOut, operation_id="accept_suggestion"
)  # fmt: skip
async def accept_suggestion(suggestion_id: UUID, door: Doer) -> Response:
    """I do it."""
    return await door.execute(handlers.accept_suggestion, commands.AcceptSuggestion(suggestion_id))


@router.post("/suggestions/{suggestion_id}/refusal", response_model=SuggestionOut, operation_id="decline_suggestion")
async def decline_suggestion(suggestion_id: UUID, body: commands.Refusal, door: Doer) -> Response:
    """It is not followed, and this is why. What was planned for it falls away."""
    return await door.execute(handlers.decline_suggestion, commands.DeclineSuggestion(suggestion_id, body))


@router.post("/suggestions/{suggestion_id}/completion", response_model=SuggestionOut, operation_id="finish_suggestion")
async def finish_suggestion(suggestion_id: UUID, door: Doer) -> Response:
    """It was done."""
    return await door.execute(handlers.finish_suggestion, commands.FinishSuggestion(suggestion_id))

"""Letters in operators' own words over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications.api.doors import Manager, ManagerChanges
from services.notifications.commands import letters as commands
from services.notifications.handlers import letters as handlers
from services.notifications.model import VersionState
from services.notifications.schemas.letters import LetterOut
from services.notifications.views import letters as views
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["letters"])


@router.get("/letters", response_model=PageOf[LetterOut], operation_id="list_letters")
async def list_letters(
    door: Manager,
    paging: Paging,
    letter: Annotated[str | None, Query(description="Only this letter", max_length=60)] = None,
    state: Annotated[VersionState | None, Query(description="Only in this state")] = None,
) -> Response:
    """Letters that operators have written in their own words."""
    return await door.page(views.list_letters, letter, state, paging=paging)


@router.get("/letters/{letter_id}", response_model=LetterOut, operation_id="get_letter")
async def get_letter(letter_id: UUID, door: Manager) -> Response:
    """One version of a letter."""
    return await door.read(views.get_letter, letter_id)


@router.post("/letters", status_code=201, response_model=LetterOut, operation_id="draft_letter")
async def draft_letter(body: commands.DraftLetter, door: Manager) -> Response:
    """New words for a letter: they can show facts and ask for them; every other template is refused, with its place."""
    return await door.execute(handlers.draft_letter, body, status=201, location=lambda row: f"/v1/letters/{row.id}")


@router.put("/letters/{letter_id}", response_model=LetterOut, operation_id="change_letter")
async def change_letter(letter_id: UUID, body: commands.LetterWords, door: ManagerChanges) -> Response:
    """Write a draft anew."""
    return await door.execute(handlers.change_letter, commands.ChangeLetter(letter_id, body.content))


@router.post("/letters/{letter_id}/publish", response_model=LetterOut, operation_id="publish_letter")
async def publish_letter(letter_id: UUID, door: ManagerChanges) -> Response:
    """From now on the scope writes so; the former version is retired, and can be published again."""
    return await door.execute(handlers.publish_letter, commands.PublishLetter(letter_id))


@router.post("/letters/{letter_id}/retire", response_model=LetterOut, operation_id="retire_letter")
async def retire_letter(letter_id: UUID, door: ManagerChanges) -> Response:
    """Back to the words of the wider scope."""
    return await door.execute(handlers.retire_letter, commands.RetireLetter(letter_id))

"""Routes that change people and committees."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.applications import commands, handlers
from services.applications.api.doors import R
from services.applications.schemas import EntityOut, PersonOut
from shared.web.door import Door, allow

router = APIRouter(prefix="/v1")


@router.patch("/people/{person_id}", response_model=PersonOut, operation_id="change_person", tags=["people"])
async def change_person(
    person_id: UUID,
    body: commands.PatchPerson,
    door: Annotated[Door, allow(R.participant, R.sending_manager, changes=True)],
) -> Response:
    """Contact and profile of an EP, by the EP or its EP manager; each attribute has one owner (403 names it)."""
    return await door.execute(handlers.change_person, commands.ChangePerson(person_id, body.changes()))


@router.patch("/entities/{entity_id}", response_model=EntityOut, operation_id="change_entity", tags=["entities"])
async def change_entity(
    entity_id: UUID,
    body: commands.PatchEntity,
    door: Annotated[Door, allow(R.national_manager, R.global_manager, changes=True)],
) -> Response:
    """Name, contact and zone of a committee, by the level above it."""
    return await door.execute(handlers.change_entity, commands.ChangeEntity(entity_id, body.changes()))

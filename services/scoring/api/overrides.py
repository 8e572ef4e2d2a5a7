"""A person's own word on a chance."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import MANAGERS, R
from services.scoring.policy.transitions import Transition
from services.scoring.schemas import OverrideOut
from shared.web.door import Door, allow

router = APIRouter(prefix="/v1", tags=["chances"])
Sayer = Annotated[Door, allow(*MANAGERS, changes=True)]
Looker = Annotated[Door, allow(*MANAGERS, R.auditor)]
Of = Annotated[Transition, Query(description="Whose override ends")]


@router.put("/people/{person_id}/override", response_model=OverrideOut, operation_id="override_chance")
async def override_chance(person_id: UUID, body: commands.OverrideBody, door: Sayer) -> Response:
    """Hold a word of one's own against a chance: beside it, never in it, and compared with what happens.

    If-Match names the version of the word before, `"0"` where there is none.
    """
    return await door.execute(handlers.put_override, commands.PutOverride(person_id, body))


@router.delete("/people/{person_id}/override", status_code=204, operation_id="end_override")
async def end_override(person_id: UUID, door: Sayer, transition: Of) -> Response:
    """Take one's word back."""
    return await door.execute(handlers.end_override, commands.EndOverride(person_id, transition))


@router.get("/people/{person_id}/overrides", response_model=list[OverrideOut], operation_id="list_overrides")
async def list_overrides(person_id: UUID, door: Looker) -> Response:
    """All words on this person's chances, the newest first."""
    return await door.read(views.list_overrides, person_id)

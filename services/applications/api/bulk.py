"""The route that moves many applications at once."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from services.applications.api.doors import R
from services.applications.commands.bulk import MoveMany
from services.applications.handlers.bulk import move_many
from services.applications.schemas.bulk import BulkOut
from shared.web.door import Door, allow

router = APIRouter(prefix="/v1")
EXAMPLE = {
    "move": "reject",
    "mode": "report",
    "reason": "position_filled",
    "items": [{"id": "0198c5b2-7a44-7c1e-9d2f-3b1f6a5e8c01", "version": 1}],
}


@router.post("/applications/bulk", response_model=BulkOut, operation_id="move_applications", tags=["moves"])
async def move_applications(
    body: Annotated[MoveMany, Body(examples=[EXAMPLE])], door: Annotated[Door, allow(R.hosting_manager)]
) -> Response:
    """Accept or reject up to 500 applications with one reason: all or none, or each on its own with a report.

    Each may name the version that was read; one that was changed meanwhile, or isn't the caller's, is refused.
    """
    return await door.execute(move_many, body)

"""A visitor turns out to be somebody, and the other way round."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Identifier, Reader
from services.scoring.schemas import IdentityOut

router = APIRouter(prefix="/v1", tags=["identities"])


@router.post("/identities", response_model=IdentityOut, operation_id="identify_visitor")
async def identify_visitor(body: commands.IdentifyVisitor, door: Identifier) -> Response:
    """The visitor is this person: earlier visits belong to the person from now on."""
    return await door.execute(handlers.identify_visitor, body)


@router.delete("/identities/{visitor_id}", status_code=204, operation_id="separate_visitor")
async def separate_visitor(visitor_id: UUID, door: Identifier) -> Response:
    """It was somebody else: undo the identification."""
    return await door.execute(handlers.separate_visitor, commands.SeparateVisitor(visitor_id))


@router.get(
    "/people/{person_id}/identities",
    response_model=list[IdentityOut],
    operation_id="list_identities",
)
async def list_identities(person_id: UUID, door: Reader) -> Response:
    """The visitors that this person is known to be."""
    return await door.read(views.list_identities, person_id)

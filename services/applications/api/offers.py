"""Routes of an opportunity's life: opening, changes, slots, closing, removal, raising it again."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.applications import commands, handlers
from services.applications.api.doors import OfferChanges, R
from services.applications.schemas import OpportunityOut
from shared.web.door import Door, allow

router = APIRouter(prefix="/v1", tags=["opportunities"])
ONE = "/opportunities/{opportunity_id}"


def _step(name: str, what: str) -> dict[str, Any]:
    return {"path": f"{ONE}/{name}", "operation_id": what, "response_model": OpportunityOut}


@router.patch(ONE, response_model=OpportunityOut, operation_id="change_opportunity")
async def change_opportunity(opportunity_id: UUID, body: commands.PatchOpportunity, door: OfferChanges) -> Response:
    """Texts, hours and what is looked for; of an opportunity on offer the standards are checked again."""
    command = commands.ChangeOpportunity(opportunity_id, body.changes())
    return await door.execute(handlers.change_opportunity, command)


@router.post(**_step("opening", "open_opportunity"))
async def open_opportunity(opportunity_id: UUID, door: OfferChanges) -> Response:
    """A draft goes on offer; all that the standards miss is said at once."""
    return await door.execute(handlers.open_opportunity, commands.OpenOpportunity(opportunity_id))


@router.post(**_step("closing", "close_opportunity"))
async def close_opportunity(opportunity_id: UUID, door: OfferChanges) -> Response:
    """No more applications; those that it has go on."""
    return await door.execute(handlers.close_opportunity, commands.CloseOpportunity(opportunity_id))


@router.post(**_step("removal", "remove_opportunity"))
async def remove_opportunity(opportunity_id: UUID, door: OfferChanges) -> Response:
    """Off the lists; refused while applications are live, kept for what it led to."""
    return await door.execute(handlers.remove_opportunity, commands.RemoveOpportunity(opportunity_id))


@router.post(**_step("re-raise", "re_raise_opportunity"), status_code=201)
async def re_raise_opportunity(
    opportunity_id: UUID, body: commands.ReRaise, door: Annotated[Door, allow(R.hosting_manager, R.enabler)]
) -> Response:
    """The same internship once more, in one call: a year later and as long, unless other dates are given."""
    command = commands.ReRaiseOpportunity(opportunity_id, body)
    return await door.execute(
        handlers.re_raise_opportunity, command, status=201, location=lambda out: f"/v1/opportunities/{out.id}"
    )


@router.post(**_step("slots", "add_slot"), status_code=201)
async def add_slot(opportunity_id: UUID, body: commands.NewSlot, door: OfferChanges) -> Response:
    """More dates; If-Match and ETag are those of the opportunity."""
    return await door.execute(handlers.add_slot, commands.AddSlot(opportunity_id, body), status=201)


@router.patch(ONE + "/slots/{slot_id}", response_model=OpportunityOut, operation_id="change_slot")
async def change_slot(opportunity_id: UUID, slot_id: UUID, body: commands.PatchSlot, door: OfferChanges) -> Response:
    """Other dates or another capacity; If-Match and ETag are those of the opportunity."""
    return await door.execute(handlers.change_slot, commands.ChangeSlot(opportunity_id, slot_id, body.changes()))


@router.post(**_step("slots/{slot_id}/closing", "close_slot"))
async def close_slot(opportunity_id: UUID, slot_id: UUID, door: OfferChanges) -> Response:
    """No more applications for these dates."""
    return await door.execute(handlers.close_slot, commands.CloseSlot(opportunity_id, slot_id))

"""Routes of enablers and their contacts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.applications import commands, handlers, views
from services.applications.api.doors import Anybody, OfferChanges, R
from services.applications.schemas import ContactOut, EnablerOut
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["enablers"])
CONTACTS = "/enablers/{enabler_id}/contacts"


@router.get("/enablers", response_model=PageOf[EnablerOut], operation_id="list_enablers")
async def list_enablers(door: Anybody, paging: Paging) -> Response:
    """The enablers that the caller serves; an enabler sees itself."""
    return await door.page(views.list_enablers, paging=paging)


@router.patch("/enablers/{enabler_id}", response_model=EnablerOut, operation_id="change_enabler")
async def change_enabler(enabler_id: UUID, body: commands.PatchEnabler, door: OfferChanges) -> Response:
    """Name and kind of an enabler; each has one owner (403 names it)."""
    return await door.execute(handlers.change_enabler, commands.ChangeEnabler(enabler_id, body.changes()))


@router.get(CONTACTS, response_model=list[ContactOut], operation_id="list_contacts")
async def list_contacts(enabler_id: UUID, door: Anybody) -> Response:
    """Whom to talk to, the main one first."""
    return await door.read(views.list_contacts, enabler_id)


@router.post(CONTACTS, status_code=201, response_model=ContactOut, operation_id="add_contact")
async def add_contact(
    enabler_id: UUID, body: commands.NewContact, door: Annotated[Door, allow(R.hosting_manager, R.enabler)]
) -> Response:
    """One more contact; as the main one it gets what is sent to the enabler from now on."""
    return await door.execute(handlers.add_contact, commands.AddContact(enabler_id, body), status=201)


@router.patch(CONTACTS + "/{contact_id}", response_model=ContactOut, operation_id="change_contact")
async def change_contact(
    enabler_id: UUID, contact_id: UUID, body: commands.PatchContact, door: OfferChanges
) -> Response:
    """Change a contact, or make it the main one."""
    command = commands.ChangeContact(enabler_id, contact_id, body.changes())
    return await door.execute(handlers.change_contact, command)


@router.delete(CONTACTS + "/{contact_id}", status_code=204, response_class=Response, operation_id="remove_contact")
async def remove_contact(enabler_id: UUID, contact_id: UUID, door: OfferChanges) -> Response:
    """Forget a contact; the main one only after another one took its place."""
    return await door.execute(handlers.remove_contact, commands.RemoveContact(enabler_id, contact_id))

"""Enablers after they joined, and whom to talk to there: one main contact, whom the enabler's details follow."""

from sqlmodel import delete, select

from services.applications.commands import AddContact, ChangeContact, ChangeEnabler, RemoveContact
from services.applications.model import Contact, Enabler, enablers_of
from services.applications.policy import PARTNER, not_owned
from services.applications.schemas import ContactOut, EnablerOut
from services.applications.views import get_enabler
from shared.contracts.applications import EnablerDetails
from shared.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from shared.ids import new_id
from shared.storage.tx import Uow

MOST = 50
REACHED = ("email", "phone", "language")


def enabler_details(enabler: Enabler) -> EnablerDetails:
    told = {"name", "contact_name", "email", "phone", "language"}
    return EnablerDetails(enabler_id=enabler.id, **enabler.model_dump(include=told))


def first_contact(uow: Uow, enabler: Enabler) -> Contact:
    """Whom an enabler named when it joined is its main contact."""
    reached = {name: getattr(enabler, name) for name in REACHED}
    values = {"name": enabler.contact_name, "position": "", "main": True} | reached
    return uow.add(Contact(id=new_id(), enabler_id=enabler.id, **values))


async def change_enabler(uow: Uow, command: ChangeEnabler) -> EnablerOut:
    enabler = await uow.get(Enabler, command.enabler_id, enablers_of(uow.caller), lock=True)
    uow.expect(enabler.version)
    if foreign := not_owned(PARTNER, command.changes, uow.caller.role):
        raise Forbidden("Not all of this is yours to change.", code="not-the-owner", errors=foreign)
    changed = {name: value for name, value in command.changes.items() if getattr(enabler, name) != value}
    if changed:
        uow.change(enabler, **changed)
        if "name" in changed:
            uow.say(enabler_details(enabler))
        uow.note("change_enabler", enabler.id, after={"changed": sorted(changed)})
    return await get_enabler(uow, enabler.id)


# --- contacts; the enabler's row is locked first, so that there is one main contact whoever changes at the same time


async def add_contact(uow: Uow, command: AddContact) -> ContactOut:
    enabler = await uow.get(Enabler, command.enabler_id, enablers_of(uow.caller), lock=True)
    there = len(await uow.rows(select(Contact.id).where(Contact.enabler_id == enabler.id)))
    if there >= MOST:
        raise Conflict(f"An enabler has {MOST} contacts at most.", code="too-many")
    values = command.contact.model_dump(exclude={"main"})
    contact = uow.add(Contact(id=new_id(), enabler_id=enabler.id, main=False, **values))
    if command.contact.main or not there:
        await _make_main(uow, enabler, contact)
    uow.note("add_contact", enabler.id, after={"contact_id": str(contact.id)})
    return ContactOut.model_validate(contact)


async def change_contact(uow: Uow, command: ChangeContact) -> ContactOut:
    enabler = await uow.get(Enabler, command.enabler_id, enablers_of(uow.caller), lock=True)
    contact = await _contact(uow, enabler, command.contact_id)
    uow.expect(contact.version)
    changed = {name: value for name, value in command.changes.items() if getattr(contact, name) != value}
    main = changed.pop("main", None)
    if main is False:
        raise Invalid(errors=[FieldError("#/main", "make another contact the main one instead")])
    if changed or main:
        uow.change(contact, **changed)
        uow.note("change_contact", enabler.id, after={"contact_id": str(contact.id), "changed": sorted(changed)})
    if main:
        await _make_main(uow, enabler, contact)
    elif contact.main and changed:
        _follow(uow, enabler, contact)
    return ContactOut.model_validate(contact)


async def remove_contact(uow: Uow, command: RemoveContact) -> None:
    """The row goes, and with it all that was known of this contact; events never told of one who wasn't the main."""
    enabler = await uow.get(Enabler, command.enabler_id, enablers_of(uow.caller), lock=True)
    contact = await _contact(uow, enabler, command.contact_id)
    uow.expect(contact.version)
    if contact.main:
        raise Conflict("It is the main contact: make another one the main contact first.", code="main-contact")
    await uow.execute(delete(Contact).where(Contact.id == contact.id))  # type: ignore[arg-type]
    uow.note("remove_contact", enabler.id, after={"contact_id": str(contact.id)})


async def _contact(uow: Uow, enabler: Enabler, contact_id: object) -> Contact:
    contact = await uow.find(Contact, id=contact_id, enabler_id=enabler.id, lock=True)
    if contact is None:
        raise NotFound(f"There is no contact {contact_id} of this enabler.")
    return contact


async def _make_main(uow: Uow, enabler: Enabler, contact: Contact) -> None:
    """The old one steps down before the new one steps up: the database lets there be one at a time."""
    for other in await uow.rows(select(Contact).where(Contact.enabler_id == enabler.id, Contact.main)):
        uow.change(other, main=False)
    await uow.flush()
    contact.main = True
    _follow(uow, enabler, contact)


def _follow(uow: Uow, enabler: Enabler, contact: Contact) -> None:
    reached = {"contact_name": contact.name} | {name: getattr(contact, name) for name in REACHED}
    if any(getattr(enabler, name) != value for name, value in reached.items()):
        uow.change(enabler, **reached)
        uow.say(enabler_details(enabler))

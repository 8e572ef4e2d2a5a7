"""The way of an application to its approval, and the dossier of its stay."""

from services.applications import commands
from services.applications.handlers.effects import EFFECTS, close_others, hold_openings
from services.applications.handlers.moving import (
    about,
    experience,
    guarded,
    moved,
    open_row,
    remember,
    side_of,
    written,
)
from services.applications.handlers.requirements import open_requirements
from services.applications.handlers.slots import slot_for
from services.applications.handlers.terms import held, keep_terms
from services.applications.model import Application, Opportunity, Person, Slot, applications_of
from services.applications.policy import Status
from services.applications.schemas import ApplicationOut, DossierOut
from services.applications.views import application_out, dossier_out
from shared.contracts import applications as facts
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow


async def submit_application(uow: Uow, command: commands.SubmitApplication) -> ApplicationOut:
    """The EP's profile and the opportunity must be there; one live application per opportunity."""
    person = await uow.find(Person, id=uow.caller.party)
    if person is None:
        raise Conflict("Sign up first: there is no profile for this account.", code="no-profile")
    opportunity = await held(uow, command.opportunity_id)
    if opportunity is None:
        raise Invalid(errors=[FieldError("#/opportunity_id", "there is no such opportunity")])
    slot = await slot_for(uow, opportunity, command.slot_id)
    row = uow.add(_application(uow, person, opportunity, slot, await keep_terms(uow, opportunity, slot)))
    remember(uow, row)
    await written(uow)
    uow.say(facts.ApplicationSubmitted(**about(row), product=row.product))
    uow.note("submit_application", row.id, after={"status": row.status})
    await open_requirements(uow, row, Status.open, steps=opportunity.selection_process)
    return application_out(row, uow.caller)


def _application(uow: Uow, person: Person, opportunity: Opportunity, slot: Slot, terms: str) -> Application:
    shared = ("enabler_id", "hosting_entity_id", "product", "zone", "country")
    return Application(
        id=new_id(),
        person_id=person.id,
        opportunity_id=opportunity.id,
        slot_id=slot.id,
        start_on=slot.start_on,
        end_on=slot.end_on,
        sending_entity_id=person.sending_entity_id,
        status=Status.open,
        terms=terms,
        submitted_at=uow.now,
        **{name: getattr(opportunity, name) for name in shared},
    )


async def accept_application(uow: Uow, command: commands.AcceptApplication) -> ApplicationOut:
    row = await open_row(uow, command.application_id, "accept")
    move = await guarded(uow, row, "accept")
    await moved(uow, row, "accept_application", Status.accepted, **await EFFECTS[move.effect](uow, row))
    uow.say(facts.ApplicationAccepted(**about(row)))
    return application_out(row, uow.caller)


async def sign_acceptance_note(uow: Uow, command: commands.SignAcceptanceNote) -> ApplicationOut:
    """The person chooses this one; the database holds that there is one signed acceptance note at a time."""
    row = await open_row(uow, command.application_id, "sign")
    move = await guarded(uow, row, "sign", command.terms)
    await moved(uow, row, "sign_acceptance_note", Status.in_progress, **await EFFECTS[move.effect](uow, row))
    uow.say(facts.AcceptanceNoteSigned(**about(row), terms=row.terms))
    return application_out(row, uow.caller)


async def approve_application(uow: Uow, command: commands.ApproveApplication) -> ApplicationOut:
    """Each side approves the terms once, in any order; with the second approval the application is approved."""
    row = await open_row(uow, command.application_id, "approve")
    if row.sending_approval or row.hosting_approval:
        await hold_openings(uow, row)
    move = await guarded(uow, row, "approve", command.terms)
    side = side_of(uow)
    uow.change(row, **{f"{side}_approval": row.terms, f"{side}_terms": row.terms})
    uow.note("approve_application", row.id, after={"side": side, "terms": row.terms})
    uow.say(facts.ApprovalGiven(**about(row), side=side, terms=row.terms))
    if row.sending_approval == row.hosting_approval == row.terms:
        await moved(uow, row, "application_approved", Status.approved, **await EFFECTS[move.effect](uow, row))
        uow.say(facts.ApplicationApproved(**experience(row), terms=row.terms))
        await close_others(uow, row)
    return application_out(row, uow.caller)


async def record_dossier(uow: Uow, command: commands.RecordDossier) -> DossierOut:
    """The facts of the stay, whole; they travel on the personal topic because they name people."""
    row = await uow.get(Application, command.application_id, applications_of(uow.caller), lock=True)
    uow.expect(row.version)
    uow.change(row, dossier=command.facts.model_dump(mode="json"))
    uow.note("record_dossier", row.id)
    words = command.facts.model_dump()
    uow.say(facts.ExperienceDossier(application_id=row.id, person_id=row.person_id, **words))
    return dossier_out(row)

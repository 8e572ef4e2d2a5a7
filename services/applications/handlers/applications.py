"""The life of an application, from *apply* to one day after the end."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.applications import commands
from services.applications.handlers.requirements import check_requirements, move_requirements, open_requirements
from services.applications.model import Application, ApplicationState, Opportunity, Person, Slot, applications_of
from services.applications.policy import (
    LIVE,
    SIGNED,
    Status,
    check_move,
    completion_moment,
    dates_errors,
    rejected_by_us,
    terms_digest,
)
from services.applications.schemas import ApplicationOut
from services.applications.views import application_out
from shared.access import Role
from shared.contracts import applications as facts
from shared.contracts.fields import Side
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.tx import Uow

COMPLETION = "complete-experience"
APPROVED_ELSEWHERE = "approved_elsewhere"


def about(row: Application) -> dict[str, Any]:
    """The ids that every fact of an application carries."""
    names = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
    return {"application_id": row.id} | {name: getattr(row, name) for name in names}


def experience(row: Application) -> dict[str, Any]:
    """The same with the dates of the stay."""
    return about(row) | {name: getattr(row, name) for name in ("product", "start_on", "end_on", "zone", "country")}


async def open_row(uow: Uow, application_id: UUID, move: str) -> Application:
    """The application, locked, seen by the caller, of the version that the caller saw, and in a state for this move."""
    row = await uow.get(Application, application_id, applications_of(uow.caller), lock=True)
    uow.expect(row.version)
    check_move(move, Status(row.status), uow.caller.role)
    return row


async def moved(
    uow: Uow, row: Application, action: str, status: Status, reason: str | None = None, effective_on: date | None = None
) -> Application:
    """Change the status, remember it, and note who did it, from what to what, and why."""
    before = {"status": row.status}
    uow.change(row, status=status, reason=reason)
    remember(uow, row, effective_on)
    uow.note(action, row.id, reason=reason, before=before, after={"status": status})
    await open_requirements(uow, row, status, before["status"])
    return row


def remember(uow: Uow, row: Application, effective_on: date | None = None) -> None:
    """Append what the application is from now on; in reports it counts on `effective_on` (else today at the host)."""
    names = ApplicationState.model_fields.keys() & Application.model_fields.keys() - {"id"}
    state = {name: getattr(row, name) for name in names}
    day = effective_on or uow.today(row.zone)
    uow.add(ApplicationState(application_id=row.id, recorded_at=uow.now, effective_on=day, **state))


async def submit_application(uow: Uow, command: commands.SubmitApplication) -> ApplicationOut:
    """The EP's profile and the opportunity must be there; one live application per opportunity."""
    person = await uow.find(Person, id=uow.caller.party)
    if person is None:
        raise Conflict("Sign up first: there is no profile for this account.", code="no-profile")
    opportunity = await uow.find(Opportunity, id=command.opportunity_id)
    if opportunity is None:
        raise Invalid(errors=[FieldError("#/opportunity_id", "there is no such opportunity")])
    if opportunity.openings < 1:
        raise Conflict("All openings of this opportunity are taken.", code="no-openings")
    slot = await _slot(uow, opportunity)
    row = uow.add(_application(uow, person, opportunity, slot))
    remember(uow, row)
    uow.say(facts.ApplicationSubmitted(**about(row), product=row.product))
    uow.note("submit_application", row.id, after={"status": row.status})
    await open_requirements(uow, row, Status.open)
    return application_out(row, uow.caller)


async def _slot(uow: Uow, opportunity: Opportunity) -> Slot:
    """The first slot that has openings left."""
    query = select(Slot).where(Slot.opportunity_id == opportunity.id, Slot.openings > 0)
    if not (slots := await uow.rows(query.order_by(Slot.start_on, Slot.id).limit(1))):  # type: ignore[arg-type]
        raise Conflict("All openings of this opportunity are taken.", code="no-openings")
    return slots[0]


def _application(uow: Uow, person: Person, opportunity: Opportunity, slot: Slot) -> Application:
    terms = ("weekly_hours", "pay", "title", "description", "accommodation")
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
        terms=terms_digest(opportunity.id, slot.start_on, slot.end_on, *(getattr(opportunity, name) for name in terms)),
        submitted_at=uow.now,
        **{name: getattr(opportunity, name) for name in shared},
    )


async def accept_application(uow: Uow, command: commands.AcceptApplication) -> ApplicationOut:
    row = await open_row(uow, command.application_id, "accept")
    await moved(uow, row, "accept_application", Status.accepted)
    uow.say(facts.ApplicationAccepted(**about(row)))
    return application_out(row, uow.caller)


async def reject_application(uow: Uow, command: commands.RejectApplication) -> ApplicationOut:
    row = await open_row(uow, command.application_id, "reject")
    await moved(uow, row, "reject_application", Status.rejected, command.reason.value)
    uow.say(facts.ApplicationRejected(**about(row), reason=command.reason, ours=rejected_by_us(command.reason)))
    return application_out(row, uow.caller)


async def withdraw_application(uow: Uow, command: commands.WithdrawApplication) -> ApplicationOut:
    row = await open_row(uow, command.application_id, "withdraw")
    await _withdraw(uow, row, command.reason)
    return application_out(row, uow.caller)


async def _withdraw(uow: Uow, row: Application, reason: str) -> None:
    await moved(uow, row, "withdraw_application", Status.withdrawn, reason)
    uow.say(facts.ApplicationWithdrawn(**about(row), reason=reason))


async def sign_acceptance_note(uow: Uow, command: commands.SignAcceptanceNote) -> ApplicationOut:
    """The person chooses this one; the database holds that there is one signed acceptance note at a time."""
    row = await open_row(uow, command.application_id, "sign")
    _same_terms(row, command.terms)
    signed = select(Application.id).where(
        Application.person_id == row.person_id,
        Application.status.in_(SIGNED),  # type: ignore[attr-defined]
    )
    if await uow.scalar(signed):
        raise Conflict("Another acceptance note is signed already; withdraw that application first.", code="an-signed")
    await moved(uow, row, "sign_acceptance_note", Status.in_progress)
    uow.say(facts.AcceptanceNoteSigned(**about(row), terms=row.terms))
    return application_out(row, uow.caller)


async def approve_application(uow: Uow, command: commands.ApproveApplication) -> ApplicationOut:
    """Each side approves the terms once, in any order; with the second approval the application is approved."""
    row = await open_row(uow, command.application_id, "approve")
    _same_terms(row, command.terms)
    side = Side.sending if uow.caller.role is Role.sending_manager else Side.hosting
    if getattr(row, f"{side}_approval"):
        raise Conflict(f"The {side} side has approved these terms already.", code="approved-already")
    uow.change(row, **{f"{side}_approval": row.terms})
    uow.note("approve_application", row.id, after={"side": side, "terms": row.terms})
    uow.say(facts.ApprovalGiven(**about(row), side=side, terms=row.terms))
    if row.sending_approval == row.hosting_approval == row.terms:
        await _approved(uow, row)
    return application_out(row, uow.caller)


async def _approved(uow: Uow, row: Application) -> None:
    await check_requirements(uow, row, Status.approved)
    opportunity = await uow.get(Opportunity, row.opportunity_id, lock=True)
    if opportunity.openings < 1:
        raise Conflict("The last opening was taken meanwhile.", code="no-openings")
    slot = await uow.get(Slot, row.slot_id, lock=True)
    if slot.openings < 1:
        raise Conflict("The last opening of these dates was taken meanwhile.", code="no-openings")
    uow.change(slot, openings=slot.openings - 1)
    uow.change(opportunity, openings=opportunity.openings - 1)
    await moved(uow, row, "application_approved", Status.approved)
    uow.say(facts.ApplicationApproved(**experience(row), terms=row.terms))
    others = select(Application).where(
        Application.person_id == row.person_id,
        Application.id != row.id,
        Application.status.in_(LIVE),  # type: ignore[attr-defined]
    )
    for other in await uow.rows(others.with_for_update()):
        await _withdraw(uow, other, APPROVED_ELSEWHERE)


def _same_terms(row: Application, terms: str) -> None:
    if terms != row.terms:
        raise Conflict("The terms changed since you read them.", code="stale-terms", extra={"terms": row.terms})


async def change_experience_dates(uow: Uow, command: commands.ChangeExperienceDates) -> ApplicationOut:
    """Extension, early finish or postponement of an approved or running experience (A10)."""
    row = await open_row(uow, command.application_id, "change_dates")
    if errors := dates_errors(row.product, command.start_on, command.end_on):
        raise Invalid(errors=errors)
    if row.status == Status.realized and command.start_on != row.start_on:
        raise Invalid(errors=[FieldError("#/start_on", "it has started already: the first day stays")])
    move = (
        "postponed" if command.start_on != row.start_on else "extended" if command.end_on > row.end_on else "shortened"
    )
    before = {"start_on": row.start_on, "end_on": row.end_on}
    uow.change(row, start_on=command.start_on, end_on=command.end_on)
    remember(uow, row)
    uow.note("change_experience_dates", row.id, reason=move, before=before, after={"end_on": row.end_on})
    uow.say(facts.ExperienceDatesChanged(**experience(row), move=move))
    await move_requirements(uow, row)
    if row.status == Status.realized:
        await _schedule_completion(uow, row)
    return application_out(row, uow.caller)


async def realize_experience(uow: Uow, command: commands.RealizeExperience) -> ApplicationOut:
    """The intern came to work. Reports count it on the start date of the form, whenever it is clicked."""
    row = await open_row(uow, command.application_id, "realize")
    if uow.today(row.zone) < row.start_on:
        raise Conflict(f"The first day of work is {row.start_on}; it can't have happened yet.", code="not-started")
    await moved(uow, row, "realize_experience", Status.realized, effective_on=row.start_on)
    uow.say(facts.ExperienceRealized(**experience(row)), effective_on=row.start_on)
    await _schedule_completion(uow, row)
    return application_out(row, uow.caller)


async def _schedule_completion(uow: Uow, row: Application) -> None:
    await uow.schedule(COMPLETION, row.id, "completion", completion_moment(row.end_on), row.zone)


async def complete_experience(uow: Uow, due: Due) -> None:
    """One day after the end date in the host's zone, exactly once, also when it is late."""
    row = await uow.get(Application, due.subject, lock=True)
    if row.status != Status.realized:
        due.skip(f"the application is {row.status}")
        return
    day = row.end_on + timedelta(days=1)
    await moved(uow, row, "complete_experience", Status.completed, effective_on=day)
    uow.say(facts.ExperienceCompleted(**experience(row)), effective_on=day)

"""Routes of applications: reading and moving."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.applications import commands, handlers, views
from services.applications.api.as_of import AsOf
from services.applications.api.doors import Anybody, Approver, Host, Participant, ParticipantChanges
from services.applications.policy import Status, WithdrawalReason
from services.applications.schemas import ApplicationOut, ChangeOut
from services.applications.schemas.reports import ApplicationThen
from services.applications.views import Order, Wanted
from shared.contracts.applications import Product
from shared.errors import FieldError, Invalid
from shared.web.files import FORMATS, Format, send_rows
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1")


async def _wanted(
    status: Annotated[Status | None, Query(description="Only of this status")] = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person")] = None,
    opportunity_id: Annotated[UUID | None, Query(description="Only to this opportunity")] = None,
    enabler_id: Annotated[UUID | None, Query(description="Only to this enabler's opportunities")] = None,
    entity_id: Annotated[
        UUID | None, Query(description="Only of this committee and those below it, on either side")
    ] = None,
    product: Annotated[Product | None, Query(description="Only of this programme")] = None,
    start_from: Annotated[date | None, Query(description="First day on or after this")] = None,
    start_to: Annotated[date | None, Query(description="First day on or before this")] = None,
    sort: Annotated[Order, Query(description="Longest unchanged, newest change, or first day first")] = Order.changed,
) -> Wanted:
    """Which applications are wanted, and in which order."""
    return Wanted(status, person_id, opportunity_id, enabler_id, entity_id, product, start_from, start_to, sort)


@router.post(
    "/applications", status_code=201, response_model=ApplicationOut, operation_id="submit_application",
    tags=["applications"],
)  # fmt: skip
async def submit_application(body: commands.SubmitApplication, door: Participant) -> Response:
    """Apply to an opportunity."""
    return await door.execute(
        handlers.submit_application, body, status=201, location=lambda out: f"/v1/applications/{out.id}"
    )


@router.get(
    "/applications", response_model=PageOf[ApplicationOut] | PageOf[ApplicationThen], operation_id="list_applications",
    tags=["applications"], responses=FORMATS,
)  # fmt: skip
async def list_applications(
    door: Anybody,
    paging: Paging,
    moment: AsOf,
    chosen: Format,
    wanted: Annotated[Wanted, Depends(_wanted)],
) -> Response:
    """The applications that concern the caller; with `changed_since`, what a missed event would have told.

    With `as_of` or `known_at` as they stood; as CSV or Parquet the whole list, with the columns of that answer. Of the
    other parameters these take `status` and `person_id` only.
    """
    status, person_id = wanted.status, wanted.person_id
    if (chosen.is_file or moment) and not wanted.plain:
        wrong = "a list as it stood, or as a file, is narrowed by status and person_id alone, and has its own order"
        raise Invalid(errors=[FieldError("query:sort", wrong)])
    if chosen.is_file:
        return send_rows(
            door, chosen, ApplicationThen, "applications",
            lambda uow: views.stream_applications(uow, status, person_id, moment, paging.rows),
        )  # fmt: skip
    if moment:
        return await door.page(views.list_applications_then, status, person_id, moment, paging=paging)
    return await door.page(views.list_applications, wanted, paging=paging)


@router.get(
    "/applications/{application_id}",
    response_model=ApplicationOut | ApplicationThen,
    operation_id="get_application",
    tags=["applications"],
)
async def get_application(application_id: UUID, door: Anybody, moment: AsOf) -> Response:
    """One application, with the moves that the caller may make now; with `as_of` or `known_at` as it stood."""
    if moment:
        return await door.read(views.get_application_then, application_id, moment)
    return await door.read(views.get_application, application_id)


@router.get(
    "/applications/{application_id}/history", response_model=list[ChangeOut], operation_id="get_application_history",
    tags=["applications"],
)  # fmt: skip
async def get_history(application_id: UUID, door: Anybody) -> Response:
    """Who changed it, when, from what to what, and why."""
    return await door.read(views.get_history, application_id)


def _step(name: str, what: str) -> dict[str, object]:
    return {"path": f"/applications/{{application_id}}/{name}", "operation_id": what, "response_model": ApplicationOut}


@router.post(**_step("acceptance", "accept_application"), tags=["moves"])
async def accept(application_id: UUID, door: Host) -> Response:
    """The opportunity manager accepts; the EP may sign the acceptance note."""
    return await door.execute(handlers.accept_application, commands.AcceptApplication(application_id))


@router.post(**_step("rejection", "reject_application"), tags=["moves"])
async def reject(application_id: UUID, body: commands.Reason, door: Host) -> Response:
    """The hosting side says no, with a reason from the fixed list."""
    return await door.execute(handlers.reject_application, commands.RejectApplication(application_id, body.reason))


@router.post(**_step("withdrawal", "withdraw_application"), tags=["moves"])
async def withdraw(application_id: UUID, door: ParticipantChanges, body: commands.Withdrawal | None = None) -> Response:
    """The EP takes the application back; without a reason it is the own wish."""
    reason = body.reason if body else WithdrawalReason.own_wish
    return await door.execute(handlers.withdraw_application, commands.WithdrawApplication(application_id, reason))


@router.post(**_step("acceptance-note", "sign_acceptance_note"), tags=["moves"])
async def sign(application_id: UUID, body: commands.Terms, door: ParticipantChanges) -> Response:
    """The EP signs the acceptance note for these terms; one at a time."""
    return await door.execute(handlers.sign_acceptance_note, commands.SignAcceptanceNote(application_id, body.terms))


@router.post(**_step("approval", "approve_application"), tags=["moves"])
async def approve(application_id: UUID, body: commands.Terms, door: Approver) -> Response:
    """The caller's side approves these terms; with both approvals the application is approved."""
    return await door.execute(handlers.approve_application, commands.ApproveApplication(application_id, body.terms))


@router.post(**_step("dates", "change_experience_dates"), tags=["moves"])
async def change_dates(application_id: UUID, body: commands.Dates, door: Host) -> Response:
    """Extension, early finish or postponement; every touchpoint moves with it."""
    command = commands.ChangeExperienceDates(application_id, body.start_on, body.end_on)
    return await door.execute(handlers.change_experience_dates, command)


@router.post(**_step("realization", "realize_experience"), tags=["moves"])
async def realize(application_id: UUID, door: Host) -> Response:
    """The first day of work has happened. Completion follows by itself, one day after the end."""
    return await door.execute(handlers.realize_experience, commands.RealizeExperience(application_id))

"""Routes of requirements: what an application needs besides moves, by whom, until when."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.applications import commands, handlers
from services.applications.api.doors import Anybody, R
from services.applications.policy.requirements import State
from services.applications.schemas.requirements import KindsOut, RequirementOut
from services.applications.views import requirements as views
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1", tags=["requirements"])
OF = "/applications/{application_id}/requirements"
Kind = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9_.:-]{0,79}$", examples=["fee_paid"])]
Recorder = Annotated[
    Door, allow(R.participant, R.enabler, R.sending_manager, R.hosting_manager, changes=True)
]  # fmt: skip
Judge = Annotated[Door, allow(R.sending_manager, R.hosting_manager, changes=True)]


@router.get(OF, response_model=list[RequirementOut], operation_id="list_requirements")
async def list_requirements(application_id: UUID, door: Anybody) -> Response:
    """What the application needs, what is due first on top, with what was done, waived or lapsed."""
    return await door.read(views.list_requirements, application_id)


@router.get(f"{OF}/{{kind}}", response_model=RequirementOut, operation_id="get_requirement")
async def get_requirement(application_id: UUID, kind: Kind, door: Anybody) -> Response:
    """One requirement; its version is what recording and waiving name."""
    return await door.read(views.get_requirement, application_id, kind)


@router.post(f"{OF}/{{kind}}/record", response_model=RequirementOut, operation_id="record_requirement")
async def record_requirement(application_id: UUID, kind: Kind, body: commands.Facts, door: Recorder) -> Response:
    """It is done. A fee states amount, currency and reference, an insurance what it covers, a policy its version."""
    command = commands.RecordRequirement(application_id, kind, body)
    return await door.execute(handlers.record_requirement, command)


@router.post(f"{OF}/{{kind}}/waiver", response_model=RequirementOut, operation_id="waive_requirement")
async def waive_requirement(application_id: UUID, kind: Kind, body: commands.Why, door: Judge) -> Response:
    """It is not needed this time; for the manager of its owner's side."""
    return await door.execute(handlers.waive_requirement, commands.WaiveRequirement(application_id, kind, body.reason))


@router.post(f"{OF}/{{kind}}/reopening", response_model=RequirementOut, operation_id="reopen_requirement")
async def reopen_requirement(application_id: UUID, kind: Kind, body: commands.Why, door: Judge) -> Response:
    """It has to be done after all, or again; for the manager of its owner's side."""
    command = commands.ReopenRequirement(application_id, kind, body.reason)
    return await door.execute(handlers.reopen_requirement, command)


@router.get("/requirements", response_model=PageOf[RequirementOut], operation_id="list_all_requirements")
async def list_all_requirements(
    door: Anybody,
    paging: Paging,
    kind: Annotated[Slug | None, Query(description="Only of this kind")] = None,
    state: Annotated[State | None, Query(description="Only in this state")] = None,
) -> Response:
    """Of all applications that concern the caller; with `changed_since`, what a missed event would have told."""
    return await door.page(views.list_all_requirements, kind, state, paging=paging)


@router.get("/requirement-kinds", response_model=KindsOut, operation_id="list_requirement_kinds")
async def list_requirement_kinds(door: Anybody) -> Response:
    """The table: what opens when, whose it is, when it is due, what it holds up."""
    return await door.read(views.list_kinds)

"""The plan in use and versions of plans over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import views
from services.notifications.api.doors import Anybody, Manager, ManagerChanges
from services.notifications.commands import plans as commands
from services.notifications.handlers import plans as handlers
from services.notifications.model import VersionState
from services.notifications.schemas import PlanOut
from services.notifications.schemas.plans import ChecksOut, PlanContentOut, PlanDiffOut, PlanVersionOut, RadiusOut
from services.notifications.views import plans as reads
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["plan"])
Sending = Annotated[UUID | None, Query(description="For applications from this committee")]
Hosting = Annotated[UUID | None, Query(description="For applications to this committee")]


@router.get("/plan", response_model=PlanOut, operation_id="get_plan")
async def get_plan(door: Anybody, sending_entity_id: Sending = None, hosting_entity_id: Hosting = None) -> Response:
    """The touchpoints that a new calendar is made of, all plans in use taken together."""
    return await door.read(views.get_plan, sending_entity_id, hosting_entity_id)


@router.get("/plans", response_model=PageOf[PlanVersionOut], operation_id="list_plans")
async def list_plans(
    door: Anybody,
    paging: Paging,
    plan: Annotated[str | None, Query(description="Only versions of this plan", max_length=60)] = None,
    state: Annotated[VersionState | None, Query(description="Only in this state")] = None,
) -> Response:
    """Versions of plans: drafts, what is in use, what was."""
    return await door.page(reads.list_plans, plan, state, paging=paging)


@router.get("/plans/{version_id}", response_model=PlanContentOut, operation_id="get_plan_version")
async def get_plan_version(version_id: UUID, door: Anybody) -> Response:
    """One version with all that it says."""
    return await door.read(reads.get_plan_version, version_id)


@router.post("/plans", status_code=201, response_model=PlanContentOut, operation_id="draft_plan")
async def draft_plan(body: commands.DraftPlan, door: Manager) -> Response:
    """A new version as a draft, checked whole: every fault with its place."""
    return await door.execute(handlers.draft_plan, body, status=201, location=lambda row: f"/v1/plans/{row.id}")


@router.put("/plans/{version_id}", response_model=PlanContentOut, operation_id="change_plan_draft")
async def change_plan_draft(version_id: UUID, body: commands.PlanSource, door: ManagerChanges) -> Response:
    """Write a draft anew; what was published once stays as it is."""
    return await door.execute(handlers.change_draft, commands.ChangeDraft(version_id, body))


@router.get("/plans/{version_id}/checks", response_model=ChecksOut, operation_id="check_plan")
async def check_plan(version_id: UUID, door: Manager) -> Response:
    """The pre-flight check: what would block a publish."""
    return await door.read(reads.check_plan, version_id)


@router.get("/plans/{version_id}/diff", response_model=PlanDiffOut, operation_id="diff_plans")
async def diff_plans(
    version_id: UUID, door: Manager, against: Annotated[UUID, Query(description="The version to compare with")]
) -> Response:
    """What this version says other than another one, field by field."""
    return await door.read(reads.diff_plans, version_id, against)


@router.post(
    "/plans/{version_id}/radius", status_code=201, response_model=RadiusOut, operation_id="measure_plan_radius"
)
async def measure_plan_radius(version_id: UUID, door: Manager) -> Response:
    """The blast radius: what a publish for running applications would do to them now, counted and not done.

    A thousand applications are counted at once; of more the rest follows in the background, and the measurement's own
    address tells how far it is.
    """
    return await door.execute(
        handlers.measure_radius,
        commands.MeasureRadius(version_id),
        status=201,
        location=lambda made: f"/v1/plans/{version_id}/radius/{made.id}",
    )


@router.get("/plans/{version_id}/radius/{radius_id}", response_model=RadiusOut, operation_id="get_plan_radius")
async def get_plan_radius(version_id: UUID, radius_id: UUID, door: Manager) -> Response:
    """A blast radius that was measured, or is being measured: so many applications of about so many."""
    return await door.read(reads.get_plan_radius, version_id, radius_id)


@router.post("/plans/{version_id}/publish", response_model=PlanContentOut, operation_id="publish_plan")
async def publish_plan(version_id: UUID, body: commands.Publication, door: ManagerChanges) -> Response:
    """Bring a draft into use, or roll back to an older version. The former version of the plan is retired.

    For running applications the digest of the blast radius is needed: 409 `radius-grown` when more would happen now.
    """
    return await door.execute(handlers.publish_plan, commands.PublishPlan(version_id, body))


@router.post("/plans/{version_id}/retire", response_model=PlanContentOut, operation_id="retire_plan")
async def retire_plan(version_id: UUID, door: ManagerChanges) -> Response:
    """Take a version out of use, with none in its place: new applications follow the wider plans."""
    return await door.execute(handlers.retire_plan, commands.RetirePlan(version_id))

"""Designs of journeys over HTTP: what there is, what a version says, writing and publishing the next one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys.api.doors import Staff
from services.journeys.commands import designs as commands
from services.journeys.handlers import designs as handlers
from services.journeys.policy.designs import DesignState
from services.journeys.schemas.designs import DesignDetail, DesignDiffOut, DesignOut, PastsOut
from services.journeys.views import designs as views
from shared.access import MANAGERS, Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1/designs", tags=["designs"])
Designer = Annotated[Door, allow(*MANAGERS, Role.service)]
Changes = Annotated[Door, allow(*MANAGERS, Role.service, changes=True)]
Code = Annotated[str, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


@router.get("", response_model=PageOf[DesignOut], operation_id="list_designs")
async def list_designs(
    door: Staff,
    paging: Paging,
    kind: Annotated[Code | None, Query(description="Only of this kind")] = None,
    journey: Annotated[Code | None, Query(description="Only of this journey")] = None,
    state: Annotated[DesignState | None, Query(description="Only in this state")] = None,
) -> Response:
    """Versions of designs: drafts, what is in use, what was; those that ship with the room come last."""
    return await door.page(views.list_designs, kind, journey, state, paging=paging)


@router.post("", status_code=201, response_model=DesignDetail, operation_id="draft_design")
async def draft_design(body: commands.DraftDesign, door: Designer) -> Response:
    """A new version as a draft, checked whole: every fault with its place in the document."""
    return await door.execute(handlers.draft_design, body, status=201, location=lambda row: f"/v1/designs/{row.id}")


@router.get("/in-use", response_model=DesignDetail, operation_id="get_design_in_use")
async def get_design_in_use(
    door: Staff,
    kind: Annotated[Code, Query(description="The kind of design", examples=["blueprint"])],
    journey: Annotated[Code, Query(description="The journey", examples=["ep"])],
    persona: Annotated[Code | None, Query(description="Whose way through it")] = None,
    entity_id: Annotated[UUID | None, Query(description="For this committee; none: the caller's own")] = None,
) -> Response:
    """What is in use for a committee: its own design, else the nearest above it, else the one that ships."""
    return await door.read(views.design_in_use, kind, journey, persona, entity_id)


@router.get("/{design_id}", response_model=DesignDetail, operation_id="get_design")
async def get_design(design_id: UUID, door: Staff) -> Response:
    """One version with all that it says."""
    return await door.read(views.get_design, design_id)


@router.put("/{design_id}", response_model=DesignDetail, operation_id="change_design")
async def change_design(design_id: UUID, body: commands.DesignSource, door: Changes) -> Response:
    """Write a draft anew. What it said before is kept; what was published once stays as it is."""
    return await door.execute(handlers.change_design, commands.ChangeDesign(design_id, body))


@router.get("/{design_id}/past", response_model=PastsOut, operation_id="list_design_past")
async def list_design_past(design_id: UUID, door: Staff) -> Response:
    """The earlier states of a draft, which it can be brought back to."""
    return await door.read(views.list_pasts, design_id)


@router.post("/{design_id}/restoration", response_model=DesignDetail, operation_id="restore_design")
async def restore_design(design_id: UUID, body: commands.Restoration, door: Changes) -> Response:
    """Undo: let a draft say again what it said at an earlier version of its row."""
    return await door.execute(handlers.restore_design, commands.RestoreDesign(design_id, body))


@router.get("/{design_id}/diff", response_model=DesignDiffOut, operation_id="diff_designs")
async def diff_designs(
    design_id: UUID, door: Staff, against: Annotated[UUID, Query(description="The version to compare with")]
) -> Response:
    """What this version says other than another one, part by part."""
    return await door.read(views.diff_designs, design_id, against)


@router.post("/{design_id}/publication", response_model=DesignDetail, operation_id="publish_design")
async def publish_design(design_id: UUID, door: Changes) -> Response:
    """Bring a draft into use, or an older version back; the one in use for the same committee is retired."""
    return await door.execute(handlers.publish_design, commands.PublishDesign(design_id))


@router.post("/{design_id}/retirement", response_model=DesignDetail, operation_id="retire_design")
async def retire_design(design_id: UUID, door: Changes) -> Response:
    """Take a version out of use, with none in its place: the wider one holds again."""
    return await door.execute(handlers.retire_design, commands.RetireDesign(design_id))


@router.post("/{design_id}/copies", status_code=201, response_model=DesignDetail, operation_id="copy_design")
async def copy_design(design_id: UUID, body: commands.Copy, door: Designer) -> Response:
    """A draft that says the same, for one's own committee unless another is named."""
    return await door.execute(
        handlers.copy_design,
        commands.CopyDesign(design_id, body),
        status=201,
        location=lambda row: f"/v1/designs/{row.id}",
    )

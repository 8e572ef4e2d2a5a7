"""Quality cases: seen, reported, acknowledged by both sides, closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import CaseOwner, Concerned, EitherSide, Reporter
from services.surveys.policy.cases import CaseState
from services.surveys.schemas import CaseOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["cases"])


@router.get("/cases", response_model=PageOf[CaseOut], operation_id="list_cases")
async def list_cases(
    door: Concerned,
    paging: Paging,
    state: Annotated[CaseState | None, Query(description="Only in this state")] = None,
    overdue: Annotated[bool | None, Query(description="Only those whose acknowledgement is late, or not")] = None,
    application_id: Annotated[UUID | None, Query(description="Only of this application")] = None,
) -> Response:
    """Cases that concern the caller."""
    return await door.page(views.list_cases, state, overdue, application_id, paging=paging)


@router.get("/cases/{case_id}", response_model=CaseOut, operation_id="get_case")
async def get_case(case_id: UUID, door: Concerned) -> Response:
    """One case."""
    return await door.read(views.get_case, case_id)


@router.post("/cases", status_code=201, response_model=CaseOut, operation_id="report_case")
async def report_case(body: commands.ReportCase, door: Reporter) -> Response:
    """Report in writing that something is wrong, during the experience or up to a month after."""
    return await door.execute(handlers.report_case, body, status=201, location=lambda case: f"/v1/cases/{case.id}")


@router.post("/cases/{case_id}/acknowledgement", response_model=CaseOut, operation_id="acknowledge_case")
async def acknowledge_case(case_id: UUID, door: EitherSide) -> Response:
    """Your entity has seen the case. Each side says so once; the clock stops when both have."""
    return await door.execute(handlers.acknowledge_case, commands.AcknowledgeCase(case_id))


@router.post("/cases/{case_id}/closure", response_model=CaseOut, operation_id="close_case")
async def close_case(case_id: UUID, body: commands.Closing, door: CaseOwner) -> Response:
    """Close the case with its outcome; the owner's side does, or a manager above both."""
    return await door.execute(handlers.close_case, commands.CloseCase(case_id, body.outcome, body.note))

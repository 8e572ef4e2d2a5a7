"""Quality cases: seen, reported, acknowledged by both sides, solved, contested, handed over, closed, opened again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import CaseOwner, CaseParty, CaseReader, EitherSide, Reporter, Staff
from services.surveys.policy.cases import CaseState
from services.surveys.schemas import AgeingOut, CaseDetail, CaseOut, DueOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["cases"])


@router.get("/cases", response_model=PageOf[CaseOut], operation_id="list_cases")
async def list_cases(
    door: CaseReader,
    paging: Paging,
    state: Annotated[CaseState | None, Query(description="Only in this state")] = None,
    overdue: Annotated[bool | None, Query(description="Only those whose acknowledgement is late, or not")] = None,
    application_id: Annotated[UUID | None, Query(description="Only of this application")] = None,
) -> Response:
    """Cases that concern the caller."""
    return await door.page(views.list_cases, state, overdue, application_id, paging=paging)


@router.get("/case-due-list", response_model=list[DueOut], operation_id="list_due_cases")
async def list_due_cases(
    door: Staff,
    within_days: Annotated[int, Query(ge=0, le=366, description="Clocks that end within so many days")] = 7,
) -> Response:
    """Cases by their next clock, the most urgent first; those that are late come before all."""
    return await door.read(views.list_due, within_days)


@router.get("/case-ageing", response_model=AgeingOut, operation_id="get_case_ageing")
async def get_case_ageing(door: Staff) -> Response:
    """How old the open cases are, by level."""
    return await door.read(views.ageing)


@router.get("/cases/{case_id}", response_model=CaseDetail, operation_id="get_case")
async def get_case(case_id: UUID, door: CaseReader) -> Response:
    """One case with its terms, conversation, files and refunds."""
    return await door.read(views.get_case, case_id)


@router.post("/cases", status_code=201, response_model=CaseOut, operation_id="report_case")
async def report_case(body: commands.ReportCase, door: Reporter) -> Response:
    """Report in writing that something is wrong, during the experience or up to a month after."""
    return await door.execute(handlers.report_case, body, status=201, location=lambda case: f"/v1/cases/{case.id}")


@router.post("/cases/{case_id}/acknowledgement", response_model=CaseOut, operation_id="acknowledge_case")
async def acknowledge_case(case_id: UUID, door: EitherSide) -> Response:
    """Your entity has seen the case. Each side says so once; each one's clock stops when it has."""
    return await door.execute(handlers.acknowledge_case, commands.AcknowledgeCase(case_id))


@router.post("/cases/{case_id}/solution", response_model=CaseOut, operation_id="solve_case")
async def solve_case(case_id: UUID, body: commands.Solution, door: CaseOwner) -> Response:
    """The written solution, or a board's decision: by who decides at the case's level."""
    return await door.execute(handlers.solve_case, commands.SolveCase(case_id, body.text))


@router.post("/cases/{case_id}/board-answer", response_model=CaseOut, operation_id="answer_case_as_board")
async def answer_case_as_board(case_id: UUID, body: commands.Solution, door: CaseOwner) -> Response:
    """A control board's first answer; the time to decide begins with it."""
    return await door.execute(handlers.answer_as_board, commands.SolveCase(case_id, body.text))


@router.post("/cases/{case_id}/escalation", response_model=CaseOut, operation_id="contest_case")
async def contest_case(case_id: UUID, body: commands.Reason, door: CaseParty) -> Response:
    """Take the case one level higher. A customer may once there is a solution, or when a term was missed."""
    return await door.execute(handlers.contest_case, commands.ContestCase(case_id, body.reason))


@router.post("/cases/{case_id}/hand-over", response_model=CaseOut, operation_id="hand_over_case")
async def hand_over_case(case_id: UUID, body: commands.HandingOver, door: CaseOwner) -> Response:
    """Give the case to the other side; the clocks run on."""
    return await door.execute(handlers.hand_over_case, commands.HandOverCase(case_id, body.to, body.reason))


@router.post("/cases/{case_id}/closure", response_model=CaseOut, operation_id="close_case")
async def close_case(case_id: UUID, body: commands.Closing, door: CaseOwner) -> Response:
    """Close the case with its outcome; who decides at its level does."""
    return await door.execute(handlers.close_case, commands.CloseCase(case_id, body.outcome, body.note))


@router.post("/cases/{case_id}/reopening", response_model=CaseOut, operation_id="reopen_case")
async def reopen_case(case_id: UUID, body: commands.Reason, door: CaseParty) -> Response:
    """A closed case goes on, within some days; its clocks begin anew."""
    return await door.execute(handlers.reopen_case, commands.ReopenCase(case_id, body.reason))

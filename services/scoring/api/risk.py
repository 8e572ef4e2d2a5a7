"""Stays that may go wrong: whom to call while something can still be done."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import views
from services.scoring.policy.risk import Level
from services.scoring.schemas import RiskOut, RiskPointOut, RiskReportOut
from shared.access import Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Moment

router = APIRouter(prefix="/v1", tags=["risks"])
R = Role
MANAGERS = (R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager)
Staff = Annotated[Door, allow(*MANAGERS, R.service, R.auditor)]


@router.get("/risks", response_model=PageOf[RiskOut], operation_id="list_risks")
async def list_risks(
    door: Staff,
    paging: Paging,
    level: Annotated[Level | None, Query(description="Only stays at this level")] = None,
) -> Response:
    """Running stays of the caller's entities on either side, the riskiest first."""
    return await door.page(views.list_risks, level, paging=paging)


@router.get("/risks/report", response_model=RiskReportOut, operation_id="get_risk_report")
async def get_risk_report(door: Staff) -> Response:
    """How good the risks were: calibration, and how well they told stays apart; or that there is not enough yet."""
    return await door.read(views.risk_report)


@router.get("/applications/{application_id}/risk", response_model=RiskOut, operation_id="get_risk")
async def get_risk(application_id: UUID, door: Staff) -> Response:
    """One stay, with reasons that add up to the risk's log-odds."""
    return await door.read(views.get_risk, application_id)


@router.get(
    "/applications/{application_id}/risk-history", response_model=PageOf[RiskPointOut], operation_id="get_risk_history"
)
async def get_risk_history(
    application_id: UUID,
    door: Staff,
    paging: Paging,
    as_of: Annotated[Moment | None, Query(description="Only what was known at this moment")] = None,
) -> Response:
    """The course of a stay's risk, oldest first."""
    return await door.page(views.get_risk_course, application_id, as_of, paging=paging)

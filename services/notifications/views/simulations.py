"""Simulations: one's own; global managers and auditors see all."""

from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlmodel import select

from services.notifications.model import SimulationRun
from services.notifications.schemas.simulations import SimulationOut, SimulationReportOut
from shared.access import Caller, Role
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def runs_of(caller: Caller) -> ColumnElement[bool]:
    if caller.role in {Role.global_manager, Role.service, Role.auditor}:
        return true()
    return SimulationRun.owner == caller.subject  # type: ignore[return-value]


async def list_simulations(uow: Uow, paging: Paging) -> Page:
    query = select(SimulationRun).where(runs_of(uow.caller))
    order, shape = (SimulationRun.changed_at, SimulationRun.id), SimulationOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=SimulationRun.changed_at, shape=shape)


async def get_simulation(uow: Uow, run_id: UUID) -> SimulationReportOut:
    return SimulationReportOut.model_validate(await uow.get(SimulationRun, run_id, runs_of(uow.caller)))

"""Quality cases within the caller's scope."""

from uuid import UUID

from sqlmodel import select

from services.surveys.model import Case, cases_of
from services.surveys.policy.cases import CaseState
from services.surveys.schemas import CaseOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def get_case(uow: Uow, case_id: UUID) -> CaseOut:
    return CaseOut.model_validate(await uow.get(Case, case_id, cases_of(uow.caller)))


async def list_cases(
    uow: Uow, state: CaseState | None, overdue: bool | None, application_id: UUID | None, paging: Paging
) -> Page:
    query = select(Case).where(cases_of(uow.caller))
    if state is not None:
        query = query.where(Case.state == state)
    if overdue is not None:
        query = query.where(Case.overdue == overdue)
    if application_id is not None:
        query = query.where(Case.application_id == application_id)
    order = (Case.changed_at, Case.id)
    return await listing(uow, query, order=order, paging=paging, changed=Case.changed_at, shape=CaseOut.model_validate)

"""Reads of applications: the row, its moves, its dossier, its history."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.applications.model import Application, applications_of
from services.applications.policy import Status, possible_moves
from services.applications.schemas import ApplicationOut, ChangeOut
from shared.access import Caller
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

HISTORY = text("""SELECT at, recorded_at, actor, role, action, reason, before, after
    FROM audit WHERE subject = :subject ORDER BY id""")


def application_out(row: Application, caller: Caller) -> ApplicationOut:
    status = Status(row.status)
    seen = {
        "sending_approved": row.sending_approval == row.terms,
        "hosting_approved": row.hosting_approval == row.terms,
        "possible_moves": possible_moves(status, caller.role),
    }
    return ApplicationOut.model_validate(row.model_dump() | seen)


async def get_application(uow: Uow, application_id: UUID) -> ApplicationOut:
    return application_out(await uow.get(Application, application_id, applications_of(uow.caller)), uow.caller)


async def list_applications(uow: Uow, status: Status | None, person_id: UUID | None, paging: Paging) -> Page:
    query = select(Application).where(applications_of(uow.caller))
    if status:
        query = query.where(Application.status == status)
    if person_id:
        query = query.where(Application.person_id == person_id)
    order = (Application.changed_at, Application.id)

    def shape(row: Application) -> ApplicationOut:
        return application_out(row, uow.caller)

    return await listing(uow, query, order=order, paging=paging, changed=Application.changed_at, shape=shape)


async def get_history(uow: Uow, application_id: UUID) -> list[dict[str, Any]]:
    """Who changed the application, when, from what to what, and why; nothing is ever overwritten."""
    if await uow.find(Application, Application.id == application_id, applications_of(uow.caller)) is None:
        raise NotFound(f"There is no application {application_id}, or it is not yours to see.")
    rows = (await uow.execute(HISTORY, {"subject": application_id})).mappings()
    return [ChangeOut.model_validate(dict(row)).model_dump(mode="json") for row in rows]

"""Reads of applications: the row, its moves, its dossier, its history."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import or_, text
from sqlmodel import select

from services.applications.model import Application, applications_of
from services.applications.policy import Status, possible_moves
from services.applications.schemas import ApplicationOut, ChangeOut
from shared.access import Caller, Role
from shared.contracts.applications import Product
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow

HISTORY = text("""SELECT at, recorded_at, actor, role, action, reason, before, after
    FROM audit WHERE subject = :subject ORDER BY id""")


# What an enabler says of a candidate is between it and the committees: the EP hears the host's answer.
UNTOLD, UNTOLD_ACTION = ("verdict", "verdict_reason", "judged_at"), "judge_candidate"


class Order(StrEnum):
    """What comes first: what changed longest ago, what changed last, what starts first."""

    changed = "changed"
    newest = "newest"
    start = "start"


ORDERS = {
    Order.changed: (Application.changed_at, Application.id),
    Order.newest: (Application.changed_at.desc(), Application.id.desc()),  # type: ignore[attr-defined]
    Order.start: (Application.start_on, Application.id),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications a list holds. `entity_id`: of this committee and those below it, whichever side it is on."""

    status: Status | None = None
    person_id: UUID | None = None
    opportunity_id: UUID | None = None
    enabler_id: UUID | None = None
    entity_id: UUID | None = None
    product: Product | None = None
    start_from: date | None = None
    start_to: date | None = None
    sort: Order = Order.changed

    @property
    def plain(self) -> bool:
        """Whether it asks for no more than lists of an earlier day can tell."""
        return Wanted(self.status, self.person_id) == self


def application_out(row: Application, caller: Caller) -> ApplicationOut:
    status = Status(row.status)
    seen = {
        "sending_approved": row.sending_approval == row.terms,
        "hosting_approved": row.hosting_approval == row.terms,
        "possible_moves": possible_moves(status, caller.role),
    }
    if caller.role is Role.participant:
        seen |= dict.fromkeys(UNTOLD)
    return ApplicationOut.model_validate(row.model_dump() | seen)


async def get_application(uow: Uow, application_id: UUID) -> ApplicationOut:
    return application_out(await uow.get(Application, application_id, applications_of(uow.caller)), uow.caller)


async def list_applications(uow: Uow, wanted: Wanted, paging: Paging) -> Page:
    query = select(Application).where(applications_of(uow.caller))
    for name in ("status", "person_id", "opportunity_id", "enabler_id", "product"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(Application, name) == value)
    if wanted.entity_id:
        sides = (Application.sending_entity_id, Application.hosting_entity_id)
        query = query.where(or_(*(within(side, wanted.entity_id) for side in sides)))
    if wanted.start_from:
        query = query.where(Application.start_on >= wanted.start_from)
    if wanted.start_to:
        query = query.where(Application.start_on <= wanted.start_to)

    def shape(row: Application) -> ApplicationOut:
        return application_out(row, uow.caller)

    order = ORDERS[wanted.sort]
    return await listing(uow, query, order=order, paging=paging, changed=Application.changed_at, shape=shape)


async def get_history(uow: Uow, application_id: UUID) -> list[dict[str, Any]]:
    """Who changed the application, when, from what to what, and why; nothing is ever overwritten."""
    if await uow.find(Application, Application.id == application_id, applications_of(uow.caller)) is None:
        raise NotFound(f"There is no application {application_id}, or it is not yours to see.")
    rows = (await uow.execute(HISTORY, {"subject": application_id})).mappings()
    untold = UNTOLD_ACTION if uow.caller.role is Role.participant else None
    told = [dict(row) for row in rows if row["action"] != untold]
    return [ChangeOut.model_validate(row).model_dump(mode="json") for row in told]

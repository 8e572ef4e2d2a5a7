"""Reads of requirements: what an application still needs, and what was done, waived or lapsed."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.applications.model import Application, Requirement, applications_of
from services.applications.policy.requirements import (
    HOSTS,
    JUDGES,
    TABLE,
    VERSION,
    Kind,
    Owner,
    State,
    holds_up,
    kind_of,
)
from services.applications.schemas.requirements import KindOut, KindsOut, RequirementOut
from services.applications.settings import limits
from shared.access import Caller, Role
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def requirement_out(row: Requirement, caller: Caller) -> RequirementOut:
    kind = kind_of(row.kind)
    seen: dict[str, Any] = {"late": is_late(row), "needs": kind.facts, "possible": possible(row, caller.role)}
    if kind.private and caller.role in HOSTS:
        seen |= {"facts": {}, "reason": None}
    return RequirementOut.model_validate(row.model_dump() | seen)


def is_late(row: Requirement) -> bool:
    """Whether it was done after its due date."""
    return row.done_on is not None and row.due_on is not None and row.done_on > row.due_on


def possible(row: Requirement, role: Role) -> list[str]:
    """What this role may do with it now."""
    judge = JUDGES[Owner(row.owner)] is role
    if row.state == State.open:
        return [*["record"] * (role in kind_of(row.kind).recorders), *["waive"] * judge]
    return ["reopen"] if judge and row.state in (State.done, State.waived) else []


async def list_requirements(uow: Uow, application_id: UUID) -> list[RequirementOut]:
    """All requirements of an application, what is due first on top."""
    await uow.get(Application, application_id, applications_of(uow.caller))
    query = select(Requirement).where(Requirement.application_id == application_id)
    rows = await uow.rows(query.order_by(Requirement.due_on, Requirement.kind))  # type: ignore[arg-type]
    return [requirement_out(row, uow.caller) for row in rows]


async def get_requirement(uow: Uow, application_id: UUID, kind: str) -> RequirementOut:
    await uow.get(Application, application_id, applications_of(uow.caller))
    if (row := await uow.find(Requirement, application_id=application_id, kind=kind)) is None:
        raise NotFound(f"The application has no requirement “{kind}”.")
    return requirement_out(row, uow.caller)


async def list_all_requirements(uow: Uow, kind: str | None, state: State | None, paging: Paging) -> Page:
    """Of all applications that concern the caller, in the order in which they last changed."""
    own = select(Application.id).where(Application.id == Requirement.application_id, applications_of(uow.caller))
    query = select(Requirement).where(own.exists())
    if kind:
        query = query.where(Requirement.kind == kind)
    if state:
        query = query.where(Requirement.state == state)

    def shape(row: Requirement) -> RequirementOut:
        return requirement_out(row, uow.caller)

    order = (Requirement.changed_at, Requirement.id)
    return await listing(uow, query, order=order, paging=paging, changed=Requirement.changed_at, shape=shape)


async def list_kinds(uow: Uow) -> KindsOut:
    """The table itself, as it is at work here."""
    return KindsOut(table=VERSION, kinds=[_kind_out(kind) for kind in TABLE])


def _kind_out(kind: Kind) -> KindOut:
    return KindOut(
        name=kind.name,
        opens_at=kind.opens_at,
        owner=kind.owner,
        days=kind.due.days,
        anchor=kind.due.anchor,
        after=kind.due.after,
        before=holds_up(kind, limits().needed_before_approval),
        facts=list(kind.facts),
        recorded_by=sorted(kind.recorders),
        waived_by=JUDGES[kind.owner],
        step=kind.step,
    )

"""Applications as they stood on a day, as far as that was known at a moment (A15); and the same for exports, as now."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, true

from services.applications.model import Application, ApplicationState, ApplicationTrack, applications_of, scope_of
from services.applications.policy import Status
from services.applications.policy.reports import Moment
from services.applications.schemas.reports import ApplicationThen
from shared.access import Caller
from shared.errors import FieldError, Invalid, NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

NAMES = tuple(name for name in ApplicationThen.model_fields if name != "id")


def standing_at(caller: Caller, moment: Moment, person_id: UUID | None = None) -> tuple[Select[Any], Any]:
    """The applications with the state that stood then, in the scope that held then; and the columns of that state."""
    rows, states = Application.__table__.c, ApplicationState.__table__  # type: ignore[attr-defined]
    last = select(states).where(states.c.application_id == rows.id).order_by(states.c.id.desc()).limit(1)
    if moment.known_at is not None:
        last = last.where(states.c.recorded_at <= moment.known_at)
    if moment.as_of is not None:
        last = last.where(states.c.effective_on <= moment.as_of)
    then = last.lateral("stood")
    query = select(rows.id, *(then.c[name] for name in NAMES)).select_from(
        Application.__table__.join(then, true())  # type: ignore[attr-defined]
    )
    mine = and_(applications_of(caller), *([rows.person_id == person_id] if person_id else []))
    moved = select(ApplicationTrack.application_id).where(ApplicationTrack.moved)  # type: ignore[arg-type]
    query = query.where(or_(mine, rows.id.in_(moved)), scope_of(caller, then.c))
    return (query.where(then.c.person_id == person_id) if person_id else query), then.c


async def get_application_then(uow: Uow, application_id: UUID, moment: Moment) -> ApplicationThen:
    query, _ = standing_at(uow.caller, moment)
    found = (await uow.execute(query.where(Application.id == application_id))).mappings().one_or_none()  # type: ignore[arg-type]
    if found is None:
        raise NotFound(f"There was no application {application_id} then, or it was not yours to see.")
    return ApplicationThen.model_validate(dict(found))


async def list_applications_then(
    uow: Uow, status: Status | None, person_id: UUID | None, moment: Moment, paging: Paging
) -> Page:
    """A page of the list as it was, in the order of the applications' ids."""
    _whole(paging)
    query = _filtered(uow.caller, status, person_id, moment)

    def shape(row: Any) -> ApplicationThen:
        return ApplicationThen.model_validate(row._mapping)

    return await listing(uow, query, order=(Application.__table__.c.id,), paging=paging, shape=shape)  # type: ignore[attr-defined]


async def stream_applications(
    uow: Uow, status: Status | None, person_id: UUID | None, moment: Moment, paging: Paging
) -> AsyncIterator[list[ApplicationThen]]:
    """The whole list, a portion at a time, whatever page was asked for."""
    _whole(paging)
    query = _filtered(uow.caller, status, person_id, moment).order_by(Application.__table__.c.id)  # type: ignore[attr-defined]
    async for rows in uow.portions(query):
        yield [ApplicationThen.model_validate(row._mapping) for row in rows]


def _whole(paging: Paging) -> None:
    if paging.changed_since is not None:
        wrong = FieldError("query:changed_since", "It goes with the pages of today alone.")
        raise Invalid(errors=[wrong])


def _filtered(caller: Caller, status: Status | None, person_id: UUID | None, moment: Moment) -> Select[Any]:
    query, then = standing_at(caller, moment, person_id)
    return query.where(then.status == status) if status else query

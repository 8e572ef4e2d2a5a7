"""Who dropped out at a step, and who is content and yet not loyal: lists that somebody can act on."""

from typing import Any
from uuid import UUID

from sqlalchemy import desc, func, literal, null
from sqlmodel import select

from services.journeys.model import Application, Course, PersonName
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy import EXITS
from services.journeys.policy.funnel import FUNNELS, Of
from services.journeys.schemas import ContentOut, DropoutOut
from services.journeys.views.estimates import rule_of
from shared.errors import FieldError, Invalid
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

NAME = func.nullif(func.concat_ws(" ", PersonName.given_name, PersonName.family_name), "")
CONTENT, LOYAL = 4, 9


async def list_dropouts(
    uow: Uow, of: Of, before: str | None, segment: UUID | None, reason: str | None, paging: Paging
) -> Page:
    """The latest first. `before` is the stage at which they were."""
    funnel = FUNNELS[of]
    before = before or funnel.start
    if before not in (chain := funnel.chain)[:-1]:
        raise Invalid(errors=[FieldError("query:before", f"one of {', '.join(chain[:-1])}")])
    place = chain.index(before)
    query, at, key = _people() if of is Of.people else _applications(reason)
    row: Any = Course if of is Of.people else Application
    came = [getattr(row, funnel.stages[stage]) for stage in chain]
    where = [scope(of, uow.caller), *narrowed(of, await rule_of(uow, segment) if segment else None)]
    where += [func.coalesce(*came[place:]).is_not(None) if place else at.is_not(None)]
    where += [one.is_(None) for one in came[place + 1 :]]
    found = await listing(uow, query.where(*where), order=(desc(at), desc(key)), paging=paging)
    return Page([_dropout(one) for one in found.items], found.next)


def _dropout(row: Any) -> DropoutOut:
    names = tuple(DropoutOut.model_fields)
    return DropoutOut(**dict(zip(names, row[: len(names)], strict=True)))


def _people() -> tuple[Any, Any, Any]:
    row = Course
    columns = (row.person_id, NAME, null(), row.lapsed_at, null(), literal("lapsed"), row.sending_entity_id, null())
    query = select(*columns, row.lapsed_at, row.person_id)  # type: ignore[call-overload]
    query = query.outerjoin(PersonName, PersonName.person_id == row.person_id)
    silent = row.lapsed_at > func.coalesce(row.won_back_at, func.to_timestamp(0))
    return query.where(row.lapsed_at.is_not(None), silent), row.lapsed_at, row.person_id  # type: ignore[union-attr]


def _applications(reason: str | None) -> tuple[Any, Any, Any]:
    row = Application
    columns = (row.person_id, NAME, row.id, row.status_at, row.status, row.reason, row.sending_entity_id)
    query = select(*columns, row.hosting_entity_id, row.status_at, row.id)  # type: ignore[call-overload]
    query = query.outerjoin(PersonName, PersonName.person_id == row.person_id)
    query = query.where(row.status.in_(sorted(EXITS)), row.status_at.is_not(None))  # type: ignore[attr-defined, union-attr]
    return query.where(row.reason == reason) if reason else query, row.status_at, row.id


async def list_content(uow: Uow, segment: UUID | None, paging: Paging) -> Page:
    """The latest answers first."""
    row = Course
    where = [scope(Of.people, uow.caller), *narrowed(Of.people, await rule_of(uow, segment) if segment else None)]
    columns = (row.person_id, NAME, row.csat, row.nps, row.csat_at, row.sending_entity_id)
    query = select(*columns, row.csat_at, row.person_id)  # type: ignore[call-overload]
    query = query.outerjoin(PersonName, PersonName.person_id == row.person_id)
    query = query.where(row.csat >= CONTENT, row.nps < LOYAL, *where)  # type: ignore[operator]
    found = await listing(uow, query, order=(desc(row.csat_at), desc(row.person_id)), paging=paging)  # type: ignore[arg-type]
    names = tuple(ContentOut.model_fields)
    items = [ContentOut(**dict(zip(names, one[: len(names)], strict=True))) for one in found.items]
    return Page(items, found.next)

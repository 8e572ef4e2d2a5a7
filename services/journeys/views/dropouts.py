"""Who dropped out at a step, and who is content and yet not loyal: lists that somebody can act on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, desc, func, literal, null
from sqlmodel import select

from services.journeys.model import Application, Course, EnablerCourse, Label, PersonName
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy import EXITS
from services.journeys.policy.funnel import FUNNELS, Of
from services.journeys.policy.winning_back import way_back
from services.journeys.schemas import ContentOut, DropoutOut
from services.journeys.views.estimates import rule_of
from shared.errors import FieldError, Invalid
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

NAME = func.nullif(func.concat_ws(" ", PersonName.given_name, PersonName.family_name), "")
CONTENT, LOYAL = 4, 9
ROWS: Mapping[Of, Any] = {Of.people: Course, Of.applications: Application, Of.enablers: EnablerCourse}
LAPSED = "lapsed"


async def list_dropouts(
    uow: Uow, of: Of, before: str | None, segment: UUID | None, reason: str | None, paging: Paging
) -> Page:
    """The latest first. `before` is the stage at which they were; without it, whichever that was."""
    row, chain = ROWS[of], FUNNELS[of].chain
    if before is not None and before not in chain[:-1]:
        raise Invalid(errors=[FieldError("query:before", f"one of {', '.join(chain[:-1])}")])
    came = [getattr(row, FUNNELS[of].stages[stage]) for stage in chain]
    query, at, key = _ended(reason) if of is Of.applications else _silent(of)
    query = query.add_columns(*came, at, key).where(scope(of, uow.caller), *await _rule(uow, of, segment))
    if before is not None:
        place = chain.index(before)
        query = query.where(func.coalesce(*came[place:]).is_not(None) if place else at.is_not(None))
        query = query.where(*(one.is_(None) for one in came[place + 1 :]))

    def shape(one: Any) -> DropoutOut:
        moments = one[len(NAMED) : len(NAMED) + len(chain)]
        reached = [stage for stage, moment in zip(chain, moments, strict=True) if moment is not None]
        stage, named = reached[-1] if reached else chain[0], dict(zip(NAMED, one, strict=False))
        return DropoutOut(**named, stage=stage, win_back=way_back(of, stage, named["reason"]))

    return await listing(uow, query, order=(desc(at), desc(key)), paging=paging, shape=shape)


NAMED = (
    "person_id", "enabler_id", "name", "application_id", "ended_at", "status", "reason", "sending_entity_id",
    "hosting_entity_id",
)  # fmt: skip


async def _rule(uow: Uow, of: Of, segment: UUID | None) -> list[Any]:
    return narrowed(of, await rule_of(uow, segment) if segment else None)


def _of_person(key: Any, *columns: Any) -> Any:
    return select(key, null(), NAME, *columns).outerjoin(PersonName, PersonName.person_id == key)  # type: ignore[call-overload]


def _of_enabler(key: Any, *columns: Any) -> Any:
    label = and_(Label.id == key, Label.kind == "enabler")  # type: ignore[arg-type]
    return select(null(), key, Label.text, *columns).outerjoin(Label, label)  # type: ignore[call-overload]


def _silent(of: Of) -> tuple[Any, Any, Any]:
    """Customers who gave no sign of life for too long, and none since."""
    row: Any = ROWS[of]
    told = (null(), row.lapsed_at, null(), literal(LAPSED))
    if of is Of.enablers:
        key, query = row.enabler_id, _of_enabler(row.enabler_id, *told, null(), row.hosting_entity_id)
    else:
        key, query = row.person_id, _of_person(row.person_id, *told, row.sending_entity_id, null())
    silent = row.lapsed_at > func.coalesce(row.won_back_at, func.to_timestamp(0))
    return query.where(row.lapsed_at.is_not(None), silent), row.lapsed_at, key


def _ended(reason: str | None) -> tuple[Any, Any, Any]:
    row: Any = Application
    columns = (row.id, row.status_at, row.status, row.reason, row.sending_entity_id, row.hosting_entity_id)
    query = _of_person(row.person_id, *columns)
    query = query.where(row.status.in_(sorted(EXITS)), row.status_at.is_not(None))
    return query.where(row.reason == reason) if reason else query, row.status_at, row.id


async def list_content(uow: Uow, of: Of, segment: UUID | None, paging: Paging) -> Page:
    """The latest answers first."""
    row: Any = ROWS[of]
    told = (row.csat, row.nps, row.csat_at)
    if of is Of.enablers:
        key, query = row.enabler_id, _of_enabler(row.enabler_id, *told, null(), row.hosting_entity_id)
    else:
        key, query = row.person_id, _of_person(row.person_id, *told, row.sending_entity_id, null())
    query = query.add_columns(row.csat_at, key).where(row.csat >= CONTENT, row.nps < LOYAL, scope(of, uow.caller))
    query = query.where(*await _rule(uow, of, segment))
    names = tuple(ContentOut.model_fields)

    def shape(one: Any) -> ContentOut:
        return ContentOut(**dict(zip(names, one, strict=False)))

    return await listing(uow, query, order=(desc(row.csat_at), desc(key)), paging=paging, shape=shape)

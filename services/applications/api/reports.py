"""Routes of reports. They are for those who manage and those who take interns; each counts what the caller may see."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.applications import views
from services.applications.api.as_of import AsOf
from services.applications.api.doors import R
from services.applications.policy.reports import Clock, Grain, Grouping, Question
from services.applications.schemas.reports import (
    CohortRow,
    CohortsOut,
    CountRow,
    ExitRow,
    ExitsOut,
    FunnelOut,
    OpeningsOut,
    OpeningsRow,
)
from shared.access import Caller
from shared.contracts.applications import Product
from shared.contracts.fields import Side
from shared.storage.tx import Uow
from shared.web.door import Door, allow
from shared.web.files import FORMATS, Chosen, Format, send_rows
from shared.web.schemas import CountryCode, Day

router = APIRouter(prefix="/v1/reports", tags=["reports"])
MANAGERS = (R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager, R.auditor, R.service)
Reader = Annotated[Door, allow(*MANAGERS, R.enabler)]
HostingReader = Annotated[Door, allow(*(role for role in MANAGERS if role is not R.sending_manager), R.enabler)]
View = Callable[[Uow, Question], Awaitable[Any]]
OWN_SIDE = {R.sending_manager: Side.sending, R.hosting_manager: Side.hosting, R.enabler: Side.hosting}


async def _question(
    moment: AsOf,
    since: Annotated[Day, Query(description="First day")],
    until: Annotated[Day, Query(description="Last day")],
    by: Annotated[Grain, Query(description="How long a period is")] = Grain.month,
    group: Annotated[Grouping, Query(description="What each period is split by")] = Grouping.none,
    clock: Annotated[Clock, Query(description="Which date counts")] = Clock.effective,
    side: Annotated[Side | None, Query(description="Whose entities: else the caller's side, or sending")] = None,
    entity: Annotated[UUID | None, Query(description="Only this entity and all below it")] = None,
    product: Annotated[Product | None, Query(description="Only this programme")] = None,
    country: Annotated[CountryCode | None, Query(description="Only this host country")] = None,
) -> Callable[[Caller], Question]:  # fmt: skip
    def of(caller: Caller) -> Question:
        """A manager's report is about the own entity, unless it names another one or looks at the other side."""
        own = OWN_SIDE.get(caller.role)
        here = side or own or Side.sending
        root = entity or (caller.entity if own in (None, here) else None)
        return Question(since, until, by, group, clock, here, root, product, country, moment)

    return of


Asked = Annotated[Callable[[Caller], Question], Depends(_question)]


async def _sent(door: Door, chosen: Chosen, view: View, question: Question, row: Any) -> Response:
    """The report as JSON, or its rows as a file."""
    if not chosen.is_file:
        return await door.read(view, question)

    async def rows(uow: Uow) -> AsyncIterator[list[Any]]:
        yield (await view(uow, question)).rows

    name = view.__name__.removesuffix("_report")
    return send_rows(door, chosen, row, f"{name}-{question.since}-{question.until}", rows)


@router.get("/funnel", response_model=FunnelOut, operation_id="report_funnel", responses=FORMATS)
async def funnel(asked: Asked, chosen: Format, door: Reader) -> Response:
    """What happened in each period: stages reached and exits, per application and per person.

    A realization counts on the start date in the form, whenever it was recorded; a stage that is reached again after a
    break counts once, and the break no more.
    """
    return await _sent(door, chosen, views.funnel_report, asked(door.caller), CountRow)


@router.get("/cohorts", response_model=CohortsOut, operation_id="report_cohorts", responses=FORMATS)
async def cohorts(asked: Asked, chosen: Format, door: Reader) -> Response:
    """How far those came who applied in the same period: conversion from stage to stage with its interval, and days.

    Who is still on the way is told apart from who left; of fewer than ten no rate is told.
    """
    return await _sent(door, chosen, views.cohorts_report, asked(door.caller), CohortRow)


@router.get("/exits", response_model=ExitsOut, operation_id="report_exits", responses=FORMATS)
async def exits(asked: Asked, chosen: Format, door: Reader) -> Response:
    """Why applications ended: rejections split into our side's causes and theirs, other exits by reason."""
    return await _sent(door, chosen, views.exits_report, asked(door.caller), ExitRow)


@router.get("/openings", response_model=OpeningsOut, operation_id="report_openings", responses=FORMATS)
async def openings(asked: Asked, chosen: Format, door: HostingReader) -> Response:
    """Openings of the stays that begin in each period, offered (as the slots are today) and taken.

    Entities are those of the hosting side.
    """
    hosting = replace(asked(door.caller), side=Side.hosting)
    return await _sent(door, chosen, views.openings_report, hosting, OpeningsRow)

"""Standards that are still open, by the day until which they are to be kept: what a calendar shows of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, func, literal, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import select

from services.notifications.model import Board, Obligation, boards_of
from services.notifications.plan.standards import catalogue
from services.notifications.schemas import DueDayOut, DueOut, DuesOut
from services.notifications.views.boards import wanted
from services.notifications.views.standards import lists_of
from shared.days import each_day
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

row: Any = Obligation
due_on: Any = func.coalesce(row.next_on, row.due_on)
OPEN = text("obligation.state = 'open'")  # in words, so that the index of open ones is taken
WHAT = (row.application_id, row.standard, due_on.label("on"), Board.person_id)


@dataclass(frozen=True, slots=True)
class DuesFilter:
    """Whose: of an entity and those below it, of a person."""

    entity_id: UUID | None = None
    person_id: UUID | None = None


async def get_dues(uow: Uow, since: date, until: date, asked: DuesFilter, first: int) -> DuesOut:
    """How many are due on each day, and the first of them."""
    days = each_day(since, until)
    counted = _open(uow, asked, due_on, func.count()).where(due_on >= since, due_on <= until).group_by(due_on)
    counts: dict[date, int] = dict(map(tuple, (await uow.execute(counted)).all()))
    found = defaultdict(list)
    if counts and first:
        day = func.unnest(literal(sorted(counts), ARRAY(Date))).table_valued("on").render_derived("day")
        some = _open(uow, asked, *WHAT).where(due_on == day.c.on).order_by(row.application_id, row.standard)
        due = some.limit(first).lateral("due")
        for line in await uow.execute(select(due).select_from(day).join(due, true())):
            found[line.on].append(_shape(line))
    return DuesOut(
        since=since, until=until, days=[DueDayOut(on=on, n=counts.get(on, 0), first=found[on]) for on in days]
    )


async def list_dues(uow: Uow, on: date, asked: DuesFilter, paging: Paging) -> Page:
    """All that are due on one day."""
    query = _open(uow, asked, *WHAT).where(due_on == on)
    return await listing(uow, query, order=(row.application_id, row.standard), paging=paging, shape=_shape)


def _open(uow: Uow, asked: DuesFilter, *columns: Any) -> Select[Any]:
    """Of experiences that the caller sees, as far as the lists concern the caller."""
    query: Select[Any] = select(*columns).select_from(Obligation).join(Board, Board.id == row.application_id)  # type: ignore[arg-type]
    query = query.where(OPEN, row.whose.in_(lists_of(uow.caller.role)), boards_of(uow.caller))
    if asked.person_id is not None:
        query = query.where(Board.person_id == asked.person_id)
    return query.where(*wanted(asked.entity_id, closed=False))


def _shape(line: Any) -> DueOut:
    standard = catalogue().find(line.standard)
    title = None if standard is None else f"{standard.number} {standard.title}"
    return DueOut(
        application_id=line.application_id, person_id=line.person_id, standard=line.standard, title=title, on=line.on
    )

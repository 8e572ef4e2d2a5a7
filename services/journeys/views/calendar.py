"""What is due between two days: touchpoints and the tasks that they became, within the caller's scope.

However much is due, a day is four counts and its first few rows: an index on the due date, and one of each side on it,
hold all that is counted.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import DateTime
from sqlmodel import select

from services.journeys.model import Label, Occasion, PersonName
from services.journeys.schemas import CalendarDayOut, CalendarOut, HappeningOut
from services.journeys.views.parts import Part, narrowing, parts_of
from shared.access import CUSTOMERS
from shared.days import each_day
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import visible, within
from shared.storage.tx import Uow

DENSE = 5000  # of so many the first of a day are met soon by going along the due dates, whosever they are
row: Any = Occasion
SIDES = {"sending": row.sending_entity_id, "hosting": row.hosting_entity_id}
WHOSE = {"person": row.person_id, "enabler": row.enabler_id, **SIDES}
AMONG_MEMBERS = ("ep_manager", "opportunity_manager", "team", "member")
COUNTS = ("touchpoints", "late_touchpoints", "tasks", "late_tasks")


@dataclass(frozen=True, slots=True)
class DaysFilter:
    """Whose days, as the clocks of which zone count them."""

    zone: str = "UTC"
    entity_id: UUID | None = None
    person_id: UUID | None = None


async def get_calendar(uow: Uow, since: date, until: date, asked: DaysFilter, first: int) -> CalendarOut:
    """Counts of each day, and its first so many."""
    days = each_day(since, until)
    asked = replace(asked, entity_id=await narrowing(uow, asked.entity_id))
    parts = [[*part, *_of_them(uow, asked)] for part in await parts_of(uow, asked.entity_id, **WHOSE)]
    counts = await _counts(uow, days, asked.zone, parts)
    if sum(day[0] + day[2] for day in counts) > DENSE:
        parts = [_seen(uow, asked)]
    found = await _first(uow, days, asked.zone, parts, first) if first else {}
    items = [
        CalendarDayOut(on=day, **dict(zip(COUNTS, counts[place], strict=True)), first=found.get(place, []))
        for place, day in enumerate(days)
    ]
    return CalendarOut(since=since, until=until, zone=asked.zone, days=items)


def _of_them(uow: Uow, asked: DaysFilter) -> Part:
    """Of one person, if asked for; what members have to do, and are reminded of, no customer sees."""
    found = [] if asked.person_id is None else [row.person_id == asked.person_id]
    if uow.caller.role not in CUSTOMERS:
        return found
    return [*found, row.task.is_(None), or_(row.audience.is_(None), row.audience.not_in(AMONG_MEMBERS))]


def _late(now: datetime) -> ColumnElement[bool]:
    """Its time is past and nothing was done: a task is late when its own days are over."""
    waits = row.done_at.is_(None) & (row.state.is_(None) | (row.state != "skipped")) & (row.due_at < now)
    return and_(waits, or_(row.task.is_(None), row.task.in_(("overdue", "escalated"))))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _each(days: Sequence[date], zone: str) -> Any:
    """The days as rows of a query: when each begins and ends."""
    moments = [_midnight(day, zone) for day in (*days, days[-1] + timedelta(days=1))]
    arrays = [literal(some, ARRAY(DateTime(timezone=True))) for some in (moments[:-1], moments[1:])]
    return func.unnest(*arrays).table_valued("begins", "ends", with_ordinality="place").render_derived("day")


async def _counts(uow: Uow, days: Sequence[date], zone: str, parts: list[Part]) -> list[list[int]]:
    """The four counts of each day, the parts added up."""
    day, late, task = _each(days, zone), _late(uow.now), row.task.is_not(None)
    sums = [[0] * len(COUNTS) for _ in days]
    for part in parts:
        within_day = (row.due_at >= day.c.begins, row.due_at < day.c.ends, *part)
        if part:
            kinds = (~task, ~task & late, task, task & late)
            due = [select(*(func.count().filter(kind) for kind in kinds)).where(*within_day).lateral("due")]
        else:  # everything: each count has a small index of its own
            every, tasks = (select(func.count()).where(*within_day, *some) for some in ((), (task,)))
            behind = select(func.count(), func.count(row.task)).where(*within_day, late)
            due = [every.lateral("every"), tasks.lateral("tasks"), behind.lateral("behind")]
        query: Any = select(day.c.place, *(one for some in due for one in some.c)).select_from(day)
        for some in due:
            query = query.join(some, true())
        for place, *counted in (await uow.execute(query)).all():
            if not part:
                n, tasks_, late_, late_tasks = counted
                counted = [n - tasks_, late_ - late_tasks, tasks_, late_tasks]
            sums[place - 1] = [one + more for one, more in zip(sums[place - 1], counted, strict=True)]
    return sums


async def _first(
    uow: Uow, days: Sequence[date], zone: str, parts: list[Part], most: int
) -> dict[int, list[HappeningOut]]:
    """The first rows of each day; which they are is looked up in the index alone, what they say afterwards."""
    day, found = _each(days, zone), defaultdict(list)
    for part in parts:
        query = select(row.due_at, row.touchpoint_id).where(row.due_at >= day.c.begins, row.due_at < day.c.ends, *part)
        due = query.order_by(row.due_at, row.touchpoint_id).limit(most).lateral("due")
        for place, at, id_ in (await uow.execute(select(day.c.place, *due.c).join(due, true()))).all():
            found[place - 1].append((at, str(id_), id_))
    wanted = {place: [id_ for *_, id_ in sorted(rows)[:most]] for place, rows in found.items()}
    ids = [id_ for some in wanted.values() for id_ in some]
    query = _named(uow.now).where(row.touchpoint_id.in_(ids))
    shown = {one[0].touchpoint_id: _shape(one, zone) for one in (await uow.execute(query)).all()} if ids else {}
    return {place: [shown[id_] for id_ in some] for place, some in wanted.items()}


def _seen(uow: Uow, asked: DaysFilter) -> Part:
    """What the caller sees of what is asked for, in one."""
    found = [visible(uow.caller, **WHOSE), *_of_them(uow, asked)]
    if asked.entity_id is not None:
        found.append(or_(*(within(side, asked.entity_id) for side in SIDES.values())))
    return found


async def list_calendar_day(
    uow: Uow, on: date, asked: DaysFilter, task: bool | None, late: bool | None, paging: Paging
) -> Page:
    """All of one day, in the order of time."""
    begins, ends = _midnight(on, asked.zone), _midnight(on + timedelta(days=1), asked.zone)
    asked = replace(asked, entity_id=await narrowing(uow, asked.entity_id))
    query = _named(uow.now).where(row.due_at >= begins, row.due_at < ends, *_seen(uow, asked))
    if task is not None:
        query = query.where(row.task.is_not(None) if task else row.task.is_(None))
    if late is not None:
        query = query.where(_late(uow.now) if late else ~_late(uow.now))
    page = await listing(uow, query, order=(row.due_at, row.touchpoint_id), paging=paging)
    return Page([_shape(one, asked.zone) for one in page.items], page.next)


def _named(now: datetime) -> Select[Any]:
    """Rows with what people and enablers are called, and what pages are ordered by."""
    person = func.concat_ws(" ", PersonName.given_name, PersonName.family_name).label("person")
    enabler = select(Label.text).where(Label.id == row.enabler_id).scalar_subquery().label("enabler")
    query: Any = select(Occasion, person, enabler, _late(now).label("late"), row.due_at, row.touchpoint_id)
    return query.outerjoin(PersonName, PersonName.person_id == row.person_id)  # type: ignore[no-any-return]


def _shape(found: Any, zone: str) -> HappeningOut:
    one: Occasion = found[0]
    due = one.due_at
    assert due is not None
    return HappeningOut(
        id=one.touchpoint_id, kind="task" if one.task else "touchpoint", code=one.touchpoint, audience=one.audience,
        state=one.task or one.state, late=found.late, at=due,
        on=due.astimezone(ZoneInfo(zone)).date(), done_at=one.done_at, person_id=one.person_id,
        person=found.person or None, enabler_id=one.enabler_id, enabler=found.enabler,
        application_id=one.application_id,
    )  # fmt: skip

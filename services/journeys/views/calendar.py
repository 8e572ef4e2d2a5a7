"""What is due between two days: touchpoints and the tasks that they became, within the caller's scope."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_
from sqlmodel import select

from services.journeys.model import Label, Occasion, PersonName
from services.journeys.schemas import CalendarOut, HappeningOut
from shared.errors import FieldError, Invalid
from shared.storage.scope import visible, within
from shared.storage.tx import Uow

LONGEST = 62  # days
MOST = 1000


async def get_calendar(
    uow: Uow, since: date, until: date, zone: str, entity_id: UUID | None, person_id: UUID | None
) -> CalendarOut:
    """The first so many of the days from `since` to `until`, as the clocks of the zone count them."""
    if not 0 <= (until - since).days < LONGEST:
        raise Invalid(errors=[FieldError("query:until", f"from `since` on, {LONGEST} days at most")])
    row: Any = Occasion
    here = ZoneInfo(zone)
    first, last = (datetime.combine(day, time(), here) for day in (since, until + timedelta(days=1)))
    sides = {"sending": row.sending_entity_id, "hosting": row.hosting_entity_id}
    name = func.concat_ws(" ", PersonName.given_name, PersonName.family_name).label("person")
    enabler = select(Label.text).where(Label.id == row.enabler_id).scalar_subquery().label("enabler")
    query: Any = select(Occasion, name, enabler).outerjoin(PersonName, PersonName.person_id == row.person_id)
    query = query.where(visible(uow.caller, person=row.person_id, enabler=row.enabler_id, **sides))
    query = query.where(row.due_at >= first, row.due_at < last)
    if person_id is not None:
        query = query.where(row.person_id == person_id)
    if entity_id is not None:
        query = query.where(or_(*(within(side, entity_id) for side in sides.values())))
    found = (await uow.execute(query.order_by(row.due_at, row.touchpoint_id).limit(MOST + 1))).all()
    items = [_shape(one, here) for one in found[:MOST]]
    return CalendarOut(since=since, until=until, zone=zone, items=items, more=len(found) > MOST)


def _shape(found: Any, zone: ZoneInfo) -> HappeningOut:
    one = found[0]
    due: datetime = one.due_at
    return HappeningOut(
        id=one.touchpoint_id, kind="task" if one.task else "touchpoint", code=one.touchpoint, audience=one.audience,
        state=one.task or one.state, at=due, on=due.astimezone(zone).date(), done_at=one.done_at,
        person_id=one.person_id, person=found.person or None, enabler_id=one.enabler_id, enabler=found.enabler,
        application_id=one.application_id,
    )  # fmt: skip

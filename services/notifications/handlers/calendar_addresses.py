"""The address of a person's calendar."""

from sqlalchemy import update

from services.notifications.commands import RenewCalendarAddress
from services.notifications.model import CalendarFeed
from services.notifications.schemas import CalendarAddressOut
from services.notifications.views.calendars import feed_address
from shared.errors import Forbidden
from shared.ids import new_id
from shared.storage.tx import Uow


async def renew_calendar_address(uow: Uow, _command: RenewCalendarAddress) -> CalendarAddressOut:
    """A new address; whoever had the former one can't read the calendar any more."""
    if uow.caller.party is None:
        raise Forbidden("Your account acts for nobody.")
    row = await uow.find(CalendarFeed, person_id=uow.caller.party, lock=True)
    if row is None:
        row = uow.add(CalendarFeed(id=new_id(), person_id=uow.caller.party, made_at=uow.now))
        return CalendarAddressOut(address=feed_address(row.id), made_at=row.made_at)
    fresh = CalendarFeed(id=new_id(), person_id=row.person_id, made_at=uow.now)
    await uow.execute(
        update(CalendarFeed).where(CalendarFeed.person_id == row.person_id).values(id=fresh.id, made_at=fresh.made_at)
    )
    return CalendarAddressOut(address=feed_address(fresh.id), made_at=fresh.made_at)

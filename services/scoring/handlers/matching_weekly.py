"""Once a week each EP who looks is told of opportunities that fit and were not told before; nothing new, no word."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from services.scoring.handlers.matching_lists import keep_list
from services.scoring.model import Seeker
from services.scoring.policy.matching.ranking import Order
from services.scoring.views.matching_told import find_matches
from shared.contracts.scoring import MatchesFound
from shared.storage.due import Due
from shared.storage.tx import Uow

WEEKLY = "match-weekly"
WEEKLY_LIST, REMEMBERED = 10, 200
MONDAY_AT = time(8)


async def plan_look(uow: Uow, seeker: Seeker) -> None:
    """Next Monday at eight where the EP lives, as long as the EP looks. A look that is planned stays."""
    if seeker.look_on is None and seeker.looking and seeker.sending_entity_id and not seeker.erased_at:
        day = _next_monday(uow.today(seeker.zone))
        put = await uow.schedule(WEEKLY, seeker.id, day.isoformat(), datetime.combine(day, MONDAY_AT), seeker.zone)
        seeker.look_on = None if put.settled else day


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


async def look_weekly(uow: Uow, due: Due) -> None:
    """The best matches of which this EP has not been told; whether and how to write is for others to decide."""
    seeker = await uow.find(Seeker, id=due.subject, lock=True)
    if seeker is None or seeker.erased_at or not seeker.looking:
        if seeker is not None:
            seeker.look_on = None
        due.skip("the EP is not looking")
        return
    seeker.look_on = None
    await plan_look(uow, seeker)
    found, judges = await find_matches(uow, seeker.id, Order.fit, WEEKLY_LIST)
    pairs = zip(found.matches, found.fits, strict=True)
    fresh = [(match, fit) for match, fit in pairs if match.offer.id not in seeker.told]
    if found.fallback or not fresh:
        due.skip("nothing is known of what the EP wants" if found.fallback else "nothing new fits")
        return
    told = [match.offer.id for match, _ in fresh]
    seeker.told = [*seeker.told, *told][-REMEMBERED:]
    shown = replace(found, matches=[match for match, _ in fresh], fits=[fit for _, fit in fresh])
    list_ = await keep_list(uow, seeker.id, shown, judges, "weekly", 1.0, drawn=False)
    uow.say(MatchesFound(person_id=seeker.id, opportunity_ids=told, list_id=list_.id))

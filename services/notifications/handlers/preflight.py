"""Pre-flight: days before a message is due, what it lacks is asked for at who owns it; it closes by itself.

It is looked `preflight_days` before a message is due, and each morning from then on while something is missing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import select

from services.notifications.handlers import fact_tasks
from services.notifications.handlers.lacks import AHEAD, lacks_of
from services.notifications.model import Experience, FactCheck, Touchpoint
from services.notifications.policy import ENDED, Owner, State, by_owner, look_on
from services.notifications.settings import limits
from shared.contracts import papers as said
from shared.ids import derived_id
from shared.storage.due import Due, Wanted, schedule_many
from shared.storage.tx import Uow

LOOK = "preflight"
MORNING = time(8)
SOON = timedelta(minutes=10)
IDS = ("application_id", "person_id", "sending_entity_id", "hosting_entity_id")


async def look_ahead(uow: Uow, stays: Iterable[Experience]) -> None:
    """Something about these stays has changed: look soon; each look plans the next. One that is over asks nothing."""
    wanted = []
    for stay in stays:
        if stay.status in ENDED:
            await uow.cancel(LOOK, stay.id, why=str(stay.status))
            await look_again(uow, stay.id)
            continue
        at, zone, moment = _in_a_while(uow, stay)
        wanted.append(Wanted(stay.id, _occurrence(at), at, zone, moment))
    await schedule_many(uow, LOOK, wanted)


def _in_a_while(uow: Uow, stay: Experience) -> tuple[datetime, str, datetime]:
    """As wall time, its zone, and as a moment."""
    zone, moment = stay.zone or "UTC", (uow.now + SOON).replace(second=0, microsecond=0)
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone, moment


async def look(uow: Uow, due: Due) -> None:
    """Look at the messages of a stay whose day to be looked at has come; then plan the next look."""
    stay = await uow.find(Experience, id=due.subject)
    if stay is None:
        return due.skip("unknown")
    if not await uow.rows(select(Experience).where(Experience.id == stay.id).with_for_update(skip_locked=True)):
        at, zone, _ = _in_a_while(uow, stay)
        await _plan(
            uow, stay.id, at, zone
        )  # whoever changes it may wait for what this transaction holds: nobody waits here
        return due.skip("being_changed")
    held = await uow.rows(select(Touchpoint).where(Touchpoint.application_id == stay.id))
    come = [row for row in held if row.state not in AHEAD or _first_look(row) <= _local_now(uow, row)]
    await check(uow, come)
    later = [(_first_look(row), row.zone) for row in held if row.state in AHEAD and row not in come]
    if later:
        await _plan(uow, stay.id, *min(later))
    return None


async def _plan(uow: Uow, application_id: UUID, at: datetime, zone: str) -> None:
    await uow.schedule(LOOK, application_id, _occurrence(at), at, zone)


async def look_again(uow: Uow, application_id: UUID) -> None:
    """Facts have come: what waits for them is looked at, if it was asked for."""
    asked = select(FactCheck.touchpoint_id).where(FactCheck.application_id == application_id)
    open_ones = asked.where(FactCheck.closed_at.is_(None))  # type: ignore[union-attr]
    rows = await uow.rows(select(Touchpoint).where(Touchpoint.id.in_(open_ones)))  # type: ignore[attr-defined]
    await check(uow, rows)


async def check(uow: Uow, rows: Sequence[Touchpoint]) -> None:
    """Make the open questions equal to what is missing; repeated, it says nothing new."""
    if not rows:
        return
    found = await lacks_of(uow, rows)
    query = select(FactCheck).where(FactCheck.touchpoint_id.in_([row.id for row in rows]))  # type: ignore[attr-defined]
    held = {(row.touchpoint_id, row.owner): row for row in await uow.rows(query.with_for_update())}
    for row in rows:
        ahead = row.state in AHEAD
        missing = by_owner(found[row.id].blocking) if ahead else {}
        for owner in Owner:
            await _settle(uow, row, owner, missing.get(owner, []), held.get((row.id, owner)))
        if missing:
            tomorrow = datetime.combine(_local_now(uow, row).date() + timedelta(days=1), MORNING)
            await _plan(uow, row.application_id, tomorrow, row.zone)


async def _settle(uow: Uow, row: Touchpoint, owner: Owner, missing: list[str], held: FactCheck | None) -> None:
    is_open = held is not None and held.closed_at is None
    if not missing:
        if held is not None and is_open:
            uow.change(held, closed_at=uow.now, missing=[])
            uow.say(said.FactsComplete(**_facts(held)))
            if row.state == State.cancelled:
                await fact_tasks.dropped(uow, held, row.reason or "cancelled")
            else:
                await fact_tasks.answered(uow, held)
        return
    due_on = row.local_at.date()
    if held is not None and is_open and (held.missing, held.due_on) == (missing, due_on):
        return
    if held is None:
        ids = {name: getattr(row, name) for name in IDS}
        held = uow.add(
            FactCheck(
                id=derived_id("fact-check", row.id, owner), touchpoint_id=row.id, touchpoint=row.code, owner=owner,
                missing=missing, due_on=due_on, opened_at=uow.now, **ids,
            )
        )  # fmt: skip
    else:
        opened = held.opened_at if is_open else uow.now
        uow.change(held, missing=missing, due_on=due_on, opened_at=opened, closed_at=None)
    uow.say(said.FactsMissing(**_facts(held), missing=missing, due_on=due_on))
    await uow.flush()
    await fact_tasks.ask(uow, held)


def _facts(row: FactCheck) -> dict[str, Any]:
    names = ("touchpoint_id", "touchpoint", "owner", *IDS)
    return {"check_id": row.id} | {name: getattr(row, name) for name in names}


def _first_look(row: Touchpoint) -> datetime:
    return datetime.combine(look_on(row.local_at.date(), limits().preflight_days), MORNING)


def _local_now(uow: Uow, row: Touchpoint) -> datetime:
    return uow.now.astimezone(ZoneInfo(row.zone)).replace(tzinfo=None)


def _occurrence(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"

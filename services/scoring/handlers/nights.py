"""Each night, in each committee's own zone, its customers are looked at, in portions; and those of whom something was
heard, soon after."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from services.scoring.handlers.heard import STEPS
from services.scoring.handlers.outcomes import measure_next, reckon_outcomes
from services.scoring.handlers.suggesting import AIM_REACHED, OPEN, live_of, settle, suggest
from services.scoring.model import Suggestion
from services.scoring.policy.situations import PLACES
from services.scoring.policy.suggesting import State
from shared.contracts import applications
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import Party
from shared.storage.due import Due, Wanted, schedule_many
from shared.storage.tx import Uow

NIGHT, LOOK_EP, LOOK_ENABLER = "suggest-by-night", "suggest-for-ep", "suggest-for-enabler"
AT = time(2, 30)
PORTION = 500
FIRST = UUID(int=0)
SOON, NEWS = timedelta(minutes=5), timedelta(days=2)
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)

NEXT_EPS = """
SELECT id FROM lead WHERE sending_entity_id = $1 AND erased_at IS NULL AND linked_to IS NULL AND id > $2
ORDER BY id LIMIT $3
"""
NEXT_ENABLERS = """
SELECT id FROM lead WHERE hosting_entity_id = $1 AND erased_at IS NULL AND NOT prospect AND id > $2 ORDER BY id LIMIT $3
"""
NEXT = {Party.ep: NEXT_EPS, Party.enabler: NEXT_ENABLERS}
WITHOUT_NIGHT = """
SELECT id, zone FROM place WHERE NOT EXISTS (
    SELECT FROM due WHERE due.kind = $1 AND due.subject = place.id AND due.state = 'waiting'
) ORDER BY id LIMIT $2
"""
OVER = """
SELECT id FROM suggestion WHERE state IN ('open', 'accepted', 'held') AND expires_at <= $2
    AND (sending_entity_id = $1 OR hosting_entity_id = $1) ORDER BY id LIMIT $3 FOR UPDATE
"""


async def keep_night(uow: Uow, envelope: Envelope) -> None:
    """A committee has its nights from now on, in its zone."""
    entity = envelope.data
    assert isinstance(entity, applications.EntityRegistered)
    await _next_night(uow, entity.entity_id, entity.zone)
    await measure_next(uow)


async def begin_nights(uow: Uow, _command: None) -> int:
    """Committees that were heard of before there were nights, or whose night failed, have them too; how many."""
    found = await uow.fetch(WITHOUT_NIGHT, NIGHT, PORTION)
    for row in found:
        await _next_night(uow, row["id"], row["zone"])
    return len(found)


async def _next_night(uow: Uow, entity_id: UUID, zone: str) -> None:
    night = uow.today(zone) + timedelta(days=1)
    await uow.schedule(NIGHT, entity_id, night.isoformat(), datetime.combine(night, AT), zone)


async def look_by_night(uow: Uow, due: Due) -> None:
    """One portion of a committee's customers; the next portion follows at once, the next night when all were seen."""
    await expire(uow, due.subject)
    side, after = Party(due.payload.get("side", Party.ep)), UUID(due.payload.get("after", str(FIRST)))
    ids = [row[0] for row in await uow.fetch(NEXT[side], due.subject, after, PORTION)]
    await suggest(uow, side, ids)
    if len(ids) == PORTION:
        await _go_on(uow, due, side, ids[-1])
    elif side is Party.ep:
        await _go_on(uow, due, Party.enabler, FIRST)
    else:
        await _next_night(uow, due.subject, due.zone)


async def _go_on(uow: Uow, due: Due, side: Party, after: UUID) -> None:
    local = datetime.combine(date.fromisoformat(due.occurrence[:10]), AT)
    payload = {"side": str(side), "after": str(after)}
    await uow.schedule(NIGHT, due.subject, f"{local.date()}:{side}:{after}", local, due.zone, payload)


async def expire(uow: Uow, entity_id: UUID) -> None:
    """Suggestions whose time has passed, of this committee's customers."""
    over = [row[0] for row in await uow.fetch(OVER, entity_id, uow.now, PORTION)]
    for id_ in over:
        settle(uow, await uow.get(Suggestion, id_), State.expired)


# --- soon after something was heard

CHANGES = tuple(event for event, step in STEPS.items() if step in PLACES)


async def look_soon(uow: Uow, envelope: Envelope) -> None:
    """A step of an application changes what should be done next: both of its customers are looked at within minutes.

    All that happens to one until then is looked at once. What is told late, as by an import, waits for the night.
    """
    fact = envelope.data
    assert isinstance(fact, applications.ApplicationFact)
    if envelope.time < uow.now - NEWS:
        return
    due_at = uow.now - (uow.now - FIRST_MOMENT) % SOON + SOON
    local = due_at.replace(tzinfo=None)
    for kind, subject in ((LOOK_EP, fact.person_id), (LOOK_ENABLER, fact.enabler_id)):
        await schedule_many(uow, kind, [Wanted(subject, local.isoformat(), local, "UTC", due_at)])


async def look_at_ep(uow: Uow, due: Due) -> None:
    await _look_at(uow, Party.ep, due.subject)


async def look_at_enabler(uow: Uow, due: Due) -> None:
    await _look_at(uow, Party.enabler, due.subject)


async def _look_at(uow: Uow, side: Party, id_: UUID) -> None:
    """Suggestions whose aim was reached are over; what is to be done next may be another thing now."""
    await reckon_outcomes(uow, uow.now, id_)
    for row in await live_of(uow, [id_], OPEN):
        if row.reached_at is not None:
            settle(uow, row, State.overtaken, AIM_REACHED)
    await uow.flush()
    await suggest(uow, side, [id_])

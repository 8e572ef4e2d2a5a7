"""The time of a touchpoint has come: a delivery begins, a task opens, or it is skipped and says why."""

from sqlalchemy import text

from services.notifications.handlers.calendar import Batch, about_of, begin, rounds, skip
from services.notifications.handlers.tasks import open_task
from services.notifications.model import Delivery, Person, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import (
    Entry,
    Happening,
    Kind,
    Row,
    Slot,
    State,
    to_fold,
    too_late,
)
from shared.ids import derived_id
from shared.storage.due import Due
from shared.storage.tx import Cause, Uow

FOLDED = "folded"


async def start_delivery(uow: Uow, due: Due) -> None:
    """A touchpoint is due; the state it is in decides, for the row may be older than what it was made for."""
    row = await uow.find(Touchpoint, id=due.subject, lock=True)
    if row is None or row.state != State.waiting or str(row.occurrence) != due.occurrence:
        return due.skip("superseded")
    uow.cause = Cause(row.correlation_id)
    if row.due_at != due.due_at:  # another rule of the zone, since it was planned
        uow.change(row, due_at=due.due_at)
    entry = await store.entry_of(uow, row)
    if (reason := await _why_not(uow, row, entry)) or entry is None:
        due.skip(reason or "not_in_plan")
        return await skip(uow, row, reason or "not_in_plan")
    if row.kind == Kind.task:
        return await open_task(uow, row, entry)
    if to_fold(entry, row.due_at, uow.now) and (into := await _catch_up(uow, row, entry)):
        uow.change(row, state=State.due, reason=FOLDED, folded_into=into.id)
        return None
    uow.change(row, state=State.due, reason=None)
    uow.add(_delivery(uow, row, entry))
    return None


async def _why_not(uow: Uow, row: Touchpoint, entry: Entry | None) -> str | None:
    if entry is None:
        return "not_in_plan"
    person = await uow.find(Person, id=row.person_id) if row.person_id else None
    if person is not None and person.erased:
        return "person_erased"
    return "late" if too_late(entry, row.due_at, uow.now) else None


async def _catch_up(uow: Uow, row: Touchpoint, entry: Entry) -> Touchpoint | None:
    """The one message into which the late ones of this recipient go; None when the plan has none for them.

    It is due now, so after all that is late: rows are handled in the order of their due times.
    """
    current = await store.following(uow, row.application_id, row.sending_entity_id, row.hosting_entity_id)
    into = next(
        (one for one in current.plan.started_by(Happening.fallen_behind) if one.audience is entry.audience), None
    )
    if into is None:
        return None
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 6))")
    await uow.execute(lock, {"subject": str(row.subject)})
    waiting = {"code": into.code, "subject": row.subject, "state": State.waiting}
    if (found := await uow.find(Touchpoint, lock=True, **waiting)) is not None:
        return found
    batch = Batch(current)
    slot = Slot(uow.now.replace(tzinfo=None), "UTC", None, None, 0)
    number = await rounds(uow, into.code, row.subject) + 1
    made = begin(uow, about_of(row), Row(into.code, State.waiting, slot, None, number), batch)
    await batch.write(uow)
    return made


def _delivery(uow: Uow, row: Touchpoint, entry: Entry) -> Delivery:
    key = (
        (row.code, row.subject, row.occurrence)
        if row.round == 1
        else (row.code, row.subject, row.occurrence, row.round)
    )
    names = ("subject", "application_id", "person_id", "sending_entity_id", "hosting_entity_id", "occurrence")
    names += ("audience", "recipient_id")
    return Delivery(
        id=derived_id("delivery", *key),
        touchpoint_id=row.id,
        touchpoint=row.code,
        message_id=str(derived_id("message", *key)),
        channel=entry.channels[0],
        state="pending",
        not_before=uow.clock.machine(),
        created_at=uow.now,
        **{name: getattr(row, name) for name in names},
    )

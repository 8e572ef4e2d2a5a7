"""What follows when a channel fails: the next channel of the entry takes over, or the touchpoint says why not."""

from typing import Any

from sqlmodel import select

from services.notifications.handlers.calendar import skip
from services.notifications.model import Delivery, Touchpoint
from services.notifications.policy import Entry, Medium, State, next_channel
from shared.ids import derived_id
from shared.storage.tx import Uow

SAME = (
    "touchpoint_id", "touchpoint", "occurrence", "audience", "recipient_id", "subject", "application_id", "person_id",
    "sending_entity_id", "hosting_entity_id", "budget",
)  # fmt: skip


async def fall_back(
    uow: Uow, row: Delivery, touchpoint: Touchpoint, entry: Entry | None, reason: str, *,
    next_one: bool = True, state: State = State.skipped,
) -> Delivery | None:  # fmt: skip
    """End this delivery with its reason and begin one over the next channel; without one the touchpoint ends as well.

    The touchpoint stays the same, and so does its evidence; each channel has a delivery of its own, which is returned.
    """
    uow.change(row, state="failed" if state is State.failed else "cancelled", reason=reason, lease_until=None)
    channel = await _next(uow, row, entry) if next_one and entry is not None else None
    if channel is None:
        await skip(uow, touchpoint, reason, state)
        return None
    uow.change(touchpoint, state=State.due, reason=reason)
    return uow.add(_over(uow, row, channel))


async def _next(uow: Uow, row: Delivery, entry: Entry) -> Medium | None:
    tried = select(Delivery.channel).where(
        Delivery.touchpoint_id == row.touchpoint_id, Delivery.occurrence == row.occurrence
    )
    return next_channel(entry.channels, set(await uow.rows(tried)))


def _over(uow: Uow, row: Delivery, channel: Medium) -> Delivery:
    """The same message over another channel, with an id and a Message-ID that follow from both."""
    key = (row.touchpoint_id, row.occurrence, channel)
    same: dict[str, Any] = {name: getattr(row, name) for name in SAME}
    return Delivery(
        id=derived_id("delivery", *key), message_id=str(derived_id("message", *key)), channel=channel, state="pending",
        not_before=uow.clock.machine(), created_at=uow.now, changed_at=uow.clock.machine(), **same,
    )  # fmt: skip

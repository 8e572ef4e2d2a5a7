"""What stands between a message and its recipient: the channel, the suppression list, quiet hours, budget and digest.

Each gate lets a message pass, holds it back until a moment of business time, or turns it away with a reason; the
deliveries of one recipient that count against a budget or join a digest are judged one after the other, under a lock.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import select

from services.notifications import plan
from services.notifications.commands import Terms
from services.notifications.model import Delivery, Suppression, Touchpoint
from services.notifications.policy import (
    BUDGET_SPAN,
    Asked,
    Budget,
    Entry,
    Medium,
    Priority,
    State,
    address_on,
    budget_until,
    end_of_day,
    is_digestible,
    keeps_until,
    quiet_until,
    reason_of,
    suppressed_by,
)
from services.notifications.views.recipients import Recipient
from services.notifications.views.suppressions import active_of
from shared.storage.tx import Uow

QUIET, OVER_BUDGET, DIGEST = "quiet_hours", "contact_budget", "digest"
NOT_SET_UP, NO_ADDRESS = "channel_not_set_up", "no_address"
BUSY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:recipient, 4))")
# Others of the same recipient that are due and could go out in the same message; what is being judged is left alone.
SIBLINGS = text("""
SELECT d.id FROM delivery d JOIN touchpoint t ON t.id = d.touchpoint_id
WHERE d.recipient_id = :recipient AND d.channel = :channel AND d.state = 'pending' AND d.touchpoint = ANY(:codes)
    AND d.id <> ALL(:taken)
ORDER BY t.due_at, d.id LIMIT 50 FOR UPDATE OF d, t SKIP LOCKED
""")


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now: look again at `until`; None is a moment later, when the recipient's other messages are judged."""

    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Not over this channel; `next_one` tells whether another channel may be tried."""

    reason: str
    next_one: bool = True


@dataclass(slots=True)
class Gates:
    """The gates for one batch of deliveries."""

    terms: Terms
    suppressions: Sequence[Suppression]
    passed: list[tuple[UUID, Budget]] = field(default_factory=list)

    @classmethod
    async def of(cls, uow: Uow, terms: Terms, recipients: Sequence[Recipient]) -> "Gates":
        ids = {one.id for one in recipients if one.id}
        return cls(terms, await active_of(uow, *ids) if ids else [])

    def address(self, row: Delivery, recipient: Recipient) -> str | Refused:
        """Where the message would go, if that is possible and allowed."""
        channel = Medium(row.channel)
        if channel not in self.terms.channels:
            return Refused(NOT_SET_UP)
        address = address_on(channel, recipient.email, recipient.phone, recipient.id)
        if address is None:
            return Refused(NO_ADDRESS)
        asked = Asked(channel, row.budget, self.hashed(address))
        held = [one for one in self.suppressions if one.recipient_id == recipient.id]
        if (by := suppressed_by(asked, held)) is not None:
            return Refused(reason_of(by), next_one=by.budget is None and by.channel is not None)
        return address

    def hashed(self, address: str) -> str:
        """What is kept of an address, so that a bounce names it: nobody can read it back without our key."""
        return hmac.digest(self.terms.address_key, address.strip().lower().encode(), hashlib.sha256).hex()

    def quiet(self, uow: Uow, row: Delivery, entry: Entry, zone: str) -> Hold | None:
        if row.channel == Medium.feed or entry.priority is Priority.urgent:
            return None
        until = quiet_until(self.terms.quiet, uow.now, zone)
        return Hold(QUIET, until) if until else None

    async def budget(
        self, uow: Uow, row: Delivery, entry: Entry, touchpoint: Touchpoint, recipient: Recipient
    ) -> Hold | Refused | None:
        """Whether one more message of this class fits into the recipient's week."""
        most = self.terms.budgets.get(row.budget)
        if row.budget is Budget.owed or most is None or recipient.id is None:
            return None
        if not await uow.scalar(BUSY, {"recipient": str(recipient.id)}):
            return Hold(OVER_BUDGET, None)
        counted = select(func.coalesce(Delivery.sent_at, uow.now)).where(
            Delivery.recipient_id == recipient.id, Delivery.budget == row.budget, Delivery.id != row.id,
            (Delivery.state == "sent") & (Delivery.sent_at > uow.now - BUDGET_SPAN)  # type: ignore[operator]
            | Delivery.state.in_(("sending", "unknown")),  # type: ignore[attr-defined]
        )  # fmt: skip
        until = budget_until((await uow.execute(counted)).scalars(), most, uow.now)
        if until is None:
            return None
        return Hold(OVER_BUDGET, until) if keeps_until(entry, touchpoint.due_at, until) else Refused(OVER_BUDGET, False)

    async def later_today(
        self, uow: Uow, row: Delivery, entry: Entry, touchpoint: Touchpoint, zone: str
    ) -> Hold | None:
        """A nudge waits for the others of its recipient that are due later on the same day."""
        if not is_digestible(entry) or row.channel != Medium.email or row.recipient_id is None:
            return None
        last = select(func.max(Touchpoint.due_at)).where(
            Touchpoint.recipient_id == row.recipient_id, Touchpoint.state == State.waiting,
            Touchpoint.code.in_(digestible_codes()), Touchpoint.due_at > uow.now,  # type: ignore[attr-defined]
            Touchpoint.due_at < end_of_day(uow.now, zone),
        )  # fmt: skip
        until = await uow.scalar(last)
        if until is None or not keeps_until(entry, touchpoint.due_at, until):
            return None
        return None if quiet_until(self.terms.quiet, until, zone) else Hold(DIGEST, until)

    async def siblings(self, uow: Uow, row: Delivery, entry: Entry, taken: Sequence[UUID]) -> list[Delivery]:
        """The other nudges of this recipient that are due, locked: they go out in this message."""
        if not is_digestible(entry) or row.channel != Medium.email or row.recipient_id is None:
            return []
        if not await uow.scalar(BUSY, {"recipient": str(row.recipient_id)}):
            return []
        values = {"recipient": row.recipient_id, "channel": row.channel, "codes": digestible_codes()}
        ids = list((await uow.execute(SIBLINGS, values | {"taken": list(taken)})).scalars())
        query = select(Delivery).where(Delivery.id.in_(ids))  # type: ignore[attr-defined]
        return list(await uow.rows(query)) if ids else []


def digestible_codes() -> list[str]:
    return [entry.code for entry in plan.current().touchpoints if is_digestible(entry)]

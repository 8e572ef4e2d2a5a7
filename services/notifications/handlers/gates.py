"""What stands between a message and its recipient: the channel, the suppression list, quiet hours, budget and digest.

Each gate lets a message pass, holds it back until a moment of business time, or turns it away with a reason; the
deliveries of one recipient that count against a budget or join a digest are judged one after the other, under a lock.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.notifications import plan
from services.notifications.commands import Terms
from services.notifications.model import Delivery, Suppression, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import (
    BUDGET_SPAN,
    Asked,
    Budget,
    Entry,
    Medium,
    Priority,
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
# Never waits, so it can't deadlock: what another worker judges at this moment is looked at again a moment later.
BUSY = text("""
SELECT recipient FROM unnest(CAST(:recipients AS uuid[])) AS recipient
WHERE pg_try_advisory_xact_lock(hashtextextended(recipient::text, 4))
""")
COUNTED = text("""
SELECT id, recipient_id, budget, coalesce(sent_at, :now) AS at FROM delivery
WHERE recipient_id = ANY(:recipients) AND budget <> 'owed'
    AND (state = 'sent' AND sent_at > :since OR state IN ('sending', 'unknown'))
""")
LATER = text("""
SELECT recipient_id, due_at FROM touchpoint WHERE recipient_id = ANY(:recipients) AND state = 'waiting'
    AND code = ANY(:codes) AND due_at > :now AND due_at < :soon
""")
# Others of the same recipients that are due and could go out in the same message.
SIBLINGS = text("""
SELECT d.id FROM delivery d JOIN touchpoint t ON t.id = d.touchpoint_id
WHERE d.recipient_id = ANY(:recipients) AND d.channel = 'email' AND d.state = 'pending' AND d.touchpoint = ANY(:codes)
ORDER BY t.due_at, d.id LIMIT 1000 FOR UPDATE OF d, t SKIP LOCKED
""")
A_DAY_AND_MORE = timedelta(hours=26)


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
    """The gates for one batch of deliveries; what they need to know was read for all of its recipients at once."""

    terms: Terms
    suppressions: Sequence[Suppression]
    free: set[UUID]
    counted: dict[tuple[UUID, Budget], list[tuple[UUID, datetime]]]
    later: dict[UUID, list[datetime]]
    others: dict[UUID, list[Delivery]]

    @classmethod
    async def of(cls, uow: Uow, terms: Terms, rows: Sequence[tuple[Delivery, Recipient]]) -> "Gates":
        """`rows` are the deliveries at hand whose recipients are known."""
        ids = {one.id for _, one in rows if one.id}
        made = cls(terms, await active_of(uow, *ids) if ids else [], set(), {}, {}, {})
        entries = await store.entries_of(uow, [row.touchpoint_id for row, _ in rows])
        budgeted = {
            one.id for row, one in rows if one.id and (e := entries.get(row.touchpoint_id)) and _has_budget(e, terms)
        }
        nudged = {one.id for row, one in rows if one.id and (e := entries.get(row.touchpoint_id)) and is_digestible(e)}
        if budgeted | nudged:
            await made._read(uow, sorted(budgeted | nudged), sorted(nudged), digestible_codes(entries.values()))
        return made

    async def _read(self, uow: Uow, recipients: list[UUID], nudged: list[UUID], codes: list[str]) -> None:
        self.free = set((await uow.execute(BUSY, {"recipients": recipients})).scalars())
        since = {"recipients": recipients, "now": uow.now, "since": uow.now - BUDGET_SPAN}
        for row in (await uow.execute(COUNTED, since)).all():
            self.counted.setdefault((row.recipient_id, Budget(row.budget)), []).append((row.id, row.at))
        if not nudged:
            return
        values = {"recipients": nudged, "codes": codes}
        soon = {"now": uow.now, "soon": uow.now + A_DAY_AND_MORE}
        for recipient, due_at in (await uow.execute(LATER, values | soon)).all():
            self.later.setdefault(recipient, []).append(due_at)
        ids = list((await uow.execute(SIBLINGS, values)).scalars())
        query = select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.created_at, Delivery.id)  # type: ignore[attr-defined]
        for row in await uow.rows(query) if ids else ():
            if row.recipient_id is not None:
                self.others.setdefault(row.recipient_id, []).append(row)

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

    def budget(
        self, uow: Uow, row: Delivery, entry: Entry, touchpoint: Touchpoint, recipient: Recipient
    ) -> Hold | Refused | None:
        """Whether one more message of this class fits into the recipient's week; one that does is counted."""
        most = self.terms.budgets.get(row.budget)
        if row.budget is Budget.owed or most is None or recipient.id is None:
            return None
        if recipient.id not in self.free:
            return Hold(OVER_BUDGET, None)
        counted = self.counted.setdefault((recipient.id, row.budget), [])
        until = budget_until([at for id_, at in counted if id_ != row.id], most, uow.now)
        if until is None:
            counted.append((row.id, uow.now))
            return None
        return Hold(OVER_BUDGET, until) if keeps_until(entry, touchpoint.due_at, until) else Refused(OVER_BUDGET, False)

    def later_today(self, uow: Uow, row: Delivery, entry: Entry, touchpoint: Touchpoint, zone: str) -> Hold | None:
        """A nudge waits for the others of its recipient that are due later on the same day."""
        if not is_digestible(entry) or row.channel != Medium.email or row.recipient_id is None:
            return None
        ends = end_of_day(uow.now, zone)
        until = max((at for at in self.later.get(row.recipient_id, ()) if at < ends), default=None)
        if until is None or not keeps_until(entry, touchpoint.due_at, until):
            return None
        return None if quiet_until(self.terms.quiet, until, zone) else Hold(DIGEST, until)

    def siblings(self, row: Delivery, entry: Entry) -> list[Delivery]:
        """The other nudges of this recipient that are due, locked: they go out in this message."""
        if not is_digestible(entry) or row.channel != Medium.email or row.recipient_id not in self.free:
            return []
        others = self.others.get(row.recipient_id, [])
        return [other for other in others if other.id != row.id and other.state == "pending"]


def _has_budget(entry: Entry, terms: Terms) -> bool:
    return entry.budget is not Budget.owed and entry.budget in terms.budgets


def digestible_codes(entries: Iterable[Entry]) -> list[str]:
    """The nudges of the shipped plan, and those of these entries, which may come from a committee's own."""
    return sorted({entry.code for entry in (*plan.current().touchpoints, *entries) if is_digestible(entry)})

"""Messages that can go out: claimed under a lease, kept waiting for facts, held back, sent on to the next channel."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import select

from services.notifications import texts
from services.notifications.commands import ClaimDeliveries, Paper, Part, Work
from services.notifications.handlers.calendar import skip
from services.notifications.handlers.experiences import stay_of
from services.notifications.handlers.fallback import fall_back
from services.notifications.handlers.gates import DIGEST, Gates, Hold, Refused
from services.notifications.handlers.gathering import Known
from services.notifications.handlers.variants import letters_of
from services.notifications.model import Delivery, Document, Experience, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import (
    Audience,
    Entry,
    Medium,
    State,
    anchor_day,
    is_digestible,
    missing,
    pause,
    too_late,
)
from services.notifications.views.letters import WordsInUse
from services.notifications.views.papers import document_address
from services.notifications.views.recipients import NOBODY, Recipient
from shared.storage.tx import Cause, Uow

WAITS = "waits_for_facts"
WAKE = text("""
UPDATE delivery SET hold_until = NULL, not_before = LEAST(not_before, clock_timestamp())
WHERE id IN (
    SELECT id FROM delivery WHERE state = 'pending' AND hold_until <= :now
    ORDER BY hold_until LIMIT :limit FOR UPDATE SKIP LOCKED
)
""")
NOW = text("SELECT clock_timestamp()")
# The touchpoint is locked with its delivery, or the pair is left alone: nobody waits here, so nobody deadlocks.
CLAIM = text("""
SELECT d.id FROM delivery d JOIN touchpoint t ON t.id = d.touchpoint_id
WHERE d.state IN ('pending', 'unknown') AND d.hold_until IS NULL AND d.not_before <= clock_timestamp()
ORDER BY d.not_before LIMIT :limit FOR UPDATE OF d, t SKIP LOCKED
""")


async def claim_deliveries(uow: Uow, command: ClaimDeliveries) -> list[Work]:
    """Messages that can go out now, marked as being sent; the others wait, are held back, try another channel, or are
    dropped, and say why."""
    await uow.execute(WAKE, {"now": uow.now, "limit": command.limit})
    ids = list((await uow.execute(CLAIM, {"limit": command.limit})).scalars())
    if not ids:
        return []
    deliveries = await uow.rows(select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.not_before))  # type: ignore[attr-defined]
    claim = await _Claim.of(uow, command, deliveries)
    found: list[Work] = []
    while claim.queue:
        work = await claim.one(uow, claim.queue.popleft())
        found += [work] if work else []
    return found


@dataclass(slots=True)
class _Claim:
    """One batch: what is known of its deliveries, and the gates that they have to pass."""

    command: ClaimDeliveries
    touchpoints: dict[UUID, Touchpoint]
    known: Known
    recipients: dict[UUID, Recipient | None]
    gates: Gates
    lease_until: datetime
    queue: deque[Delivery]
    words: WordsInUse
    letters: dict[UUID, str]
    folded: set[UUID] = field(default_factory=set)

    @classmethod
    async def of(cls, uow: Uow, command: ClaimDeliveries, deliveries: list[Delivery]) -> "_Claim":
        held = await uow.rows(select(Touchpoint).where(Touchpoint.id.in_({row.touchpoint_id for row in deliveries})))  # type: ignore[attr-defined]
        known = await Known.of(uow, deliveries)
        found = {row.id: known.recipient(row) for row in deliveries}
        gates = await Gates.of(uow, command.terms, [(row, one) for row in deliveries if (one := found[row.id])])
        words, letters = await WordsInUse.of(uow), await letters_of(uow, held)
        until = await uow.scalar(NOW) + command.lease
        by_id = {row.id: row for row in held}
        return cls(command, by_id, known, found, gates, until, deque(deliveries), words, letters)

    async def one(self, uow: Uow, row: Delivery) -> Work | None:
        """What is to be sent of this delivery now, if anything."""
        if row.id in self.folded:
            return None
        touchpoint = self.touchpoints[row.touchpoint_id]
        entry = await store.entry_of(uow, touchpoint)
        if entry is not None and touchpoint.id in self.letters:
            entry = replace(entry, letter=self.letters[touchpoint.id])
        uow.cause = Cause(touchpoint.correlation_id)
        recipient = self.recipients[row.id]
        reason = self._why_not(uow, row, touchpoint, entry)
        if reason is not None or entry is None:
            return await self._drop(uow, row, touchpoint, reason or "not_in_plan")
        facts = self.known.facts(row)
        if entry.document and row.application_id:
            facts.setdefault("link", document_address(row.id))
        whom = "person" if row.audience == Audience.ep else "recipient"
        lacking = missing(dict.fromkeys((whom, *entry.needs)), facts)
        if recipient is None:
            return self._wait(uow, row, touchpoint, lacking or [whom])
        row.budget = entry.budget
        address = self.gates.address(row, recipient)
        if isinstance(address, Refused):
            return await self._fall_back(uow, row, touchpoint, entry, address)
        if lacking:
            return self._wait(uow, row, touchpoint, lacking)
        if not row.uncertain:
            verdict = self._gates(uow, row, entry, touchpoint, recipient)
            if isinstance(verdict, Refused):
                return await self._fall_back(uow, row, touchpoint, entry, verdict)
            if verdict is not None:
                return self._hold(uow, row, touchpoint, verdict)
        return await self._claimed(uow, row, entry, touchpoint, recipient, address, facts)

    def _gates(
        self, uow: Uow, row: Delivery, entry: Entry, touchpoint: Touchpoint, recipient: Recipient
    ) -> Hold | Refused | None:
        zone = recipient.zone or touchpoint.zone
        if hold := self.gates.quiet(uow, row, entry, zone):
            return hold
        if hold := self.gates.later_today(uow, row, entry, touchpoint, zone):
            return hold
        return self.gates.budget(uow, row, entry, touchpoint, recipient)

    async def _claimed(
        self, uow: Uow, row: Delivery, entry: Entry, touchpoint: Touchpoint, recipient: Recipient, address: str,
        facts: dict[str, object],
    ) -> Work:  # fmt: skip
        language = self._language(row, recipient)
        parts = await self._parts(uow, row, entry, facts, language)
        uow.change(touchpoint, reason=None, told=_dates(entry, self.known.stay(row)))
        values = {"state": "sending", "reason": None, "waiting_for": [], "attempts": row.attempts + 1}
        hashed = self.gates.hashed(address) if recipient.id else None
        uow.change(row, **values, language=language, address_hash=hashed, lease_until=self.lease_until)
        paper = await _filed(uow, row) if row.uncertain else None
        return Work(
            row.id, row.touchpoint, entry.letter or entry.code, entry.document, row.message_id, language,
            touchpoint.correlation_id, facts, paper, Medium(row.channel), row.budget, recipient.id, recipient.name,
            address, await self.words.of_row(uow, entry, row, language), parts,
        )  # fmt: skip

    async def _parts(
        self, uow: Uow, row: Delivery, entry: Entry, facts: dict[str, object], language: str
    ) -> tuple[Part, ...]:
        """The messages of a digest, this one first; those that are late, where this one stands for them; none when it
        goes out alone."""
        if late := self.known.late(row):
            return await self._late_parts(uow, row, late, facts, language)
        again = row.uncertain  # what may have arrived already goes out again as it was
        others = list(await uow.all(Delivery, folded_into=row.id)) if again else self.gates.siblings(row, entry)
        if "invite" in facts:
            return ()
        own = await self.words.of_row(uow, entry, row, language)
        parts = [Part(row.id, row.touchpoint, entry.letter or entry.code, facts, own)]
        known = await Known.of(uow, others) if others else self.known
        for other in sorted(others, key=lambda one: (one.created_at, str(one.id))):
            part = await self._fold(uow, other, row, known, language)
            parts += [part] if part else []
        return tuple(parts) if len(parts) > 1 else ()

    async def _late_parts(
        self, uow: Uow, row: Delivery, late: Sequence[tuple[Touchpoint, Entry]], facts: dict[str, object], language: str
    ) -> tuple[Part, ...]:
        """What each of the late ones says, of the same stay and so by the same facts; none when one of them lacks some:
        their titles go out then."""
        if any(missing(entry.needs, facts) for _, entry in late):
            return ()
        owns = [await self.words.of_row(uow, entry, row, language) for _, entry in late]
        return tuple(
            Part(touchpoint.id, entry.code, entry.letter or entry.code, facts, own)
            for (touchpoint, entry), own in zip(late, owns, strict=True)
        )

    async def _fold(self, uow: Uow, other: Delivery, into: Delivery, known: Known, language: str) -> Part | None:
        """Let a due nudge go out within another message; one that isn't ready, or not any more, stays by itself."""
        touchpoint = await uow.get(Touchpoint, other.touchpoint_id)
        entry = await store.entry_of(uow, touchpoint)
        if entry is None or not is_digestible(entry):  # its version of the plan may see it otherwise than the newest
            return None
        if other.state != "folded" and too_late(entry, touchpoint.due_at, uow.now):
            return None
        facts = known.facts(other)
        if missing(entry.needs, facts) or "invite" in facts:  # a calendar file needs a message of its own
            return None
        if other.state != "folded":
            uow.change(other, state="folded", folded_into=into.id, reason=DIGEST, hold_until=None, waiting_for=[])
            other.budget = entry.budget
            self.folded.add(other.id)
            uow.change(touchpoint, reason=DIGEST, told=_dates(entry, known.stay(other)))
        own = await self.words.of_row(uow, entry, other, language)
        return Part(other.id, other.touchpoint, entry.letter or entry.code, facts, own)

    # --- not now, or not at all

    def _why_not(self, uow: Uow, row: Delivery, touchpoint: Touchpoint, entry: Entry | None) -> str | None:
        person, invitation = self.known.person(row), self.known.invitation(row)
        if entry is None:
            return "not_in_plan"
        if person is not None and person.erased:
            return "person_erased"
        if invitation is not None and invitation.expires_at <= uow.now:
            return "invitation_expired"
        if invitation is not None and invitation.answered:
            return "survey_answered"
        return "late" if too_late(entry, touchpoint.due_at, uow.now) else None

    async def _fall_back(self, uow: Uow, row: Delivery, touchpoint: Touchpoint, entry: Entry, refused: Refused) -> None:
        """The next channel has its turn at once."""
        over = await fall_back(uow, row, touchpoint, entry, refused.reason, next_one=refused.next_one)
        if over is not None:
            await uow.flush()
            self.recipients[over.id] = self.recipients[row.id]
            self.queue.append(over)

    async def _drop(self, uow: Uow, row: Delivery, touchpoint: Touchpoint, reason: str) -> None:
        uow.change(row, state="cancelled", reason=reason)
        await skip(uow, touchpoint, reason)

    def _wait(self, uow: Uow, row: Delivery, touchpoint: Touchpoint, lacking: list[str]) -> None:
        if row.waiting_for != lacking:
            reason = NOBODY if "recipient" in lacking else WAITS
            uow.change(row, waiting_for=lacking, reason=reason)
            uow.change(touchpoint, reason=reason)
        row.waits += 1
        row.not_before = func.clock_timestamp() + pause(row.waits)

    def _hold(self, uow: Uow, row: Delivery, touchpoint: Touchpoint, hold: Hold) -> None:
        """Held back until a moment of business time, and judged anew then."""
        if hold.until is None:
            row.not_before = func.clock_timestamp() + pause(0)
            return
        uow.change(row, reason=hold.reason, hold_until=hold.until, waiting_for=[])
        if touchpoint.state == State.due and touchpoint.reason != hold.reason:
            uow.change(touchpoint, reason=hold.reason)

    def _language(self, row: Delivery, recipient: Recipient) -> str:
        invitation = self.known.invitation(row)
        return texts.choose(recipient.language, invitation.language if invitation else None)


def _dates(entry: Entry, stay: Experience | None) -> dict[str, str] | None:
    """The dates that this message gives, as they are now: when they change, a correction is owed."""
    if not entry.tells or stay is None or stay.end_on is None:
        return None
    return {str(anchor): anchor_day(anchor, stay_of(stay)).isoformat() for anchor in entry.tells}


async def _filed(uow: Uow, row: Delivery) -> Paper | None:
    """The document of an earlier try: what may have arrived already is sent again as it was."""
    if row.document_id is None or (filed := await uow.find(Document, id=row.document_id)) is None:
        return None
    if filed.content is None:
        return None
    return Paper(row.id, filed.kind, filed.language, filed.file_name, filed.sha256, filed.content)

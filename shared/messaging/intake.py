"""How a room takes events in: each is judged, counted and handled once, all of a batch in one transaction."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import groupby
from operator import itemgetter
from typing import NoReturn

import structlog

from shared import failpoints
from shared.access import Caller
from shared.contracts.envelope import ContractError, Envelope, Head, family, open_envelope, read_headers
from shared.contracts.message import Message
from shared.messaging import metrics
from shared.messaging.ledger import PARK, Aside, Ledger, open_ledger, row_of
from shared.messaging.together import TogetherHandler, is_patient, is_together
from shared.runtime import Runtime
from shared.service import EventHandler
from shared.storage.tx import Cause, Uow
from shared.telemetry import following

log = structlog.get_logger()
Admitted = tuple[EventHandler, Envelope]


class Intake:
    """The room's handlers behind the inbox. Raises what a handler raises; nothing of that transaction remains then."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.room = runtime.service.name
        self.handlers: dict[str, EventHandler] = {event.TYPE: h for event, h in runtime.service.hears.items()}
        self._families = {family(type_) for type_ in self.handlers}
        self._caller = Caller.system(self.room)
        self._largest = runtime.kernel.event_size_limit

    def presses(self, message: Message) -> bool:
        """Whether somebody here waits for the message; what is skipped and counted presses nobody."""
        type_ = text_of(message.header("ce_type"))
        if type_ is None:
            return True
        if (handler := self.handlers.get(type_)) is not None:
            return not is_patient(handler)
        return family(type_) in self._families

    async def take(self, messages: Sequence[Message]) -> None:
        """Handle messages in one transaction: of each partition consecutive ones, in order."""
        async with self.transaction() as uow:
            ledger = await open_ledger(uow, messages)
            admitted = [found for message in messages if (found := self._admit(ledger, message))]
            said = await self._handle_all(uow, admitted)
            await ledger.write(uow)
            failpoints.passing("batch-handled")
        self.tell(ledger, said)

    async def take_again(self, uow: Uow, message: Message) -> Ledger:
        """Handle a message that was parked, in the caller's transaction; ContractError when it still can't be read."""
        ledger = await open_ledger(uow, [message])
        ledger.queued.clear()
        if found := self._admit(ledger, message):
            await self._handle_all(uow, [found])
        if ledger.aside:
            raise ContractError(ledger.aside[0].reason, ledger.aside[0].detail)
        await ledger.write(uow)
        return ledger

    async def set_aside(self, message: Message, reason: str, detail: str) -> None:
        """Park one message in a transaction of its own."""
        aside = Aside(message, reason, detail)
        async with self.transaction() as uow:
            await open_ledger(uow, [message])
            await uow.execute(PARK, row_of(aside))
        self._tell_of_parked([aside])

    async def handle(self, uow: Uow, envelopes: Sequence[Envelope]) -> None:
        """Run the handlers of events that are to be handled, in order, without asking the inbox."""
        await self._handle_all(uow, [(self.handlers[envelope.type], envelope) for envelope in envelopes])

    def transaction(self) -> AbstractAsyncContextManager[Uow]:
        return self._runtime.database.transaction(self._caller, Cause.new(), self._runtime.clock)

    def _admit(self, ledger: Ledger, message: Message) -> Admitted | None:
        """Judge one message: it is to be handled, or it is skipped or set aside. Either way it is counted."""
        try:
            head = read_headers(message) if message.key is not None else _no_key()
            if ledger.heard(message.topic, head):
                ledger.skipped["heard"] += 1
                return None
            if ledger.waits(message):
                raise ContractError("behind", "an earlier event of this key is parked")
            admitted = self._judge(head, message)
        except ContractError as error:
            ledger.park(message, error.reason, error.detail)
            return None
        ledger.advance(message.topic, head)
        if admitted is None:
            ledger.skipped["not-heard"] += 1
        else:
            ledger.handled[head.type] += 1
        return admitted

    def _judge(self, head: Head, message: Message) -> Admitted | None:
        """The handler and what it gets; None for a type that the room doesn't hear."""
        if (size := len(message.value or b"")) > self._largest:
            raise ContractError("oversized", f"{size} bytes, the limit is {self._largest}")
        if handler := self.handlers.get(head.type):
            return handler, open_envelope(head, message)
        if family(head.type) in self._families:
            raise ContractError("unknown-version", f"{head.type} is not a version that {self.room} knows")
        return None

    async def _handle_all(self, uow: Uow, admitted: Sequence[Admitted]) -> bool:
        """In order; True when a handler said something. All that they say is written at the end, with its causes."""
        for handler, run in groupby(admitted, key=itemgetter(0)):
            envelopes = [envelope for _, envelope in run]
            if is_together(handler):
                await self._handle_run(uow, handler, envelopes)
                continue
            for envelope in envelopes:
                await self._handle(uow, handler, envelope)
        return bool(uow.said)

    async def _handle(self, uow: Uow, handler: EventHandler, envelope: Envelope) -> None:
        """What the handler says is caused by this event, in its conversation and its trace."""
        with following(f"hear {envelope.type}", envelope.traceparent, envelope.correlation_id) as thread:
            uow.cause = Cause(envelope.correlation_id, envelope.id, thread.traceparent)
            await handler(uow, envelope)

    async def _handle_run(self, uow: Uow, handler: TogetherHandler, envelopes: list[Envelope]) -> None:
        first = next((e for e in envelopes if (e.traceparent or "").endswith("-01")), envelopes[0])
        with following(f"hear {len(envelopes)} together", first.traceparent, first.correlation_id):
            await handler(uow, envelopes)

    def tell(self, ledger: Ledger, said: bool) -> None:
        """Metrics, log lines and the relay's hint, after the commit."""
        if said:
            self._runtime.committed()
        for type_, count in ledger.handled.items():
            metrics.CONSUMED.labels(self.room, type_).inc(count)
        for why, count in ledger.skipped.items():
            metrics.SKIPPED.labels(self.room, why).inc(count)
        for gap in ledger.gaps:
            metrics.GAPS.labels(self.room, gap.topic).inc()
            log.error("event gap", topic=gap.topic, key=str(gap.key), expected=gap.expected, got=gap.got)
        self._tell_of_parked(ledger.aside)

    def _tell_of_parked(self, parked: Iterable[Aside]) -> None:
        for aside in parked:
            message = aside.message
            metrics.PARKED.labels(self.room, aside.reason).inc()
            log.error(
                "event parked",
                room=self.room,
                reason=aside.reason,
                detail=aside.detail[:500],
                topic=message.topic,
                partition=message.partition,
                offset=message.offset,
                key=text_of(message.key),
                type=text_of(message.header("ce_type")),
            )


def text_of(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode(errors="replace")


def _no_key() -> NoReturn:
    raise ContractError("no-key", "a message without a key belongs to nobody")

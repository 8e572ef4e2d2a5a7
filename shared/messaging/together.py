"""How handlers like their events: many at once, where a flood must be fast; in no hurry, where that is fine."""

from collections.abc import Awaitable, Callable, Mapping
from itertools import groupby
from typing import Any

from shared.contracts.envelope import Envelope, Event
from shared.storage.tx import Uow

TogetherHandler = Callable[[Uow, list[Envelope]], Awaitable[None]]
Handler = Callable[[Uow, Any], Awaitable[None]]


def together(handler: TogetherHandler) -> Any:
    """Mark `handler(uow, envelopes)`: it gets consecutive events (of all types that it hears) in one call.

    Their order per key is kept, and all rows can be written with one statement. What is said or noted needs its own
    event as its cause: `for envelope in uow.each(envelopes)` sets it. When one of the events fails, each is handled
    alone, so that only the bad one is parked.
    """
    handler.together = True  # type: ignore[attr-defined]
    return handler


def is_together(handler: object) -> bool:
    return getattr(handler, "together", False)


def hearing(*parts: Mapping[type[Event], Handler]) -> dict[type[Event], Any]:
    """What a room of several parts hears: each part has a table of its own; an event goes to every part that has it.

    All in one transaction, the parts in the order given; each part gets its events in theirs. Events stay in long runs,
    whichever part they are for. An event for whose handlers nobody waits in any part is patient.
    """

    tables = [{event.TYPE: handler for event, handler in part.items()} for part in parts]

    @together
    async def hear(uow: Uow, envelopes: list[Envelope]) -> None:
        for table in tables:
            mine = (envelope for envelope in envelopes if envelope.type in table)
            for handler, run in groupby(mine, key=lambda envelope, table=table: table[envelope.type]):
                await _hand(uow, handler, list(run))

    @patient
    @together
    async def hear_later(uow: Uow, envelopes: list[Envelope]) -> None:
        await hear(uow, envelopes)

    heard: dict[type[Event], Any] = {}
    for event in (event for part in parts for event in part):
        waits = all(is_patient(part[event]) for part in parts if event in part)
        heard[event] = hear_later if waits else hear
    return heard


async def _hand(uow: Uow, handler: Handler, envelopes: list[Envelope]) -> None:
    if is_together(handler):
        await handler(uow, envelopes)
        return
    for envelope in uow.each(envelopes):
        await handler(uow, envelope)


def patient(handler: Any) -> Any:
    """Mark a handler for whose events nobody waits: they may linger for half a second, until others come along."""
    handler.patient = True
    return handler


def is_patient(handler: object) -> bool:
    return getattr(handler, "patient", False)

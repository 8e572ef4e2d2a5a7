"""How handlers like their events: many at once, where a flood must be fast; in no hurry, where that is fine."""

from collections.abc import Awaitable, Callable
from typing import Any

from shared.contracts.envelope import Envelope
from shared.storage.tx import Uow

TogetherHandler = Callable[[Uow, list[Envelope]], Awaitable[None]]


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


def patient(handler: Any) -> Any:
    """Mark a handler for whose events nobody waits: they may linger for half a second, until others come along."""
    handler.patient = True
    return handler


def is_patient(handler: object) -> bool:
    return getattr(handler, "patient", False)

"""The port that every provider serves: a session over which parcels go out, one after the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from services.notifications.commands import Outcome, Paper
from services.notifications.mail import Mail
from services.notifications.policy import Medium

Settled = tuple[Outcome, str | None]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, ready to be handed over. `mail` is there for e-mail alone; all others have their words in `text`.

    `message_id` is the same on every try: whoever takes it may use it to take it once. `back` is the envelope
    sender of an e-mail, where bounces go; None is the sender itself.
    """

    message_id: str
    channel: Medium
    touchpoint: str
    language: str
    address: str = field(repr=False)
    name: str = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    link: str | None = field(default=None, repr=False)
    paper: Paper | None = field(default=None, repr=False)
    mail: Mail | None = field(default=None, repr=False)
    back: str | None = None


class Session(Protocol):
    """What parcels go out over. `send` never raises for what the other side does."""

    async def send(self, parcel: Parcel) -> Settled: ...


class Provider(Protocol):
    """Serves one channel. `lanes` is how many sessions of it may be open side by side."""

    lanes: int

    def session(self) -> "AsyncSession": ...

    async def close(self) -> None: ...


class AsyncSession(Protocol):
    async def __aenter__(self) -> Session: ...

    async def __aexit__(self, *_: object) -> bool | None: ...


class Closed:
    """A session while the other side is away: everything waits."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def send(self, parcel: Parcel) -> Settled:
        return Outcome.later, self._reason


@asynccontextmanager
async def always(session: Session) -> AsyncIterator[Session]:
    """A session of a provider that needs no connection of its own."""
    yield session

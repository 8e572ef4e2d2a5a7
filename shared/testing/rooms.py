"""A room to drive in a test: its handlers, its timers, its HTTP door, and what it said – on a database of its own."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr
from sqlalchemy import text

from shared.access import Caller
from shared.contracts.envelope import CATALOGUE, Envelope, Event
from shared.ids import new_id
from shared.messaging.intake import Intake
from shared.runtime import Runtime
from shared.service import Service, load
from shared.testing.callers import test_kernel, token
from shared.testing.clock import FakeClock
from shared.testing.databases import POOL, Databases
from shared.timers import Timers
from shared.web.app import create_app


@dataclass
class Room:
    """One running room. `said` reads its outbox, which no relay empties here."""

    service: Service
    runtime: Runtime
    clock: FakeClock
    stack: AsyncExitStack
    _app: Any = None
    _heard: dict[tuple[str, UUID], int] = field(default_factory=dict)

    async def do(self, handler: Any, command: Any, caller: Caller | None = None, expected: int | None = None) -> Any:
        """Run a command's handler in its transaction."""
        caller = caller or Caller.system(self.service.name)
        return await self.runtime.execute(handler, command, caller=caller, expected=expected)

    async def hear(self, event: Event, effective_on: date | None = None) -> None:
        """Run the handler of an event as the consumer would, with the next sequence of its key."""
        await self._deliver(type(event), event.key, event, effective_on)

    async def take(self, envelopes: Sequence[Envelope]) -> None:
        """Run the handlers of these, in one transaction, as the consumer would with a batch."""
        await self.do(Intake(self.runtime).handle, envelopes)

    async def hear_erased(self, event: type[Event], key: UUID) -> None:
        """A tombstone: everything that `event` told of `key` is to be forgotten."""
        await self._deliver(event, key, None, None)

    async def _deliver(self, kind: type[Event], key: UUID, data: Event | None, effective_on: date | None) -> None:
        sequence = self._heard[kind.TOPIC, key] = self._heard.get((kind.TOPIC, key), 0) + 1
        now = self.clock.now()
        envelope = Envelope(
            new_id(), kind.TYPE, f"/sojourn/{kind.TOPIC.partition('.')[0]}", key, now, effective_on or now.date(),
            sequence, new_id(), None, None, data,
        )  # fmt: skip
        await self.take([envelope])

    async def said(self, kind: type[Event] | None = None) -> list[Any]:
        """What the room said so far, in order; a tombstone is (type, key)."""
        query = text("SELECT type, aggregateid, payload FROM outbox ORDER BY position")
        async with self.runtime.database.engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        wanted = [row for row in rows if kind is None or row.type == kind.TYPE]
        return [
            (row.type, row.aggregateid) if row.payload is None else CATALOGUE[row.type].model_validate_json(row.payload)
            for row in wanted
        ]

    async def due(self) -> int:
        """Do everything that is due at the clock's time; how much that was."""
        return await Timers(self.runtime).drain()

    async def read(self, view: Any, *args: Any, caller: Caller | None = None) -> Any:
        return await self.runtime.read(view, *args, caller=caller or Caller.system(self.service.name))

    async def app(self) -> Any:
        """The room's ASGI app, started."""
        if self._app is None:
            self._app = create_app(self.service, self.runtime)
            await self.stack.enter_async_context(self._app.router.lifespan_context(self._app))
        return self._app

    async def client(self, caller: Caller | None = None) -> httpx.AsyncClient:
        """An HTTP client with a token of this caller, or without one. A crash of the app is a 500 here, as outside."""
        transport = httpx.ASGITransport(app=await self.app(), raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token(caller)}"} if caller else {}
        client = httpx.AsyncClient(transport=transport, base_url="http://room", headers=headers)
        return await self.stack.enter_async_context(client)


class Rooms:
    """Makes rooms; each on a clean database of its own."""

    def __init__(self, databases: Databases, stack: AsyncExitStack) -> None:
        self._databases, self._stack = databases, stack

    async def __call__(self, name: str, **settings: Any) -> Room:
        service, clock = load(name), FakeClock()
        lent = await self._databases.take(service)
        self._stack.push_async_callback(self._databases.give_back, service, lent)
        url = SecretStr(lent.dsn)
        room_settings = service.settings(database_url=url, port=0, pool_size=POOL, _env_file=None, **settings)
        runtime = Runtime(service, kernel_settings=test_kernel(), settings=room_settings, clock=clock, database=lent)
        return Room(service, runtime, clock, self._stack)

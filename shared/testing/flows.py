"""Several rooms on one in-memory bus: what one says reaches the others, through real relays, inboxes and databases."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shared.contracts.envelope import Envelope, Event, to_message
from shared.contracts.topics import TOPICS
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.memory import MemoryBus
from shared.messaging.relay import Relay
from shared.testing.clock import FakeClock
from shared.testing.rooms import Room, Rooms


@dataclass
class Flow:
    """Rooms by name, on one clock and one bus."""

    rooms: dict[str, Room]
    bus: MemoryBus
    clock: FakeClock
    _said: dict[tuple[str, UUID], int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Room:
        return self.rooms[name]

    async def say(self, *events: Event, effective_on: date | None = None) -> None:
        """Say events in the name of a room that is not part of this flow, and let them arrive."""
        for event in events:
            sequence = self._said[event.TOPIC, event.key] = self._said.get((event.TOPIC, event.key), 0) + 1
            now = self.clock.now()
            envelope = Envelope(
                new_id(), event.TYPE, "/sojourn/test", event.key, now, effective_on or now.date(),
                sequence, new_id(), None, None, event,
            )  # fmt: skip
            await self.bus.publish([to_message(envelope, event.TOPIC)])
        await self.settle()

    async def settle(self) -> None:
        """Until nothing moves any more; an event that a room could not handle fails the test."""
        await self.bus.settle()
        for name, room in self.rooms.items():
            async with room.runtime.database.engine.connect() as connection:
                parked = (await connection.exec_driver_sql("SELECT reason, detail FROM parked")).all()
            assert not parked, f"{name} parked events: {parked}"

    async def due(self) -> None:
        """Do in all rooms what the calendar has for now, and let the others hear of it."""
        for room in self.rooms.values():
            await room.due()
        await self.settle()


class Flows:
    """Makes flows: `await flows("applications", "surveys")`."""

    def __init__(self, rooms: Rooms, stack: AsyncExitStack) -> None:
        self._rooms, self._stack = rooms, stack

    async def __call__(self, *names: str) -> Flow:
        bus, clock = MemoryBus(), FakeClock()
        await bus.ensure_topics(TOPICS.values())
        self._stack.push_async_callback(bus.stop)
        rooms = {}
        for name in names:
            room = rooms[name] = await self._rooms(name)
            room.clock = room.runtime.clock = clock
            await self._run(room, bus)
        return Flow(rooms, bus, clock)

    async def _run(self, room: Room, bus: MemoryBus) -> None:
        relay = Relay(room.runtime.database, bus, room=room.service.name)
        consumer = Consumer(room.runtime, bus)
        room.runtime.committed = relay.nudge
        tasks = [asyncio.create_task(relay.run()), asyncio.create_task(consumer.run())]
        self._stack.push_async_callback(_end, tasks)
        async with asyncio.timeout(10):
            while consumer.not_ready() or not relay.leading:
                await asyncio.sleep(0.01)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

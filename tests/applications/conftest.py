"""The room and its small world."""

from collections.abc import AsyncIterator

import pytest

from services.applications.sender import Sender
from shared.testing.rooms import Room, Rooms
from tests.applications.hooks import Hooks
from tests.applications.receiver import receiving
from tests.applications.world import World, build


@pytest.fixture
async def room(rooms: Rooms) -> Room:
    return await rooms("applications")


@pytest.fixture
async def world(room: Room) -> World:
    return await build(room)


@pytest.fixture
async def hooks(rooms: Rooms) -> AsyncIterator[Hooks]:
    """The same world in a room that may call this machine, and a receiver."""
    world = await build(await rooms("applications", webhooks_loopback=True))
    async with receiving() as receiver:
        made = Hooks(world, receiver, Sender(world.room.runtime))
        await made.envelopes()
        yield made
        await made.sender.close()

"""The room and a person's journey told by every other room."""

import pytest

from shared.testing.rooms import Room, Rooms
from tests.journeys.world import World, build


@pytest.fixture
async def room(rooms: Rooms) -> Room:
    return await rooms("journeys")


@pytest.fixture
async def world(room: Room) -> World:
    return await build(room)

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


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is slow to answer itself: that a room is away is tested where it is meant to be."""
    monkeypatch.setattr("services.journeys.console.rooms.PATIENCE", 60)

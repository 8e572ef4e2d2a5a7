"""The room and its small world."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.surveys.programmes import current, using
from shared.testing.rooms import Room, Rooms
from tests.browsers import browser, served
from tests.surveys.world import World, build

__all__ = ["browser"]


@pytest.fixture(autouse=True)
def programmes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Only the programme after the stay, so that a test is about what it names; `all_programmes` has them all."""
    if "all_programmes" in request.fixturenames:
        yield
        return
    with using(current()["after-completion"]):
        yield


@pytest.fixture
def all_programmes() -> None:
    """The test is about all programmes that ship with the room."""


@pytest.fixture
async def room(rooms: Rooms) -> Room:
    return await rooms("surveys")


@pytest.fixture
async def world(room: Room) -> World:
    return await build(room)


@pytest.fixture
async def base(world: World) -> AsyncIterator[str]:
    """The room served on a port of its own."""
    async with served(world.room) as address:
        yield address

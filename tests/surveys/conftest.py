"""The room and its small world."""

from collections.abc import Iterator

import pytest

from services.surveys.programmes import current, using
from shared.testing.rooms import Room, Rooms
from tests.surveys.world import World, build


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

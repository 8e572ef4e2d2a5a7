"""The room and its small world."""

import pytest

from shared.testing.rooms import Room, Rooms
from tests.browsers import browser
from tests.scoring.leads_world import Leads, build_leads
from tests.scoring.world import World, build

__all__ = ["browser"]


@pytest.fixture
async def room(rooms: Rooms) -> Room:
    return await rooms("scoring")


@pytest.fixture
async def world(room: Room) -> World:
    return await build(room)


@pytest.fixture
async def leads(room: Room) -> Leads:
    return await build_leads(room)

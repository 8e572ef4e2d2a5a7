"""The console as a browser without a screen sees it, with canned answers of the other rooms: fixtures of its tests."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.journeys.console.pages import doors
from tests.journeys.others import Others
from tests.journeys.world import World

__all__ = ["HERE", "Others", "browser", "others", "sign_in"]

HERE = "http://127.0.0.1:8105"


@pytest.fixture
async def others(world: World, monkeypatch: pytest.MonkeyPatch) -> Others:
    made = Others(world)
    monkeypatch.setattr(doors, "http_client", made.client(await world.room.app()))
    return made


@pytest.fixture
async def browser(world: World, others: Others) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=await world.room.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE, follow_redirects=True) as client:
        yield client


async def sign_in(browser: httpx.AsyncClient, part: str) -> httpx.Response:
    return await browser.post("/console/sign-in", data={"as": part}, follow_redirects=False)

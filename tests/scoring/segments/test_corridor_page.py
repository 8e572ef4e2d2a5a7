"""The picture of a corridor in a real browser: nothing for axe to find, its numbers in tables as well."""

import pytest
from playwright.async_api import Browser

from services.scoring.settings import limits
from tests.browsers import browser, checked, served
from tests.scoring.segments.test_segments_api import corridor, walked
from tests.scoring.world import World

__all__ = ["browser"]


@pytest.mark.timeout(180)
async def test_axe_finds_nothing_on_the_picture_of_a_corridor(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_SCORING_LEAST_TOLD", "2")
    limits.cache_clear()
    await walked(world)
    client = await world.room.client(world.se)
    mined = await corridor(world, client)
    link = (await client.get(f"/v1/corridors/{mined['id']}/page")).json()["address"]
    monkeypatch.undo()
    limits.cache_clear()
    async with served(world.room) as base:
        wide = await browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        await wide.goto(f"{base}/{link.split('/', 3)[3]}")
        assert await wide.locator("svg .box").count() >= 6
        assert await wide.locator("tbody tr").count() >= 8
        assert "62 %" in await wide.locator("dl").inner_text()
        await checked(wide, "corridor-wide")
        narrow = await browser.new_page(viewport={"width": 360, "height": 800}, color_scheme="dark")
        await narrow.goto(f"{base}/{link.split('/', 3)[3]}")
        await checked(narrow, "corridor-narrow")
        await narrow.goto(f"{base}/k/{'A' * 72}")
        await checked(narrow, "corridor-unknown")

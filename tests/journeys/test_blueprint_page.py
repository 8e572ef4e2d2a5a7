"""The page of the blueprint with real figures, in a real browser: wide and on a phone, light and dark, in Arabic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from services.journeys.console.pages import doors
from services.journeys.designs import LIBRARY
from services.journeys.estimating import Estimating
from shared.testing import callers
from shared.testing.rooms import Room
from tests.browsers import browser, checked, served
from tests.journeys.others import Others
from tests.journeys.population import Population
from tests.journeys.world import World

__all__ = ["browser"]
pytestmark = pytest.mark.timeout(400)
EP = LIBRARY.newest("blueprint", "ep")
assert EP is not None


@pytest.fixture
async def counted(world: World, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The room with a population, its figures worked out."""
    room = world.room
    await Population().settle(room)
    others = Others(world)
    monkeypatch.setattr(doors, "http_client", others.client(await room.app()))
    client = await room.client(callers.global_manager())
    await client.post("/v1/estimates/blueprint", json={"params": {"design": str(EP.id)}})
    assert await Estimating(room.runtime).step()
    return room


@asynccontextmanager
async def opened(browser: Browser, address: str, caller: Any, language: str = "en", **more: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **more})
    here = {"domain": "127.0.0.1", "path": "/console"}
    await context.add_cookies([
        {"name": "sojourn_token", "value": callers.token(caller), **here},
        {"name": "sojourn_language", "value": language, **here},
    ])  # type: ignore[list-item]  # fmt: skip
    page = await context.new_page()
    reply = await page.goto(address)
    assert reply is not None
    assert reply.status == 200
    yield page
    await context.close()


async def test_the_blueprint_is_read_wide_and_on_a_phone(counted: Room, browser: Browser) -> None:
    chief = callers.global_manager()
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    async with served(counted) as address:
        url = f"{address}/console/blueprint"
        async with opened(browser, url, chief) as page:
            await checked(page, "blueprint-wide-light")
            card = page.get_by_role("article").filter(has_text="Pick-up information")
            assert await card.get_by_role("img", name="Moment of truth").count() == 1
            assert await page.get_by_role("table", name="What moves loyalty and going on").count() == 1
            await card.get_by_role("link", name="Pick-up information").click()
            await checked(page, "blueprint-cell-wide-light")
            assert await page.locator("#table-occurrences tbody tr").count() == 50
            await page.get_by_role("link", name="Late", exact=True).click()
            late = await page.locator("#table-occurrences tbody tr").count()
            assert 0 < late <= 50
            csv = await page.request.get(f"{page.url}&format=csv")
            assert (await csv.text()).count("Late") == late
        async with opened(browser, url, chief, "ar", **phone) as page:
            await checked(page, "blueprint-phone-arabic-dark")
            first, last = (page.locator(f"#step-{code}") for code in ("discover", "return"))
            assert (await first.bounding_box())["x"] > (await last.bounding_box())["x"]  # type: ignore[index]
            await page.locator(".bp-jump a").last.click()
            assert abs((await last.bounding_box())["x"]) < 40  # type: ignore[index] - one step fills the screen


async def test_a_draft_is_edited_by_clicking(counted: Room, browser: Browser) -> None:
    chief, client = callers.global_manager(), await counted.client(callers.global_manager())
    idea = {"journey": "ep", "kind": "launched", "title": "A picture of the meeting point", "step": "prepare",
            "item": "pickup-information", "launched_on": "2025-09-01"}  # fmt: skip
    made = (await client.post("/v1/improvements", json=idea)).json()
    await client.post("/v1/estimates/improvement", json={"params": {"improvement": made["id"]}})
    assert await Estimating(counted.runtime).step()
    async with served(counted) as address, opened(browser, f"{address}/console/blueprint", chief) as page:
        await page.get_by_role("link", name="Versions and editing").click()
        await checked(page, "blueprint-versions")
        await page.get_by_role("row", name="Ep").get_by_role("link").first.click()
        await page.get_by_role("button", name="Copy into a new draft").click()
        await checked(page, "blueprint-edit-wide")
        await page.get_by_role("button", name="Move “Hears of it” later").click()
        steps = page.locator(".bp-edit h2")
        assert await steps.first.inner_text() == "Signs up and applies"
        await page.get_by_role("button", name="Undo").click()
        assert await steps.first.inner_text() == "Hears of it"
        await page.get_by_role("link", name="Pick-up information").click()
        await page.get_by_label("Whose it is").select_option("buddy")
        await checked(page, "blueprint-item-wide")
        await page.get_by_role("button", name="Save the item").click()
        assert "Changed." in await page.locator(".flash").inner_text()
        await page.get_by_role("link", name="Version 2").click()
        await page.get_by_role("button", name="Compare").click()
        assert "Buddy".lower() in (await page.locator("#table-differences").inner_text()).lower()
        await checked(page, "blueprint-version-wide")
        await page.goto(f"{address}/console/improvements")
        await checked(page, "improvements-wide")
        await page.get_by_role("link", name="A picture of the meeting point").first.click()
        await checked(page, "improvement-wide")
        assert "Nobody is without it" in await page.locator("main").inner_text()
        await page.goto(f"{address}/console/blueprint")
        assert await page.get_by_role("link", name="A picture of the meeting point").count() == 1

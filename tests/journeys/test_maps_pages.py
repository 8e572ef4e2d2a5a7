"""Pages of persona maps, members and returnees in a real browser: clean in each way, and a map changed by clicking."""

import json
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page

from services.journeys.console.pages import doors
from services.journeys.designs import LIBRARY
from services.journeys.estimating import Estimating
from shared.access import Caller
from shared.testing import callers
from tests.browsers import browser, checked, served
from tests.journeys.others import Others
from tests.journeys.world import MEMBER, World

__all__ = ["browser"]

pytestmark = pytest.mark.timeout(300)
IDS = {one.journey: one.id for one in LIBRARY.designs if one.kind == "persona-map"}


@pytest.fixture
async def others(world: World, monkeypatch: pytest.MonkeyPatch) -> Others:
    made = Others(world)
    made.examples = True
    monkeypatch.setattr("services.journeys.console.rooms.LONG_PATIENCE", 60)
    monkeypatch.setattr(doors, "http_client", made.client(await world.room.app()))
    await world.whole_story()
    return made


async def opened(
    browser: Browser, url: str, caller: Caller, width: int = 1280, theme: str = "light", language: str = "en"
) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    here = {"domain": urlsplit(url).hostname, "path": "/console"}
    cookies = {"sojourn_token": callers.token(caller, name="Ana Pop"), "sojourn_language": language}
    await context.add_cookies([{"name": name, "value": value, **here} for name, value in cookies.items()])  # type: ignore[list-item]
    page = await context.new_page()
    await page.goto(url, wait_until="load")
    return page


async def test_maps_and_members_are_clean_in_their_ways(world: World, others: Others, browser: Browser) -> None:
    client = await world.room.client(world.se)
    await client.post("/v1/estimates/persona-evidence", json={"params": {"customer": "ep"}})
    await Estimating(world.room.runtime).step()
    ways = (
        (f"/console/maps/{IDS['ep']}", "map", ("en", 1280, "light")),
        (f"/console/maps/{IDS['ep']}", "map", ("ar", 390, "dark")),
        (f"/console/maps/{IDS['museum']}", "museum", ("ar", 1280, "dark")),
        (f"/console/maps/{IDS['ep']}/items/what-hurt", "item", ("en", 390, "light")),
        ("/console/member-journeys", "members", ("en", 1280, "dark")),
        ("/console/member-journeys", "members", ("ar", 390, "light")),
        (f"/console/member-journeys/{MEMBER}", "member", ("ro", 390, "dark")),
        ("/console/returnees", "returnees", ("en", 1280, "light")),
        ("/console/returnees", "returnees", ("ar", 390, "dark")),
    )
    async with served(world.room) as address:
        for path, name, (language, width, theme) in ways:
            page = await opened(browser, address + path, world.se, width, theme, language)
            await checked(page, f"maps-{name}-{language}-{width}-{theme}")
            await page.context.close()


async def test_a_map_is_copied_changed_undone_compared_and_brought_into_use(
    world: World, others: Others, browser: Browser
) -> None:
    """Every step by a form; a script is needed for none of it."""
    async with served(world.room) as address:
        page = await opened(browser, f"{address}/console/maps/{IDS['ep']}", world.se)
        await page.get_by_role("button", name="Copy into a draft").click()
        await page.get_by_role("link", name="Share", exact=True).click()
        await checked(page, "maps-edit-en-1280-light")
        await page.get_by_label("Add to: Does").fill("Writes a post")
        await page.locator("#add-does + button").click()
        assert await page.get_by_role("status").filter(has_text="It was added.").count() == 1
        item = page.locator("details", has_text="Writes a post")
        await item.locator("summary").click()
        await item.get_by_label("What it says").fill("Writes a post and a card")
        await item.get_by_label("Channel").select_option("post")
        await item.get_by_label("Row").select_option("feels")
        await item.get_by_role("button", name="Save").click()
        cell = page.locator("section[aria-labelledby=cell-feels]")
        assert await cell.get_by_text("Writes a post and a card").count() > 0
        await page.get_by_role("button", name="Remove: Writes a post and a card").is_hidden()
        await cell.locator("details", has_text="Writes a post").locator("summary").click()
        await page.get_by_role("button", name="Remove: Writes a post and a card").click()
        assert await cell.get_by_text("Writes a post and a card").count() == 0
        await page.get_by_role("button", name="Undo").click()
        assert await cell.get_by_text("Writes a post and a card").count() > 0
        await page.get_by_role("button", name="Bring into use").click()
        assert await page.get_by_text("in use", exact=True).count() == 1
        await page.get_by_role("link", name="Compare version 1").click()
        assert await page.get_by_text("Writes a post and a card").count() > 0
        await page.context.close()


async def test_a_stale_form_changes_nothing_and_says_so(world: World, others: Others, browser: Browser) -> None:
    async with served(world.room) as address:
        page = await opened(browser, f"{address}/console/maps/{IDS['member']}", world.se)
        await page.get_by_role("button", name="Copy into a draft").click()
        edit = page.url
        other = await page.context.new_page()
        await other.goto(edit)
        for one, text in ((page, "The first"), (other, "The second")):
            await one.get_by_label("Add to: Thinks").fill(text)
            await one.locator("#add-thinks + button").click()
        assert await other.get_by_role("alert").filter(has_text="Somebody changed it").count() == 1
        await other.goto(edit)
        assert await other.get_by_text("The first").count() > 0
        assert await other.get_by_text("The second").count() == 0
        await page.context.close()


async def test_returnees_are_invited_by_a_form_that_says_what_became_of_it(
    world: World, others: Others, browser: Browser
) -> None:
    async with served(world.room) as address:
        page = await opened(browser, f"{address}/console/returnees", world.se)
        await page.get_by_label("Held back by lot, per cent").fill("0")
        await page.get_by_role("button", name="Invite").click()
        assert await page.get_by_text("1 returnee was invited").count() == 1
        assert await page.get_by_role("cell", name="invited", exact=True).count() == 1
        await page.get_by_label("Came home on or after").fill("2026-05-01")
        await page.get_by_label("Came home on or before").fill("2026-04-01")
        await page.get_by_role("button", name="Invite").click()
        assert await page.get_by_role("alert").filter(has_text="is before the first day").count() == 1
        await page.context.close()


async def test_a_member_leaves_as_one_of_the_alumni_by_a_form(world: World, others: Others) -> None:
    others.answers[f"/v1/members/{MEMBER}"] = {"possible_moves": ["leave"], "version": 3}
    others.answers[f"/v1/members/{MEMBER}/leaving"] = {"id": str(MEMBER), "version": 4}
    transport = httpx.ASGITransport(app=await world.room.app(), raise_app_exceptions=False)
    cookies = {"sojourn_token": callers.token(world.se)}
    path = f"/console/member-journeys/{MEMBER}"
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies) as client:
        shown = (await client.get(path)).text
        assert "End the membership" in shown
        assert "Begin the work" not in shown
        sent = {"form-key": "a-key-of-a-form", "form-version": "3", "alumna": "yes", "to_on": "2026-06-30"}
        reply = await client.post(f"{path}/leave", data=sent)
        assert (reply.status_code, reply.headers["location"]) == (303, path)
        assert (await client.post(f"{path}/promote", data=sent)).status_code == 404
    asked = others.asked[-1]
    assert (asked.method, asked.url.path) == ("POST", f"/v1/members/{MEMBER}/leaving")
    assert json.loads(asked.content) == {"to_on": "2026-06-30", "alumna": True}
    assert (asked.headers["if-match"], asked.headers["idempotency-key"]) == ('"3"', "a-key-of-a-form")

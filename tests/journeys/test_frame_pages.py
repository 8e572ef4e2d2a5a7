"""Every page of the console in a real browser, as each role: nothing that axe objects to, no error, nothing missing.

The ordinary run draws each page once and lets role, language, width and theme take turns. With
SOJOURN_EVERY_PAGE=1 it opens every page in every language, width and theme, with SOJOURN_EVERY_PAGE=ro-390-dark in that
one alone; with SOJOURN_PICTURES=<folder> it leaves a picture of each.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, product
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Error, Page

from services.journeys.console.navigation import PAGES
from services.journeys.console.pages import doors
from services.journeys.console.texts import LANGUAGES, direction
from shared.access import Caller, Role
from shared.testing import callers
from tests.browsers import browser, checked, served
from tests.journeys.others import Others
from tests.journeys.samples import filled
from tests.journeys.spoken import latin
from tests.journeys.world import WORLD, World

__all__ = ["browser"]

ASKED = os.environ.get("SOJOURN_EVERY_PAGE", "")
pytestmark = pytest.mark.timeout(20_000 if ASKED else 600)
WIDTHS, THEMES = (1280, 390), ("light", "dark")
PARTS = 4  # of the list of pages, so that processes can share them
EVERY = list(product(LANGUAGES, WIDTHS, THEMES))
# Neighbours in the walk differ in all three, and English and Arabic are met more often than Romanian.
NAMES = frozenset(
    ("Ana", "Ioana", "erban", "Dan", "Pop", "Cluj", "Uppsala", "Norrsken", "Lab", "Data", "intern", "Solar", "lab",
     "assistant", "sweden", "Sweden", "form", "contact")
)  # fmt: skip
TURNS = (("en", 1280, "light"), ("ar", 390, "dark"), ("en", 390, "light"), ("ar", 1280, "light"), ("ro", 390, "light"))


@pytest.fixture
async def others(world: World, monkeypatch: pytest.MonkeyPatch) -> Others:
    made = Others(world)
    made.examples = True
    monkeypatch.setattr(doors, "http_client", made.client(await world.room.app()))
    await world.whole_story()
    await world.keeps_score()
    return made


def callers_of(world: World) -> dict[Role, Caller]:
    return {
        Role.participant: world.ep,
        Role.enabler: callers.enabler(world.stay["enabler_id"]),
        Role.sending_manager: world.se,
        Role.hosting_manager: world.he,
        Role.national_manager: callers.national_manager(WORLD),
        Role.global_manager: callers.global_manager(),
        Role.auditor: callers.auditor(),
    }


def ways(turns: Iterator[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    if not ASKED:
        return [next(turns)]
    return [way for way in EVERY if ASKED in ("1", "-".join(map(str, way)))]


async def test_every_page_opens_for_each_of_its_roles_and_speaks_arabic_throughout(
    world: World, others: Others
) -> None:
    """A word in Latin letters is a name of this world (`NAMES`), or nobody has said it in Arabic yet."""
    transport = httpx.ASGITransport(app=await world.room.app(), raise_app_exceptions=False)
    unsaid: dict[str, str] = {}
    for role, caller in callers_of(world).items():
        cookies = {"sojourn_token": callers.token(caller), "sojourn_language": "ar"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies) as client:
            for one in (page for page in PAGES if role in page.roles):
                reply = await client.get(filled(one.address, world), follow_redirects=True)
                assert reply.status_code == 200, f"{one.address} as {role}: {reply.status_code}"
                unsaid |= dict.fromkeys(latin(reply.text, NAMES), f"{one.address} as {role}")
    assert unsaid == {}


async def test_an_id_in_an_address_leads_nowhere_else_in_the_room(world: World, others: Others) -> None:
    transport = httpx.ASGITransport(app=await world.room.app(), raise_app_exceptions=False)
    cookies = {"sojourn_token": callers.token(world.he)}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies) as client:
        for id_ in ("x%3Flimit=1", "x%23y", "%2e%2e"):
            assert (await client.get(f"/console/applications/{id_}")).status_code == 404, id_
            assert (await client.get(f"/console/applications/{id_}/do/accept")).status_code == 404, id_


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_page_is_clean_in_its_language_width_and_theme(
    world: World, others: Others, browser: Browser, part: int
) -> None:
    turns, parts, wrong = cycle(TURNS), callers_of(world), []
    async with served(world.room) as address, tab(browser) as here:
        for place, one in list(enumerate(PAGES))[part * len(PAGES) // PARTS : (part + 1) * len(PAGES) // PARTS]:
            for language, width, theme in ways(turns):
                role = one.roles[place % len(one.roles)]
                name = f"{one.here.replace('{', '').replace('}', '')}-{role}-{language}-{width}-{theme}"
                url = address + filled(one.address, world)
                try:
                    await look(here, parts[role], url, name, (language, width, theme))
                except (AssertionError, Error) as found:
                    wrong.append(f"{name}: {found}")
    assert not wrong, "\n\n".join(wrong)


@dataclass(frozen=True)
class Tab:
    """A page of the browser that goes from address to address, and what went wrong since it was blank last."""

    page: Page
    wrong: list[str]

    async def clear(self) -> None:
        await self.page.goto("about:blank")
        self.wrong.clear()  # a page that is left breaks off what it listens to


@asynccontextmanager
async def tab(browser: Browser) -> AsyncIterator[Tab]:
    """One for many pages: a window of its own for each costs as much as what is looked at."""
    async with await browser.new_context() as context:
        page = await context.new_page()
        yield Tab(page, watched(page))


async def look(tab: Tab, caller: Caller, url: str, name: str, way: tuple[str, int, str]) -> None:
    language, width, theme = way
    page, here = tab.page, {"domain": urlsplit(url).hostname, "path": "/console"}
    await tab.clear()
    await page.set_viewport_size({"width": width, "height": 900})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await page.context.add_cookies([
        {"name": "sojourn_token", "value": callers.token(caller, name="Ana Pop"), **here},
        {"name": "sojourn_language", "value": language, **here},
    ])  # type: ignore[list-item]  # fmt: skip
    reply = await page.goto(url, wait_until="load")
    assert reply is not None
    assert reply.status == 200, f"{name}: {reply.status} at {url}"
    html = page.locator("html")
    assert await html.get_attribute("lang") == language
    assert await html.get_attribute("dir") == direction(language)
    await checked(page, name)
    assert tab.wrong == [], name


def watched(page: Page) -> list[str]:
    """What goes wrong while the page is open: errors in the browser's console, requests that fail or lead elsewhere."""
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(f"{request.url}: {request.failure}"))
    page.on("response", lambda reply: wrong.append(f"{reply.url}: {reply.status}") if reply.status >= 400 else None)
    return wrong


async def test_the_frame_is_used_without_a_mouse(world: World, others: Others, browser: Browser) -> None:
    """Skip link, menu and account by keyboard; Escape closes what was opened, focus is seen and never caught, and goes
    to what is wrong with a form."""
    async with served(world.room) as address:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        here = {"domain": "127.0.0.1", "path": "/console"}
        await context.add_cookies([{"name": "sojourn_token", "value": callers.token(world.se), **here}])  # type: ignore[list-item]
        page = await context.new_page()
        await page.goto(f"{address}/console/filters?page=people")
        await page.get_by_role("button", name="Save this filter").press("Enter")
        await page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'")
        await page.goto(f"{address}/console/people?all=1")
        saved = page.locator("details.saved")
        await saved.locator("summary").press("Enter")
        await saved.get_by_label("Name of this filter").focus()
        await page.keyboard.press("Escape")
        assert await saved.evaluate("box => !box.open && document.activeElement === box.firstElementChild")
        await page.goto(f"{address}/console")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"
        await page.get_by_role("button", name="Menu").press("Enter")
        assert await page.locator("#rail").is_visible()
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('#rail') !== null")
        assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await page.keyboard.press("Escape")
        assert not await page.locator("#rail").is_visible()
        for _ in range(300):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement === document.body"):
                break
        else:
            raise AssertionError("the focus never leaves the page at its end")
        await context.close()

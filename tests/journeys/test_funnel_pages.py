"""The funnel's pages: asked for, worked out, shown with intervals; as CSV; clicked through to the people."""

import html
import os
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser

from bench.history import clean, populate
from services.journeys.console.pages import doors
from services.journeys.estimating import Estimating
from shared.testing import callers
from tests.browsers import browser, checked, served
from tests.journeys.others import Others
from tests.journeys.test_estimates import crowd
from tests.journeys.world import World

__all__ = ["browser"]
FIGURES = ("", "/why", "/outlook", "/cohorts", "/periods", "/channels")
TURNS = {
    "": ("en", 1280, "light"),
    "/why": ("ar", 1280, "dark"),
    "/outlook": ("en", 390, "dark"),
    "/channels": ("ro", 390, "light"),
    "?": ("ar", 390, "light"),
    "/dropped": ("en", 390, "light"),
}
PICTURES = os.environ.get("SOJOURN_PICTURES")


@pytest.fixture
async def others(world: World, monkeypatch: pytest.MonkeyPatch) -> Others:
    made = Others(world)
    made.examples = True
    monkeypatch.setattr(doors, "http_client", made.client(await world.room.app()))
    return made


async def visitor(world: World, caller: Any = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=await world.room.app(), raise_app_exceptions=False)
    cookies = {"sojourn_token": callers.token(caller or callers.global_manager())}
    client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies)
    return await world.room.stack.enter_async_context(client)


async def ask(client: httpx.AsyncClient, path: str) -> None:
    """Press the button of the page that has no figures yet."""
    text = (await client.get(path)).text
    assert "Not worked out yet" in text
    fields = {name: _value(text, name) for name in ("form-key", "kind", "body", "to")}
    reply = await client.post("/console/estimates", data=fields)
    assert (reply.status_code, reply.headers["location"]) == (303, path)


def _value(text: str, name: str) -> str:
    part = text.split('hx-swap="outerHTML">')[-1].split(f'name="{name}" value="')[1]
    return html.unescape(part.split('"')[0])


async def test_figures_are_asked_for_by_a_button_and_shown_when_they_are_there(world: World, others: Others) -> None:
    await crowd(world.room, 40, applying=12)
    client = await visitor(world)
    for part in FIGURES:
        await ask(client, f"/console/funnel{part}")
        assert "being worked out" in (await client.get(f"/console/funnel{part}")).text
    while await Estimating(world.room.runtime).step():
        pass
    texts = {part: (await client.get(f"/console/funnel{part}")).text for part in FIGURES}
    assert not [part for part, text in texts.items() if "Not worked out yet" in text or 'class="result' not in text]
    assert "30%" in texts[""]
    file = await client.get("/console/funnel?format=csv&table=stages")
    assert [line for line in file.text.splitlines() if line.startswith("Applied,12,0.3,")]


async def test_who_dropped_out_and_who_is_not_loyal_are_lists_of_people(world: World, others: Others) -> None:
    await world.whole_story()
    client = await visitor(world, world.se)
    dropped = (await client.get("/console/funnel/dropped?of=applications")).text
    assert "Ioana" in dropped
    assert "Rejected" in dropped
    assert "Ioana" not in (await client.get("/console/funnel/dropped?of=applications&before=accepted")).text
    assert "Nobody is on this list." in (await client.get("/console/funnel/loyalty")).text
    elsewhere = await visitor(world, callers.sending_manager(UUID(int=7)))
    assert "Ioana" not in (await elsewhere.get("/console/funnel/dropped?of=applications")).text


async def test_a_segment_is_made_and_retired_on_its_page(world: World, others: Others) -> None:
    client = await visitor(world, world.se)
    made = await client.post("/console/segments", data={"name": "Swedes", "countries": "se no", "products": "talent"})
    assert made.status_code == 303, made.text[-3000:]
    text = (await client.get("/console/segments")).text
    assert "countries: NO, SE" in text
    wrong = await client.post("/console/segments", data={"name": "Nowhere", "countries": "Sweden"})
    assert wrong.status_code == 422
    segment = (await (await world.room.client(world.se)).get("/v1/segments")).json()["items"][0]
    path = f"/console/segments/{segment['id']}/retirement"
    assert (await client.post(path, data={"form-version": str(segment["version"])})).status_code == 303
    assert "There is no segment yet" in (await client.get("/console/segments")).text


async def test_the_funnel_is_drawn_and_axe_finds_nothing(world: World, others: Others, browser: Browser) -> None:
    await populate(world.room.runtime.database.dsn, 2000)
    await clean(world.room.runtime.database.dsn)
    world.room.clock.set(world.room.clock.machine())
    client = await visitor(world)
    for part in ("", "/why", "/outlook", "/channels"):
        await ask(client, f"/console/funnel{part}")
    while await Estimating(world.room.runtime).step():
        pass
    async with served(world.room) as address:
        for part, (language, width, theme) in TURNS.items():
            context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
            here = {"domain": "127.0.0.1", "path": "/console"}
            token = callers.token(callers.global_manager())
            cookies = {"sojourn_token": token, "sojourn_language": language}
            await context.add_cookies([{"name": name, "value": value, **here} for name, value in cookies.items()])  # type: ignore[list-item]
            page = await context.new_page()
            await page.goto(f"{address}/console/funnel{part}")
            assert await page.locator(".result, #table-dropped").count() > 0
            if PICTURES:
                name = f"funnel{part.strip('/?') or 'x'}-{language}-{width}-{theme}.png"
                await page.screenshot(path=Path(PICTURES) / name, full_page=True)
            await checked(page, part)
            await context.close()

"""The funnel's pages: asked for, worked out, shown with intervals; as CSV; clicked through to the people."""

import html
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser

from bench.history import clean, populate
from services.journeys.console.pages import doors
from services.journeys.designs import LIBRARY
from services.journeys.estimating import Estimating
from services.journeys.policy.funnel import Of
from services.journeys.policy.winning_back import Way, way_back
from shared.contracts import applications as facts
from shared.contracts import leads
from shared.testing import builders, callers
from tests.browsers import browser, checked, served
from tests.journeys.others import Others, example, page
from tests.journeys.test_estimates import crowd
from tests.journeys.world import UPPSALA, World

__all__ = ["browser"]
FIGURES = ("", "/why", "/outlook", "/cohorts", "/periods", "/channels")
MAPS = [one.id for one in LIBRARY.designs if one.persona and one.journey != "museum"]
BEGINNINGS = (
    *(f"funnel{part}" for part in FIGURES), "funnel?of=enablers", "attribution", "chain", "blueprint",
    "blueprint?journey=enabler", "simulation", *(f"maps/{id_}" for id_ in MAPS),
)  # fmt: skip
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


@pytest.mark.parametrize("role", ["se", "he", "chief"])
async def test_what_the_worker_keeps_is_what_the_pages_begin_with(world: World, others: Others, role: str) -> None:
    """Nobody who opens one finds a button where figures should be."""
    await crowd(world.room, 3)
    caller = {"se": world.se, "he": world.he, "chief": callers.global_manager()}[role]
    client, api = await visitor(world, caller), await world.room.client(caller)
    await api.post("/v1/estimates/funnel-periods", json={})
    await Estimating(world.room.runtime).keep()
    for path in BEGINNINGS:
        text = (await client.get(f"/console/{path}")).text
        assert "being worked out" in text, path
        assert "Not worked out yet" not in text, path


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


async def test_enablers_who_fell_silent_or_are_not_loyal_are_lists_that_lead_to_their_conversations(
    world: World, others: Others
) -> None:
    enabler, silent = world.stay["enabler_id"], datetime(2026, 1, 1, tzinfo=UTC)
    about = {"lead_id": enabler, "party": "enabler", "person_id": None, "enabler_id": enabler, "entity_id": UPPSALA}
    await world.at(2026, 1, 1, facts.EnablerRegistered(enabler_id=enabler, hosting_entity_id=UPPSALA, kind="company"))
    await world.at(2026, 6, 1, leads.LeadLapsed(**about, stage="lead", silent_since=silent))
    scores = builders.answered(world.stay, {"nps": 7, "csat": 5}, party="enabler")
    await world.at(2026, 6, 2, scores)
    client, link = await visitor(world, world.he), f'href="/console/enablers/{enabler}"'
    dropped = (await client.get("/console/funnel/dropped?of=enablers")).text
    for part in (link, "Norrsken", "Registered", "Agree on a timeline", "Lapsed"):
        assert part in dropped, part
    assert link not in (await client.get("/console/funnel/dropped?of=enablers&before=raised")).text
    file = (await client.get("/console/funnel/dropped?of=enablers&format=csv")).text.splitlines()
    assert len(file) == 2
    assert link in (await client.get("/console/funnel/loyalty")).text  # the hosting side's customers
    assert link not in (await client.get("/console/funnel/loyalty?of=people")).text
    elsewhere = await visitor(world, callers.hosting_manager(UUID(int=7)))
    assert link not in (await elsewhere.get("/console/funnel/dropped?of=enablers")).text
    await world.at(2026, 6, 3, leads.LeadWonBack(**about, lapsed_at=world.room.clock.now(), contacted=True))
    assert link not in (await client.get("/console/funnel/dropped?of=enablers")).text


def test_what_may_win_somebody_back_goes_by_the_reason_and_else_by_the_last_step() -> None:
    assert way_back(Of.applications, "accepted", "position_filled") is Way.recommend  # our side's cause
    assert way_back(Of.applications, "accepted", "timeline") is Way.dates
    assert way_back(Of.applications, "accepted", "own_wish") is Way.sign
    assert way_back(Of.people, "applied", "lapsed") is Way.call
    assert way_back(Of.enablers, "completed", "lapsed") is Way.reraise


async def test_what_to_do_next_is_of_a_segment_where_one_is_chosen(world: World, others: Others) -> None:
    await world.signs_up()
    told = example("scoring", "GET", "/v1/suggestions")["items"][0]
    mine, other = ({**told, "side": "ep", "party_id": str(one)} for one in (world.person_id, UUID(int=9)))
    others.answers["/v1/suggestions"] = page(mine | {"title": "Call Ioana"}, other | {"title": "Call another one"})
    client, api = await visitor(world, world.se), await world.room.client(world.se)
    made = (await api.post("/v1/segments", json={"name": "Romanians", "rule": {"countries": ["RO"]}})).json()
    every = (await client.get("/console/funnel/next")).text
    assert ("Call Ioana" in every, "Call another one" in every) == (True, True)
    some = (await client.get(f"/console/funnel/next?segment={made['id']}")).text
    assert ("Call Ioana" in some, "Call another one" in some) == (True, False)


async def test_every_page_of_figures_lets_one_choose_a_segment(world: World, others: Others) -> None:
    await world.whole_story()
    client, api = await visitor(world, world.se), await world.room.client(world.se)
    made = (await api.post("/v1/segments", json={"name": "Romanians", "rule": {"countries": ["RO"]}})).json()
    lists = ("funnel/next", "funnel/dropped", "funnel/loyalty")
    for path in (*BEGINNINGS, *lists):
        if path == "simulation":  # its rates are those of everybody
            continue
        address = f"/console/{path}{'&' if '?' in path else '?'}segment={made['id']}"
        reply = await client.get(address)
        assert reply.status_code == 200, path
        chosen = f'<option value="{made["id"]}" selected>Romanians</option>'
        assert chosen in reply.text, path
        assert path in lists or made["id"] in _value(reply.text, "body"), path


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

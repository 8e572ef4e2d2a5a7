"""The printed sheet and the page of a market over time, in real Chromium: reader by reader, light, dark, on paper."""

import base64
import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from shared.testing import callers
from tests.browsers import PICTURES, checked, fits, served
from tests.elements import Elements
from tests.scoring.sheets import answered, made
from tests.scoring.world import SENDING, World

WIN, LOSE = "+++++ ++?++ +++-- +++--", "----- +---- +++-- ++---"
RIVALS = ["Fjord AB", "Lumen", "Campus Connect International", "Delta", "Echo", "Folk & Co"]


async def decided(world: World, **values: object) -> str:
    """A sheet with answers, notes, a decision against the rule, and an outcome."""
    client = await world.room.client(callers.sending_manager(SENDING))
    sheet: str = (await made(client, **values))["id"]
    await answered(client, sheet, WIN)
    await answered(client, sheet, LOSE, "a")
    await answered(client, sheet, "+++-- ++-?? +?+-- -?+--", "b")
    path = f"/v1/sheets/{sheet}"
    note = {"answer": "minus", "note": "<b>They</b> asked twice.", "evidence": "https://example.org/minutes?a=1&b=2"}
    await client.put(f"{path}/columns/ours/answers/budget", json=note, headers={"If-Match": '"1"'})
    body = {"decision": "no_go", "reason": "Their new head of staff is against it."}
    await client.post(f"{path}/decisions", json=body, headers={"If-Match": "*"})
    await client.put(f"{path}/outcome", json={"ending": "lost", "on": "2026-02-01"}, headers={"If-Match": '"0"'})
    return sheet


async def full(world: World) -> str:
    """As much as there can be on a sheet: long names, six competitors ahead of us, a long reason."""
    client = await world.room.client(callers.sending_manager(SENDING))
    names = [f"The {place} competitor of all, with a name that nobody would want to print " * 2 for place in range(6)]
    sheet: str = (await made(client, name="Norrsken Laboratory for energy data " * 5, rivals=names))["id"]
    await answered(client, sheet, "--+-- --+-- -+--- +---?")
    for key in "abcdef":
        await answered(client, sheet, "+++++ +++++ +++++ ++++-", key)
    body = {"decision": "go", "reason": "It is the only one in the north, and we want to be there. " * 8}
    reply = await client.post(f"/v1/sheets/{sheet}/decisions", json=body, headers={"If-Match": "*"})
    assert reply.status_code == 201
    return sheet


async def test_the_page_says_what_the_sheet_says_and_runs_nothing(world: World) -> None:
    sheet = await decided(world, name="<script>alert(1)</script>")
    client = await world.room.client(callers.sending_manager(SENDING))
    reply = await client.get(f"/v1/sheets/{sheet}/page", params={"language": "en"})
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    style = re.search("<style>(.*?)</style>", reply.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert reply.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    page = Elements(reply.text)
    assert not page.all("script")
    assert not [at for _, at in page.tags if "style" in at or any(name.startswith("on") for name in at)]
    assert "<script>alert(1)</script>" in page.text
    assert len(page.all("tr")) == 1 + 4 + 20 + 4
    words = " ".join(page.text.split())
    for told in ("1.4 Does it have a budget?", "+ low / − high", "the rule said GO", "Lost 2026-02-01"):
        assert told in words, told
    assert page.all("a", href="https://example.org/minutes?a=1&b=2")[0]["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize("language", ["ro", "sv", "ar"])
async def test_the_page_speaks_the_readers_language(world: World, language: str) -> None:
    sheet = await decided(world)
    client = await world.room.client(callers.sending_manager(SENDING))
    asked = await client.get(f"/v1/sheets/{sheet}/page", params={"language": language})
    liked = await client.get(f"/v1/sheets/{sheet}/page", headers={"Accept-Language": f"{language}-XX, en;q=0.5"})
    assert asked.text == liked.text
    (html,) = Elements(asked.text).all("html")
    assert (html["lang"], html["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    assert "Does it have a budget?" not in asked.text


async def _shown(page: Page, url: str, name: str) -> None:
    reply = await page.goto(url)
    assert reply is not None
    assert reply.status == 200
    await checked(page, name)


async def _opened(browser: Browser, dark: bool, width: int = 1280) -> Page:
    headers = {"Authorization": f"Bearer {callers.token(callers.sending_manager(SENDING))}"}
    return await browser.new_page(
        extra_http_headers=headers, color_scheme="dark" if dark else "light", viewport={"width": width, "height": 900}
    )


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


async def test_the_sheet_is_readable_for_everybody(browser: Browser, world: World) -> None:
    sheets = {"three": await decided(world), "full": await full(world)}
    seen = (
        ("three", "en", False, 1280),
        ("full", "ar", True, 1280),
        ("full", "sv", False, 360),
        ("three", "ro", True, 360),
    )
    async with served(world.room) as address:
        for name, language, dark, width in seen:
            page = await _opened(browser, dark, width)
            url = f"{address}/v1/sheets/{sheets[name]}/page?language={language}"
            await _shown(page, url, f"sheet-{name}-{language}-{width}{'-dark' if dark else ''}")
            await page.close()


async def test_a_sheet_prints_on_one_page_of_a4_however_full_it_is(browser: Browser, world: World) -> None:
    sheets = {"three": await decided(world), "seven": await decided(world, rivals=RIVALS), "full": await full(world)}
    async with served(world.room) as address:
        page = await _opened(browser, dark=False)
        for name, language in (("three", "en"), ("seven", "ar"), ("full", "ro"), ("full", "ar"), ("full", "sv")):
            await page.goto(f"{address}/v1/sheets/{sheets[name]}/page?language={language}")
            pdf = await page.pdf(prefer_css_page_size=True, print_background=True)
            if PICTURES:
                (Path(PICTURES) / f"sheet-{name}-{language}.pdf").write_bytes(pdf)
            assert pages_of(pdf) == 1, (name, language)
            assert re.search(rb"/MediaBox\s*\[0 0 84[12]", pdf), "A4, landscape"
        await page.close()


async def market(world: World) -> None:
    """Three assessments of a market, half a year apart."""
    client = await world.room.client(callers.sending_manager(SENDING))
    for signs in ("+-- --- -+- --? --- --? -?-", "++- ++- -+- +-? --- +-? -+-", "+++ ++- ++- ++? +-- ++? -++"):
        sheet = await made(client, template="digital-maturity", about="market", name="Spring", rivals=[])
        await answered(client, sheet["id"], signs)
        reply = await client.post(f"/v1/sheets/{sheet['id']}/decisions", json={}, headers={"If-Match": "*"})
        assert reply.status_code == 201
        world.room.clock.advance(timedelta(days=180))


async def test_a_market_is_compared_over_time(world: World) -> None:
    await market(world)
    client = await world.room.client(callers.sending_manager(SENDING))
    found = (await client.get("/v1/sheets/comparison", params={"entity_id": str(SENDING)})).json()
    assert [one["level"] for one in found["measured"]] == ["early", "growing", "mature"]
    assert found["groups"] == ["infrastructure", "usage", "skills", "payments", "trust", "law", "partners"]
    assert (found["changes"][0]["criteria"], found["changes"][0]["worse"]) == (18, [])
    assert found["changes"][0]["better"] == ["price", "everyday", "channels", "accounts", "signatures"]
    other = await world.room.client(callers.sending_manager(World(world.room).person_id))
    assert (await other.get("/v1/sheets/comparison", params={"entity_id": str(SENDING)})).status_code == 404


async def test_the_pictures_of_a_market_have_words_and_a_table(browser: Browser, world: World) -> None:
    await market(world)
    async with served(world.room) as address:
        for language, dark, width in (("en", False, 1280), ("ar", True, 1280), ("ro", False, 360)):
            page = await _opened(browser, dark, width)
            url = f"{address}/v1/sheets/comparison/page?entity_id={SENDING}&language={language}"
            await _shown(page, url, f"market-{language}-{width}{'-dark' if dark else ''}")
            assert await page.locator("svg[role=img] title").count() == 8
            assert await page.locator("table.figures tbody tr").count() == 10
            await page.emulate_media(media="print")
            await fits(page, f"market-{language}-{width}-print")
            await page.close()

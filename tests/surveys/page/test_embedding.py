"""The example of `docs/answer-page.md`, as it stands there, in a browser and from another origin."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from shared.contracts.surveys import Metric, SurveyAnswered
from tests.surveys.page.conftest import Site
from tests.surveys.world import World

PAGE = Path(__file__).parents[3] / "docs" / "answer-page.md"
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def front_end(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The example on a server of its own, whose origin the room lets call it."""
    example = re.findall(r"```html\n(<!doctype.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0].encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(example)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + example)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        origin = f"http://localhost:{server.sockets[0].getsockname()[1]}"
        monkeypatch.setattr(world.room.runtime.kernel, "cors_origins", [origin])
        yield origin


async def test_the_example_asks_branches_and_answers_from_another_origin(
    front_end: str, site: Site, browser: Browser
) -> None:
    context = await browser.new_context()
    page, errors = await context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(f"{front_end}/ask.html#{await site.ask(language='ar')}")
    await expect(page.get_by_role("heading")).to_have_text("إقامتك")
    assert errors == []
    assert await page.locator("html").get_attribute("dir") == "rtl"
    await expect(page.get_by_role("textbox")).to_have_count(1)
    await page.get_by_role("group", name="ما مدى احتمال").get_by_label("3", exact=True).check()
    await expect(page.get_by_role("textbox")).to_have_count(2)
    await page.get_by_role("textbox").first.fill("هدوء")
    await page.get_by_role("checkbox", name="العمل").check()
    for row in ("مكان السكن", "العمل"):
        await page.get_by_role("group", name=row, exact=True).get_by_label("6", exact=True).check()
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("status")).to_have_text("شكرًا لك!")
    await page.reload()
    await expect(page.get_by_role("status")).to_have_text("شكرًا لك!")
    await context.close()
    assert errors == []
    (answered,) = await site.world.room.said(SurveyAnswered)
    assert [(given.metric, given.score) for given in answered.scores] == [(Metric.nps, 3)]

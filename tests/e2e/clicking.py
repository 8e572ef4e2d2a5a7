"""Somebody with a browser on the running console: picks a part, clicks, fills in, and sees that nothing is wrong."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from playwright.async_api import Browser, Locator, Page, expect

from tests.browsers import PATIENCE, accessible

SEEN = set[tuple[str, int, str]]()  # kinds of pages, each in its width and as its role, that axe has looked at


@dataclass
class Part:
    """One role in a browser of its own. `clicks` counts links and buttons since home; `wrong` what went wrong."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    clicks: int = 0
    choice: str = ""  # what was picked on the sign-in page

    async def home(self) -> None:
        await self.page.goto(f"{self.address}/console")
        self.clicks = 0
        await self.looks_well()

    async def click(self, what: str, kind: str = "link", within: Locator | None = None) -> None:
        """The first link or button of this name; its row, or how much waits, may follow the name."""
        name = self.named(what)
        await self.press((within or self.page.locator("main")).get_by_role(kind, name=name).first)  # type: ignore[arg-type]

    def named(self, what: str) -> re.Pattern[str]:
        """The name of a link or button; its row, or how much waits, may follow."""
        return re.compile(rf"^{re.escape(what)}( ·.*|\s*[\d+]+ waiting|\s*doesn't answer)?$")

    async def press(self, found: Locator) -> None:
        await expect(found).to_be_visible()
        await found.click()
        await self.page.wait_for_load_state("load")
        self.clicks += 1
        await self.looks_well()

    async def row(self, text: str) -> Locator:
        """The row of a table that says this, as soon as it is there."""
        found = self.page.locator("main tr", has_text=text).first
        await self.until(lambda: found.count())
        return found

    async def until(self, seen: Callable[[], Awaitable[object]]) -> None:
        """Load the page again until it shows what another room has to hear of first."""
        async with asyncio.timeout(PATIENCE / 1000):
            while not await seen():
                await asyncio.sleep(0.5)
                await self.page.reload()

    async def fill(self, **values: str | date) -> None:
        """Fields by their names in the form; what may be chosen is chosen by its words or value."""
        for name, value in values.items():
            box = self.page.locator(f'main [name="{name}"]').first
            if await box.evaluate("box => box.tagName") == "SELECT":
                await box.select_option(str(value))
            else:
                await box.fill(str(value))

    async def says(self, text: str) -> None:
        await expect(self.page.locator("main").get_by_text(text, exact=False).first).to_be_visible()

    async def looks_well(self) -> None:
        """No page of an error; what axe says of each kind of page, once a role; nothing in the browser's console."""
        if self.wrong:
            raise AssertionError(f"{self.page.url}: {self.wrong} {await self.page.locator('main').inner_text()}")
        path = re.sub(r"[0-9a-f-]{36}", "-", self.page.url.partition("?")[0])
        width = (self.page.viewport_size or {"width": 0})["width"]
        kind = (path, width, self.choice.partition(":")[0])
        if kind not in SEEN and "/console" in path:
            SEEN.add(kind)
            await accessible(self.page, path)


@asynccontextmanager
async def playing(browser: Browser, address: str, choice: str, *, phone: bool = False) -> AsyncIterator[Part]:
    """Somebody who has picked a part on the sign-in page, which is there as soon as journeys has heard of it. With no
    more than the role it is the first of that role: of participants and enablers a stranger."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
    context = await browser.new_context(viewport=size, locale="en-GB")  # type: ignore[arg-type]
    page = await context.new_page()
    part = Part(page, address)
    page.on("console", lambda line: part.wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: part.wrong.append(str(error)))
    try:
        await page.goto(f"{address}/console/sign-in")
        button = page.locator(f'button[value^="{choice}"]').first
        await part.until(lambda: button.count())
        part.choice = await button.get_attribute("value") or ""
        await button.click()
        await part.home()
        yield part
    finally:
        await context.close()

"""A real browser for tests of pages: Debian's Chromium, one for the run; a room on a real port; what axe says."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from shared.testing.rooms import Room

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
INSTALL = "apt-get install chromium"
PICTURES = os.environ.get("SOJOURN_PICTURES")  # a folder for screenshots, to be looked at
PATIENCE = 60_000  # ms; a busy machine draws late, and what one room says reaches the others in its own time
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; skipped by name where it is not installed, but not in CI."""
    program = shutil.which("chromium")
    if program is None:
        assert not os.environ.get("SOJOURN_CI"), f"CI needs Chromium: {INSTALL}"
        pytest.skip(f"Chromium is not installed: {INSTALL}")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        await chromium.close()


@asynccontextmanager
async def served(room: Room) -> AsyncIterator[str]:
    """The room on a port of its own; its address."""
    server = uvicorn.Server(uvicorn.Config(await room.app(), port=0, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task


async def checked(page: Page, name: str) -> None:
    """Axe finds nothing on the page and nothing sticks out; a picture of it where one is wanted."""
    await accessible(page, name)
    await fits(page, name)


async def accessible(page: Page, name: str) -> None:
    """Axe finds nothing on the page."""
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"


STICKING = """() => [...document.body.querySelectorAll("*")].filter(one => {
    const box = one.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; })
    .map(one => one.outerHTML.slice(0, 90)).slice(0, 12)"""


async def fits(page: Page, name: str) -> None:
    """Nothing of the page sticks out at its side; a picture of it where one is wanted."""
    if await page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wide = None
    else:
        wide = await page.evaluate(STICKING)
    assert wide is None, f"{name} sticks out: {wide}"
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)

"""The customer's page of a quality case in a real browser: nothing for axe to find, nothing that sticks out."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, async_playwright

from services.surveys import commands, handlers
from services.surveys.files import Limits, guard
from services.surveys.policy.cases import Outcome
from shared import links
from tests.surveys.hostile import PDF
from tests.surveys.test_case_page import LANGUAGES, opened, solved
from tests.surveys.world import World

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
PICTURES = os.environ.get("SOJOURN_PICTURES")  # a folder for screenshots, to be looked at


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        assert not os.environ.get("SOJOURN_CI"), "CI needs Chromium: apt-get install chromium"
        pytest.skip("Chromium is not installed: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def base(world: World) -> AsyncIterator[str]:
    """The room served on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(await world.room.app(), port=0, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = server.force_exit = True
    await task


async def talked_of(world: World, language: str) -> UUID:
    """A case with messages of both sides, files, and a solution."""
    case = await opened(world, language)
    do = world.room.do
    await do(handlers.write_message, commands.WriteMessage(case, "Unbroken" * 30), world.ep)
    await do(handlers.attach_file, commands.AttachFile(case, guard("contract.pdf", PDF, Limits())), world.ep)
    await do(handlers.write_message, commands.WriteMessage(case, "We look into it.\nThe landlord comes."), world.he)
    await solved(world, case)
    return case


@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_on_any_state_of_the_page_wide_and_narrow(
    world: World, base: str, chromium: Browser, language: str
) -> None:
    case = await talked_of(world, language)
    address = f"{base}/c/{links.case_token(case)}"
    wide, narrow = {"width": 1280, "height": 800}, {"width": 320, "height": 800}
    page = await chromium.new_page(viewport=wide, color_scheme="light")  # type: ignore[arg-type]
    await page.goto(address)
    await checked(page, f"solved-{language}")
    await page.close()
    page = await chromium.new_page(viewport=narrow, color_scheme="dark")  # type: ignore[arg-type]
    await page.goto(address)
    await page.click("form.move button")
    assert await page.locator(".summary").is_visible()
    await checked(page, f"wrong-{language}")
    await world.room.do(handlers.close_case, commands.CloseCase(case, Outcome.solved, "Moved."), world.he)
    await page.goto(address)
    await checked(page, f"closed-{language}")
    await page.close()


async def checked(page: object, name: str) -> None:
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # type: ignore[attr-defined]
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)  # type: ignore[attr-defined]


async def test_a_customer_writes_attaches_and_downloads_by_keyboard_and_mouse(
    world: World, base: str, chromium: Browser, tmp_path: Path
) -> None:
    case = await opened(world, "sv")
    context = await chromium.new_context(java_script_enabled=False, accept_downloads=True)
    page = await context.new_page()
    await page.goto(f"{base}/c/{links.case_token(case)}")
    note = tmp_path / "anteckning.txt"
    note.write_text("Kallt på natten.")
    await page.fill("#text", "Det är kallt.")
    await page.set_input_files("#files", note)
    await page.focus("button[type=submit]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("article")
    assert "Det är kallt." in await page.inner_text("article")
    async with page.expect_download() as waiting:
        await page.click("li a")
    download = await waiting.value
    assert download.suggested_filename == "anteckning.txt"
    assert Path(await download.path()).read_text() == "Kallt på natten."
    await context.close()

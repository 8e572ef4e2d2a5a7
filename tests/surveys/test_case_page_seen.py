"""The customer's page of a quality case in a real browser: nothing for axe to find, nothing that sticks out."""

from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser

from services.surveys import commands, handlers
from services.surveys.files import Limits, guard
from services.surveys.policy.cases import Outcome
from shared import links
from tests.browsers import checked
from tests.surveys.hostile import PDF
from tests.surveys.test_case_page import LANGUAGES, opened, solved
from tests.surveys.world import World


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
    world: World, base: str, browser: Browser, language: str
) -> None:
    case = await talked_of(world, language)
    address = f"{base}/c/{links.case_token(case)}"
    wide, narrow = {"width": 1280, "height": 800}, {"width": 320, "height": 800}
    page = await browser.new_page(viewport=wide, color_scheme="light")  # type: ignore[arg-type]
    await page.goto(address)
    await checked(page, f"case-solved-{language}")
    await page.close()
    page = await browser.new_page(viewport=narrow, color_scheme="dark")  # type: ignore[arg-type]
    await page.goto(address)
    await page.click("form.move button")
    assert await page.locator(".summary").is_visible()
    await checked(page, f"case-wrong-{language}")
    await world.room.do(handlers.close_case, commands.CloseCase(case, Outcome.solved, "Moved."), world.he)
    await page.goto(address)
    await checked(page, f"case-closed-{language}")
    await page.close()


async def test_a_customer_writes_attaches_and_downloads_by_keyboard_and_mouse(
    world: World, base: str, browser: Browser, tmp_path: Path
) -> None:
    case = await opened(world, "sv")
    context = await browser.new_context(java_script_enabled=False, accept_downloads=True)
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

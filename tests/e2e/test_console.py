"""The console in a real browser: sign in, find a person, see one timeline; no error in the browser's own console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from shared.embedded.stack import EmbeddedStack
from story.pictures import PICTURES as WANTED
from story.pictures import take
from tests.browsers import PICTURES
from tests.e2e.conftest import Told

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened, errors = await context.new_page(), []
    opened.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    await context.close()
    assert errors == []


async def test_a_manager_signs_in_and_sees_one_timeline_over_all_rooms(
    system: EmbeddedStack, told: Told, page: Page
) -> None:
    person = f"{told.walk.tale.ep.given_name} {told.walk.tale.ep.family_name}"
    await page.goto(f"{system.addresses['journeys']}/console")
    await page.get_by_role("button", name="Global manager").first.click()
    await page.get_by_role("link", name="People", exact=True).first.click()
    await page.get_by_role("link", name=person).first.click()
    await expect(page.get_by_role("heading", name=person)).to_be_visible()
    timeline = page.locator("main")
    for words in ("Departure document", "Quality case", "Acceptance note", "approved"):
        await expect(timeline.get_by_text(words, exact=False).filter(visible=True).first).to_be_visible()


async def test_the_pictures_of_the_readme_are_taken_by_a_command(
    system: EmbeddedStack, told: Told, tmp_path: Path
) -> None:
    files = await take(system.addresses["journeys"], Path(PICTURES) if PICTURES else tmp_path)
    assert [file.stem for file in files] == [picture.name for picture in WANTED]
    assert all(file.stat().st_size > 5000 for file in files)


async def test_the_survey_page_thanks_whoever_answered(told: Told, page: Page) -> None:
    await page.goto(told.walk.world.url("surveys") + told.walk.link)
    assert await page.locator("html").get_attribute("lang") == told.walk.tale.ep.language
    assert await page.locator("form").count() == 0


async def test_the_api_pages_open_without_anything_from_outside(system: EmbeddedStack, page: Page) -> None:
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: None if request.url.startswith(("http://127.0.0.1", "data:")) else foreign.append(request.url),
    )
    await page.goto(f"{system.addresses['applications']}/docs")
    await expect(page.get_by_text("Applications and status").first).to_be_visible()
    assert foreign == []

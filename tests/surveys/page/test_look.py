"""What axe-core says of the answer page in Chromium, by WCAG 2.2 AA, and whether it fits a phone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.steps import WHOLE
from services.surveys.questionnaires import LIBRARY
from tests.surveys.page.conftest import EVERYTHING, Site

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# Each language in another window, so that every width and scheme is seen.
WINDOWS = {
    "en": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "ro": {"viewport": {"width": 768, "height": 1024}, "color_scheme": "dark"},
    "sv": {"viewport": {"width": 320, "height": 640}, "color_scheme": "light", "forced_colors": "active"},
    "ar": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "reduced_motion": "reduce"},
}
SHIPPED = [pytest.param(one, id=one.id) for one in (*LIBRARY.newest.values(), EVERYTHING)]

pytestmark = pytest.mark.timeout(240)


@dataclass
class Eye:
    """A window that looks closely."""

    page: Page
    language: str

    async def sees_nothing_wrong(self, address: str | None = None, closely: bool = True) -> None:
        """`closely`: axe looks, too; else it is only that nothing sticks out."""
        if address is not None:
            await self.page.goto(address)
        if closely:
            found = (await Axe().run(self.page, options=RULES)).response["violations"]
            told = [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]
            assert told == [], f"{self.page.url} in {self.language}"
        over = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{self.page.url} in {self.language} sticks out by {over} px"


@pytest.fixture
async def eyes(browser: Browser) -> AsyncIterator[list[Eye]]:
    contexts = {language: await browser.new_context(**look) for language, look in WINDOWS.items()}  # type: ignore[arg-type]
    yield [Eye(await context.new_page(), language) for language, context in contexts.items()]
    for context in contexts.values():
        await context.close()


@pytest.mark.parametrize("asked", SHIPPED)
async def test_axe_finds_nothing_on_any_page_of_a_questionnaire(
    site: Site, eyes: list[Eye], asked: Questionnaire
) -> None:
    """One with every kind of question in each window; the pages of those that ship take turns."""
    link, own = await site.ask(asked), [eye for eye in eyes if eye.language in asked.languages]
    for turn, eye in enumerate(own):
        for place, step in enumerate([section.id for section in asked.sections] or [WHOLE], turn):
            closely = asked is EVERYTHING or place % len(own) == 0
            await eye.sees_nothing_wrong(f"{link}?lang={eye.language}&step={step}", closely)
            assert await eye.page.locator("html").get_attribute("lang") == eye.language
        await eye.page.goto(f"{link}?lang={eye.language}")
        await eye.page.locator("form .buttons button").first.click()
        if await eye.page.locator(".summary").count():
            await eye.sees_nothing_wrong()


async def test_axe_finds_nothing_on_the_pages_around_the_questions(site: Site, eyes: list[Eye]) -> None:
    link = await site.ask()
    whole = {"nps": "9", "wanted": "work", "found.accommodation": "6", "found.job": "5"}
    client = await site.world.room.client()
    for eye in eyes:
        await eye.sees_nothing_wrong(f"{link}?lang={eye.language}&saved=1")
        await eye.sees_nothing_wrong(f"{site.base}/s/{'x' * 72}?lang={eye.language}")
    await client.post(
        link.removeprefix(site.base), data={"step": "scores", "shown": "nps ces1", "nps": "3", "go": "next"}
    )
    for eye in eyes:
        await eye.sees_nothing_wrong(f"{link}?lang={eye.language}&step=scores&new=why")
    await client.post(link.removeprefix(site.base), data=whole)
    for eye in eyes:
        await eye.sees_nothing_wrong(f"{link}?lang={eye.language}")
    over = await site.ask()
    site.world.room.clock.advance(timedelta(days=90))
    for eye in eyes:
        await eye.sees_nothing_wrong(f"{over}?lang={eye.language}")


async def test_an_error_has_the_focus_and_leads_to_its_field(site: Site, eyes: list[Eye]) -> None:
    page = eyes[0].page
    await page.goto(await site.ask())
    await page.get_by_role("button", name="Next").last.click()
    assert (await page.title()).startswith("Error:")
    assert await page.locator(":focus").get_attribute("role") == "alert"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.locator(":focus").get_attribute("id") in ("nps-0", "ces1-1")
    group = page.get_by_role("group", name="How likely are you to recommend it to a friend?")
    assert await group.evaluate("e => document.getElementById(e.getAttribute('aria-describedby')).textContent") == (
        "Please answer this question."
    )


async def test_what_can_be_pressed_is_large_enough(site: Site, eyes: list[Eye]) -> None:
    for eye in eyes:
        await eye.page.goto(f"{await site.ask()}?lang={eye.language}&step=more")
        sizes = await eye.page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), button:not(.unseen), summary, textarea')]"
            ".map(e => e.getBoundingClientRect()).filter(r => r.width).map(r => Math.min(r.width, r.height))"
        )
        assert len(sizes) > 20
        assert min(sizes) >= 24

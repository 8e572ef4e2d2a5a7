"""A whole survey by keyboard alone in a browser without scripts; and what happens when somebody stops midway."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from shared.contracts.surveys import Metric, SurveyAnswered, SurveyComment
from tests.surveys.page.conftest import Site

pytestmark = pytest.mark.timeout(240)


async def without_scripts(browser: Browser) -> BrowserContext:
    """A window as a person opens it: nothing of an earlier one is left."""
    return await browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await without_scripts(browser)
    yield await context.new_page()
    await context.close()


async def heading(page: Page, name: str) -> None:
    await expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on the field or button of this id or value."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if await focused.count() and name in (await focused.get_attribute("id"), await focused.get_attribute("value")):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


async def choose(page: Page, first: str, steps: int) -> None:
    """Into a group of radio buttons by Tab, then so many to the right; Space for the first one itself."""
    await tab_to(page, first)
    await page.keyboard.press("Space")
    for _ in range(steps):
        await page.keyboard.press("ArrowDown")


async def test_a_whole_survey_is_answered_by_keyboard_alone_without_scripts(site: Site, page: Page) -> None:
    await page.goto(await site.ask())
    await expect(page.get_by_text("Step 1 of 3")).to_be_visible()
    await choose(page, "nps-0", 4)
    await page.keyboard.press("Enter")
    # The answer brings a question onto the same page, and the focus is on what says so.
    await expect(page.locator(":focus")).to_contain_text("What was missing?")
    await tab_to(page, "why")
    await page.keyboard.type("A quiet room")
    await tab_to(page, "next")
    await page.keyboard.press("Enter")
    await heading(page, "What happened")
    await choose(page, "pickup-yes", 1)
    await choose(page, "channel-friends", 2)
    await tab_to(page, "channel.other")
    await page.keyboard.type("A poster in the tram")
    await tab_to(page, "wanted-work")
    await page.keyboard.press("Space")
    await tab_to(page, "wanted-people")
    await page.keyboard.press("Space")
    await choose(page, "found.accommodation-1", 1)
    await choose(page, "found.job-1", 6)
    await page.keyboard.press("Enter")
    await heading(page, "What went wrong")
    await expect(page.get_by_text("Step 3 of 4")).to_be_visible()
    await choose(page, "times.host-never", 2)
    await page.keyboard.press("Enter")
    await heading(page, "In your own words")
    await tab_to(page, "comment")
    await page.keyboard.type("Thanks to Marta")
    await tab_to(page, "send")
    await page.keyboard.press("Enter")
    await heading(page, "Your answer has arrived")
    (answered,) = await site.world.room.said(SurveyAnswered)
    assert [(given.metric, given.score) for given in answered.scores] == [(Metric.nps, 4)]
    assert answered.standards == {"arrival_pickup": "no"}
    assert {given.item: given.value for given in answered.perceptions} == {"accommodation": 2, "job": 7}
    (comment,) = await site.world.room.said(SurveyComment)
    assert comment.comment == "Thanks to Marta"


async def test_a_window_that_dies_midway_loses_no_page_that_was_sent(site: Site, browser: Browser) -> None:
    link = await site.ask()
    first = await without_scripts(browser)
    page = await first.new_page()
    await page.goto(link)
    await page.locator("#nps-9").check(force=True)
    await page.get_by_role("button", name="Next").last.click()
    await heading(page, "What happened")
    await page.locator("#wanted-work").check()
    await first.close()  # what was not sent is gone with it
    second = await without_scripts(browser)
    page = await second.new_page()
    await page.goto(link)
    await heading(page, "What happened")
    await expect(page.get_by_text("Welcome back!")).to_be_visible()
    await expect(page.locator("#wanted-work")).not_to_be_checked()
    await page.get_by_role("button", name="Back").click()
    await expect(page.locator("#nps-9")).to_be_checked()
    await second.close()


async def test_saving_for_later_keeps_what_is_half_done_and_says_until_when(site: Site, page: Page) -> None:
    link = await site.ask()
    await page.goto(f"{link}?step=more")
    await page.locator("#found\\.job-3").check(force=True)
    await page.get_by_role("button", name="Save and go on later").click()
    await heading(page, "Your answers so far are saved")
    await expect(page.get_by_text("until 24 July 2026")).to_be_visible()
    await page.goto(link)
    await heading(page, "What happened")
    await expect(page.locator("#found\\.job-3")).to_be_checked()
    assert await site.world.room.said(SurveyAnswered) == []


async def test_another_language_keeps_what_was_typed_and_the_page(site: Site, page: Page) -> None:
    await page.goto(await site.ask() + "?step=words")
    await page.locator("#comment").fill("Half a sentence")
    await page.get_by_role("button", name="العربية").click()
    await heading(page, "بكلماتك")
    assert await page.locator("html").get_attribute("dir") == "rtl"
    await expect(page.locator("#comment")).to_have_value("Half a sentence")


async def test_low_scores_stand_where_reading_begins(site: Site, page: Page) -> None:
    link = await site.ask()
    for language, sign in (("sv", 1), ("ar", -1)):
        await page.goto(f"{link}?lang={language}")
        low, next_one = [await page.locator(f"#nps-{value}").bounding_box() for value in (0, 1)]
        assert low
        assert next_one
        assert (next_one["x"] - low["x"]) * sign > 0


async def test_the_later_of_two_windows_is_told_kindly(site: Site, browser: Browser) -> None:
    link = await site.ask(language="sv")
    context = await without_scripts(browser)
    one, other = await context.new_page(), await context.new_page()
    for page in (one, other):
        await page.goto(f"{link}?step=words")
    for page in (one, other):
        await page.locator("#comment").fill("Klart")
    whole = {"nps": "9", "wanted": "work", "found.accommodation": "6", "found.job": "5"}
    await (await site.world.room.client()).post(link.removeprefix(site.base), data=whole)
    for page in (one, other):
        await page.get_by_role("button", name="Skicka mina svar").last.click()
        await expect(page.get_by_text("Du har redan svarat")).to_be_visible()
    await context.close()
    assert len(await site.world.room.said(SurveyAnswered)) == 1


async def test_two_windows_on_two_pages_do_not_undo_each_other(site: Site, browser: Browser) -> None:
    link = await site.ask()
    context = await without_scripts(browser)
    one, other = await context.new_page(), await context.new_page()
    await one.goto(f"{link}?step=scores")
    await other.goto(f"{link}?step=words")
    await other.locator("#comment").fill("From the other window")
    await other.get_by_role("button", name="Save and go on later").click()
    await one.locator("#nps-8").check(force=True)
    await one.get_by_role("button", name="Next").last.click()
    await one.goto(f"{link}?step=words")
    await expect(one.locator("#comment")).to_have_value("From the other window")
    await context.close()


async def test_what_is_over_in_the_middle_of_it_says_so(site: Site, page: Page) -> None:
    await page.goto(await site.ask())
    await page.locator("#nps-9").check(force=True)
    site.world.room.clock.advance(timedelta(days=70))
    await page.get_by_role("button", name="Next").last.click()
    await heading(page, "This survey is over")

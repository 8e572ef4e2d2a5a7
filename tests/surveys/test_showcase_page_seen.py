"""A promoter's page in a real browser, without scripts: nothing for axe to find, nothing that sticks out."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser

from shared import links
from shared.ids import derived_id
from tests.browsers import checked
from tests.surveys.test_showcasing import gallery, picture
from tests.surveys.world import World

LANGUAGES = ("en", "ro", "sv", "ar")


async def promoter(world: World, language: str) -> str:
    await world.answer(await world.complete(language=language), nps=9)
    world.room.clock.set(datetime(2026, 6, 20, tzinfo=UTC))
    await world.room.due()
    return f"/t/{links.showcase_token(derived_id('showcase', world.stay['application_id']))}"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_wide_and_narrow_light_and_dark(
    world: World,
    base: str,
    browser: Browser,
    language: str,
) -> None:
    path = await promoter(world, language)
    page = await browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
    await page.goto(base + path)
    assert await page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    await checked(page, f"showcase-new-{language}")
    await page.fill("#words", "Uppsala was great. " * 8)
    await page.fill("#name", "Ioana")
    await page.check("#uses-gallery")
    await page.set_input_files("#picture", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    await page.click("main form button[type=submit] >> nth=0")
    await checked(page, f"showcase-told-{language}")
    await page.close()
    page = await browser.new_page(viewport={"width": 320, "height": 800}, color_scheme="dark")
    await page.goto(base + path)
    await page.fill("#video", "https://example.org/" + "unbroken" * 12)
    await page.uncheck("#uses-gallery")
    await page.click("main form button[type=submit] >> nth=0")
    assert await page.locator(".summary li").count() == 2
    await checked(page, f"showcase-wrong-{language}")
    await page.close()


async def test_telling_and_taking_back_without_scripts_and_by_keyboard(
    world: World,
    base: str,
    browser: Browser,
) -> None:
    path = await promoter(world, "sv")
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    await page.goto(base + path)
    await page.focus("#words")
    await page.keyboard.type("Det var fantastiskt.")
    await page.focus("#uses-gallery")
    await page.keyboard.press("Space")
    await page.focus("main form button[type=submit] >> nth=0")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".state")
    assert page.url == base + path
    (one,) = (await (await world.room.client(world.he)).get("/v1/testimonials")).json()["items"]
    assert (one["words"], one["uses"], one["shown_name"]) == ("Det var fantastiskt.", ["gallery"], None)
    client = await world.room.client(world.he)
    await client.post(f"/v1/testimonials/{one['id']}/approval", headers={"If-Match": "*"})
    assert len(await gallery(world)) == 1
    await page.reload()
    assert "Den visas" in await page.inner_text(".state")
    await page.click("button.quiet")
    await page.wait_for_selector(".state")
    assert page.url == base + path
    assert "raderat" in await page.inner_text(".state")
    assert await gallery(world) == []

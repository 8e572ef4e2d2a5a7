"""Pictures of the console for the README: a browser signs in on the running system as somebody of the story.

It needs Chromium and Playwright, which come with the tools for tests (`make tools`).
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, PHONE = (1280, 860), (390, 844)
MANAGER, PARTICIPANT, GLOBAL = "EP manager of", "Continue as", "Global manager"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture. `part` is how the button of the role picker begins; `follow` is a link to click before."""

    name: str
    part: str
    address: str
    size: tuple[int, int] = WIDE
    language: str = "en"
    theme: str = "light"
    follow: str | None = None


PICTURES = (
    Picture("console-home", MANAGER, "/console"),
    Picture("console", GLOBAL, "/console/people", follow="a.person"),
    Picture("console-funnel", GLOBAL, "/console/funnel"),
    Picture("console-blueprint", GLOBAL, "/console/blueprint", theme="dark"),
    Picture("console-participant", PARTICIPANT, "/console/mine", PHONE),
    Picture("console-arabic", MANAGER, "/console", PHONE, "ar", "dark"),
)


async def take(console: str, folder: Path) -> list[Path]:
    """All pictures of a running console (its origin) into a folder; the files. RuntimeError names a page that fails."""
    from playwright.async_api import async_playwright

    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is not installed: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            return [await _taken(browser, console, picture, folder) for picture in PICTURES]
        finally:
            await browser.close()


async def _taken(browser: "Browser", console: str, picture: Picture, folder: Path) -> Path:
    width, height = picture.size
    context = await browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=2 if width < 500 else 1,
        color_scheme=picture.theme, reduced_motion="reduce",  # type: ignore[arg-type]
    )  # fmt: skip
    try:
        page = await context.new_page()
        await _sign_in(page, console, picture)
        if picture.language != "en":
            cookie = {"name": "sojourn_language", "value": picture.language, "url": f"{console}/console"}
            await context.add_cookies([cookie])  # type: ignore[list-item]
        reply = await page.goto(f"{console}{picture.address}", wait_until="load")
        if reply is None or reply.status != 200:
            raise RuntimeError(f"{picture.address} answers {reply.status if reply else 'nothing'}")
        if picture.follow:
            await page.locator(picture.follow).first.click()
            await page.wait_for_load_state("load")
        file = folder / f"{picture.name}.png"
        await page.screenshot(path=file)
        return file
    finally:
        await context.close()


async def _sign_in(page: "Page", console: str, picture: Picture) -> None:
    await page.goto(f"{console}/console/sign-in")
    await page.locator(f"button[aria-label^='{picture.part}'], button:text-is('{picture.part}')").first.click()
    await page.wait_for_load_state("load")

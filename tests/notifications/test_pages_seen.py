"""The personal pages of this room in a real browser: nothing for axe to find, nothing that sticks out, in any state."""

import hashlib
import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser

from services.notifications import commands, handlers
from services.notifications.choices import PREFERENCES, UNSUBSCRIBE
from services.notifications.commands import Paper
from services.notifications.policy import Budget, Plan
from services.notifications.views.calendars import seat_address
from services.notifications.views.papers import document_token
from shared.links import links
from shared.testing import builders
from shared.testing.rooms import Room
from tests.browsers import browser, checked, fits, served  # noqa: F401 (a fixture)
from tests.notifications.plans import care, using
from tests.notifications.seminars import Seminars
from tests.notifications.test_choices import LATER
from tests.notifications.test_papers import PDF
from tests.notifications.world import World

LANGUAGES = ("en", "ar")
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


class Eyes:
    """Looks at pages of one served room: wide and light, then narrow and dark."""

    def __init__(self, base: str, browser: Browser, language: str) -> None:  # noqa: F811
        self._base, self._browser, self._language = base, browser, language

    async def see(self, path: str, name: str, *, press: str = "", dark: bool = False) -> None:
        """The page of this path, or what follows when a button is pressed there; `dark`: axe looks at that, too."""
        page = await self._browser.new_page(viewport=WIDE, color_scheme="light")  # type: ignore[arg-type]
        await page.goto(self._base + path)
        if press:
            await page.click(press)
        assert await page.get_attribute("html", "lang") == self._language, name
        assert await page.get_attribute("html", "dir") == ("rtl" if self._language == "ar" else "ltr")
        for size, asked in (("wide", True), ("narrow", dark)):
            if size == "narrow":
                await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
                await page.emulate_media(color_scheme="dark")
            await (checked if asked else fits)(page, f"{name}-{self._language}-{size}")
        await page.close()


@pytest.fixture
async def base(room: Room) -> AsyncIterator[str]:
    """The room served on a port of its own."""
    async with served(room) as address:
        yield address


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def eyes(base: str, browser: Browser, language: str) -> Eyes:  # noqa: F811
    return Eyes(base, browser, language)


async def test_the_page_of_a_document_before_and_after_it_is_opened_and_signed(
    world: World, eyes: Eyes, language: str
) -> None:
    await world.known(language=language)
    await world.run()
    (row,) = await world.deliveries("pickup-information")
    paper = Paper(row.id, "policies-papers", language, "policies.pdf", hashlib.sha256(PDF).hexdigest(), PDF)
    await world.sql("DELETE FROM document_link")
    await world.room.do(handlers.file_documents, commands.FileDocuments([paper]))
    path, client = f"/d/{document_token(row.id)}", await world.room.client()
    await eyes.see(path, "document-new", dark=True)
    await client.post(path, data={"do": "open"})
    await eyes.see(path, "document-opened")
    await eyes.see(path, "document-wrong", press="button[value=acknowledge]")
    document = re.search(r'name="document" value="([^"]+)"', (await client.get(path)).text)
    assert document
    form = {"do": "acknowledge", "document": document[1], "name": "Ioana Șerban", "read": "on"}
    assert (await client.post(path, data=form)).status_code == 303
    await eyes.see(path, "document-signed")


async def test_the_page_of_a_seat_in_each_of_its_states(room: Room, eyes: Eyes, language: str) -> None:
    seminars = await Seminars.of(room)
    about = {"title": "Outgoing preparation " + "unbroken" * 12, "about": "Bring your passport.", "capacity": 1}
    session, stay, other = await seminars.opened(**about), await seminars.stay(known=False), await seminars.stay()
    await room.hear(builders.person(stay["person_id"], language=language))
    await room.hear(builders.person_details(stay["person_id"], language=language))
    (seat,) = (await seminars.invite(session, stay))["invited"]
    path = "/rsvp/" + seat_address(UUID(seat["id"])).rpartition("/")[2]
    await eyes.see(path, "seat-invited", dark=True)
    await seminars.answer(session, other)
    await eyes.see(path, "seat-full")
    await seminars.answer(session, stay)
    await eyes.see(path, "seat-waiting")
    await seminars.answer(session, other, going=False)
    await eyes.see(path, "seat-going")
    seminars.at(session, minutes=5)
    await eyes.see(path, "seat-check-in")
    await eyes.see(path, "seat-wrong-code", press="button[value=check-in]")
    assert (await seminars.move(session, "cancellation", {"reason": "emergency", "note": ""}))["state"] == "cancelled"
    await eyes.see(path, "seat-cancelled")


async def test_the_pages_of_choices(world: World, eyes: Eyes, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    using(monkeypatch, Plan("test", 1, (care("nudge", Budget.care),)))
    await world.known(language=language)
    await world.run()
    path = f"/preferences/{links().sign(PREFERENCES, world.person_id, LATER)}"
    await eyes.see(path, "choices", dark=True)
    await eyes.see(path, "choices-saved", press="main button[type=submit] >> nth=0")
    (row,) = await world.deliveries("nudge")
    stop = f"/unsubscribe/{links().sign(UNSUBSCRIBE, row.id, LATER)}"
    await eyes.see(stop, "stop")
    await eyes.see(stop, "stopped", press="main button[type=submit] >> nth=0")

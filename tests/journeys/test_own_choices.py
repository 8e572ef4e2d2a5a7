"""One's own choices: what is shown of them, what a press tells which room, how it is taken back, and whose it is."""

from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from services.journeys.console.own_copy import INVITATIONS, LISTS, ONES
from shared.testing import callers
from tests.browsers import browser as chromium
from tests.browsers import served
from tests.journeys.others import Others, example, invitation, page
from tests.journeys.test_frame_pages import look, tab
from tests.journeys.test_work_contract import operation, parameters
from tests.journeys.visiting import browser, others, sign_in
from tests.journeys.world import CLUJ, World

__all__ = ["browser", "chromium", "others"]
HERE = "/console/choices"


@pytest.fixture
async def told(world: World, others: Others) -> Others:
    """A survey was asked, a paper sent, something may be shown; one consent was given, one refused, one is unsaid."""
    await world.signs_up()
    me = str(world.person_id)
    sent = example("notifications", "GET", "/v1/deliveries")["items"][0] | {"document_id": None}
    others.answers |= {
        f"/v1/people/{me}/consents": {"analytics": True, "personalization": None, "marketing": False},
        f"/v1/people/{me}": {"id": me},
        "/v1/invitations": page(invitation(me)),
        "/v1/deliveries": page(
            sent | {"recipient_id": me, "touchpoint": "pickup-information", "sent_at": "2026-01-20T10:02:00Z"},
            sent | {"recipient_id": str(CLUJ), "touchpoint": "for-somebody-else", "sent_at": "2026-01-20T10:02:00Z"},
        ),
        "/v1/testimonials": page(given_words(me)),
        f"/v1/testimonials/{me}/withdrawal": given_words(me),
    }  # fmt: skip
    return others


def given_words(id_: str) -> dict[str, Any]:
    shown = {"words": "It was great.", "uses": ["gallery"], "state": "approved", "given_at": "2026-05-30T09:00:00Z"}
    return {"id": id_, "version": 4, **shown}


async def test_the_page_says_what_holds_in_its_own_words(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    await sign_in(browser, f"participant:{world.person_id}")
    text = (await browser.get(HERE)).text
    for words in (
        "Take it back: Remember what I looked at", "Yes, you may: Show me what fits me", "No: Show me what fits me",
        "Yes, you may: Count me in for campaigns", "No more of these: Reminders", "Send me these: News",
        "Not there: E-mail", "Write to me there: SMS", "did not take our messages", "After completion",
        "Pick-up information", "It was great.", f"/console/register/people/{world.person_id}/do/erase",
    ):  # fmt: skip
        assert words in text, words
    assert "For somebody else" not in text
    told.away |= {"notifications", "scoring"}
    text = (await browser.get(HERE)).text
    assert text.count("service doesn't answer right now") == 3
    assert "It was great." in text


async def test_a_press_tells_the_room_and_the_message_takes_it_back(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    me = world.person_id
    await sign_in(browser, f"participant:{me}")
    for press, room, path, body, undo in (
        ("classes/promotion/yes", 8103, "/v1/choices", b'{"classes":{"promotion":true}}', "classes/promotion/no"),
        ("channels/email/no", 8103, "/v1/choices", b'{"channels":{"email":false}}', "channels/email/yes"),
        ("consents/marketing/no", 8104, f"/v1/people/{me}/consents", b'{"marketing":false}', "consents/marketing/yes"),
        ("consents/analytics/no", 8104, f"/v1/people/{me}/consents", b'{"analytics":false}', None),
    ):
        said = await browser.post(f"{HERE}/{press}", data={"form-key": f"press-{press}"})
        sent = [one for one in told.asked if one.method == "POST"][-1]
        assert (sent.url.port, sent.url.path, sent.read()) == (room, path, body)
        assert sent.headers["idempotency-key"] == f"press-{press}"
        flash = said.text.partition('class="flash good"')[2].partition("</div>")[0]
        assert (f'action="{HERE}/{undo}"' in flash) if undo else ("Undo" not in flash and "Taken back" in flash)
    assert (await browser.post(f"{HERE}/classes/owed/no")).status_code == 404
    await browser.post(f"{HERE}/testimonials/{me}/withdrawal", data={"form-version": "4"})
    sent = [one for one in told.asked if one.method == "POST"][-1]
    assert (sent.url.path, sent.headers["if-match"]) == (f"/v1/testimonials/{me}/withdrawal", '"4"')


async def test_an_enabler_chooses_its_messages_and_staff_have_no_such_page(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    await sign_in(browser, f"enabler:{world.stay['enabler_id']}")
    text = (await browser.get(HERE)).text
    assert "What you get" in text
    assert all(words not in text for words in ('id="consents"', 'id="shown"', "Erase my data"))
    assert not any("/consents" in one.url.path for one in told.asked)
    await sign_in(browser, f"sending_manager:{CLUJ}")
    assert (await browser.get(HERE)).status_code == 403
    assert (await browser.post(f"{HERE}/classes/care/no")).status_code == 403


async def test_a_copy_holds_what_the_rooms_tell_and_is_never_half_a_copy(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    me = str(world.person_id)
    told.answers[f"/v1/invitations/{me}"] = invitation(me) | {"answer": {"comment": "Nobody met me."}}
    await sign_in(browser, f"participant:{me}")
    reply = await browser.get(f"{HERE}/copy")
    assert reply.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    copy = reply.json()
    assert copy["surveys"]["/v1/invitations"][0]["answer"]["comment"] == "Nobody met me."
    assert copy["surveys"]["/v1/testimonials"][0]["words"] == "It was great."
    assert copy["scoring"][f"/v1/people/{me}/consents"]["analytics"] is True
    assert copy["journeys"][f"/v1/people/{me}/timeline"], "what happened is in it"
    assert copy["notifications"]["/v1/feed"] is None, "a room that has nothing says so"
    told.away.add("scoring")
    assert (await browser.get(f"{HERE}/copy")).status_code == 503
    await sign_in(browser, f"enabler:{world.stay['enabler_id']}")
    assert (await browser.get(f"{HERE}/copy")).status_code == 403


def test_a_copy_asks_for_what_the_rooms_offer_a_participant() -> None:
    lists = (*LISTS, ("surveys", INVITATIONS))
    for room, path in (*ONES, *lists):
        found = operation(room, "GET", path)
        assert "participant" in found["x-roles"], path
        assert ((room, path) in lists) == ({"limit", "cursor"} <= parameters(found, "query")), path


async def test_the_page_fits_a_phone_in_arabic_and_dark(world: World, told: Others, chromium: Browser) -> None:
    async with served(world.room) as address, tab(chromium) as here:
        ways = (("en", 390, "light"), ("ar", 390, "dark"))
        for way in ways:
            await look(here, world.ep, f"{address}{HERE}", f"own-choices-{way[0]}-{way[2]}", way)
        await look(
            here, callers.enabler(world.stay["enabler_id"]), f"{address}{HERE}", "own-choices-enabler",
            ("ro", 1280, "light"),
        )  # fmt: skip

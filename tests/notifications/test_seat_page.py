"""The personal page of a seat, as a browser, a mail scanner and a screen reader meet it."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from services.notifications import pages
from services.notifications.views.calendars import seat_address
from shared.contracts import applications as facts
from shared.ids import new_id
from shared.testing.rooms import Room
from tests.elements import Elements
from tests.notifications.seminars import Seminars


@pytest.fixture
async def seminars(room: Room) -> Seminars:
    return await Seminars.of(room)


@pytest.fixture
async def browser(room: Room) -> httpx.AsyncClient:
    """A browser without an account."""
    return await room.client()


async def asked(seminars: Seminars, session: dict[str, Any], stay: dict[str, Any]) -> str:
    (seat,) = (await seminars.invite(session, stay))["invited"]
    return "/rsvp/" + seat_address(UUID(seat["id"])).rpartition("/")[2]


async def test_one_button_is_the_answer_and_a_reload_sends_nothing_twice(
    seminars: Seminars, browser: httpx.AsyncClient
) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    path = await asked(seminars, session, stay)
    page = Elements((await browser.get(path)).text)
    assert page.all("html", lang="ro", dir="ltr")
    assert len(page.all("h1")) == 1
    assert [button["value"] for button in page.all("button")] == ["going", "declined"]
    reply = await browser.post(path, data={"do": "going"})
    assert reply.status_code == 303
    shown = Elements((await browser.get(str(reply.url.join(reply.headers["location"])))).text)
    assert "Ai un loc." in shown.text
    assert [button["value"] for button in shown.all("button")] == ["declined"]
    await browser.post(path, data={"do": "declined"})
    assert (await seminars.seen(session["id"]))["going"] == 0


async def test_a_scanner_that_opens_every_link_answers_nothing(seminars: Seminars, browser: httpx.AsyncClient) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    path = await asked(seminars, session, stay)
    before, seats = await seminars.room.said(), await seminars.seats(session)
    for _ in range(3):
        assert (await browser.get(path, params={"do": "going"})).status_code == 200
        assert (await browser.head(path)).status_code == 200
    assert (await seminars.room.said(), await seminars.seats(session)) == (before, seats)


async def test_the_page_runs_nothing_and_is_kept_by_nobody(seminars: Seminars, browser: httpx.AsyncClient) -> None:
    stay = await seminars.stay()
    reply = await browser.get(await asked(seminars, await seminars.opened(), stay))
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "'unsafe-inline'" not in policy
    assert (reply.headers["cache-control"], reply.headers["referrer-policy"]) == ("no-store", "no-referrer")
    page = Elements(reply.text)
    assert page.all("script") == page.all("img") == page.all("link") == []


async def test_a_full_session_offers_the_queue_and_says_the_place_in_it(
    seminars: Seminars, browser: httpx.AsyncClient
) -> None:
    session = await seminars.opened(capacity=1)
    await seminars.answer(session, await seminars.stay())
    path = await asked(seminars, session, await seminars.stay())
    assert "lista de așteptare" in (await browser.get(path)).text
    await browser.post(path, data={"do": "going"})
    assert "Locul tău la rând: 1." in (await browser.get(path)).text


async def test_the_code_is_entered_on_the_page_while_check_in_is_open(
    seminars: Seminars, browser: httpx.AsyncClient
) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    path = await asked(seminars, session, stay)
    await browser.post(path, data={"do": "going"})
    assert not Elements((await browser.get(path)).text).all("input")
    early = await browser.post(path, data={"do": "check-in", "code": session["check_in_code"]})
    assert early.status_code == 409
    seminars.at(session, minutes=1)
    page = Elements((await browser.get(path)).text)
    assert {field["id"] for field in page.all("input")} == {label["for"] for label in page.all("label")} == {"code"}
    wrong = await browser.post(path, data={"do": "check-in", "code": "nonsense"})
    shown = Elements(wrong.text)
    assert wrong.status_code == 422
    assert shown.all("div", role="alert")
    assert shown.text.strip().startswith("Problemă:")
    right = await browser.post(path, data={"do": "check-in", "code": session["check_in_code"].lower()})
    assert right.status_code == 303
    assert "Prezența ta este înregistrată" in (await browser.get(path)).text


async def test_what_managers_write_is_shown_and_never_run(seminars: Seminars, browser: httpx.AsyncClient) -> None:
    session = await seminars.opened(
        title="<b>OPS</b> {{ 7*7 }}", about="<script>alert(1)</script>", place="<i>here</i>"
    )
    reply = await browser.get(await asked(seminars, session, await seminars.stay()))
    assert "&lt;b&gt;OPS&lt;/b&gt; {{ 7*7 }}" in reply.text
    assert "<script" not in reply.text
    assert "<i>" not in reply.text


async def test_a_cancelled_session_is_shown_without_buttons(seminars: Seminars, browser: httpx.AsyncClient) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    path = await asked(seminars, session, stay)
    await seminars.move(session, "cancellation", {"reason": "emergency", "note": "Flood."})
    page = Elements((await browser.get(path)).text)
    assert "Această sesiune nu mai are loc." in page.text
    assert "Flood." in page.text
    assert page.all("button") == []
    assert (await browser.post(path, data={"do": "going"})).status_code == 409


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"do": "going"}', "application/json"),
        (b"do=going&" * 30, "application/x-www-form-urlencoded"),
        (b"do=dance", "application/x-www-form-urlencoded"),
        (b"x" * 5000, "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
async def test_what_is_no_form_of_ours_is_answered_with_a_page(
    seminars: Seminars, browser: httpx.AsyncClient, body: bytes, kind: str
) -> None:
    path = await asked(seminars, await seminars.opened(), await seminars.stay())
    reply = await browser.post(path, content=body, headers={"Content-Type": kind} if kind else {})
    assert reply.status_code == 400
    assert "Răspunsul nu a ajuns" in reply.text


async def test_an_unknown_link_and_that_of_a_forgotten_person_open_nothing(
    seminars: Seminars, browser: httpx.AsyncClient
) -> None:
    stay = await seminars.stay()
    path = await asked(seminars, await seminars.opened(), stay)
    await seminars.room.hear_erased(facts.PersonDetails, stay["person_id"])
    unknown = "/rsvp/" + seat_address(new_id()).rpartition("/")[2]
    for tried in (path, unknown, "/rsvp/x", "/rsvp/" + "x" * 72):
        reply = await browser.get(tried, headers={"Accept-Language": "ar, en;q=0.5"})
        assert reply.status_code == 404
        assert Elements(reply.text).all("html", lang="ar", dir="rtl")
        assert (await browser.post(tried, data={"do": "going"})).status_code == 404


def test_the_page_says_the_same_in_every_language() -> None:
    def keys(value: Any, at: str = "") -> set[str]:
        if not isinstance(value, dict):
            return {at}
        return {key for name, inner in value.items() for key in keys(inner, f"{at}/{name}")}

    assert set(pages.languages()) >= {"ar", "en", "ro", "sv"}
    for language in pages.languages():
        assert keys(dict(pages.words_of(language))) == keys(dict(pages.words_of("en"))), language


@pytest.mark.parametrize("header", ["", ";;;", "en;q=9", "*", "ro;q=0", "x" * 5000, "sv;q=abc", None])
def test_a_broken_accept_language_means_english(header: str | None) -> None:
    assert pages.preferred(header) == "en"

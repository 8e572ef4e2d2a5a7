"""Choices through the links under messages: who may, what a scanner does, and what is never stopped."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.notifications.choices import PREFERENCES, UNSUBSCRIBE, all_words, link_until
from services.notifications.policy import Budget, Plan
from shared.contracts import notifications as said
from shared.contracts.applications import PersonDetails
from shared.ids import new_id
from shared.links import links
from shared.testing import callers
from tests.notifications.plans import care, using
from tests.notifications.world import World

LATER = datetime(2100, 1, 1, tzinfo=UTC)
PLAN = Plan("test", 1, (care("nudge", Budget.care), care("offer", Budget.promotion), care("notice", Budget.owed)))


@pytest.fixture(autouse=True)
def _plan(monkeypatch: pytest.MonkeyPatch) -> None:
    using(monkeypatch, PLAN)


@pytest.fixture
async def browser(world: World) -> httpx.AsyncClient:
    await world.known(language="ro")
    await world.run()
    return await world.room.client()


def preferences(world: World) -> str:
    return f"/preferences/{links().sign(PREFERENCES, world.person_id, LATER)}"


async def stop_link(world: World, code: str) -> str:
    (row,) = await world.deliveries(code)
    return f"/unsubscribe/{links().sign(UNSUBSCRIBE, row.id, LATER)}"


async def test_only_what_is_not_owed_carries_the_one_click_headers(world: World, browser: httpx.AsyncClient) -> None:
    del browser
    found = {letter.headers["Message-ID"]: letter for letter in world.inbox()}
    assert len(found) == 3
    for code, stoppable in (("nudge", True), ("offer", True), ("notice", False)):
        (row,) = await world.deliveries(code)
        headers = found[f"<{row.message_id}@sojourn.example>"].headers
        assert ("List-Unsubscribe" in headers) is stoppable
        if stoppable:
            assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert re.fullmatch(r"<http://[^<>\s]+/unsubscribe/[\w-]{72}>", headers["List-Unsubscribe"])
        assert "/preferences/" in (found[f"<{row.message_id}@sojourn.example>"].text or "")


async def test_the_link_in_the_header_works_with_one_post_and_no_redirect(
    world: World, browser: httpx.AsyncClient
) -> None:
    (row,) = await world.deliveries("nudge")
    letter = next(one for one in world.inbox() if row.message_id in one.headers["Message-ID"])
    path = re.search(r"(/unsubscribe/[\w-]+)", letter.headers["List-Unsubscribe"])
    assert path
    for _ in range(3):  # scanners
        assert (await browser.get(path[1])).status_code == 200
        assert (await browser.head(path[1])).status_code == 200
    assert await world.room.said(said.ContactSuppressed) == []
    assert (await browser.post(path[1], data={"something": "else"})).status_code == 400
    assert (await browser.post(path[1], json={"List-Unsubscribe": "One-Click"})).status_code == 400
    assert await world.room.said(said.ContactSuppressed) == []
    form = {"List-Unsubscribe": (None, "One-Click")}  # multipart, as RFC 8058 would rather have it
    for _ in range(2):
        assert (await browser.post(path[1], files=form)).status_code == 200
    (event,) = await world.room.said(said.ContactSuppressed)
    assert (event.reason, event.budget, event.channel) == ("unsubscribed", "care", None)


async def test_after_unsubscribing_only_that_class_stops(world: World, browser: httpx.AsyncClient) -> None:
    await browser.post(await stop_link(world, "offer"), data={"List-Unsubscribe": "One-Click"})
    world.stay = {**world.stay, "application_id": new_id()}
    before = len(world.inbox())
    await world.approve()
    await world.run()
    assert len(world.inbox()) == before + 2
    calendar = await world.calendar()
    assert (calendar["offer"].state, calendar["offer"].reason) == ("skipped", "suppressed_unsubscribed")
    assert {calendar[code].state for code in ("nudge", "notice")} == {"sent"}
    (row,) = await world.deliveries("offer")
    assert (row.state, row.reason) == ("cancelled", "suppressed_unsubscribed")


async def test_what_is_owed_cannot_be_stopped_by_its_own_link(world: World, browser: httpx.AsyncClient) -> None:
    path = await stop_link(world, "notice")
    assert "<button" not in (await browser.get(path)).text
    assert (await browser.post(path, data={"List-Unsubscribe": "One-Click"})).status_code == 409
    assert await world.room.said(said.ContactSuppressed) == []


async def test_tampered_expired_and_borrowed_links_open_nothing(world: World, browser: httpx.AsyncClient) -> None:
    good = (await stop_link(world, "nudge")).rpartition("/")[2]
    (row,) = await world.deliveries("nudge")
    expired = links().sign(UNSUBSCRIBE, row.id, datetime.now(UTC) - timedelta(seconds=1))
    flipped = ("B" if good[0] == "A" else "A") + good[1:]
    other_purpose = links().sign(PREFERENCES, world.person_id, LATER)
    for token in (expired, flipped, good[:-1], good + "A", other_purpose, "x", good.swapcase()):
        for path in (f"/unsubscribe/{token}",):
            reply = await browser.post(path, data={"List-Unsubscribe": "One-Click"})
            assert reply.status_code == 404, token
            assert str(row.id) not in reply.text
    assert (await browser.get(f"/preferences/{good}")).status_code == 404
    stranger = links().sign(PREFERENCES, new_id(), LATER)  # signed by us, for somebody whom this changes alone
    await browser.post(f"/preferences/{stranger}", data={"save": "1"})
    page = await browser.get(preferences(world))
    assert page.text.count(" checked") == 3
    assert {event.recipient_id == world.person_id for event in await world.room.said(said.ContactSuppressed)} == {False}


async def test_the_page_shows_changes_and_lifts(world: World, browser: httpx.AsyncClient) -> None:
    path = preferences(world)
    page = await browser.get(path)
    assert '<html lang="ro" dir="ltr">' in page.text
    assert page.text.count(" checked") == 3
    reply = await browser.post(path, data={"save": "1", "class": "care"})
    assert reply.status_code == 303
    saved = await browser.get(reply.url.join(reply.headers["Location"]))
    assert all_words()["ro"]["saved"] in saved.text
    assert saved.text.count(" checked") == 1
    events = await world.room.said(said.ContactSuppressed)
    assert {(event.channel, event.budget, event.reason) for event in events} == {
        (None, "promotion", "preference"),
        ("email", None, "preference"),
    }
    await browser.post(path, data={"save": "1", "class": ["care", "promotion"], "channel": "email"})
    assert (await browser.get(path)).text.count(" checked") == 3
    assert len(await world.room.said(said.ContactRestored)) == 2


async def test_without_email_what_is_owed_still_comes_there(world: World, browser: httpx.AsyncClient) -> None:
    await browser.post(preferences(world), data={"save": "1", "class": ["care", "promotion"]})
    world.stay = {**world.stay, "application_id": new_id()}
    await world.approve()
    await world.run()
    assert (await world.states()) == {"nudge": "skipped", "offer": "skipped", "notice": "sent"}
    assert (await world.calendar())["nudge"].reason == "suppressed_preference"


async def test_a_forgotten_persons_links_are_dead(world: World, browser: httpx.AsyncClient) -> None:
    path, stop = preferences(world), await stop_link(world, "nudge")
    await world.room.hear_erased(PersonDetails, world.person_id)
    assert [(await browser.get(one)).status_code for one in (path, stop)] == [404, 404]


async def test_pages_run_nothing_and_are_kept_by_nobody(world: World, browser: httpx.AsyncClient) -> None:
    for path in (preferences(world), await stop_link(world, "nudge"), "/unsubscribe/nothing"):
        reply = await browser.get(path)
        assert "script-src" not in reply.headers["content-security-policy"]
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in reply.text


def test_a_link_is_the_same_all_through_a_month_and_works_for_more_than_a_year() -> None:
    first, last = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    assert link_until(first) == link_until(last) == datetime(2027, 12, 1, tzinfo=UTC)
    assert link_until(datetime(2026, 12, 1, tzinfo=UTC)) == datetime(2028, 1, 1, tzinfo=UTC)


async def test_with_an_account_one_chooses_for_oneself_alone_and_what_is_left_out_stays(
    world: World, browser: httpx.AsyncClient
) -> None:
    mine = await world.room.client(callers.participant(world.person_id))
    before = (await mine.get("/v1/choices")).json()
    assert (before["classes"], before["channels"]) == ({"care": True, "promotion": True}, {"email": True})
    said_no = {"classes": {"promotion": False}}
    for _ in range(2):
        reply = await mine.post("/v1/choices", json=said_no)
        assert reply.json()["classes"] == {"care": True, "promotion": False}
    (event,) = await world.room.said(said.ContactSuppressed)
    assert (event.recipient_id, event.reason, event.budget) == (world.person_id, "preference", "promotion")
    await mine.post("/v1/choices", json={"channels": {"email": False}})
    assert (await browser.get(preferences(world))).text.count(" checked") == 1
    back = {"classes": {"promotion": True}, "channels": {"email": True}}
    assert (await mine.post("/v1/choices", json=back)).json() == before
    assert (await mine.post("/v1/choices", json={"classes": {"owed": False}})).status_code == 422
    other = await world.room.client(callers.participant())
    await other.post("/v1/choices", json=said_no)
    assert (await mine.get("/v1/choices")).json() == before
    await world.room.hear_erased(PersonDetails, world.person_id)
    assert (await mine.get("/v1/choices")).status_code == 404

"""Calendars that people subscribe to: what they hold, what a change does to them, who can read them."""

from typing import Any

import httpx
import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts import applications as facts
from shared.testing.rooms import Room
from tests.notifications.seminars import Seminars


@pytest.fixture
async def seminars(room: Room) -> Seminars:
    return await Seminars.of(room)


async def address(seminars: Seminars, stay: dict[str, Any]) -> str:
    """The path of the person's calendar."""
    reply = await (await seminars.ep(stay)).post("/v1/calendar")
    assert reply.status_code == 201
    return "/calendar/" + reply.json()["address"].rpartition("/")[2]


async def entries(browser: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Entries by the first word of their UID."""
    reply = await browser.get(path)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(reply.content).walk("VEVENT")
    return {str(one["UID"]).rsplit("-", 5)[0]: one for one in found}


async def test_it_holds_sessions_and_the_days_of_the_internship(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    await seminars.invite(session, stay)
    browser, path = await seminars.as_(None), await address(seminars, stay)
    found = await entries(browser, path)
    assert set(found) == {"session", "first-day", "last-day"}
    assert (str(found["session"]["SUMMARY"]), str(found["session"]["STATUS"])) == (session["title"], "TENTATIVE")
    assert found["session"]["DTSTART"].dt.isoformat() == "2026-02-14T15:00:00+00:00"
    assert found["first-day"]["DTSTART"].dt == stay["start_on"]
    assert str(found["last-day"]["SUMMARY"]).startswith("Ultima zi de lucru")
    await seminars.answer(session, stay)
    assert str((await entries(browser, path))["session"]["STATUS"]) == "CONFIRMED"
    await seminars.answer(session, stay, going=False)
    assert "session" not in await entries(browser, path)


async def test_a_change_moves_the_same_entry_and_a_cancellation_crosses_it_out(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    await seminars.invite(session, stay)
    browser, path = await seminars.as_(None), await address(seminars, stay)
    before = (await entries(browser, path))["session"]
    await seminars.change(session, local_start="2026-02-14T18:00:00")
    after = (await entries(browser, path))["session"]
    assert str(after["UID"]) == str(before["UID"])
    assert (int(before["SEQUENCE"]), int(after["SEQUENCE"])) == (0, 1)
    assert after["DTSTART"].dt.hour == 16
    await seminars.move(session, "cancellation", {"reason": "too_few"})
    gone = (await entries(browser, path))["session"]
    assert (str(gone["STATUS"]), int(gone["SEQUENCE"])) == ("CANCELLED", 2)


async def test_new_dates_of_the_stay_move_its_days(seminars: Seminars) -> None:
    stay = await seminars.stay()
    browser, path = await seminars.as_(None), await address(seminars, stay)
    before = await entries(browser, path)
    moved = stay | {"end_on": stay["end_on"].replace(day=30)}
    await seminars.room.hear(facts.ExperienceDatesChanged(**moved, move="extended"))
    after = await entries(browser, path)
    assert after["last-day"]["DTSTART"].dt.day == 30
    assert int(after["last-day"]["SEQUENCE"]) > int(before["last-day"]["SEQUENCE"])


async def test_a_reader_that_has_it_is_told_so(seminars: Seminars) -> None:
    stay = await seminars.stay()
    browser, path = await seminars.as_(None), await address(seminars, stay)
    first = await browser.get(path)
    again = await browser.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await browser.head(path)).status_code == 200


async def test_a_renewed_address_ends_the_former_one_and_a_forgotten_person_has_none(seminars: Seminars) -> None:
    stay = await seminars.stay()
    browser, former = await seminars.as_(None), await address(seminars, stay)
    path = await address(seminars, stay)
    assert path != former
    assert (await browser.get(former)).status_code == 404
    assert (await browser.get(path)).status_code == 200
    shown = await (await seminars.ep(stay)).get("/v1/calendar")
    assert shown.json()["address"].endswith(path)
    await seminars.room.hear_erased(facts.PersonDetails, stay["person_id"])
    assert (await browser.get(path)).status_code == 404


async def test_a_link_that_was_tampered_with_opens_nothing(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    await seminars.invite(session, stay)
    browser, path = await seminars.as_(None), await address(seminars, stay)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    for place in (0, 20, 40, 71):
        other = "A" if token[place] != "A" else "B"
        assert (await browser.get(f"/calendar/{token[:place]}{other}{token[place + 1 :]}.ics")).status_code == 404
    assert (await browser.get(f"/rsvp/{token}")).status_code == 404  # made for another purpose
    assert (await browser.post(path)).status_code == 405


CHANGE = st.sampled_from(
    [
        {"place": "Room 1"}, {"place": "Room 2"}, {"title": "OPS, again"}, {"capacity": 11}, {"capacity": 12},
        {"local_end": "2026-02-14T21:00:00"}, {"link": "https://meet.example.org/x"}, {"link": None}, {"hosts": []},
    ]
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGE, max_size=6))
async def test_the_sequence_never_falls_and_grows_exactly_with_what_is_shown(
    seminars: Seminars, changes: list[dict[str, Any]]
) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    await seminars.invite(session, stay)
    client = await seminars.ep(stay)

    async def shown() -> tuple[int, dict[str, str]]:
        reply = await client.get(f"/v1/sessions/{session['id']}/calendar")
        (one,) = icalendar.Calendar.from_ical(reply.content).walk("VEVENT")
        names = ("UID", "SUMMARY", "LOCATION", "DESCRIPTION", "DTSTART", "DTEND")
        return int(one["SEQUENCE"]), {name: one[name].to_ical().decode() for name in names if name in one}

    sequence, content = await shown()
    for change in changes:
        assert (await seminars.change(session, **change)).status_code == 200
        next_sequence, next_content = await shown()
        assert next_content["UID"] == content["UID"]
        assert next_sequence - sequence == (next_content != content)
        sequence, content = next_sequence, next_content

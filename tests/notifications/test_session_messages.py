"""What people are told of a session: one message an occasion, with the calendar file of that moment."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import icalendar
import pytest

from services.notifications import plan
from services.notifications.views.calendars import seat_address
from shared.contracts import applications as facts
from shared.testing import builders
from tests.notifications.seminars import Seminars
from tests.notifications.world import World


@pytest.fixture
async def seminars(world: World) -> AsyncIterator[Seminars]:
    """With what the shipped plan says of sessions, and nothing else."""
    shipped = plan.parse(plan.DEFAULT.read_text("utf-8"))
    entries = [entry for entry in shipped.touchpoints if str(entry.trigger.event or "").startswith("session-")]
    assert len(entries) == 8
    with plan.using(replace(shipped, touchpoints=tuple(entries))):
        yield await Seminars.of(world.room)


async def known(seminars: Seminars, **values: Any) -> dict[str, Any]:
    """An EP of whom everything that invitations say is known, with an address of the own."""
    stay = builders.experience(**values)
    address = f"ep-{stay['person_id'].hex[-8:]}@sojourn.example"
    await seminars.room.hear(builders.person(stay["person_id"], language="en"))
    await seminars.room.hear(builders.person_details(stay["person_id"], email=address, language="en"))
    await seminars.room.hear(builders.opportunity(stay["opportunity_id"], enabler_id=stay["enabler_id"]))
    await seminars.room.hear(builders.opportunity_details(stay["opportunity_id"]))
    await seminars.room.hear(builders.approved(stay))
    return stay | {"address": address}


async def mails(world: World, stay: dict[str, Any]) -> list[EmailMessage]:
    """What this person got about sessions, in the order in which it came."""
    await world.run()
    found = []
    for letter in world.inbox():
        message = letter.message
        if stay["address"] in str(message["To"]) and calendar_of(message) is not None:
            found.append(message)
    return found


def calendar_of(message: EmailMessage) -> Any:
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return icalendar.Calendar.from_ical(parts[-1].get_payload(decode=True)) if parts else None


def entry_of(message: EmailMessage) -> Any:
    (entry,) = calendar_of(message).walk("VEVENT")
    return entry


async def wait(seminars: Seminars, **by: float) -> None:
    seminars.room.clock.set(seminars.room.clock.now() + timedelta(**by))


async def states(seminars: Seminars, stay: dict[str, Any]) -> dict[str, str]:
    """Touchpoints of sessions of this person: code → state and reason."""
    client = await seminars.ep(stay)
    items = (await client.get("/v1/touchpoints", params={"limit": 200})).json()["items"]
    ours = [one for one in items if one["code"].startswith(("session-", "ops-"))]
    return {one["code"]: f"{one['state']} {one['reason'] or ''}".strip() for one in ours}


async def test_an_invitation_comes_with_a_request_that_a_calendar_reads(world: World, seminars: Seminars) -> None:
    session, stay = await seminars.opened(link="https://meet.example.org/ops"), await known(seminars)
    await seminars.invite(session, stay)
    (message,) = await mails(world, stay)
    assert calendar_of(message)["METHOD"] == "REQUEST"
    entry = entry_of(message)
    assert (str(entry["UID"]), int(entry["SEQUENCE"])) == (f"session-{session['id']}@sojourn", 0)
    assert str(entry["SUMMARY"]) == session["title"]
    assert entry["DTSTART"].dt == datetime(2026, 2, 14, 15, tzinfo=UTC)
    assert str(entry["ATTENDEE"]) == f"mailto:{stay['address']}"
    (attached,) = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert attached.get_filename() == "invitation.ics"
    plain = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "/rsvp/" in plain


async def test_several_changes_in_a_row_are_one_message_with_the_last_of_them(world: World, seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await known(seminars)
    await seminars.invite(session, stay)
    assert len(await mails(world, stay)) == 1
    for place in ("Room 1", "Room 2", "Room 3"):
        await seminars.change(session, place=place)
        await wait(seminars, minutes=3)
        assert len(await mails(world, stay)) == 1
    await seminars.change(session, capacity=50)  # no calendar shows it
    await wait(seminars, minutes=8)
    first, second = await mails(world, stay)
    assert (str(entry_of(second)["LOCATION"]), int(entry_of(second)["SEQUENCE"])) == ("Room 3", 3)
    assert str(entry_of(second)["UID"]) == str(entry_of(first)["UID"])
    await wait(seminars, hours=12)
    assert len(await mails(world, stay)) == 2


async def test_a_change_before_the_invitation_went_out_is_no_message_of_its_own(
    world: World, seminars: Seminars
) -> None:
    session, stay = await seminars.opened(), await known(seminars)
    await seminars.invite(session, stay)
    await seminars.change(session, place="Room 9")
    await wait(seminars, minutes=11)
    (only,) = await mails(world, stay)
    assert str(entry_of(only)["LOCATION"]) == "Room 9"


async def test_a_mail_server_that_is_away_does_not_turn_five_changes_into_five_messages(
    world: World, seminars: Seminars
) -> None:
    session, stay = await seminars.opened(), await known(seminars)
    world.verdicts[stay["address"]] = "451 later"
    await seminars.invite(session, stay)
    await world.run()
    for number in range(5):
        await seminars.change(session, place=f"Room {number}")
        await wait(seminars, minutes=11)
        await world.hurry()
        await seminars.room.due()
        await world.sender.step()
    del world.verdicts[stay["address"]]
    await world.hurry()
    (only,) = await mails(world, stay)
    assert (str(entry_of(only)["LOCATION"]), int(entry_of(only)["SEQUENCE"])) == ("Room 4", 5)


async def test_a_cancellation_takes_it_out_of_the_calendar_of_who_was_told(world: World, seminars: Seminars) -> None:
    session, told, never_told = await seminars.opened(), await known(seminars), await known(seminars)
    await seminars.invite(session, told)
    assert len(await mails(world, told)) == 1
    await seminars.invite(session, never_told)
    await seminars.move(session, "cancellation", {"reason": "too_few", "note": "Come to the next one."})
    _, gone = await mails(world, told)
    assert calendar_of(gone)["METHOD"] == "CANCEL"
    assert (str(entry_of(gone)["STATUS"]), int(entry_of(gone)["SEQUENCE"])) == ("CANCELLED", 1)
    assert "Come to the next one." in gone.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert await mails(world, never_told) == []
    assert (await states(seminars, never_told))["ops-invitation"] == "cancelled session_cancelled"


async def test_who_moves_up_is_told_and_the_entry_becomes_firm(world: World, seminars: Seminars) -> None:
    session = await seminars.opened(capacity=1)
    first, second = await known(seminars), await known(seminars)
    await seminars.invite(session, first, second)
    await mails(world, first)
    await seminars.answer(session, first)
    await seminars.answer(session, second)
    await seminars.answer(session, first, going=False)
    _, place = await mails(world, second)
    assert (str(entry_of(place)["STATUS"]), int(entry_of(place)["SEQUENCE"])) == ("CONFIRMED", 1)
    assert entry_of(place)["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


async def test_who_said_no_hears_of_no_change(world: World, seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await known(seminars)
    await seminars.invite(session, stay)
    await mails(world, stay)
    await seminars.answer(session, stay, going=False)
    await seminars.change(session, place="Elsewhere")
    await wait(seminars, minutes=11)
    assert len(await mails(world, stay)) == 1


async def test_a_broken_approval_gives_the_place_back_and_tells_the_calendar(world: World, seminars: Seminars) -> None:
    session = await seminars.opened(capacity=1)
    stay, other = await known(seminars), await known(seminars)
    await seminars.invite(session, stay, other)
    await mails(world, stay)
    await seminars.answer(session, stay)
    await seminars.answer(session, other)
    ids = {name: value for name, value in stay.items() if name != "address"}
    await seminars.room.hear(facts.ApprovalBroken.model_validate({**ids, "reason": "serious_illness", "refund": False}))
    gone = (await mails(world, stay))[-1]
    assert calendar_of(gone)["METHOD"] == "CANCEL"
    found = {seat["person_id"]: (seat["state"], seat["reason"]) for seat in await seminars.seats(session)}
    assert found[str(stay["person_id"])] == ("removed", "stay_broken_off")
    assert found[str(other["person_id"])] == ("going", None)


async def test_a_forgotten_person_gives_the_place_back_in_silence(world: World, seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await known(seminars)
    await seminars.invite(session, stay)
    assert len(await mails(world, stay)) == 1
    await seminars.answer(session, stay)
    await seminars.room.hear_erased(facts.PersonDetails, stay["person_id"])
    assert len(await mails(world, stay)) == 1
    (seat,) = await seminars.seats(session)
    assert (seat["state"], seat["reason"]) == ("removed", "person_erased")


async def test_a_no_show_is_asked_why_and_who_came_is_not(world: World, seminars: Seminars) -> None:
    session = await seminars.opened()
    came, missed = await known(seminars), await known(seminars)
    await seminars.invite(session, came, missed)
    for stay in (came, missed):
        await seminars.answer(session, stay)
    await mails(world, came)
    seminars.at(session, minutes=1)
    client = await seminars.ep(came)
    await client.post(f"/v1/sessions/{session['id']}/check-in", json={"code": session["check_in_code"]})
    seminars.at(session, hours=6)
    await world.run()
    assert "session-missed" in await states(seminars, missed)
    assert "session-missed" not in await states(seminars, came)


async def test_an_ep_in_another_zone_sees_the_own_time_beside(world: World, seminars: Seminars) -> None:
    session = await seminars.opened(zone="Asia/Tokyo")
    stay = await known(seminars)
    await seminars.invite(session, stay)
    (message,) = await mails(world, stay)
    assert entry_of(message)["DTSTART"].dt == datetime(2026, 2, 14, 8, tzinfo=UTC)
    (seat,) = await seminars.seats(session)
    page = (await (await seminars.as_(None)).get("/rsvp/" + seat_address(UUID(seat["id"])).rpartition("/")[2])).text
    assert "17:00–20:00" in page
    assert "Your local time" in page
    assert "10:00–13:00" in page
    assert "Europe/Bucharest" in page

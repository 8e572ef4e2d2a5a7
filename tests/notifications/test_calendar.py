"""The calendar of an experience: what follows from its dates, and what happens when they move."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text

from shared.contracts import applications as facts
from shared.contracts import notifications as said
from shared.contracts.applications import RejectionReason
from shared.storage.migrate import differences
from shared.testing import builders
from shared.testing.rooms import Room
from shared.timers import listing
from tests.notifications.world import DEPARTURE, World


async def test_schema_and_models_agree(room: Room) -> None:
    assert await differences(room.runtime.database, room.service.tables) == []


async def test_an_approval_fills_the_calendar(world: World) -> None:
    await world.approve()
    calendar = await world.calendar()
    assert {code: row.state for code, row in calendar.items()} == {
        "pickup-information": "waiting",
        "preparation-booklet": "waiting",
        "first-day-reminder": "waiting",
        "departure-document": "waiting",
    }
    departure = calendar["departure-document"]
    assert (departure.local_at, departure.zone, departure.due_at) == (
        datetime(2026, 5, 10, 9), "Europe/Stockholm", DEPARTURE
    )  # fmt: skip
    assert (departure.anchor_on, departure.anchor_version, departure.plan_version) == (date(2026, 5, 24), 1, 1)
    assert len(await world.room.said(said.TouchpointScheduled)) == 4


async def test_nothing_is_planned_before_the_approval(world: World) -> None:
    await world.step(facts.ApplicationRejected, reason=RejectionReason.skills, ours=False)
    assert await world.calendar() == {}
    assert await world.room.said() == []


async def test_dates_that_move_take_the_unsent_touchpoints_with_them(world: World) -> None:
    await world.approve()
    await world.move(end_on=date(2026, 6, 21))
    calendar = await world.calendar()
    assert calendar["departure-document"].due_at == DEPARTURE + timedelta(days=28)
    assert calendar["departure-document"].anchor_version == 2
    moved = await world.room.said(said.TouchpointMoved)
    assert [event.touchpoint for event in moved] == ["departure-document"]
    assert await world.room.due() == 2  # the two of the approval; the departure waits for its new day


async def test_the_same_dates_again_change_nothing(world: World) -> None:
    await world.approve()
    before = await world.calendar()
    await world.move()
    assert await world.room.said(said.TouchpointMoved) == []
    after = await world.calendar()
    assert {c: (r.due_at, r.state) for c, r in after.items()} == {c: (r.due_at, r.state) for c, r in before.items()}


async def test_what_was_sent_stays_with_the_dates_it_was_sent_for(world: World) -> None:
    await world.known()
    await world.at(DEPARTURE)
    await world.move(end_on=date(2026, 6, 21))
    await world.run()
    departure = (await world.calendar())["departure-document"]
    assert (departure.state, departure.anchor_on, departure.anchor_version) == ("sent", date(2026, 5, 24), 1)
    assert len([letter for letter in world.inbox() if "document-plecare" in str(letter.attachments)]) == 1


async def test_an_exit_cancels_what_waits_and_says_why(world: World) -> None:
    await world.approve()
    await world.step(facts.ApplicationWithdrawn, reason="own_wish")
    assert {(row.state, row.reason) for row in (await world.calendar()).values()} == {
        ("cancelled", "application_withdrawn")
    }
    assert {event.reason for event in await world.room.said(said.TouchpointSkipped)} == {"application_withdrawn"}
    world.room.clock.set(DEPARTURE + timedelta(days=100))
    assert await world.room.due() == 0


async def test_an_exit_pulls_back_an_email_that_waits_for_facts(world: World) -> None:
    await world.approve()
    await world.run()
    assert (await world.states())["pickup-information"] == "due"
    await world.step(facts.ApplicationWithdrawn, reason="own_wish")
    assert set((await world.states()).values()) == {"cancelled"}
    await world.hear_people()
    await world.hear_places()
    await world.hear_dossier()
    await world.hurry()
    await world.run()
    assert world.inbox() == []


async def test_a_stay_that_is_over_sends_nothing_of_its_beginning(world: World) -> None:
    await world.approve()
    await world.room.due()
    await world.step(facts.ExperienceRealized)
    await world.step(facts.ExperienceCompleted)
    assert {row.reason for row in (await world.calendar()).values()} == {"experience_completed"}


async def test_an_email_that_waited_moves_when_its_date_does(world: World) -> None:
    await world.approve()
    await world.at(DEPARTURE)
    assert (await world.states())["departure-document"] == "due"
    await world.move(end_on=date(2026, 6, 21))
    departure = (await world.calendar())["departure-document"]
    assert (departure.state, departure.due_at, departure.occurrence) == ("waiting", DEPARTURE + timedelta(days=28), 2)
    assert [row.state for row in await world.deliveries("departure-document")] == ["cancelled"]
    await world.known()
    await world.at(DEPARTURE + timedelta(days=28))
    assert (await world.states())["departure-document"] == "sent"


async def test_a_late_joiner_gets_no_reminder_of_yesterday_but_what_is_owed(world: World) -> None:
    world.room.clock.set(datetime(2026, 5, 20, 12, tzinfo=UTC))
    await world.known()
    await world.run()
    assert await world.states() == {
        "pickup-information": "sent",
        "preparation-booklet": "sent",
        "first-day-reminder": "skipped",
        "departure-document": "sent",
    }
    assert (await world.calendar())["first-day-reminder"].reason == "late"
    assert [e.reason for e in await world.room.said(said.TouchpointSkipped)] == ["late"]


async def test_a_skipped_touchpoint_comes_back_when_its_new_day_lies_ahead(world: World) -> None:
    world.room.clock.set(datetime(2026, 3, 1, 12, tzinfo=UTC))
    await world.known()
    await world.run()
    assert (await world.states())["first-day-reminder"] == "skipped"
    await world.move(start_on=date(2026, 3, 30), end_on=date(2026, 6, 21))
    assert (await world.states())["first-day-reminder"] == "waiting"
    await world.at(datetime(2026, 3, 27, 8, tzinfo=UTC))
    assert (await world.states())["first-day-reminder"] == "sent"


async def test_a_person_who_is_forgotten_gets_nothing_any_more(world: World) -> None:
    await world.known()
    await world.run()
    await world.invite()
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    await world.at(DEPARTURE)
    calendar = await world.calendar()
    assert (calendar["departure-document"].state, calendar["departure-document"].reason) == (
        "cancelled", "person_erased"
    )  # fmt: skip
    assert calendar["survey-invitation"].reason == "person_erased"
    assert len(world.inbox()) == 2
    await world.invite()
    await world.run()
    assert len(world.inbox()) == 2


@pytest.mark.parametrize("erased_first", [True, False])
async def test_who_was_erased_keeps_no_language_whichever_event_comes_first(world: World, erased_first: bool) -> None:
    registered, erased = builders.person(world.person_id), facts.PersonDetails
    if erased_first:
        await world.room.hear_erased(erased, world.person_id)
        await world.room.hear(registered)
    else:
        await world.room.hear(registered)
        await world.room.hear_erased(erased, world.person_id)
    async with world.room.runtime.database.engine.connect() as connection:
        (person,) = await connection.execute(text("SELECT language, erased FROM person"))
    assert tuple(person) == (None, True)


def history(stay: dict[str, Any]) -> list[tuple[int, facts.ApplicationFact]]:
    """What applications said of one stay, with the sequence of each event."""
    longer = {**stay, "end_on": date(2026, 6, 21)}
    return [
        (1, builders.approved(stay)),
        (2, facts.ExperienceDatesChanged(**longer, move="extended")),
        (3, facts.ExperienceRealized(**longer)),
        (4, facts.ExperienceDatesChanged(**{**longer, "end_on": date(2026, 6, 14)}, move="shortened")),
    ]


async def test_events_in_any_order_and_repeated_end_in_the_same_calendar(world: World) -> None:
    calendars = []
    for order in permutations(range(4)):
        world.stay = builders.experience()
        said_of_it = history(world.stay)
        for position in (*order, order[1], order[0]):
            sequence, fact = said_of_it[position]
            await world.hear_as(fact, sequence)
        rows = (await world.calendar()).values()
        calendars.append(
            {(row.code, row.state, row.due_at, row.anchor_on, row.anchor_version, row.reason) for row in rows}
        )
    assert len(calendars[0]) == 4
    assert all(calendar == calendars[0] for calendar in calendars)
    due = await world.room.read(listing, "waiting", 1000)
    waiting = [row["local_at"] for row in due if row["kind"] == "touchpoint"]
    assert len(waiting) == 24 * 4
    assert waiting.count(datetime(2026, 5, 31, 9)) == 24

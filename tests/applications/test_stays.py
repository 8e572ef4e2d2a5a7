"""The dates of a stay: extension, early finish and postponement, and when the intern really came and left."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.applications import commands, handlers, views
from services.applications.policy import Status
from shared.contracts import applications as facts
from shared.errors import Conflict, Invalid, NotFound
from shared.testing import callers
from tests.applications.course import BEGUN, WEEKS, after, at, make
from tests.applications.world import END, START, World


async def refused(world: World, handler: Any, command: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        await world.room.do(handler, command, world.he)
    return [(error.pointer, error.detail) for error in refusal.value.errors]


async def test_each_change_of_dates_says_which_it_is(world: World) -> None:
    application = await world.approved()
    for move in ("extend", "finish_early", "postpone"):
        application = await make(world, move, application, world.he)
    said = [(event.move, event.start_on, event.end_on) for event in await world.room.said(facts.ExperienceDatesChanged)]
    assert said == [
        ("extended", START, END + WEEKS),
        ("shortened", START, END),
        ("postponed", START + WEEKS, END + WEEKS),
    ]


async def test_a_change_of_dates_is_what_it_is_called(world: World) -> None:
    id_ = (await world.approved()).id
    h, c = handlers, commands
    assert await refused(world, h.extend_experience, c.ExtendExperience(id_, END)) == [
        ("#/end_on", f"an extension ends later than {END}")
    ]
    assert await refused(world, h.finish_experience_early, c.FinishExperienceEarly(id_, END + WEEKS)) == [
        ("#/end_on", f"an early finish ends earlier than {END}")
    ]
    assert await refused(world, h.postpone_experience, c.PostponeExperience(id_, START, END + WEEKS)) == [
        ("#/start_on", f"a postponement starts on another day than {START}")
    ]


async def test_no_stay_is_longer_than_78_weeks_or_shorter_than_its_programme_allows(world: World) -> None:
    application = await at(world, Status.realized)
    longest = START + timedelta(weeks=78, days=-1)
    made = await world.room.do(handlers.extend_experience, commands.ExtendExperience(application.id, longest), world.he)
    assert made.end_on == longest
    for handler, command in (
        (handlers.extend_experience, commands.ExtendExperience(application.id, longest + timedelta(days=1))),
        (handlers.finish_experience_early, commands.FinishExperienceEarly(application.id, START + timedelta(weeks=5))),
    ):
        assert await refused(world, handler, command) == [("#/end_on", "a talent internship lasts 6 to 78 weeks")]


async def test_a_stay_that_has_begun_is_not_postponed(world: World) -> None:
    application = await at(world, Status.realized)
    command = commands.ChangeExperienceDates(application.id, START + WEEKS, END + WEEKS)
    with pytest.raises(Conflict) as refusal:
        await world.room.do(handlers.change_experience_dates, command, world.he)
    assert (refusal.value.code, "extend" in refusal.value.extra["possible_moves"]) == ("illegal-move", True)


async def test_an_early_finish_that_is_told_late_completes_at_once_on_its_own_day(world: World) -> None:
    application = await at(world, Status.realized)
    world.room.clock.set(datetime(2026, 5, 20, 9, tzinfo=UTC))
    end = date(2026, 5, 3)
    await world.room.do(handlers.finish_experience_early, commands.FinishExperienceEarly(application.id, end), world.he)
    assert await world.room.due() == 1
    done = await world.room.read(views.get_application, application.id)
    assert (done.status, done.actual_end_on, done.end_on) == ("completed", end, end)


async def test_dates_changed_over_and_over_complete_once(world: World) -> None:
    application = await at(world, Status.realized)
    for move in ("extend", "extend", "finish_early", "extend"):
        application = await make(world, move, application, world.he)
    assert application.end_on == END + 2 * WEEKS
    world.room.clock.set(after(END + WEEKS))
    assert await world.room.due() == 0
    world.room.clock.set(after(END + 3 * WEEKS))  # a week of downtime
    assert await world.room.due() == 1
    assert await world.room.due() == 0
    assert len(await world.room.said(facts.ExperienceCompleted)) == 1


async def test_what_really_happened_stands_beside_what_was_agreed(world: World) -> None:
    application = await at(world, Status.realized)
    assert (application.actual_start_on, application.actual_end_on) == (START, None)
    world.room.clock.set(BEGUN + timedelta(days=10))
    he = await world.room.client(world.he)
    path, headers = f"/v1/applications/{application.id}/actual-dates", {"If-Match": f'"{application.version}"'}
    future = await he.put(path, json={"start_on": "2026-03-05", "end_on": "2026-05-01"}, headers=headers)
    assert (future.status_code, future.json()["errors"][0]["pointer"]) == (422, "#/end_on")
    assert (
        await he.put(path, json={"start_on": "2026-03-05", "end_on": "2026-03-04"}, headers=headers)
    ).status_code == 422
    done = (await he.put(path, json={"start_on": "2026-03-05"}, headers=headers)).json()
    assert (done["actual_start_on"], done["start_on"]) == ("2026-03-05", "2026-03-02")
    world.room.clock.set(after(END))
    await world.room.due()
    ended = await world.room.read(views.get_application, application.id)
    assert (ended.actual_start_on, ended.actual_end_on) == (date(2026, 3, 5), END)
    assert ended.completed_at is not None


async def test_what_has_not_begun_has_no_actual_dates_and_strangers_record_none(world: World) -> None:
    application = await world.approved()
    command = commands.RecordActualDates(application.id, START)
    with pytest.raises(Conflict) as refusal:
        await world.room.do(handlers.record_actual_dates, command, world.he)
    assert refusal.value.code == "not-started"
    with pytest.raises(NotFound):
        await world.room.do(handlers.record_actual_dates, command, callers.hosting_manager(world.sending))

"""Slots: which one an application is for, until when, how many; and raising an opportunity again."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.applications import commands, handlers, views
from services.applications.policy import Dates, first_slot, years_later
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.testing import callers
from tests.applications.world import END, START, World, posting

AUTUMN = commands.NewSlot(start_on=date(2026, 9, 7), end_on=date(2026, 11, 29), close_on=date(2026, 8, 1), openings=3)


async def test_an_application_takes_the_first_slot_that_is_free_and_in_time_or_the_one_asked_for(world: World) -> None:
    opportunity = await _two(world)
    spring, autumn = opportunity.slots
    assert (opportunity.openings, opportunity.start_on, spring.openings) == (4, START, 1)
    first = await world.apply(opportunity)
    assert (first.start_on, first.end_on) == (START, END)
    eps = [await _ep(world, number) for number in range(3)]
    chosen = await _apply(world, opportunity, eps[0], autumn.id)
    assert chosen.start_on == AUTUMN.start_on
    await world.approved(first)
    assert (await _apply(world, opportunity, eps[1])).start_on == AUTUMN.start_on  # spring is full
    with pytest.raises(Conflict) as refusal:
        await _apply(world, opportunity, eps[2], spring.id)
    assert refusal.value.code == "no-openings"
    with pytest.raises(Invalid) as foreign:
        await _apply(world, opportunity, eps[2], new_id())
    assert [error.pointer for error in foreign.value.errors] == ["#/slot_id"]


async def test_the_last_day_to_apply_is_the_hosts(world: World) -> None:
    room, opportunity = world.room, await _two(world)
    spring = opportunity.slots[0]
    ep, late = await _ep(world, 1), await _ep(world, 2)
    room.clock.set(datetime(2026, 3, 2, 22, 59, tzinfo=UTC))  # 23:59 of the closing day in Uppsala
    assert (await _apply(world, opportunity, ep, spring.id)).start_on == START
    room.clock.set(datetime(2026, 3, 2, 23, 0, tzinfo=UTC))
    with pytest.raises(Conflict) as refusal:
        await _apply(world, opportunity, late, spring.id)
    assert refusal.value.code == "not-offered"
    assert (await _apply(world, opportunity, late)).start_on == AUTUMN.start_on


async def test_slots_are_added_changed_and_closed_and_the_opportunity_keeps_in_step(world: World) -> None:
    he = await world.room.client(world.he)
    opportunity = await world.opportunity()
    path = f"/v1/opportunities/{opportunity.id}"
    added = await he.post(f"{path}/slots", json=AUTUMN.model_dump(mode="json"), headers={"If-Match": '"1"'})
    assert (added.status_code, added.json()["openings"], len(added.json()["slots"])) == (201, 4, 2)
    spring, autumn = (f"{path}/slots/{slot['id']}" for slot in added.json()["slots"])
    assert (await he.patch(autumn, json={"capacity": 5}, headers={"If-Match": '"1"'})).status_code == 412
    wider = await he.patch(autumn, json={"capacity": 5}, headers={"If-Match": added.headers["ETag"]})
    assert (wider.json()["openings"], wider.json()["slots"][1]["openings"]) == (6, 5)
    closed = await he.post(f"{spring}/closing", headers={"If-Match": wider.headers["ETag"]})
    assert (closed.json()["slots"][0]["close_on"], closed.json()["start_on"]) == ("2026-02-01", "2026-09-07")
    again = await he.post(f"{spring}/closing", headers={"If-Match": closed.headers["ETag"]})
    assert again.status_code == 409
    short = await he.patch(autumn, json={"end_on": "2026-09-20"}, headers={"If-Match": "*"})
    assert [error["pointer"] for error in short.json()["errors"]] == ["#/end_on"]
    told = [fact.changed for fact in await world.room.said(parties.OpportunityChanged)]
    assert told == [["openings", "slots"], ["openings"], ["close_on"]]
    assert (await he.patch(f"{path}/slots/{new_id()}", json={}, headers={"If-Match": "*"})).status_code == 404


async def test_openings_never_fall_below_what_was_taken(world: World) -> None:
    room = world.room
    opportunity = await world.opportunity(openings=2)
    await world.approved(await world.apply(opportunity))
    (slot,) = (await room.read(views.get_opportunity, opportunity.id)).slots
    assert (slot.capacity, slot.openings) == (2, 1)
    filled = await _change(world, opportunity, slot, {"capacity": 1})
    assert (filled.openings, filled.slots[0].openings) == (0, 0)
    more = await _change(world, opportunity, slot, {"capacity": 3})
    assert (more.openings, more.slots[0].openings) == (2, 2)
    await world.room.do(handlers.close_opportunity, commands.CloseOpportunity(opportunity.id), world.he)
    with pytest.raises(NotFound):
        await _change(world, opportunity, slot, {"capacity": 1}, callers.enabler())


async def test_fewer_openings_than_taken_are_refused_with_the_number(world: World) -> None:
    opportunity = await world.opportunity(openings=2)
    for number in range(2):
        await _approved(world, opportunity, await _ep(world, number))
    (slot,) = opportunity.slots
    with pytest.raises(Conflict) as refusal:
        await _change(world, opportunity, slot, {"capacity": 1})
    assert (refusal.value.code, refusal.value.extra) == ("openings-taken", {"taken": 2})


async def test_of_two_who_change_what_they_both_read_one_wins(world: World) -> None:
    opportunity = await world.opportunity()
    (slot,) = opportunity.slots
    wider = [_change(world, opportunity, slot, {"capacity": capacity}, expected=1) for capacity in (2, 3)]
    done = await asyncio.gather(*wider, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["OpportunityOut", "Stale"]
    (won,) = [one for one in done if not isinstance(one, Exception)]
    now = await world.room.read(views.get_opportunity, opportunity.id)
    assert (now.openings, now.version) == (won.slots[0].capacity, 2)


async def test_approving_and_cutting_the_openings_at_once_never_overbooks(world: World) -> None:
    opportunity = await world.opportunity(openings=3)
    (slot,) = opportunity.slots
    await _approved(world, opportunity, await _ep(world, 0))
    ready = [await _signed(world, opportunity, await _ep(world, number)) for number in (1, 2)]
    moves = [world.approve(application, world.he) for application in ready]
    moves.append(_change(world, opportunity, slot, {"capacity": 2}))
    done = await asyncio.gather(*moves, return_exceptions=True)
    refused = [one for one in done if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [Conflict]
    (now,) = (await world.room.read(views.get_opportunity, opportunity.id)).slots
    taken = 1 + sum(getattr(one, "status", None) == "approved" for one in done[:2])
    assert (now.capacity - now.openings, now.openings >= 0) == (taken, True)


async def test_moved_dates_take_the_last_day_to_apply_along(world: World) -> None:
    opportunity = await world.opportunity()
    week = timedelta(days=7)
    moved = await _change(world, opportunity, opportunity.slots[0], {"start_on": START + week, "end_on": END + week})
    assert (moved.start_on, moved.slots[0].close_on) == (START + week, START + week)
    (fact,) = await world.room.said(parties.OpportunityChanged)
    assert (fact.changed, fact.start_on) == (["close_on", "end_on", "start_on"], START + week)


# --- raised again


async def test_an_enabler_raises_its_opportunity_again_in_one_call(world: World) -> None:
    enabler = await world.room.client(callers.enabler(world.enabler_id))
    opportunity = await _two(world)
    await world.room.do(handlers.close_opportunity, commands.CloseOpportunity(opportunity.id), world.he)
    made = await enabler.post(f"/v1/opportunities/{opportunity.id}/re-raise", json={})
    assert made.status_code == 201
    again = made.json()
    assert (again["status"], again["raised_from"], again["title"]) == ("open", str(opportunity.id), opportunity.title)
    slots = [[slot[name] for name in ("start_on", "end_on", "close_on", "capacity")] for slot in again["slots"]]
    assert slots == [
        ["2027-03-02", "2027-05-24", "2027-03-02", 1],
        ["2027-09-07", "2027-11-29", "2027-08-01", 3],
    ]
    posted, details, raised = [fact for fact in await world.room.said() if str(fact.key) == again["id"]]
    assert (type(posted), type(details)) == (facts.OpportunityPosted, facts.OpportunityDetails)
    assert (raised.raised_from, raised.enabler_id, raised.openings) == (opportunity.id, world.enabler_id, 4)
    assert (await world.room.read(views.get_opportunity, opportunity.id)).status == "closed"


async def test_new_dates_keep_the_length_unless_they_say_otherwise_and_the_standards(world: World) -> None:
    opportunity = await world.opportunity(openings=2)
    again = await _raise(world, opportunity, start_on="2026-06-01")
    assert (again.start_on, again.end_on - again.start_on, again.openings) == (date(2026, 6, 1), END - START, 2)
    for asked, pointers in (
        ({"start_on": "2026-06-01", "end_on": "2026-06-07"}, ["#/end_on"]),
        ({"start_on": "2025-06-02"}, ["#/start_on"]),
        ({"end_on": "2026-06-07"}, ["#/start_on"]),
        ({"slots": [AUTUMN.model_dump() | {"end_on": "2026-09-10"}]}, ["#/slots/0/end_on"]),
    ):
        with pytest.raises(Invalid) as refusal:
            await _raise(world, opportunity, **asked)
        assert [error.pointer for error in refusal.value.errors] == pointers
    assert len(await world.room.said(parties.OpportunityReraised)) == 1


async def test_only_what_was_on_offer_is_raised_again(world: World) -> None:
    draft = await world.opportunity(status="draft")
    with pytest.raises(Conflict) as refusal:
        await _raise(world, draft)
    assert refusal.value.code == "not-raisable"


def test_a_year_later_is_as_long_and_lies_ahead() -> None:
    leap = Dates(date(2024, 2, 29), date(2024, 5, 22), date(2024, 2, 1))
    assert years_later(leap, date(2024, 1, 1)) == Dates(date(2025, 2, 28), date(2025, 5, 22), date(2025, 1, 31))
    assert years_later(leap, date(2026, 2, 1)).start_on == date(2027, 2, 28)


def test_the_first_slot_is_the_earliest_that_takes_applications_else_the_last() -> None:
    early = Dates(date(2026, 3, 2), date(2026, 5, 24), date(2026, 2, 1))
    late = Dates(date(2026, 9, 7), date(2026, 11, 29), date(2026, 9, 7))
    days = [date(2026, 2, 1), date(2026, 2, 2), date(2027, 1, 1)]
    assert [first_slot([late, early], day) for day in days] == [early, late, late]


async def _two(world: World) -> Any:
    spring = commands.NewSlot(start_on=START, end_on=END)
    given = posting(world.enabler_id).model_dump(exclude={"start_on", "end_on", "openings"})
    command = commands.PostOpportunity.model_validate(given | {"slots": [AUTUMN.model_dump(), spring.model_dump()]})
    return await world.room.do(handlers.post_opportunity, command, world.he)


async def _ep(world: World, number: int) -> Any:
    ep = callers.participant()
    await world.sign_up(ep, f"ep{number}@sojourn.example")
    return ep


async def _apply(world: World, opportunity: Any, ep: Any, slot_id: Any = None) -> Any:
    command = commands.SubmitApplication(opportunity_id=opportunity.id, slot_id=slot_id)
    return await world.room.do(handlers.submit_application, command, ep)


async def _signed(world: World, opportunity: Any, ep: Any) -> Any:
    """An application that lacks the host's approval only."""
    application = await _apply(world, opportunity, ep)
    await world.accept(application)
    await world.signed(application, ep)
    return await world.approve(application, world.se)


async def _approved(world: World, opportunity: Any, ep: Any) -> Any:
    return await world.approve(await _signed(world, opportunity, ep), world.he)


async def _change(
    world: World, opportunity: Any, slot: Any, changes: dict[str, Any], by: Any = None, expected: int | None = None
) -> Any:
    command = commands.ChangeSlot(opportunity.id, slot.id, changes)
    return await world.room.do(handlers.change_slot, command, by or world.he, expected)


async def _raise(world: World, opportunity: Any, **asked: Any) -> Any:
    command = commands.ReRaiseOpportunity(opportunity.id, commands.ReRaise.model_validate(asked))
    return await world.room.do(handlers.re_raise_opportunity, command, world.he)

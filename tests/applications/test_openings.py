"""The last opening, and what is promised when a hundred managers want it at once."""

import asyncio
from typing import Any

from sqlalchemy import text

from services.applications import commands, handlers, views
from services.applications.model import Application, Person
from services.applications.policy import Status
from shared.errors import Conflict, Refusal
from shared.ids import new_id
from shared.testing import callers
from tests.applications.course import at, make
from tests.applications.world import World

MANY = 100


async def waiting(world: World, like: Any, count: int) -> list[Any]:
    """So many other EPs, each with an application for the same opportunity that the sending side has approved."""

    async def add(uow: Any, _: Any) -> list[Any]:
        row, person = await uow.get(Application, like.id), await uow.get(Person, like.person_id)
        made = []
        for number in range(count):
            ep = uow.add(Person(**person.model_dump() | {"id": new_id(), "email": f"ep{number}@sojourn.example"}))
            values = {"id": new_id(), "person_id": ep.id, "sending_approval": row.terms, "sending_terms": row.terms}
            made.append(uow.add(Application(**row.model_dump() | values)))
        return made

    return await world.room.do(add, None)


async def rows(world: World, query: str) -> list[Any]:
    async with world.room.runtime.database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_of_a_hundred_managers_one_gets_the_last_opening_and_nothing_is_half_done(world: World) -> None:
    application = await at(world, Status.in_progress)
    all_of_them = await waiting(world, application, MANY)
    said = len(await world.room.said())
    outcomes = await asyncio.gather(*(world.approve(row, world.he) for row in all_of_them), return_exceptions=True)
    won = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert (len(won), len(lost)) == (1, MANY - 1)
    assert {(type(one), one.code, one.detail) for one in lost} == {
        (Conflict, "no-openings", "The last opening was taken meanwhile.")
    }
    assert await rows(world, "SELECT o.openings, s.openings FROM opportunity o, slot s") == [(0, 0)]
    half = "SELECT status, hosting_approval IS NULL, version FROM application WHERE sending_approval IS NOT NULL"
    assert sorted(await rows(world, half)).count(("in_progress", True, application.version)) == MANY - 1
    assert [type(fact).__name__ for fact in (await world.room.said())[said:]] == [
        "ApprovalGiven",
        "ApplicationApproved",
    ]


async def test_two_sides_that_approve_at_the_same_moment_approve_once(world: World) -> None:
    application = await at(world, Status.in_progress)
    done = await asyncio.gather(world.approve(application, world.se), world.approve(application, world.he))
    assert sorted(one.status for one in done) == ["approved", "in_progress"]
    assert await rows(world, "SELECT openings FROM slot") == [(0,)]


async def test_what_a_break_gives_back_another_one_takes(world: World) -> None:
    application = await at(world, Status.approved)
    (other,) = await waiting(world, application, 1)
    await make(world, "break_approval", application, world.he)
    await world.room.do(_as_in_progress, other)
    assert (await world.approve(other, world.he)).status == "approved"
    assert await rows(world, "SELECT openings, capacity FROM slot") == [(0, 1)]


async def _as_in_progress(uow: Any, application: Any) -> None:
    row = await uow.get(Application, application.id, lock=True)
    uow.change(row, status=Status.in_progress, hosting_approval=None)


async def test_an_ep_applies_for_the_dates_of_a_slot(world: World) -> None:
    opportunity = await world.opportunity()
    ((slot_id,),) = await rows(world, "SELECT id FROM slot")
    command = commands.SubmitApplication(opportunity_id=opportunity.id, slot_id=slot_id)
    assert (await world.room.do(handlers.submit_application, command, world.ep)).slot_id == slot_id
    ep = await world.room.client(callers.participant())
    assert (
        (await ep.post("/v1/applications", json={"opportunity_id": str(opportunity.id)}))
        .json()["type"]
        .endswith("no-profile")
    )
    other = await world.room.client(world.ep)
    body = {"opportunity_id": str((await world.opportunity()).id), "slot_id": str(slot_id)}
    foreign = await other.post("/v1/applications", json=body)
    assert (foreign.status_code, foreign.json()["errors"][0]["pointer"]) == (422, "#/slot_id")


async def test_an_opportunity_that_is_closed_takes_no_application(world: World) -> None:
    opportunity = await world.opportunity()
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.execute(text("UPDATE opportunity SET status = 'closed'"))
    ep = await world.room.client(world.ep)
    refused = await ep.post("/v1/applications", json={"opportunity_id": str(opportunity.id)})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "not-offered")
    assert (await world.room.read(views.get_opportunity, opportunity.id)).openings == 1

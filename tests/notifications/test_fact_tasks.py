"""What a coming message lacks is a task of who owns it: due before the message, moved with it, ended by the facts."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from services.notifications import plan
from services.notifications.handlers.preflight import look_ahead
from services.notifications.model import Experience
from services.notifications.policy import Owner, TaskRule, due_day
from services.notifications.policy.papers import asked_side
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import tasks as said
from shared.contracts.fields import Side
from shared.testing import callers
from tests.notifications.world import DEPARTURE, World

CODES = {"facts-missing", "host-facts-missing"}


@pytest.fixture
async def stay(world: World) -> AsyncIterator[World]:
    """An approved stay by the shipped plan whose way home nobody has written down."""
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        await world.known()
        await world.hear_dossier(departure_route=None)
        yield world


async def tasks(world: World, *, code: str = "host-facts-missing") -> list[dict[str, Any]]:
    client = await world.room.client(callers.global_manager())
    return list((await client.get("/v1/tasks", params={"code": code})).json()["items"])


async def test_what_a_document_lacks_is_a_task_of_its_owner_due_before_it(stay: World) -> None:
    await stay.at(DEPARTURE - timedelta(days=8))
    assert await tasks(stay) == []
    await stay.at(DEPARTURE - timedelta(days=6, hours=12))
    (task,) = await tasks(stay)
    assert (task["state"], task["side"], task["missing"]) == ("open", "hosting", ["departure_route"])
    assert (task["opened_at"][:10], task["due_on"]) == ("2026-05-03", "2026-05-06")  # the document is due on the 10th
    assert task["closed_by"] == ["facts-complete"]
    assert await tasks(stay, code="facts-missing") == []
    await stay.hear_dossier()
    (done,) = await tasks(stay)
    assert (done["state"], done["how"], done["missing"]) == ("done", "facts-complete", [])
    assert [one.how for one in await stay.room.said(said.TaskDone) if one.touchpoint in CODES] == ["facts-complete"]


async def test_facts_that_go_again_open_the_same_task_again_with_less_time(stay: World) -> None:
    await stay.at(DEPARTURE - timedelta(days=6, hours=12))
    await stay.hear_dossier()
    await stay.at(DEPARTURE - timedelta(days=2, hours=3))
    await stay.hear_dossier(departure_route=None)
    await stay.at(DEPARTURE - timedelta(days=1, hours=20))
    (task,) = await tasks(stay)
    assert (task["state"], task["due_on"], task["how"]) == ("open", "2026-05-09", None)  # the day before the document


async def test_a_document_that_moves_takes_the_task_along(stay: World) -> None:
    await stay.at(DEPARTURE - timedelta(days=6, hours=12))
    await stay.move(end_on=date(2026, 5, 19))  # the document: 5 May
    await stay.at(DEPARTURE - timedelta(days=6, hours=11))
    (task,) = await tasks(stay)
    assert (task["state"], task["due_on"]) == ("open", "2026-05-04")
    assert [one.due_on for one in await stay.room.said(said.TaskMoved)] == [date(2026, 5, 4)]


async def test_nobody_is_asked_any_more_when_the_stay_falls_through(stay: World) -> None:
    await stay.at(DEPARTURE - timedelta(days=6, hours=12))
    await stay.step(facts.ApprovalBroken, reason="illness", refund=True)
    (task,) = await tasks(stay)
    assert (task["state"], task["reason"]) == ("cancelled", "approval_broken")
    told = [one for one in await stay.room.said(said.TaskCancelled) if str(one.task_id) == task["id"]]
    assert [one.reason for one in told] == ["approval_broken"]


async def test_a_stay_that_comes_back_asks_again(stay: World) -> None:
    await stay.at(DEPARTURE - timedelta(days=6, hours=12))
    await stay.step(facts.ApprovalBroken, reason="illness", refund=True)
    await stay.approve()
    await stay.at(DEPARTURE - timedelta(days=6, hours=10))
    (task,) = await tasks(stay)
    assert (task["state"], task["reason"], task["due_on"]) == ("open", None, "2026-05-06")


async def test_what_another_open_task_records_is_no_second_one(world: World) -> None:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        await world.hear_people()
        await world.hear_places()
        await world.approve()  # without a dossier: the pick-up has a task of its own, the emptiness none
        await world.at(world.room.clock.now() + timedelta(hours=1))
        assert [one["state"] for one in await tasks(world, code="pickup-logistics")] == ["open"]
        assert await tasks(world) == []


async def test_looking_twice_asks_once(stay: World) -> None:
    await stay.at(DEPARTURE - timedelta(days=6, hours=12))

    async def again(uow: Any, _: Any) -> None:
        await look_ahead(uow, await uow.all(Experience))

    await stay.room.runtime.execute(again, None, caller=Caller.system("notifications"))
    await stay.at(DEPARTURE - timedelta(days=6, hours=11))
    assert len(await tasks(stay)) == 1
    assert len([one for one in await stay.room.said(said.TaskOpened) if one.touchpoint in CODES]) == 1


@pytest.mark.parametrize(
    ("opened", "needed", "due"),
    [(date(2026, 5, 3), date(2026, 5, 10), 6), (date(2026, 5, 3), date(2026, 5, 5), 4), (date(2026, 5, 3), None, 6),
     (date(2026, 5, 3), date(2026, 5, 3), 3), (date(2026, 5, 3), date(2026, 4, 1), 3)],
)  # fmt: skip
def test_a_task_for_a_day_is_due_before_it_and_never_before_it_opened(
    opened: date, needed: date | None, due: int
) -> None:
    assert due_day(TaskRule(days=3), opened, needed).day == due


def test_each_owner_has_a_side_that_sees_to_it() -> None:
    assert {owner: asked_side(owner) for owner in Owner} == {
        Owner.ep: Side.sending, Owner.sending: Side.sending, Owner.hosting: Side.hosting, Owner.enabler: Side.hosting,
    }  # fmt: skip

"""A stay that may go wrong: a task at the host while the alarm lasts, one for each alarm."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.notifications import plan
from shared.contracts.risks import StayAtRisk, StayCalmed
from shared.contracts.scoring import Reason
from shared.testing import callers
from tests.notifications.world import World


@pytest.fixture(autouse=True)
def shipped(world: World) -> Iterator[None]:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        yield


def about(world: World) -> dict[str, Any]:
    names = ("application_id", "person_id", "sending_entity_id", "hosting_entity_id")
    return {name: world.stay[name] for name in names} | {"risk": 0.5}


async def alarmed(world: World) -> None:
    why = {"low": 0.3, "high": 0.7, "base_log_odds": -2.0, "model": "risk-rules-1"}
    await world.room.hear(StayAtRisk(**about(world), **why, reasons=[Reason(code="effort", log_odds=2.0)]))
    await world.run()


async def tasks(world: World) -> list[dict[str, Any]]:
    client = await world.room.client(callers.global_manager())
    return list((await client.get("/v1/tasks", params={"code": "stay-at-risk"})).json()["items"])


async def test_an_alarm_opens_a_task_at_the_host_that_is_done_when_it_is_calm_again(world: World) -> None:
    await world.known()
    await alarmed(world)
    (task,) = await tasks(world)
    assert (task["state"], task["side"]) == ("open", "hosting")
    await world.room.hear(StayCalmed(**about(world), why="calmed"))
    assert [one["state"] for one in await tasks(world)] == ["done"]
    world.room.clock.advance(timedelta(days=5))
    await alarmed(world)
    assert sorted(one["state"] for one in await tasks(world)) == ["done", "open"]

"""S&S 10: what is wrong with the room is put right in three days, or the leaders hear of it without anybody's doing."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notifications import plan
from shared.contracts import tasks as said
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, Party, QualityCaseClosed, QualityCaseOpened
from shared.ids import new_id
from shared.testing import callers
from tests.notifications.world import World


@pytest.fixture
async def stay(world: World) -> AsyncIterator[World]:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        await world.known()
        await world.at(datetime.fromisoformat("2026-04-06T08:00:00+00:00"))
        yield world


def case(world: World, id_: UUID, standard: str | None = "accommodation", party: Party = Party.ep) -> dict[str, Any]:
    names = ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")
    about = {name: world.stay[name] for name in names} | {"enabler_id": None, "party": party}
    return about | {"case_id": id_, "cause": CaseCause.reported, "standard": standard}


async def opened(world: World, **more: Any) -> UUID:
    id_, until = new_id(), world.room.clock.now() + timedelta(days=1)
    await world.room.hear(QualityCaseOpened(**case(world, id_, **more), owner=Side.hosting, acknowledge_by=until))
    await world.run()
    return id_


async def tasks(world: World) -> list[dict[str, Any]]:
    client = await world.room.client(callers.global_manager())
    return list((await client.get("/v1/tasks", params={"code": "accommodation-defect"})).json()["items"])


async def escalated(world: World) -> list[int]:
    told = await world.room.said(said.TaskEscalated)
    return [one.level for one in told if one.touchpoint == "accommodation-defect"]


async def test_a_defect_of_the_room_goes_up_after_three_days(stay: World) -> None:
    began = stay.room.clock.now()
    id_ = await opened(stay)
    (task,) = await tasks(stay)
    assert (task["state"], task["side"], task["due_on"]) == ("open", "hosting", "2026-04-09")
    await stay.at(began + timedelta(days=2, hours=23, minutes=59) - timedelta(hours=2))
    assert await escalated(stay) == []
    await stay.at(began + timedelta(days=3))
    assert await escalated(stay) == [1]
    await stay.at(began + timedelta(days=7, hours=1))
    assert await escalated(stay) == [1, 2]
    await stay.room.hear(QualityCaseClosed(**case(stay, id_), outcome="solved"))
    (task,) = await tasks(stay)
    assert (task["state"], task["how"]) == ("done", "quality-case-closed")


async def test_what_is_mended_in_time_goes_no_further(stay: World) -> None:
    id_ = await opened(stay)
    await stay.at(stay.room.clock.now() + timedelta(days=2))
    await stay.room.hear(QualityCaseClosed(**case(stay, id_), outcome="solved"))
    await stay.at(stay.room.clock.now() + timedelta(days=9))
    assert await escalated(stay) == []


async def test_another_standard_none_at_all_and_an_enablers_case_are_no_defect_of_the_room(stay: World) -> None:
    for more in ({"standard": "job_description"}, {"standard": None}, {"party": Party.enabler}):
        await opened(stay, **more)
    assert await tasks(stay) == []

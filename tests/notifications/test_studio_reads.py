"""Reads over touchpoints of several plans: as many queries for a hundred rows as for one."""

from typing import Any

from services.notifications.model import Touchpoint
from services.notifications.plan import store
from shared.storage.tx import Uow
from shared.testing import callers
from tests.notifications.test_plan_versions import content, draft, publish
from tests.notifications.world import World


async def test_the_entries_of_a_list_cost_one_query_whatever_plans_they_came_from(
    world: World, monkeypatch: Any
) -> None:
    client = await world.room.client(callers.global_manager())
    await publish(client, await draft(client))
    await publish(client, await draft(client, plan="second", content=content(days=-3) | {"without": ["welcome-note"]}))
    await world.known()
    plans = {row.plan for row in (await world.calendar()).values()}
    assert len(plans) > 1
    asked: list[str] = []
    fetch = Uow.fetch

    async def counted(self: Uow, query: str, *values: Any) -> Any:
        asked.append(query)
        return await fetch(self, query, *values)

    async def look(uow: Uow, _: None) -> tuple[dict[Any, Any], dict[Any, Any]]:
        rows = await uow.all(Touchpoint)
        one_by_one = {row.id: await store.entry_of(uow, row) for row in rows}
        asked.clear()
        return one_by_one, await store.made_of(uow, {row.id: row for row in rows})

    monkeypatch.setattr(Uow, "fetch", counted)
    one_by_one, together = await world.room.do(look, None)
    assert together == one_by_one
    assert asked == [store.VERSIONS]

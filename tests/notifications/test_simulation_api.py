"""Simulations over HTTP: asked for, run in a process of their own, told about, cancelled, kept."""

from typing import Any

import httpx

from services.notifications.simulating import Runner
from services.notifications.simulation import Cohort, Order, read_order, written_order
from shared.testing import builders, callers
from tests.notifications.test_plan_versions import boss, content, draft
from tests.notifications.world import World


async def ask(client: httpx.AsyncClient, **body: Any) -> Any:
    reply = await client.post("/v1/simulations", json=body)
    assert reply.status_code == 202, reply.text
    assert reply.headers["Location"] == f"/v1/simulations/{reply.json()['id']}"
    return reply.json()


async def test_a_simulation_is_run_and_its_report_is_kept(world: World) -> None:
    client = await boss(world)
    asked = await ask(client, cohort={"size": 150, "seed": 3})
    assert (asked["state"], asked["total"]) == ("queued", 150)
    assert await Runner(world.room.runtime).step()
    done = (await client.get(f"/v1/simulations/{asked['id']}")).json()
    assert (done["state"], done["done"], done["reason"]) == ("done", 150, None)
    assert done["report"]["plans"][0]["experiences"] == 150
    assert not await Runner(world.room.runtime).step()
    again = await ask(client, cohort={"size": 150, "seed": 3})
    await Runner(world.room.runtime).step()
    assert (await client.get(f"/v1/simulations/{again['id']}")).json()["report"] == done["report"]
    assert (await world.calendar()) == {}
    assert world.inbox() == []


async def test_two_versions_are_compared_on_the_same_cohort(world: World) -> None:
    client = await boss(world)
    earlier = await draft(client, content=content(days=-30))
    without = await draft(client, content={"touchpoints": [], "without": ["first-day-reminder"]})
    asked = await ask(client, plans=[earlier["id"], without["id"]], cohort={"size": 40})
    await Runner(world.room.runtime).step()
    report = (await client.get(f"/v1/simulations/{asked['id']}")).json()["report"]
    changed = report["difference"]["touchpoints"]
    assert [(row["touchpoint"], row["removed"]) for row in changed] == [("first-day-reminder", True)]


async def test_ones_own_running_experiences_are_tried_without_their_names(world: World) -> None:
    await world.known()
    host = await world.room.client(callers.hosting_manager(builders.HOSTING))
    asked = await ask(host, own=True)
    await Runner(world.room.runtime).step()
    done = (await host.get(f"/v1/simulations/{asked['id']}")).json()
    assert done["report"]["plans"][0]["experiences"] == 1
    assert "Ioana" not in str(done)
    stranger = await world.room.client(callers.hosting_manager(builders.SENDING))
    mine = await ask(stranger, own=True)
    await Runner(world.room.runtime).step()
    assert (await stranger.get(f"/v1/simulations/{mine['id']}")).json()["report"]["plans"][0]["experiences"] == 0


async def test_a_cancelled_one_does_not_run_and_only_its_owner_sees_it(world: World) -> None:
    client = await world.room.client(callers.hosting_manager(builders.HOSTING))
    asked = await ask(client)
    gone = await client.post(f"/v1/simulations/{asked['id']}/cancel", headers={"If-Match": '"1"'})
    assert gone.json()["state"] == "cancelled"
    assert not await Runner(world.room.runtime).step()
    twice = await client.post(f"/v1/simulations/{asked['id']}/cancel", headers={"If-Match": "*"})
    assert twice.json()["type"] == "/problems/not-running"
    assert (await (await boss(world)).get(f"/v1/simulations/{asked['id']}")).status_code == 200
    other = await world.room.client(callers.sending_manager(builders.SENDING))
    assert (await other.get(f"/v1/simulations/{asked['id']}")).status_code == 404
    assert (await other.get("/v1/simulations")).json()["items"] == []


async def test_a_wish_that_makes_no_sense_is_refused(world: World) -> None:
    client = await boss(world)
    for body in ({"cohort": {"size": 0}}, {"cohort": {}, "own": True}, {"cohort": {"broken": 2}}):
        assert (await client.post("/v1/simulations", json=body)).status_code == 422
    unknown = await client.post("/v1/simulations", json={"plans": [str(builders.HOSTING)]})
    assert unknown.json()["errors"][0]["pointer"] == "#/plans/0"
    for _ in range(5):
        await ask(client)
    assert (await client.post("/v1/simulations", json={})).json()["type"] == "/problems/too-many-simulations"


async def test_a_runner_that_died_is_followed_by_another(world: World) -> None:
    client = await boss(world)
    asked = await ask(client, cohort={"size": 10})
    dead = "UPDATE simulation_run SET state = 'running', lease_until = clock_timestamp() - interval '1 s'"
    await world.sql(dead)
    assert await Runner(world.room.runtime).step()
    assert (await client.get(f"/v1/simulations/{asked['id']}")).json()["state"] == "done"


def test_an_order_survives_its_way_to_the_process() -> None:
    from services.notifications import plan
    from services.notifications.simulation import lives

    order = Order((plan.current(),), Cohort(size=3), lives=tuple(lives(Cohort(size=3))))
    assert read_order(written_order(order)) == order

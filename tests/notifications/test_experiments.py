"""Experiments: sized before they run, one a touchpoint, looked at for a price, honest when they don't know."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.notifications import texts
from services.notifications.views import trials as views
from shared.ids import new_id
from shared.testing import builders, callers
from tests.notifications.test_plan_versions import boss
from tests.notifications.world import World

WISH: dict[str, Any] = {
    "title": "Earlier", "touchpoint": "first-day-reminder", "metric": "document_opened", "baseline": 0.4,
    "effect": 0.2, "variants": [{"name": "as-now"}, {"name": "earlier", "days": -9, "at": "17:00:00"}],
}  # fmt: skip


async def draft(client: httpx.AsyncClient, **more: Any) -> Any:
    reply = await client.post("/v1/experiments", json=WISH | more)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def act(client: httpx.AsyncClient, row: Any, what: str) -> httpx.Response:
    tag = (await client.get(f"/v1/experiments/{row['id']}")).headers["ETag"]
    return await client.post(f"/v1/experiments/{row['id']}/{what}", headers={"If-Match": tag})


async def many(world: World, row: Any, outcomes: dict[int, tuple[int, int]]) -> None:
    """People of each variant who got the message, and how many of them opened the document."""
    for variant, (people, opened) in outcomes.items():
        for number in range(people):
            ids = {name: new_id() for name in ("t", "p", "a")}
            await world.sql(
                "INSERT INTO touchpoint (id, code, plan, plan_version, kind, audience, subject, application_id,"
                " person_id, state, local_at, zone, due_at, anchor_version, occurrence, round, correlation_id, version,"
                f" changed_at) VALUES ('{ids['t']}', 'first-day-reminder', 'default', 1, 'message', 'ep',"
                f" '{ids['a']}', '{ids['a']}', '{ids['p']}', 'sent', now(), 'UTC', now(), 1, 1, 1, '{new_id()}', 1,"
                " now())"
            )
            await world.sql(
                "INSERT INTO assignment (experiment_id, person_id, variant, touchpoint_id, application_id, assigned_at)"
                f" VALUES ('{row['id']}', '{ids['p']}', {variant}, '{ids['t']}', '{ids['a']}', now())"
            )
            if number < opened:
                await world.sql(
                    "INSERT INTO claim (application_id, key, standing, done_on, source_id, dues, sequence, at) VALUES"
                    f" ('{ids['a']}', 'opened:first-day-reminder', 'done', '2026-03-01', '{ids['t']}',"
                    " '{}', 1, now())"
                )


async def test_the_size_is_worked_out_before_it_runs(world: World) -> None:
    client = await boss(world)
    row = await draft(client)
    assert (row["planned"], row["state"], row["people"], row["looks"]) == (97, "draft", [0, 0], [])
    for wrong in ({"effect": 0.7}, {"variants": [{"name": "one"}]}, {"touchpoint": "nothing"},
                  {"metric": "task_in_time"}, {"variants": [{"name": "a"}, {"name": "a"}]},
                  {"variants": [{"name": "a"}, {"name": "b", "letter": "nobody-wrote-it"}]}):  # fmt: skip
        assert (await client.post("/v1/experiments", json=WISH | wrong)).status_code == 422, wrong


async def test_one_runs_a_touchpoint_and_its_states_have_an_order(world: World) -> None:
    client = await boss(world)
    one, two = await draft(client), await draft(client)
    assert (await act(client, one, "start")).json()["state"] == "running"
    assert (await act(client, two, "start")).json()["type"] == "/problems/one-at-a-time"
    assert (await act(client, one, "start")).json()["type"] == "/problems/not-a-draft"
    stopped = (await act(client, one, "stop")).json()
    assert (stopped["state"], stopped["verdict"]) == ("stopped", "undecided")
    assert (await act(client, two, "start")).status_code == 200
    assert (await act(client, one, "looks")).json()["type"] == "/problems/not-running"


@pytest.mark.parametrize("name", ["as-now", "earlier"])
async def test_a_person_gets_one_variant_when_the_calendar_is_made_and_keeps_it(world: World, name: str) -> None:
    client = await boss(world)
    variants = (
        [{"name": "earlier", "days": -9, "at": "17:00:00"}] * 2 if name == "earlier" else [{"name": "as-now"}] * 2
    )
    row = await draft(client, variants=[one | {"name": f"{name}-{n}"} for n, one in enumerate(variants)])
    await act(client, row, "start")
    await world.known()
    due = (await world.calendar())["first-day-reminder"].local_at
    assert due == (datetime(2026, 2, 21, 17) if name == "earlier" else datetime(2026, 2, 27, 9))
    await act(client, row, "stop")
    await world.move(end_on=builders.END)
    assert (await world.calendar())["first-day-reminder"].local_at == due


async def test_another_letter_goes_to_those_of_its_variant(world: World) -> None:
    client = await boss(world)
    letters = [{"name": f"v{n}", "letter": "departure-checklist"} for n in range(2)]
    await act(client, await draft(client, variants=letters), "start")
    await world.known()
    await world.at(datetime(2026, 2, 27, 12, tzinfo=UTC))
    page = await client.get("/v1/experiments")
    assert sum(page.json()["items"][0]["people"]) == 1
    subject = texts.words("ro").letters["departure-checklist"]["subject"].partition("{")[0].strip()
    assert any(letter.headers["Subject"].startswith(subject[:12]) for letter in world.inbox())


async def test_reading_shows_no_rates_and_a_look_costs_something(world: World) -> None:
    client = await boss(world)
    row = await draft(client)
    await act(client, row, "start")
    assert (await act(client, row, "looks")).json()["type"] == "/problems/too-early"
    await many(world, row, {0: (50, 20), 1: (50, 24)})
    shown = (await client.get(f"/v1/experiments/{row['id']}")).json()
    assert (shown["people"], shown["looks"]) == ([50, 50], [])
    looked = (await act(client, row, "looks")).json()
    assert looked["state"] == "running"
    (look,) = looked["looks"]
    assert look["boundary"] > 2.8  # much more than 1.96: half way
    assert [one["people"] for one in look["variants"]] == [50, 50]
    low, high = look["compared"][0]["interval"]
    assert low < 0 < high
    assert (await act(client, row, "looks")).json()["type"] == "/problems/too-early"


async def test_at_the_planned_size_it_is_decided_and_undecided_is_an_answer(world: World) -> None:
    client = await boss(world)
    row = await draft(client)
    await act(client, row, "start")
    await many(world, row, {0: (97, 40), 1: (97, 45)})
    done = (await act(client, row, "looks")).json()
    assert (done["state"], done["verdict"]) == ("decided", "undecided")


async def test_a_difference_that_is_clear_enough_decides_early(world: World) -> None:
    client = await boss(world)
    row = await draft(client)
    await act(client, row, "start")
    await many(world, row, {0: (50, 5), 1: (50, 40)})
    done = (await act(client, row, "looks")).json()
    assert (done["state"], done["verdict"]) == ("decided", "earlier")
    assert done["looks"][0]["compared"][0]["decides"] is True


async def test_a_committee_has_its_own_experiments(world: World) -> None:
    await world.hear_places()
    host = await world.room.client(callers.hosting_manager(builders.HOSTING))
    assert (await host.post("/v1/experiments", json=WISH)).status_code == 403
    row = await draft(host, entity_id=str(builders.HOSTING))
    stranger = await world.room.client(callers.sending_manager(builders.SENDING))
    assert (await stranger.get(f"/v1/experiments/{row['id']}")).status_code == 404
    assert (await act(host, row, "start")).status_code == 200


@pytest.mark.parametrize("metric", sorted(views.CAME))
async def test_every_metric_can_be_counted(world: World, metric: str) -> None:
    client = await boss(world)
    plain = [{"name": "a"}, {"name": "b"}]
    row = await draft(client, variants=plain, baseline=0.05, effect=0.9)
    await act(client, row, "start")
    await world.sql(f"UPDATE experiment SET metric = '{metric}'")
    await many(world, row, {0: (3, 0), 1: (3, 0)})
    done = (await act(client, row, "looks")).json()
    assert [one["successes"] for one in done["looks"][0]["variants"]] == [0, 0]

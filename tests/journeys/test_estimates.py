"""Estimates: asked for, worked out by a process of its own, kept, made again; each for its asker's scope alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.journeys import commands, handlers, views
from services.journeys.estimates.kinds import KINDS
from services.journeys.estimating import Estimating
from services.journeys.policy.questions import Question, View, question_of, quiet
from services.journeys.policy.segments import Rule
from shared.contracts import applications as facts
from shared.contracts.fields import Product
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.journeys.world import CLUJ, UPPSALA, World

FUNNEL = {"of": "people"}


async def crowd(room: Room, count: int, *, sending: Any = CLUJ, applying: int = 0, **about: Any) -> None:
    """People who signed up on 5 January 2026; the first `applying` of them apply ten days later."""
    people = [new_id() for _ in range(count)]
    room.clock.set(datetime(2026, 1, 5, 9, tzinfo=UTC))
    for person in people:
        await room.hear(builders.person(person, sending_entity_id=sending, **about))
    room.clock.set(datetime(2026, 1, 15, 9, tzinfo=UTC))
    for person in people[:applying]:
        ids = builders.about(person_id=person, sending_entity_id=sending, hosting_entity_id=UPPSALA)
        await room.hear(facts.ApplicationSubmitted(**ids, product=Product.talent))
    room.clock.set(datetime(2026, 3, 1, 9, tzinfo=UTC))


async def ask(client: httpx.AsyncClient, kind: str = "funnel", **body: Any) -> dict[str, Any]:
    reply = await client.post(f"/v1/estimates/{kind}", json=body)
    assert reply.status_code == 202, reply.text
    return dict(reply.json())


async def test_an_estimate_is_asked_for_worked_out_and_read(world: World) -> None:
    await crowd(world.room, 40, applying=10)
    client = await world.room.client(callers.global_manager())
    before = (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()
    assert (before["state"], before["result"]) == ("absent", None)
    assert (await ask(client, params=FUNNEL))["state"] == "waiting"
    assert await Estimating(world.room.runtime).step()
    after = (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()
    assert (after["state"], after["behind"], after["working"]) == ("ready", False, False)
    stages = {stage["stage"]: stage for stage in after["result"]["stages"]}
    assert (stages["signed_up"]["count"], stages["applied"]["count"]) == (40, 10)
    assert stages["applied"]["step"]["open"] == 30
    share = stages["applied"]["share"]
    assert share["low"] < share["value"] == 0.25 < share["high"]


async def test_an_estimate_is_that_of_its_askers_scope(world: World) -> None:
    await crowd(world.room, 3)
    await crowd(world.room, 2, sending=new_id())
    for caller, count in ((callers.sending_manager(CLUJ), 3), (callers.sending_manager(new_id()), 0)):
        client = await world.room.client(caller)
        await ask(client, params=FUNNEL)
        await Estimating(world.room.runtime).step()
        found = (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()
        assert found["result"]["n"] == count


async def test_a_segment_narrows_an_estimate_down(world: World) -> None:
    await crowd(world.room, 4, country="RO")
    await crowd(world.room, 3, country="SE")
    client = await world.room.client(callers.global_manager())
    made = await client.post("/v1/segments", json={"name": "Swedes", "rule": {"countries": ["SE"]}})
    assert made.status_code == 201
    size = (await client.get("/v1/segment-size", params={"countries": "SE"})).json()
    assert size == {"people": 3, "applications": 0, "enablers": 0}
    await ask(client, params=FUNNEL, segment=made.json()["id"])
    await Estimating(world.room.runtime).step()
    asked = {**FUNNEL, "segment": made.json()["id"]}
    assert (await client.get("/v1/estimates/funnel", params=asked)).json()["result"]["n"] == 3
    assert (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()["state"] == "absent"


async def test_an_estimate_is_made_again_when_facts_have_moved_on(world: World) -> None:
    await crowd(world.room, 2)
    client, estimator = await world.room.client(callers.global_manager()), Estimating(world.room.runtime)
    await ask(client, params=FUNNEL)
    await estimator.step()
    assert await estimator.plan() == 0
    await crowd(world.room, 1)
    assert (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()["behind"]
    assert await estimator.plan() == 0  # it was made a moment ago
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE estimate SET made_at = made_at - interval '1 hour'")
    assert await estimator.plan() == 1
    waiting = (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()
    assert (waiting["state"], waiting["working"], waiting["result"]["n"]) == ("ready", True, 2)
    await estimator.step()
    assert (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()["result"]["n"] == 3


async def test_figures_are_kept_that_nobody_asked_for_after_those_that_somebody_did(world: World) -> None:
    """Of everybody, and of committees that looked at any; of all customers, and of saved segments."""
    client, estimator = await world.room.client(world.se), Estimating(world.room.runtime)
    await estimator.keep()
    assert await states(world.room) == []  # there is nothing to count yet
    await crowd(world.room, 40, country="RO")
    await estimator.keep()
    kept = await states(world.room)
    assert {kind for kind, *_ in kept} >= KINDS.keys() - {"scorecard", "improvement", "standing"}
    assert {(view, asked) for _, view, _, asked in kept} == {("everything", False)}
    made = await client.post("/v1/segments", json={"name": "Romanians", "rule": {"countries": ["RO"]}})
    assert made.status_code == 201
    await client.post("/v1/segments", json={"name": "The same once more", "rule": {"countries": ["RO"]}})
    await ask(client, params={"of": "people"}, segment=made.json()["id"])
    await estimator.keep()
    assert {view for _, view, *_ in await states(world.room)} == {"everything", "sending"}
    narrowed = {(kind, view) for kind, view, rule, _ in await states(world.room) if rule}
    assert narrowed >= {("blueprint", "sending"), ("funnel-causes", "sending"), ("funnel-causes", "everything")}
    assert await estimator.step()
    found = await client.get("/v1/estimates/funnel", params={"segment": made.json()["id"], "of": "people"})
    assert found.json()["state"] == "ready"


async def states(room: Room) -> list[tuple[str, str, bool, bool]]:
    """Kind, view, whether it is of a segment, and whether somebody asked, of each estimate."""
    query = "SELECT kind, question ->> 'view', question -> 'rule' <> 'null', asked_at IS NOT NULL FROM estimate"
    async with room.runtime.database.engine.connect() as connection:
        return [(*row,) for row in await connection.exec_driver_sql(query)]  # type: ignore[misc]


async def test_what_nobody_asked_for_is_made_again_out_of_what_time_there_is(world: World) -> None:
    await crowd(world.room, 2)
    client, estimator = await world.room.client(callers.global_manager()), Estimating(world.room.runtime)
    await estimator.keep()
    async with world.room.runtime.database.engine.begin() as connection:
        made = "UPDATE estimate SET state = 'ready', seconds = 40, result = '{}', as_of = now(), made_at = now()"
        await connection.exec_driver_sql(f"{made} - interval '1 hour' WHERE kind LIKE 'funnel%%'")
        await connection.exec_driver_sql(f"{made} WHERE kind NOT LIKE 'funnel%%'")
    assert await estimator.plan() == 0  # all of them take so long that an hour is too soon
    found = (await client.get("/v1/estimates/funnel-periods")).json()
    assert (found["behind"], found["old"], found["working"]) == (True, True, False)
    assert (await ask(client, "funnel-periods"))["working"]
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE estimate SET seconds = 1")
    assert await estimator.plan() == 7  # the rest of the funnel's


async def test_what_is_known_later_is_not_known_then(world: World) -> None:
    await crowd(world.room, 2, applying=1)
    client = await world.room.client(callers.global_manager())
    for day, count in (("2026-01-10", 0), ("2026-01-15", 1)):
        params = {**FUNNEL, "as_of": day}
        await ask(client, params=params)
        await Estimating(world.room.runtime).step()
        stages = (await client.get("/v1/estimates/funnel", params=params)).json()["result"]["stages"]
        assert [stage["count"] for stage in stages[:2]] == [2, count]


async def test_a_question_that_kills_its_worker_is_given_up(world: World) -> None:
    client = await world.room.client(callers.global_manager())
    await ask(client, params=FUNNEL)
    claim = commands.ClaimEstimate(timedelta(seconds=-1))
    for _ in range(3):
        assert await world.room.do(handlers.claim_estimate, claim) is not None
    assert await world.room.do(handlers.claim_estimate, claim) is None
    failed = (await client.get("/v1/estimates/funnel", params=FUNNEL)).json()
    assert (failed["state"], failed["reason"]) == ("failed", "gave_up")
    assert (await ask(client, params=FUNNEL))["state"] == "waiting"


async def test_questions_that_cant_be_are_refused_by_name(world: World) -> None:
    client = await world.room.client(callers.global_manager())
    assert (await client.get("/v1/estimates/horoscope")).status_code == 404
    reply = await client.post("/v1/estimates/funnel", json={"params": {"of": "cats", "moon": 1}})
    assert reply.status_code == 422
    assert {error["pointer"] for error in reply.json()["errors"]} == {"#/params/of", "#/params/moon"}
    stranger = await client.post("/v1/estimates/funnel", json={"segment": str(new_id())})
    assert stranger.status_code == 404
    kinds = (await client.get("/v1/estimate-kinds")).json()
    assert "funnel" in [kind["kind"] for kind in kinds]


def test_a_question_has_one_key_however_it_is_written() -> None:
    one = Question("funnel", 1, View.sending, CLUJ, {"of": "people"}, Rule(countries=["SE", "RO"]))
    other = Question("funnel", 1, View.sending, CLUJ, {"of": "people"}, Rule(countries=["RO", "SE"]))
    assert one.key == other.key == question_of(one.as_json()).key
    assert one.seed == other.seed
    assert one.key != Question("funnel", 1, View.hosting, CLUJ, {"of": "people"}, one.rule).key


def test_what_takes_long_is_made_seldom() -> None:
    assert quiet(0.1) < quiet(60) < quiet(3600) == quiet(36000)
    assert views.get_estimate


async def test_where_there_are_many_the_worker_counts_everybody_and_the_reply_says_when(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd(world.room, 5)
    monkeypatch.setattr("services.journeys.views.funnel.LARGE", -2)  # before the first ANALYZE it counts as −1
    monkeypatch.setattr("services.journeys.views.beginnings.beginnings", lambda *_args, **_more: [])
    estimator = Estimating(world.room.runtime)
    await estimator.keep()
    await estimator.step()
    await crowd(world.room, 2)
    kept = await world.room.read(views.get_funnel, caller=callers.global_manager())
    assert kept.people_by_profile.n == 5
    mine = await world.room.read(views.get_funnel, caller=callers.sending_manager(CLUJ))
    assert mine.people_by_profile.n == 7
    assert kept.as_of <= mine.as_of

"""Measures of lists, and the report on what came of those that were shown."""

from datetime import timedelta
from math import log2

import pytest

from services.scoring.handlers.matching_lists import shares
from services.scoring.policy.matching.measures import LEAST_LISTS, Judged, difference, mean
from services.scoring.policy.matching.ranking import Order, arm_of
from shared.contracts import applications as facts
from shared.contracts.fields import Product
from shared.testing import builders, callers
from tests.scoring.test_matching import _ids, begun
from tests.scoring.world import ELSEWHERE, World


def test_precision_recall_and_ndcg_of_a_list_by_hand() -> None:
    judged = Judged((0.0, 3.0, 1.0, 0.0), there=4)
    assert (judged.precision(2), judged.precision(4)) == (0.5, 0.5)
    assert (judged.recall(2), judged.recall(4)) == (0.25, 0.5)
    best = 3 + 1 / log2(3)
    assert judged.ndcg(4) == pytest.approx((3 / log2(3) + 1 / log2(4)) / best)
    assert Judged((3.0, 1.0)).ndcg(2) == 1.0
    nothing = Judged((0.0, 0.0), there=0)
    assert (nothing.recall(2), nothing.ndcg(2), nothing.precision(2)) == (None, None, 0.0)


def test_too_few_lists_give_no_figure_and_equal_ones_no_false_certainty() -> None:
    assert mean([1.0] * (LEAST_LISTS - 1)).value is None
    sure = mean([1.0] * LEAST_LISTS)
    assert (sure.value, sure.interval) == (1.0, (0.9, 1.0))
    assert difference([1.0] * 100, [0.0] * 10).value is None


def test_a_difference_is_the_welch_interval() -> None:
    one, other = [0.0, 1.0] * 50, [0.0, 0.0, 0.0, 1.0] * 25
    told = difference(one, other)
    spread = (0.25 * 100 / 99 / 100 + 0.1875 * 100 / 99 / 100) ** 0.5
    assert told.value == pytest.approx(0.25)
    assert told.interval == pytest.approx((0.25 - 1.959964 * spread, 0.25 + 1.959964 * spread))


async def test_what_came_of_shown_lists_is_told_by_order_once_there_is_enough(world: World) -> None:
    market = await begun(world)
    room, good = world.room, await market.post()
    await market.post(field="health", country="BR")
    people = {order: [] for order in Order}
    while min(map(len, people.values())) < LEAST_LISTS:
        one = World(room)
        order, _ = arm_of(one.person_id, room.clock.now().date(), shares())
        if len(people[order]) < LEAST_LISTS:
            people[order].append(one)
    for one in [one for group in people.values() for one in group]:
        await one.sign_up()
        await market.profile(one.person_id)
        client = await room.client(one.ep)
        assert (await client.post(f"/v1/people/{one.person_id}/matches", json={"limit": 1})).status_code == 201
    manager = await room.client(world.se)
    early = (await manager.get("/v1/matching/report", params={"k": 1})).json()
    assert (early["pending"], early["orders"][0]["lists"]) == (90, 0)
    assert early["evidence"] == "not enough data against recency; not enough data against popularity"
    room.clock.advance(timedelta(days=1))
    for one in people[Order.fit][:15]:
        stay = builders.experience(person_id=one.person_id, opportunity_id=good, enabler_id=market.enabler_id)
        await room.hear(facts.ApplicationSubmitted(**_ids(stay), product=Product.talent))
        await room.hear(facts.ApplicationAccepted(**_ids(stay)))
    room.clock.advance(timedelta(days=60))
    told = (await manager.get("/v1/matching/report", params={"k": 1})).json()
    fit = told["orders"][0]
    assert (fit["order"], fit["lists"], told["pending"]) == ("fit", 30, 0)
    assert [fit[step]["count"] for step in ("viewed", "applied", "accepted", "approved")] == [0, 15, 15, 0]
    assert fit["precision"]["value"] == 0.5
    assert told["evidence"].startswith(
        "fit is better than recency: +0.50 (0.32 to 0.68) accepted per list; fit is better"
    )
    foreign = await room.client(callers.sending_manager(ELSEWHERE))
    assert (await foreign.get("/v1/matching/report")).json()["orders"][0]["lists"] == 0
    assert (await (await room.client(world.ep)).get("/v1/matching/report")).status_code == 403

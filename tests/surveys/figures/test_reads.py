"""Figures on a real database and by HTTP: slices, dimensions, scope, and that too few answers give no number."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.surveys.policy import figures
from services.surveys.policy.figures import Histogram, Reading
from shared.access import Caller
from shared.contracts.fields import Product
from shared.contracts.surveys import Metric
from shared.ids import new_id
from shared.testing import builders, callers
from tests.surveys.figures.filling import People, fill
from tests.surveys.world import World

GLAD, COOL = [10, 9, 9, 10, 8, 10, 9, 7, 10, 9], [6, 7, 3, 8, 10, 5, 6, 7, 9, 2]


async def ask(world: World, path: str, caller: Caller | None = None, status: int = 200, **query: Any) -> Any:
    client = await world.room.client(caller or callers.auditor())
    reply = await client.get(f"/v1/scores{path}", params={"metric": "nps", **query})
    assert reply.status_code == status, reply.text
    return reply.json()


def people(world: World, scores: list[int], asked: int = 0, **values: Any) -> People:
    given = {"sending": world.sending, "hosting": world.hosting, "asked": asked or len(scores), "scores": scores}
    return People(**{**given, **values})


def nps(scores: list[int]) -> Histogram:
    return Histogram.of(Metric.nps, {value: scores.count(value) for value in set(scores)})


async def test_a_score_shows_both_intervals_the_share_of_good_answers_and_the_response(world: World) -> None:
    await fill(world, people(world, GLAD, asked=25))
    found = await ask(world, "", bootstrap=True)
    known = figures.estimate(Metric.nps, Reading.nps, nps(GLAD))
    assert (found["n"], found["score"]) == (10, known.value)
    approximately = {name: pytest.approx(getattr(known.interval, name)) for name in ("low", "high", "centre")}
    assert found["interval"] == {**approximately, "level": 0.95, "method": "adjusted-wald"}
    assert found["bootstrap"]["method"] == "bootstrap"
    assert found["bootstrap"]["low"] < found["score"] < found["bootstrap"]["high"]
    assert (found["share"]["value"], found["share"]["interval"]["method"]) == (0.8, "wilson")
    assert found["histogram"] == {**{str(value): 0 for value in range(11)}, "7": 1, "8": 1, "9": 4, "10": 4}
    assert (found["response"]["rate"], found["response"]["interval"]["method"]) == (0.4, "wilson")


async def test_ces_1_counts_effort_and_says_so(world: World) -> None:
    await fill(world, people(world, [1, 1, 2, 4, 2, 1], metric=Metric.ces1))
    found = await ask(world, "", metric="ces1")
    assert (found["low_is_good"], round(found["score"], 3), round(found["share"]["value"], 3)) == (True, 1.833, 0.833)


async def test_a_slice_is_narrowed_by_everything_an_answer_carries(world: World) -> None:
    await fill(
        world,
        people(world, GLAD[:5], product=Product.talent, country="SE", language="ro", programme="a", occasion="w1"),
        people(world, COOL[:6], product=Product.teacher, country="DE", language="ar", programme="b", occasion="w2"),
    )
    for name, value in {"product": "talent", "country": "SE", "language": "ro", "programme": "a", "wave": "w1"}.items():
        assert (await ask(world, "", **{name: value}))["n"] == 5
    assert (await ask(world, ""))["n"] == 11
    assert (await ask(world, "", party="enabler"))["n"] == 0
    assert (await ask(world, "", about="organisation"))["n"] == 0


async def test_products_are_compared_and_only_real_differences_are_called_so(world: World) -> None:
    await fill(world, people(world, GLAD * 3, product=Product.talent), people(world, COOL * 3, product=Product.teacher))
    found = await ask(world, "/comparison", by="product", against="pairs")
    assert [(group["key"], group["n"], group["value"]) for group in found["groups"]] == [
        ("talent", 30, pytest.approx(80.0)),
        ("teacher", 30, pytest.approx(-30.0)),
    ]
    (test,) = found["tests"]
    assert (test["first"], test["second"], test["differs"]) == ("talent", "teacher", True)
    known = figures.difference(Metric.nps, Reading.nps, nps(GLAD * 3), nps(COOL * 3))
    assert test["difference"]["p"] == pytest.approx(known.p)
    assert (test["difference"]["value"], test["difference"]["test"]) == (pytest.approx(-110.0), "adjusted-z")


async def test_entities_are_compared_with_all_that_is_below_them(world: World) -> None:
    lund = new_id()
    await world.room.hear(builders.entity(lund, path=[*await path_of(world, world.hosting, up_to=-1), lund]))
    await fill(world, people(world, GLAD), people(world, COOL, hosting=lund))
    (sweden,) = (await ask(world, "/comparison", by="hosting_entity"))["groups"]
    country = (await path_of(world, world.hosting, up_to=-1))[-1]
    assert (sweden["key"], sweden["n"]) == (str(country), 20)
    below = await ask(world, "/comparison", by="hosting_entity", below=str(country))
    assert {group["key"]: group["n"] for group in below["groups"]} == {str(world.hosting): 10, str(lund): 10}
    assert [test["first"] for test in below["tests"]] == [None, None]
    itself = await ask(world, "/comparison", by="hosting_entity", below=str(lund))
    assert [(group["key"], group["n"]) for group in itself["groups"]] == [(str(lund), 10)]


async def path_of(world: World, entity_id: Any, up_to: int) -> list[Any]:
    async with world.room.runtime.database.engine.connect() as connection:
        row = await connection.execute(text("SELECT path FROM entity_path WHERE entity_id = :id"), {"id": entity_id})
        return list(row.scalar_one())[:up_to]


async def test_a_small_group_is_named_without_a_number(world: World) -> None:
    await fill(
        world,
        people(world, GLAD, country="SE"),
        people(world, GLAD, country="DE"),
        people(world, [0] * 4, country="FI"),
    )
    found = await ask(world, "/comparison", by="country")
    few = next(group for group in found["groups"] if group["key"] == "FI")
    assert few == {"key": "FI", "n": 4, "enough": False, "value": None, "interval": None}
    assert [test["second"] for test in found["tests"]] == ["DE", "SE"]


async def test_two_periods_are_held_against_each_other(world: World) -> None:
    await fill(world, people(world, GLAD * 2, on=date(2026, 3, 10)), people(world, COOL * 2, on=date(2026, 5, 10)))
    spring = {"since": "2026-03-01", "until": "2026-03-31"}
    found = await ask(world, "/difference", **spring, other_since="2026-05-01", other_until="2026-05-31")
    assert (found["first"]["n"], found["second"]["n"], found["overlap"]) == (20, 20, 0)
    assert found["difference"]["value"] == pytest.approx(-110.0)
    assert found["difference"]["interval"]["method"] == "adjusted-wald-squares"


async def test_slices_that_share_answers_are_not_tested(world: World) -> None:
    await fill(world, people(world, GLAD, on=date(2026, 3, 10)), people(world, COOL, on=date(2026, 5, 10)))
    found = await ask(world, "/difference", until="2026-03-31", other_until="2026-12-31")
    assert (found["overlap"], found["enough"], found["difference"]) == (10, False, None)
    assert (await ask(world, "/difference", status=422))["errors"][0]["pointer"]


async def test_a_trend_over_months_has_its_changes_and_its_slope(world: World) -> None:
    months = [date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5), date(2026, 5, 5)]
    await fill(world, *(people(world, [10] * (6 + 2 * i) + [3] * (14 - 2 * i), on=day) for i, day in enumerate(months)))
    found = await ask(world, "/trend")
    assert [month["key"] for month in found["series"]] == ["2026-01", "2026-02", "2026-03", "2026-05"]
    assert [change["second"] for change in found["changes"]] == ["2026-02", "2026-03", "2026-05"]
    assert found["slope"]["value"] > 0
    assert found["slope"]["interval"]["low"] < found["slope"]["value"] < found["slope"]["interval"]["high"]
    known = {i: (n, nps([10] * (6 + 2 * i) + [3] * (14 - 2 * i))) for i, n in enumerate((1, 2, 3, 5))}
    assert found["slope"]["value"] == pytest.approx(figures.trend(Metric.nps, Reading.nps, known, 5).slope.value)
    quarters = await ask(world, "/trend", by="quarter")
    assert [(one["key"], one["n"]) for one in quarters["series"]] == [("2026-Q1", 60), ("2026-Q2", 20)]


async def test_waves_are_those_of_one_programme(world: World) -> None:
    waves = [people(world, GLAD, programme="pulse", occasion=name) for name in ("2026-w1", "2026-w2")]
    await fill(world, *waves, people(world, COOL))
    found = await ask(world, "/trend", by="wave", programme="pulse")
    assert [(wave["key"], wave["n"]) for wave in found["series"]] == [("2026-w1", 10), ("2026-w2", 10)]
    assert (await ask(world, "/trend", by="wave", status=422))["errors"][0]["detail"].startswith(
        "Waves are those of one"
    )


async def test_who_did_not_answer_is_compared_with_who_did(world: World) -> None:
    await fill(
        world,
        people(world, GLAD * 4, asked=60, product=Product.talent, language="en", weeks=12),
        people(world, COOL * 2, asked=60, product=Product.teacher, language="en", weeks=6),
    )
    found = await ask(world, "/response", weigh_by=["product"])
    assert (found["asked"], found["answered"], found["rate"]["value"]) == (120, 60, 0.5)
    facts = {fact["fact"]: fact for fact in found["facts"]}
    assert (facts["product"]["uneven"], facts["length"]["uneven"], facts["language"]["uneven"]) == (True, True, None)
    assert [one["name"] for one in facts["length"]["categories"]] == ["9 to 26 weeks", "up to 8 weeks"]
    talent = next(one for one in facts["product"]["categories"] if one["name"] == "talent")
    assert (talent["asked"], talent["answered"], talent["rate"]["value"]) == (60, 40, pytest.approx(2 / 3))
    assert talent["standardised"] == pytest.approx((40 / 60 - 20 / 60) / (2 / 9) ** 0.5)
    # Unweighted 40 × 80 and 20 × −30; weighted each product counts one half.
    assert found["plain"]["value"] == pytest.approx((40 * 80 - 20 * 30) / 60)
    assert found["weighted"]["value"] == pytest.approx((80 - 30) / 2)
    assert found["weighted"]["interval"]["method"] == "sandwich"
    assert found["weighted"]["weighted_by"] == ["product"]
    both = (await ask(world, "/response", weigh_by=["country", "product"]))["weighted"]  # all are in one country
    assert (both["weighted_by"], both["value"]) == (["country", "product"], pytest.approx(25.0))
    assert found["weighted"]["effective_n"] == pytest.approx(60**2 / (40 * 0.75**2 + 20 * 1.5**2))


async def test_without_weights_asked_for_there_are_none(world: World) -> None:
    await fill(world, people(world, GLAD, asked=30))
    assert (await ask(world, "/response"))["weighted"] is None
    few = await ask(world, "/response", weigh_by=["product"])
    assert (few["weighted"]["enough"], few["weighted"]["value"]) == (False, None)


async def test_every_figure_is_of_the_callers_answers_only(world: World) -> None:
    elsewhere = new_id()
    await fill(world, people(world, GLAD), people(world, COOL, hosting=elsewhere))
    stranger = callers.hosting_manager(new_id())
    for caller, n in ((world.he, 10), (world.se, 20), (stranger, 0)):
        assert (await ask(world, "", caller))["n"] == n
        assert sum(group["n"] for group in (await ask(world, "/comparison", caller, by="product"))["groups"]) == n
        assert sum(month["n"] for month in (await ask(world, "/trend", caller))["series"]) == n
        assert (await ask(world, "/response", caller))["asked"] == n
        pair = await ask(world, "/difference", caller, other_product="teacher")
        assert pair["first"]["n"] == n
    participant = callers.participant()
    for path in ("", "/comparison", "/trend", "/response", "/difference"):
        await ask(world, path, participant, status=403, by="product")


async def test_there_is_no_nps_of_another_metric_and_no_period_that_ends_before_it_begins(world: World) -> None:
    assert (await ask(world, "/trend", metric="csat", reading="nps", status=422))["errors"][0]["in"] == "query"
    day = date(2026, 3, 2)
    await ask(world, "", since=str(day), until=str(day - timedelta(days=1)), status=422)

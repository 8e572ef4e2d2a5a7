"""Both customers of one experience: the matrix, gaps against scipy and a known truth, who sees which, and replays."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from services.journeys.model import BothSides
from services.journeys.policy import dual
from services.journeys.policy.dual import Asymmetry, Group
from shared.contracts import surveys
from shared.contracts.envelope import CATALOGUE, Envelope, Event
from shared.contracts.surveys import Party
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room, Rooms
from tests.journeys.test_handlers import heard_by, interleaved, portions
from tests.journeys.world import CLUJ, UPPSALA, WORLD, World

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def stay(**values: Any) -> dict[str, Any]:
    return builders.experience(sending_entity_id=CLUJ, hosting_entity_id=UPPSALA, **values)


def both(about: dict[str, Any], ep: int, enabler: int, **values: Any) -> list[Event]:
    """The EP's and the enabler's answer on one experience."""
    kinds = {"party": Party.enabler, "programme": "enabler-feedback", "questionnaire": "enabler-feedback"}
    return [
        builders.answered(about, {"nps": ep, "ces2": 6}, **values),
        builders.answered(about, {"nps": enabler, "ces2": 3}, **kinds, **values),
    ]


async def hear(room: Room, *pairs: tuple[int, int]) -> list[dict[str, Any]]:
    stays = []
    for ep, enabler in pairs:
        stays.append(stay())
        for event in both(stays[-1], ep, enabler):
            await room.hear(event)
    return stays


# --- pure


@pytest.mark.parametrize(
    ("score", "group"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter")],
)
def test_groups_are_those_of_nps(score: int, group: str) -> None:
    assert dual.group_of(score) == group


def test_a_gap_is_that_of_scipys_paired_t_interval() -> None:
    chance = np.random.default_rng(3)
    ep, enabler = chance.integers(1, 8, 40), chance.integers(1, 8, 40)
    squares = float(((ep - enabler) ** 2).sum())
    found = dual.gap_of(40, float(ep.sum()), float(enabler.sum()), squares)
    expected = stats.ttest_rel(ep, enabler).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.gap == pytest.approx(float(ep.mean() - enabler.mean()))


def test_where_all_pairs_differ_alike_no_certainty_is_claimed() -> None:
    assert dual.gap_of(3, 21.0, 15.0, 12.0).low is None
    assert dual.gap_of(0, 0.0, 0.0, 0.0).gap is None


def test_the_interval_of_the_nps_gap_keeps_its_promise_on_a_known_population() -> None:
    """1,000 samples of 60 experiences from a population in which both sides hang together."""
    pairs = [(ep, enabler) for ep in Group for enabler in Group]
    shares = np.array([0.22, 0.10, 0.08, 0.12, 0.14, 0.09, 0.06, 0.09, 0.10])
    truth = 100 * sum(
        share * (dual.WORTH[ep] - dual.WORTH[other]) for share, (ep, other) in zip(shares, pairs, strict=True)
    )
    chance, held = np.random.default_rng(11), 0
    for _ in range(1000):
        counts = chance.multinomial(60, shares)
        gap = dual.nps_gap(dict(zip(pairs, counts.tolist(), strict=True)))
        assert gap.low is not None
        assert gap.high is not None
        held += gap.low <= truth <= gap.high
    assert held >= 930


# --- in the room


async def test_the_matrix_counts_each_experience_that_both_have_judged(world: World) -> None:
    room = world.room
    await hear(room, (9, 3), (10, 9), (2, 10), (8, 8))
    await room.hear(both(stay(), 9, 9)[0])
    client = await room.client(world.se)
    found = (await client.get("/v1/dual-sided")).json()
    cells = {(cell["ep"], cell["enabler"]): cell["share"]["part"] for cell in found["matrix"]}
    assert (found["n"], found["note"]) == (4, "not enough data")
    assert {pair: count for pair, count in cells.items() if count} == {
        ("promoter", "detractor"): 1, ("promoter", "promoter"): 1, ("detractor", "promoter"): 1,
        ("passive", "passive"): 1,
    }  # fmt: skip
    assert {one["which"]: one["share"]["part"] for one in found["asymmetric"]} == {"ep_glad": 1, "enabler_glad": 1}
    assert (found["nps"]["ep"], found["nps"]["enabler"], found["nps"]["gap"]) == (25.0, 25.0, 0.0)
    assert (found["effort"]["gap"], found["effort"]["low"], found["effort"]["enough"]) == (3.0, None, False)


async def test_asymmetric_experiences_are_a_list_that_names_both_sides(world: World) -> None:
    room = world.room
    await world.signs_up()
    stays = await hear(room, (9, 3), (2, 10), (9, 9))
    client = await room.client(world.he)
    for which, place in ((Asymmetry.ep_glad, 0), (Asymmetry.enabler_glad, 1)):
        found = (await client.get("/v1/dual-sided/experiences", params={"which": which})).json()["items"]
        assert [line["application_id"] for line in found] == [str(stays[place]["application_id"])]
        assert (found[0]["sending_entity"], found[0]["hosting_entity"]) == ("Cluj", "Uppsala")
    everything = (await client.get("/v1/dual-sided/experiences", params={"limit": 2})).json()
    rest = (await client.get("/v1/dual-sided/experiences", params={"limit": 2, "cursor": everything["next"]})).json()
    assert len({line["application_id"] for line in everything["items"] + rest["items"]}) == 3


async def test_only_managers_of_the_two_sides_see_a_pair_and_no_customer_sees_the_other(world: World) -> None:
    room = world.room
    (about,) = await hear(room, (9, 3))
    national = callers.national_manager(WORLD)
    for caller, n in (
        (world.se, 1),
        (world.he, 1),
        (national, 1),
        (callers.sending_manager(UPPSALA), 0),
        (callers.hosting_manager(new_id()), 0),
    ):
        client = await room.client(caller)
        assert (await client.get("/v1/dual-sided")).json()["n"] == n
        assert len((await client.get("/v1/dual-sided/experiences")).json()["items"]) == n
    for caller in (callers.participant(about["person_id"]), callers.enabler(about["enabler_id"])):
        client = await room.client(caller)
        assert (await client.get("/v1/dual-sided")).status_code == 403


async def test_filters_keep_an_entity_a_product_and_days(world: World) -> None:
    room = world.room
    room.clock.set(NOW)
    about = stay()
    await room.hear(builders.approved(about))
    for event in both(about, 9, 3):
        await room.hear(event)
    client = await room.client(callers.global_manager())
    for asked, n in (
        ({"entity_id": str(CLUJ)}, 1), ({"entity_id": str(WORLD)}, 1), ({"entity_id": str(new_id())}, 0),
        ({"product": "talent"}, 1), ({"product": "teacher"}, 0), ({"since": "2026-06-01", "until": "2026-06-01"}, 1),
        ({"until": "2026-05-31"}, 0), ({"since": "2026-06-02"}, 0),
    ):  # fmt: skip
        assert (await client.get("/v1/dual-sided", params=asked)).json()["n"] == n, asked
        assert len((await client.get("/v1/dual-sided/experiences", params=asked)).json()["items"]) == n, asked


async def test_the_newest_answer_of_a_side_counts_in_whatever_order_and_batches_they_arrive(rooms: Rooms) -> None:
    """Two answers of each side and one of the first version, from keys that travel on their own."""
    about = stay()
    events: list[tuple[Event, datetime]] = []
    for day, (ep, enabler) in enumerate([(3, 9), (9, 4)]):
        events += [(event, NOW + timedelta(days=day)) for event in both(about, ep, enabler)]
    ids = {name: about[name] for name in ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")}
    old = surveys.StayAnswered(invitation_id=new_id(), questionnaire="after-completion", scores={"nps": 1}, **ids)
    events.append((old, NOW - timedelta(days=1)))
    pulse = surveys.PulsePublished(
        result_id=new_id(), round="2026-05", entity_id=CLUJ, asked=9, answered=7, counts={"enps": [0] * 9 + [3, 4]}
    )
    told = [envelope(event, at) for event, at in [*events, (pulse, NOW)]]
    expected = await heard_by(await rooms("journeys"), [[one] for one in told])
    assert len(expected["both_sides"]) == len(expected["pulse_result"]) == 1
    assert len(expected["asking"]) == 5
    for seed in range(3):
        chance = random.Random(seed)
        room = await rooms("journeys")
        assert await heard_by(room, portions(interleaved(told, chance), chance)) == expected
    row = (await room.read(_all_sides))[0]
    assert (row.ep_nps, row.enabler_nps, row.enabler_id) == (9, 4, about["enabler_id"])


async def _all_sides(uow: Any) -> Any:
    return await uow.all(BothSides)


def envelope(event: Event, at: datetime) -> Envelope:
    kind = type(event)
    room = kind.TOPIC.partition(".")[0]
    assert CATALOGUE[kind.TYPE] is kind
    return Envelope(
        new_id(), kind.TYPE, f"/sojourn/{room}", event.key, at, at.date(), 1, new_id(), None, None, event,
    )  # fmt: skip

"""Examples are written when an application is heard, models are trained from them, and speak if they are better."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.scoring import handlers
from services.scoring.model import MatchList, MatchShown, Pairing
from services.scoring.policy.matching.examples import CONTRASTS
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.fields import Product
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import builders
from shared.testing.rooms import Room
from tests.scoring.matching_population import History, Population
from tests.scoring.test_matching import Market, _rows, begun
from tests.scoring.world import World

EXAMPLES = "SELECT place, weight, applies, accepts FROM match_example ORDER BY place"


@pytest.fixture
async def market(world: World) -> Market:
    made = await begun(world)
    await made.profile()
    return made


async def test_an_application_is_kept_with_others_that_could_have_been_and_never_changes(market: Market) -> None:
    applied = await market.post()
    for _ in range(7):
        await market.post(field="health")
    await market.post(languages=["sv"], levels={})  # nobody could have applied to it
    await market.apply(applied)
    found = await _rows(market.room, EXAMPLES)
    assert [row.place for row in found] == list(range(CONTRASTS + 1))
    first = found[0]
    assert (first.applies["wanted_field"], first.accepts["waiting_per_opening"]) == (True, 0.0)
    assert {row.applies["wanted_field"] for row in found[1:]} == {False}
    assert [row.accepts for row in found[1:]] == [{}] * CONTRASTS
    assert sum(row.weight for row in found) == pytest.approx(len(found))
    await market.profile(wanted_fields=["health"], skills=["sales"])
    await market.change(applied, slots=None, openings=1)
    assert await _rows(market.room, EXAMPLES) == found


async def test_what_is_heard_late_makes_no_example(market: Market) -> None:
    applied, _ = await market.post(), await market.post()
    ids = builders.about(person_id=market.world.person_id, opportunity_id=applied, enabler_id=market.enabler_id)
    late = market.room.clock.now() - timedelta(days=2)
    fact = facts.ApplicationSubmitted(**ids, product=Product.talent)
    head = (new_id(), fact.TYPE, "/sojourn/applications", fact.key, late, late.date(), 1, new_id(), None, None)
    await market.room.take([Envelope(*head, fact)])
    assert await _rows(market.room, EXAMPLES) == []
    assert len(await _rows(market.room, "SELECT * FROM pairing")) == 1


async def test_an_erased_persons_examples_are_gone(market: Market) -> None:
    applied, _ = await market.post(), await market.post()
    await market.apply(applied)
    assert len(await _rows(market.room, EXAMPLES)) == 2
    await market.room.hear_erased(facts.PersonDetails, market.world.person_id)
    assert await _rows(market.room, EXAMPLES) == []


async def _shown(room: Room, people: int, structure: float) -> None:
    """Lists that a market with planted preferences was shown a month ago, and what came of them."""
    history = History(Population(11, structure))
    history.run(people)
    examples = history.applied["applies"]
    began = room.clock.now() - timedelta(days=30)

    async def keep(uow: Uow, groups: Sequence[Sequence[Any]]) -> None:
        for number, group in enumerate(groups):
            person, list_, at = new_id(), new_id(), began + timedelta(minutes=number)
            about = {"order": "recency", "propensity": 0.1, "drawn": True, "channel": "web", "made_at": at}
            uow.add(MatchList(id=list_, person_id=person, **about))
            for position, one in enumerate(group, 1):
                pair = {"person_id": person, "opportunity_id": new_id()}
                chances = {"applies": 0.05, "accepts": 0.1}
                uow.add(MatchShown(list_id=list_, position=position, **pair, **chances, row=dict(one.row)))
                if one.label:
                    uow.add(
                        Pairing(application_id=new_id(), enabler_id=new_id(), submitted_at=at + timedelta(1), **pair)
                    )

    await room.do(keep, [examples[place : place + 10] for place in range(0, len(examples), 10)])


async def test_a_side_is_learned_once_there_is_enough_and_speaks_because_it_is_better(market: Market) -> None:
    room = market.room
    await market.post()
    assert not await handlers.learn_pairs(room.runtime, "applies")  # nothing to learn from
    await _shown(room, 300, structure=1.0)
    assert await handlers.learn_pairs(room.runtime, "applies")
    assert not await handlers.learn_pairs(room.runtime, "applies")  # once a day
    assert not await handlers.learn_pairs(room.runtime, "accepts")
    (row,) = await _rows(room, "SELECT side, number, speaks, labels, gain_low > 0 AS better FROM match_model")
    assert tuple(row) == ("applies", 1, True, 3000, True)
    (one,) = (await market.matches())["matches"]
    told = one["applies"]
    assert (told["model"], told["outcomes"], one["accepts"]["model"]) == ("pair-applies-1", 3000, "pair-rules-1")
    assert told["interval"][0] < told["interval"][1]
    assert (one["accepts"]["interval"], one["interval"]) == (None, None)
    assert any(reason["code"] == "wanted_field" for reason in told["reasons"])


async def test_a_model_that_is_no_better_leaves_the_word_to_the_rules(market: Market) -> None:
    room = market.room
    await market.post()
    await _shown(room, 150, structure=1.0)
    async with room.runtime.database.engine.begin() as connection:
        # One in twenty, as the rules say, whoever it is: nothing can be better than they are.
        await connection.execute(text("UPDATE match_shown SET row = '{}'"))
        await connection.execute(text("DELETE FROM pairing"))
        every = "position = 1 AND get_byte(uuid_send(list_id), 15) % 2 = 0"
        made = (
            "gen_random_uuid(), s.person_id, s.opportunity_id, s.person_id, 'open', false, l.made_at + interval '1 day'"
        )
        shown = f"match_shown s JOIN match_list l ON l.id = s.list_id WHERE {every}"
        none = "NULL, NULL, NULL, NULL, NULL, now()"
        await connection.execute(text(f"INSERT INTO pairing SELECT {made}, {none} FROM {shown}"))
    assert await handlers.learn_pairs(room.runtime, "applies")
    (row,) = await _rows(room, "SELECT speaks, gain_low <= 0 AS unsure FROM match_model")
    assert tuple(row) == (False, True)
    (one,) = (await market.matches())["matches"]
    assert (one["applies"]["model"], one["applies"]["outcomes"]) == ("pair-rules-1", 0)
    assert one["applies"]["interval"] is not None  # what proves the rules is known, too

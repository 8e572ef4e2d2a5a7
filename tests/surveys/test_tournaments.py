"""The contest of metrics through the room: answers, what customers did then, and the report."""

from datetime import timedelta
from typing import Any

import pytest

from services.surveys import commands, handlers, views
from services.surveys.policy.tournament import TournamentState, Verdict
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.fields import Product
from shared.errors import NotFound
from shared.ids import new_id
from shared.testing import builders, callers
from tests.surveys.world import World

FILL = """
WITH who AS (
    SELECT gen_random_uuid() AS id, gen_random_uuid() AS asked, n, n % 11 AS nps, 1 + n % 7 AS ces2, 1 + n % 5 AS csat
    FROM generate_series(1, 900) n
), invited AS (
    INSERT INTO invitation SELECT i.* FROM who, invitation old, jsonb_populate_record(old, jsonb_build_object(
        'id', who.asked, 'recipient_id', who.id, 'occasion', who.id, 'token_digest', who.id)) i RETURNING id
), answered AS (
    INSERT INTO answer SELECT a.* FROM who, answer old, jsonb_populate_record(old, jsonb_build_object(
        'id', who.id, 'invitation_id', who.asked, 'recipient_id', who.id,
        'answered_at', old.answered_at + who.n * interval '1 minute')) a
    WHERE EXISTS (SELECT FROM invited) RETURNING id
), scored AS (
    INSERT INTO score (answer_id, metric, about, score)
    SELECT who.id, m.metric, 'experience', m.score FROM who,
        LATERAL (VALUES ('nps', nps), ('ces2', ces2), ('csat', csat)) m (metric, score)
    WHERE EXISTS (SELECT FROM answered) RETURNING 1
)
INSERT INTO deed (id, kind, customer_id, at)
SELECT gen_random_uuid(), 'applied_again', id, (SELECT max(answered_at) FROM answer) + interval '30 days' FROM who
WHERE (ces2 >= 5) <> (n % 10 = 0) AND EXISTS (SELECT FROM scored)
"""


async def filled(world: World) -> None:
    """900 customers; those with ease apply again, but for every tenth."""
    await world.answer(await world.complete())
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.exec_driver_sql(FILL)


async def held(world: World, by: Caller, **asked: Any) -> Any:
    made = await world.room.do(handlers.ask_tournament, commands.AskTournament(**asked), by)
    assert made.state is TournamentState.waiting
    await world.room.due()
    return await world.room.read(views.get_tournament, made.id, caller=by)


async def test_ease_that_makes_people_come_back_wins(world: World) -> None:
    await filled(world)
    world.room.clock.advance(timedelta(days=200))
    found = await held(world, callers.global_manager(), deed="applied_again", horizon_days=180)
    assert (found.state, found.report.verdict, found.report.winner) == (TournamentState.done, Verdict.won, "ces2")
    assert (found.report.fitted_on, found.report.judged_on, found.report.unsettled) == (540, 360, 0)


async def test_whose_horizon_has_not_passed_is_not_a_no(world: World) -> None:
    await filled(world)
    world.room.clock.advance(timedelta(days=90))
    found = await held(world, callers.global_manager(), deed="applied_again", horizon_days=180)
    assert found.report.verdict is Verdict.not_enough_data
    assert found.report.unsettled == 901


async def test_another_application_after_the_stay_is_a_deed(world: World) -> None:
    await world.answer(await world.complete())
    again = builders.about(person_id=world.stay["person_id"])
    await world.room.hear(facts.ApplicationSubmitted(**again, product=Product.talent))
    rows = await world.room.runtime.read(_deeds, caller=Caller.system("surveys"))
    assert rows == [("applied_again", world.stay["person_id"])]


async def _deeds(uow: Any) -> list[tuple[str, Any]]:
    found = await uow.fetch("SELECT kind, customer_id FROM deed")
    return [(row["kind"], row["customer_id"]) for row in found]


async def test_a_contest_is_seen_by_who_stands_above_its_customers(world: World) -> None:
    mine = await held(world, world.mc, deed="applied_again")
    assert (await world.room.read(views.get_tournament, mine.id, caller=callers.global_manager())).id == mine.id
    with pytest.raises(NotFound):
        await world.room.read(views.get_tournament, mine.id, caller=callers.national_manager(new_id()))

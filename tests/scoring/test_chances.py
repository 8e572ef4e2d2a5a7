"""Chances per transition: what is begun and over, what is said of it with reasons, and what was said at a moment."""

from datetime import datetime, timedelta
from math import isclose, log
from typing import Any

import pytest
from sqlalchemy import text

from services.scoring import views
from services.scoring.policy.features import Fact, Step, features
from services.scoring.policy.interactions import Kind
from services.scoring.policy.rules import WEIGHTS
from services.scoring.policy.spells import State, spells
from services.scoring.policy.transitions import WAYS, Transition
from services.scoring.schemas import ChanceOut
from shared.contracts import applications as facts
from shared.contracts.showcasing import ReferralAttributed
from shared.ids import new_id
from shared.testing import builders, callers
from tests.scoring.world import World

DAY = timedelta(days=1)
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
T = Transition


async def chances(world: World, as_of: datetime | None = None) -> dict[str, ChanceOut]:
    found = await world.room.read(views.get_chances, world.person_id, as_of)
    return {one.transition: one for one in found.chances}


def states(found: dict[str, ChanceOut]) -> dict[str, str]:
    return {name: one.state.value for name, one in found.items()}


# --- spells, pure


def fact(step: Step, day: float, application: Any = None, known: float | None = None) -> Fact:
    at = NOON + day * DAY
    return Fact(new_id(), step, at, NOON + (day if known is None else known) * DAY, None, application)


def told(transition: Transition, *given: Fact) -> list[tuple[str, float]]:
    """How each spell stands, and how many days it took."""
    found = spells(given, WAYS[transition])
    return [(one.state.value, ((one.ended_at or one.began_at) - one.began_at) / DAY) for one in found]


def test_the_order_of_hearing_changes_no_spell() -> None:
    one = new_id()
    given = [fact(Step.registered, 0), fact(Step.submitted, 3, one), fact(Step.accepted, 9, one)]
    for order in (given, given[::-1]):
        assert told(T.applied, *order) == [("reached", 3.0)]
        assert told(T.accepted, *order) == [("reached", 6.0)]
        assert told(T.approved, *order) == [("open", 0.0)]


def test_a_rejection_ends_the_wait_for_an_acceptance_only_when_nothing_else_is_live() -> None:
    one, other = new_id(), new_id()
    both = [fact(Step.submitted, 0, one), fact(Step.submitted, 1, other), fact(Step.rejected, 4, one)]
    assert told(T.accepted, *both) == [("open", 0.0)]
    assert told(T.accepted, *both, fact(Step.withdrawn, 6, other)) == [("ended", 6.0)]
    again = [*both, fact(Step.withdrawn, 6, other), fact(Step.submitted, 8, new_id())]
    assert told(T.accepted, *again) == [("ended", 6.0), ("open", 0.0)]


def test_a_broken_approval_is_no_realization_and_the_next_one_counts_anew() -> None:
    one, other = new_id(), new_id()
    given = [fact(Step.approved, 0, one), fact(Step.withdrawn, 1, other), fact(Step.approval_broken, 5, one)]
    assert told(T.realized, *given[:2]) == [("open", 0.0)]
    assert told(T.realized, *given) == [("ended", 5.0)]
    assert told(T.realized, *given, fact(Step.approved, 9, other), fact(Step.realized, 30, other))[1:] == [
        ("reached", 21.0)
    ]


def test_applying_again_counts_after_the_end_only() -> None:
    one = new_id()
    stay = [fact(Step.submitted, 0, one), fact(Step.approved, 5, one), fact(Step.completed, 90, one)]
    assert told(T.again, *stay) == [("open", 0.0)]
    assert told(T.again, *stay, fact(Step.submitted, 100, new_id())) == [("reached", 10.0)]
    assert told(T.again, *stay, fact(Step.referred, 95)) == [("reached", 5.0)]


def test_every_transition_has_an_end_a_horizon_and_a_base_with_its_source() -> None:
    for way in WAYS.values():
        assert way.begins
        assert way.ends
        assert not way.ends & way.instead
        assert way.horizon_days >= 30
        assert way.base_from
    assert WAYS[T.approved].weights is WEIGHTS


def test_no_protected_trait_is_among_the_features() -> None:
    protected = ("gender", "sex", "age", "birth", "national", "country", "language", "name", "relig", "ethn", "disab")
    row = features([], NOON).row
    assert [name for name in row for trait in protected if trait in name.split("_")] == []


# --- what is said


async def test_somebody_who_signed_up_has_two_ways_to_go(world: World) -> None:
    found = await chances(world)
    assert states(found) == {"applied": "open", "approved": "open"}
    approved = found["approved"]
    assert (approved.probability, approved.base_rate) == pytest.approx((0.24, 0.24), abs=1e-4)
    assert approved.probability == (await world.score()).score
    assert (approved.evidence, approved.interval, approved.model_id) == (0, None, None)
    assert approved.evidence_text == "rules, no own outcomes learned from"


async def test_each_transition_ends_where_the_next_begins_and_all_add_up(world: World) -> None:
    await world.to_approval()
    assert states(await chances(world)) == {
        "applied": "reached", "accepted": "reached", "approved": "reached", "realized": "open",
    }  # fmt: skip
    await world.room.hear(facts.ExperienceRealized(**world.stay))
    await world.room.hear(facts.ExperienceCompleted(**world.stay))
    found = await chances(world)
    assert (states(found)["realized"], states(found)["again"]) == ("reached", "open")
    assert (found["realized"].probability, found["realized"].abstains) == (None, None)
    for one in found.values():
        if one.probability is not None:
            total = one.base_log_odds + sum(reason.log_odds for reason in one.reasons)
            assert isclose(log(one.probability / (1 - one.probability)), total, abs_tol=1e-9)


async def test_several_applications_make_one_acceptance_likelier(world: World) -> None:
    await world.apply()
    assert (await chances(world))["accepted"].probability == pytest.approx(0.12, abs=1e-4)
    other = builders.about(person_id=world.person_id)
    await world.room.hear(facts.ApplicationSubmitted(**other, product="talent"))
    found = (await chances(world))["accepted"]
    assert found.probability == pytest.approx(1 - 0.88**2, abs=1e-4)
    assert found.top_for == ["2 applications at the same time (+0.76)"]


async def test_reasons_stand_on_their_side_and_what_would_change_it_is_told(world: World) -> None:
    await world.record(Kind.call)
    world.room.clock.advance(8 * DAY)
    await world.room.due()
    found = (await chances(world))["approved"]
    assert found.top_for == ["1 personal contact in the last 30 days (+0.18)"]
    assert found.top_against == ["no sign of life for 8 days (-0.03)"]
    changes = {one.code: one for one in found.what_would_change}
    assert changes["personal_contact"].by > 0
    assert changes["personal_contact"].probability == pytest.approx(
        found.probability + changes["personal_contact"].by, abs=1e-3
    )
    assert "case_closed" not in changes


async def test_as_of_says_what_was_said_then_also_when_news_came_late(world: World) -> None:
    await world.apply()
    then = world.room.clock.now()
    said = await chances(world, then)
    world.room.clock.advance(3 * DAY)
    await world.accept()
    assert await chances(world, then) == said
    assert (states(said)["accepted"], states(await chances(world))["accepted"]) == ("open", "reached")
    assert await chances(world, then - 400 * DAY) == {}


async def test_nothing_that_did_not_move_is_kept(world: World) -> None:
    query = text("SELECT count(*) FROM chance_change")
    async with world.room.runtime.database.engine.connect() as connection:
        before = (await connection.execute(query)).scalar_one()
        await connection.rollback()
        await world.room.hear(builders.person(world.person_id))
        assert (await connection.execute(query)).scalar_one() == before == 2


async def test_the_course_of_a_chance_is_read_page_by_page(world: World) -> None:
    await world.to_approval()
    client = await world.room.client(world.se)
    path = f"/v1/people/{world.person_id}/chances/approved/history"
    whole = (await client.get(path)).json()["items"]
    assert [point["state"] for point in whole][-2:] == ["open", "reached"]
    first = (await client.get(path, params={"limit": 2})).json()
    rest = (await client.get(path, params={"limit": 200, "cursor": first["next"]})).json()
    assert first["items"] + rest["items"] == whole
    assert whole[0]["cause"].startswith("applications.person-registered")


async def test_chances_are_for_the_lead_and_those_who_look_after_it(world: World) -> None:
    path = f"/v1/people/{world.person_id}/chances"
    other = callers.participant(new_id())
    expected = {
        world.ep: 200,
        world.se: 200,
        callers.auditor(): 200,
        other: 404,
        callers.hosting_manager(new_id()): 403,
    }
    for caller, status in expected.items():
        assert (await (await world.room.client(caller)).get(path)).status_code == status
        assert (await (await world.room.client(caller)).get(f"{path}/approved/history")).status_code == status


async def test_an_erased_person_has_no_chances_and_no_course_of_them(world: World) -> None:
    await world.apply()
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    async with world.room.runtime.database.engine.connect() as connection:
        for table in ("chance", "chance_change"):
            assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0


def test_an_open_spell_is_the_last_one() -> None:
    one = new_id()
    given = [fact(Step.submitted, day, one) for day in (0, 2)] + [fact(Step.rejected, 1, one)]
    assert [spell.state for spell in spells(given, WAYS[T.accepted])] == [State.ended, State.open]


async def test_an_enabler_whose_intern_went_home_has_a_chance_to_raise_again(world: World) -> None:
    enabler_id = world.stay["enabler_id"]
    await world.room.hear(builders.opportunity(world.opportunity_id, enabler_id=enabler_id))
    await world.to_approval()
    await world.room.hear(facts.ExperienceRealized(**world.stay))
    await world.room.hear(facts.ExperienceCompleted(**world.stay))
    client = await world.room.client(callers.global_manager())
    path = f"/v1/enablers/{enabler_id}/chances"
    (found,) = (await client.get(path)).json()["chances"]
    assert (found["transition"], found["state"], found["model"]) == ("reraised", "open", "enabler-rules-1")
    total = found["base_log_odds"] + sum(reason["log_odds"] for reason in found["reasons"])
    assert isclose(log(found["probability"] / (1 - found["probability"])), total, abs_tol=1e-9)
    assert found["reasons"][0]["text"]
    changes = {one["code"]: one["by"] for one in found["what_would_change"]}
    assert changes["personal_contact"] > 0
    assert "case_closed" not in changes, "there is none to close"
    then = world.room.clock.now()
    world.room.clock.advance(30 * DAY)
    await world.room.hear(builders.opportunity(new_id(), enabler_id=enabler_id))
    (after,) = (await client.get(path)).json()["chances"]
    assert (after["state"], after["probability"]) == ("reached", None)
    (before,) = (await client.get(path, params={"as_of": then.isoformat()})).json()["chances"]
    assert before["probability"] == found["probability"]
    course = (await client.get(f"{path}/reraised/history")).json()["items"]
    assert [point["state"] for point in course][-2:] == ["open", "reached"]
    stranger = await world.room.client(callers.hosting_manager(new_id()))
    assert (await stranger.get(f"{path}/reraised/history")).status_code == 404
    assert (await (await world.room.client(world.se)).get(path)).status_code == 403


async def test_who_brought_somebody_along_came_again(world: World) -> None:
    await world.to_approval()
    await world.room.hear(facts.ExperienceRealized(**world.stay))
    await world.room.hear(facts.ExperienceCompleted(**world.stay))
    assert states(await chances(world))["again"] == "open"
    told = {"showcase_id": new_id(), "code": "abc"}
    await world.room.hear(ReferralAttributed(person_id=new_id(), referrer_id=world.person_id, **told))
    assert states(await chances(world))["again"] == "reached"

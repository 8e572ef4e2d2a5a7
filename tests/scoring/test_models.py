"""Models in the room: trained in a process of their own, tried in shadow, promoted by rule, rolled back, told about."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.scoring import commands, handlers, views
from services.scoring.commands import JudgeModels, Repaint, RollBack
from services.scoring.fitting.gathering import portions
from services.scoring.model import ChanceChange, ModelDocument, ModelVersion
from services.scoring.policy.interactions import Kind
from services.scoring.policy.life import Ruling
from services.scoring.policy.transitions import WAYS, Transition
from services.scoring.training import Keeper
from shared.contracts import applications as facts
from shared.contracts.models import ChampionChanged, ModelDrifted
from shared.errors import Conflict
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.storage.tx import Uow
from shared.testing import callers
from shared.testing.rooms import Room
from tests.scoring.population import people, populate
from tests.scoring.test_chances import chances
from tests.scoring.world import NATIONAL, World

DAY = timedelta(days=1)
T = Transition
GLOBAL = callers.global_manager()
PAGE = Paging(limit=200)
COUNT = 160  # people to learn from
POINT = """
INSERT INTO chance_change (subject_id, transition, at, since, state, ended_at, probability, base_log_odds, terms,
    features, evidence, model, model_id, rules, shadow, cause, changed_at)
SELECT (row->>'subject')::uuid, row->>'transition', (row->>'at')::timestamptz, (row->>'since')::timestamptz,
    row->>'state', (row->>'ended_at')::timestamptz, (row->>'probability')::float8, 0, '[]', '{"visits": 1}', 0, 'x',
    (row->>'model_id')::uuid, (row->>'rules')::float8, coalesce(row->'shadow', '{}'), 'test', now()
FROM jsonb_array_elements($1::text::jsonb) AS row
"""


async def train(room: Room, transition: Transition = T.applied, seed: int = 1, *, anew: bool = True) -> Any:
    """A training by hand; the version, as the API shows it. Not `anew`: what a process found in an earlier test."""
    await room.do(handlers.ask_training, commands.AskTraining(transition, seed))
    if anew or transition not in FOUND:
        assert await Keeper(room.runtime).train()
        FOUND[transition] = await room.read(_found)
    else:
        work = await room.do(handlers.claim_training, commands.ClaimTraining(DAY))
        await room.do(handlers.end_training, commands.EndTraining(work.training_id, FOUND[transition]))
    return (await room.read(views.list_models, transition, None, PAGE)).items[0]


FOUND: dict[Transition, commands.Trained] = {}


async def _found(uow: Uow) -> commands.Trained:
    (version, *_), (document, *_) = await uow.all(ModelVersion), await uow.all(ModelDocument)
    kept = {name: getattr(version, name) for name in commands.Trained.__dataclass_fields__ if name != "document"}
    return commands.Trained(document=document.document, **kept)


async def write(room: Room, points: Sequence[dict[str, Any]]) -> None:
    async def keep(uow: Uow, _command: None) -> None:
        await uow.fetch(POINT, orjson.dumps(points, default=str).decode())

    await room.do(keep, None)


async def crown(room: Room, model_id: UUID, transition: Transition = T.applied) -> None:
    """Enough outcomes on which the challenger was right and rules were not, and the nightly look."""
    random, now, points = Random(1), room.clock.now(), []
    for _ in range(260):
        subject, at, true = new_id(), now - 100 * DAY, random.random()
        about = {"subject": subject, "transition": transition, "since": at}
        said = {"probability": 0.5, "rules": 0.5, "shadow": {str(model_id): min(0.97, max(0.03, true))}}
        points.append({**about, "at": at, "state": "open", **said})
        if random.random() < true:
            points.append({**about, "at": at + DAY, "state": "reached", "ended_at": at + DAY})
    await write(room, points)
    assert await room.do(handlers.judge_models, JudgeModels(transition)) is Ruling.promote
    while await room.do(handlers.repaint, Repaint()):
        pass


@pytest.fixture
async def model(world: World) -> Any:
    """A challenger for `applied`, trained on people of two years."""
    await populate(world, people(COUNT, world.room.clock.now()))
    return await train(world.room, anew=False)


# --- trained


async def test_a_training_makes_a_challenger_with_figures_of_a_later_slice(world: World, model: Any) -> None:
    assert (model.name, model.state, model.transition) == ("applied-1", "challenger", "applied")
    assert model.labels > 60
    assert model.metrics.late > 15
    assert model.metrics.model.auc.value > 0.6
    assert model.metrics.base_rate.auc.value == 0.5
    assert model.metrics.naive_bayes.log_loss.value is not None
    (training,) = (await world.room.read(views.list_trainings, T.applied, PAGE)).items
    assert (training.state, training.model_id, training.reason) == ("done", model.id, None)
    assert training.done == training.total
    assert (await chances(world))["applied"].model == "rules-1"


async def test_the_same_data_and_seed_give_the_same_model_and_another_version(world: World, model: Any) -> None:
    again = await train(world.room, anew=True)
    assert (again.digest, again.name) == (model.digest, "applied-2")
    first = await world.room.read(views.get_model, model.id)
    assert (first.state, first.retired_why) == ("retired", "followed by applied-2")


async def test_rows_to_learn_from_are_those_that_were_scored(world: World) -> None:
    await world.identify()
    await world.browse(Kind.page_view, Kind.opportunity_view)
    world.room.clock.advance(7 * DAY)
    await world.record(Kind.call)
    world.room.clock.advance(60 * DAY)
    until = world.room.clock.now()
    (first,) = [point for point in await world.course() if point.cause.endswith("person-registered.v1")]

    async def read(uow: Uow) -> list[Any]:
        return [case async for _, found in portions(uow, WAYS[T.approved], until) for case in found]

    cases = {case.at: case for case in await world.room.read(read)}
    kept = {point.at: point for point in await _points(world)}
    assert cases[first.at].row == kept[first.at].features
    assert cases[first.at + 7 * DAY].row["contacts"] == 1
    assert cases[first.at + 7 * DAY].row == kept[first.at + 7 * DAY].features


async def _points(world: World) -> list[Any]:
    async def read(uow: Uow) -> list[Any]:
        return await uow.all(ChanceChange, subject_id=world.person_id, transition=T.approved)

    return await world.room.read(read)


async def test_too_few_labels_leave_the_word_to_rules_and_say_so(world: World) -> None:
    client = await world.room.client(GLOBAL)
    asked = await client.post("/v1/models/realized/trainings", json={"seed": 3})
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert (await client.post("/v1/models/realized/trainings", json={"seed": 3})).json()["type"].endswith("under-way")
    assert await Keeper(world.room.runtime).train()
    done = (await client.get(asked.headers["Location"])).json()
    assert (done["state"], done["reason"], done["model_id"]) == ("done", "too_few_labels", None)
    assert (done["done"], done["total"]) == (1, 1)
    assert (await client.get("/v1/models")).json()["items"] == []


async def test_the_night_asks_for_a_training_once(world: World) -> None:
    await populate(world, people(60, world.room.clock.now()), scored=True)
    plan = commands.PlanTrainings()
    assert await world.room.do(handlers.plan_trainings, plan) == [T.applied, T.approved]
    assert await world.room.do(handlers.plan_trainings, plan) == []
    (asked,) = (await world.room.read(views.list_trainings, T.applied, PAGE)).items
    assert asked.why == "night"


async def test_a_training_whose_worker_died_is_taken_again_and_given_up_after_three(world: World) -> None:
    await world.room.do(handlers.ask_training, commands.AskTraining(T.applied, 1))
    claim = commands.ClaimTraining(timedelta(seconds=-1))
    works = [await world.room.do(handlers.claim_training, claim) for _ in range(4)]
    assert [work is not None for work in works] == [True, True, True, False]
    (training,) = (await world.room.read(views.list_trainings, T.applied, PAGE)).items
    assert (training.state, training.reason) == ("failed", "gave_up")


# --- tried, promoted, rolled back


async def test_a_challenger_scores_in_the_shadow_and_moves_nothing(world: World, model: Any) -> None:
    before = (await chances(world))["applied"].probability
    world.room.clock.advance(8 * DAY)
    await world.room.due()
    found = (await chances(world))["applied"]
    assert found.model == "rules-1"
    assert found.probability != before
    last = (await _shadows(world))[-1]
    assert set(last) == {str(model.id)}
    assert 0 < last[str(model.id)] < 1


async def _shadows(world: World) -> list[dict[str, float]]:
    async def read(uow: Uow) -> list[dict[str, float]]:
        query = "SELECT shadow FROM chance_change WHERE subject_id = $1 AND transition = 'applied' ORDER BY id"
        return [row["shadow"] for row in await uow.fetch(query, world.person_id)]

    return await world.room.read(read)


async def test_a_challenger_that_proved_better_speaks_and_a_roll_back_brings_rules_back(
    world: World, model: Any
) -> None:
    by_rules = (await chances(world))["applied"]
    await crown(world.room, model.id)
    found = (await chances(world))["applied"]
    assert (found.model, found.model_id) == ("applied-1", model.id)
    assert found.evidence == model.labels
    assert found.interval is not None
    (changed,) = await world.room.said(ChampionChanged)
    assert (changed.model_id, changed.before_id, changed.back) == (model.id, None, False)
    watch = await world.room.read(views.get_watch, T.applied)
    assert (watch.champion, watch.challenger_id, watch.contest["ruling"]) == ("applied-1", None, "promote")
    assert watch.contest["low"] > 0
    client = await world.room.client(GLOBAL)
    back = await client.post("/v1/models/applied/rollback")
    assert (back.status_code, back.json()["model_id"], back.json()["back"]) == (200, None, True)
    while await world.room.do(handlers.repaint, Repaint()):
        pass
    again = (await chances(world))["applied"]
    assert (again.model, again.probability) == ("rules-1", by_rules.probability)
    assert (await client.post("/v1/models/applied/rollback")).json()["type"].endswith("nothing-before")
    assert (await world.room.read(views.get_model, model.id)).retired_why == "rolled back"


async def test_the_champion_for_approvals_is_the_leads_own_score(world: World) -> None:
    rows = people(COUNT, world.room.clock.now(), days=(250, 800))
    for fact in rows["heard_fact"]:
        fact["kind"] = "approved" if fact["kind"] == "submitted" else fact["kind"]
    await populate(world, rows)
    model = await train(world.room, T.approved)
    await world.room.do(_crown_by_hand, model.id)
    world.room.clock.advance(8 * DAY)
    await world.room.due()
    scored, chance = await world.score(), (await chances(world))["approved"]
    assert (scored.model, scored.score) == ("approved-1", chance.probability)
    total = scored.base_log_odds + sum(reason.log_odds for reason in scored.reasons)
    assert scored.score == pytest.approx(1 / (1 + 2.718281828459045**-total), abs=1e-6)


async def _crown_by_hand(uow: Uow, model_id: UUID) -> None:
    await uow.fetch("UPDATE model_version SET state = 'champion' WHERE id = $1", model_id)


async def test_a_refit_follows_its_champion_but_not_after_a_roll_back(world: World, model: Any) -> None:
    await crown(world.room, model.id)
    second = await train(world.room, seed=2, anew=False)
    assert second.state == "champion"
    await world.room.do(handlers.roll_back, RollBack(T.applied))
    watch = await world.room.read(views.get_watch, T.applied)
    assert [(reign.why, reign.back) for reign in watch.reigns] == [
        ("rolled back", True),
        ("refit of the champion's kind", False),
        ("better on live outcomes", False),
    ]
    assert watch.champion == "applied-1"
    assert (await train(world.room, seed=3, anew=False)).state == "challenger"


async def test_the_look_is_once_a_night_and_too_few_outcomes_change_nothing(world: World, model: Any) -> None:
    judge = JudgeModels(T.applied)
    assert await world.room.do(handlers.judge_models, judge) is Ruling.too_few
    assert await world.room.do(handlers.judge_models, judge) is None
    world.room.clock.advance(DAY)
    assert await world.room.do(handlers.judge_models, judge) is Ruling.too_few
    assert await world.room.said(ChampionChanged) == []
    with pytest.raises(Conflict):
        await world.room.do(handlers.roll_back, RollBack(T.applied))


async def test_outcomes_that_differ_from_what_was_said_alarm_once(world: World) -> None:
    at = world.room.clock.now() - 100 * DAY
    said = {"transition": "applied", "at": at, "since": at, "state": "open", "probability": 0.8, "rules": 0.8}
    await write(world.room, [{**said, "subject": new_id()} for _ in range(260)])
    for _ in range(2):
        await world.room.do(handlers.judge_models, JudgeModels(T.applied))
        world.room.clock.advance(DAY)
    (alarm,) = await world.room.said(ModelDrifted)
    assert (alarm.transition, alarm.measure, alarm.value) == ("applied", "calibration", pytest.approx(-0.8))
    watch = await world.room.read(views.get_watch, T.applied)
    assert watch.calibration["n"] == 260


# --- told about


async def test_calibration_fairness_and_card_show_what_is_known_and_what_is_not(world: World, model: Any) -> None:
    await crown(world.room, model.id)
    at = world.room.clock.now() - 100 * DAY
    ids = [row["id"] for row in people(60, world.room.clock.now())["lead"]]
    points = []
    for number, subject in enumerate(ids):
        about = {"subject": subject, "transition": "applied", "since": at, "at": at, "model_id": model.id}
        points.append({**about, "state": "open", "probability": 0.6, "rules": 0.5})
        if number % 5 < 3:
            points.append({**about, "state": "reached", "ended_at": at + DAY, "at": at + DAY})
    await write(world.room, points)
    client = await world.room.client(world.se)
    found = (await client.get(f"/v1/models/{model.id}/calibration")).json()
    assert (found["slice_n"], found["live_n"]) == (model.metrics.late, 60)
    assert sum(one["n"] for one in found["live"]) == 60
    fair = (await client.get(f"/v1/models/{model.id}/fairness")).json()
    assert fair["by_gender"] == "not known here"
    groups = {one["group"]: one for one in fair["by_country"]}
    assert (groups["RO"]["settled"], groups["SE"]["settled"]) == (40, 20)
    assert groups["RO"]["happened_low"] < groups["RO"]["happened"] < groups["RO"]["happened_high"]
    assert groups["RO"]["calibrated"] is True
    card = await client.get(f"/v1/models/{model.id}/card")
    assert card.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script" not in card.headers["Content-Security-Policy"]
    for words in ("applied-1", "<svg", "Naive Bayes", "Not known here", "must not be used for", model.digest):
        assert words in card.text


async def test_models_are_looked_at_by_managers_and_kept_by_global_ones(world: World, model: Any) -> None:
    allowed = {GLOBAL: (200, 202), world.se: (200, 403), callers.national_manager(NATIONAL): (200, 403)}
    allowed |= {callers.auditor(): (200, 403), world.ep: (403, 403)}
    for caller, (looked, kept) in allowed.items():
        client = await world.room.client(caller)
        assert (await client.get(f"/v1/models/{model.id}")).status_code == looked
        assert (await client.post("/v1/models/applied/trainings", json={})).status_code == kept
    assert (await client.get("/v1/models")).status_code == 403


# --- people's own words


async def override(world: World, **values: Any) -> Any:
    until = (world.room.clock.now() + 30 * DAY).isoformat()
    body = {"transition": "applied", "reason": "Her professor pays the flight.", "until": until, **values}
    version = values.pop("version", 0)
    body.pop("version", None)
    client = await world.room.client(world.se)
    path = f"/v1/people/{world.person_id}/override"
    return await client.put(path, json=body, headers={"If-Match": f'"{version}"'})


async def test_a_word_of_ones_own_stands_beside_the_chance_and_changes_nothing(world: World) -> None:
    before = await chances(world)
    said = await override(world, verdict="hot")
    assert (said.status_code, said.json()["said"], said.json()["version"]) == (
        200, before["applied"].probability, 1,
    )  # fmt: skip
    assert await chances(world) == before
    assert (await override(world, probability=0.9)).status_code == 412
    assert (await override(world, probability=0.9, version=1)).json()["version"] == 2
    client = await world.room.client(world.se)
    found = (await client.get(f"/v1/people/{world.person_id}/overrides")).json()
    assert [(one["probability"], one["ended_at"] is None) for one in found] == [(0.9, True), (None, False)]
    gone = f"/v1/people/{world.person_id}/override?transition=applied"
    assert (await client.delete(gone, headers={"If-Match": '"2"'})).status_code == 204
    assert (await client.delete(gone, headers={"If-Match": '"3"'})).status_code == 404


async def test_a_word_needs_a_reason_an_end_and_one_of_two_forms(world: World) -> None:
    for wrong in ({}, {"verdict": "hot", "probability": 0.5}, {"verdict": "hot", "reason": ""}):
        assert (await override(world, **wrong)).status_code == 422
    past = (world.room.clock.now() - DAY).isoformat()
    assert (await override(world, verdict="cold", until=past)).json()["errors"][0]["pointer"] == "#/until"
    assert (await override(world, verdict="cold", transition="realized")).json()["type"].endswith("not-open")


async def test_words_are_compared_once_their_horizon_is_over_and_never_learned(world: World) -> None:
    await override(world, probability=0.9)
    report = await world.room.read(views.overrides_report)
    assert (report.open, report.settled) == (1, 0)
    await world.apply()
    world.room.clock.advance(100 * DAY)
    report = await world.room.read(views.overrides_report)
    assert (report.open, report.settled, report.compared.n, report.compared.gain) == (0, 1, 1, None)


async def test_an_erased_person_leaves_no_word_behind(world: World) -> None:
    await override(world, verdict="hot")
    await world.room.hear_erased(facts.PersonDetails, world.person_id)

    async def read(uow: Uow) -> list[int]:
        tables = ("chance_override", "trait", "chance")
        return [(await uow.fetch(f"SELECT count(*) FROM {table}"))[0][0] for table in tables]

    assert await world.room.read(read) == [0, 0, 0]

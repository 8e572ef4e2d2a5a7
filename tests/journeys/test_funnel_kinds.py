"""Every kind of estimate of the funnel on a made-up history: figures that agree with each other and with plain SQL."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from bench.history import clean, populate
from services.journeys.estimates.kinds import KINDS
from services.journeys.policy.questions import Question, View
from services.journeys.policy.segments import Rule
from shared.access import Caller
from shared.storage.tx import Uow
from shared.testing import callers
from shared.testing.rooms import Room

APPLICATIONS = 3000
OURS = ("funnel", "funnel-cohorts", "funnel-periods", "funnel-causes", "funnel-outlook", "channels")


@pytest.fixture
async def history(room: Room) -> Room:
    await populate(room.runtime.database.dsn, APPLICATIONS)
    await clean(room.runtime.database.dsn)
    room.clock.set(datetime.now(UTC))
    return room


async def answer(
    room: Room, kind: str, params: dict[str, Any] | None = None, rule: Rule | None = None, caller: Caller | None = None
) -> Any:
    """As the worker's process does it, in this one."""
    known = KINDS[kind]
    given = known.params.model_validate(params or {}).model_dump(mode="json", exclude_none=True)
    question, made = Question(kind, known.version, View.everything, None, given, rule), known.made()

    async def load(uow: Uow) -> Any:
        return await made.load(uow, question)

    data = await room.read(load, caller=caller or callers.global_manager())
    return made.compute(data, question.seed)


async def number(room: Room, query: str) -> Any:
    async with room.runtime.database.engine.connect() as connection:
        return (await connection.execute(text(query))).scalar()


async def test_the_kinds_of_the_funnel_agree_with_the_rows(history: Room) -> None:
    await _funnels(history)
    await _cohorts(history)
    await _periods(history)
    await _causes(history)
    await _outlook(history)
    await _channels(history)
    await _scoped(history)


async def _funnels(room: Room) -> None:
    for of, stage, query in (
        ("people", "approved", "SELECT count(*) FROM course WHERE approved_at IS NOT NULL"),
        ("applications", "completed", "SELECT count(*) FROM application WHERE completed_at IS NOT NULL"),
        ("enablers", "reraised", "SELECT count(*) FROM enabler_course WHERE reraised_at IS NOT NULL"),
    ):
        told = await answer(room, "funnel", {"of": of})
        stages = {one["stage"]: one for one in told["stages"]}
        assert stages[stage]["count"] == await number(room, query)
        for one in told["stages"][1:]:
            step = one["step"]
            assert step["n"] == step["went"] + step["dropped"] + step["open"]
            if one["share"]:
                assert 0 <= one["share"]["low"] <= one["share"]["value"] <= one["share"]["high"] <= 1
    counts = [one["count"] for one in (await answer(room, "funnel", {"of": "applications"}))["stages"]]
    assert counts == sorted(counts, reverse=True)


async def _cohorts(room: Room) -> None:
    told = await answer(room, "funnel-cohorts", {"of": "people", "goal": "applied"})
    assert sum(one["n"] for one in told["months"]) == await number(room, "SELECT count(*) FROM course")
    assert told["months"][-1]["within"][-1] is None  # nobody of the newest is known for a year
    first = next(one for one in told["months"] if one["n"] >= 30)
    assert first["within"][0]["value"] <= first["within"][-1]["value"]


async def _periods(room: Room) -> None:
    told = await answer(room, "funnel-periods")
    for clock in ("said", "effective"):
        moves = [one for one in told[clock] if one["status"] == "approved"]
        query = "SELECT count(*) FROM application WHERE approved_at IS NOT NULL"
        assert sum(one["applications"] for one in moves) == await number(room, query)
        assert all(one["people"] <= one["applications"] for one in told[clock])
    early = await answer(room, "funnel-periods", {"as_of": "2022-12-31"})
    assert {one["month"][:4] for one in early["said"]} <= {"2021", "2022"}
    assert sum(one["people"] for one in told["stages"] if one["stage"] == "signed_up") == APPLICATIONS * 4 // 5


async def _causes(room: Room) -> None:
    told = await answer(room, "funnel-causes", {"of": "applications", "goal": "accepted"})
    products = [one for one in told["levels"] if one["dimension"] == "product"]
    assert sum(one["n"] for one in products) == told["n"]
    reasons = sum(one["count"] for one in told["reasons"])
    query = "SELECT count(*) FROM application WHERE accepted_at IS NULL AND status IN ('rejected', 'withdrawn')"
    assert reasons == await number(room, query)
    people = await answer(room, "funnel-causes", {"goal": "accepted"}, Rule(products=["talent"]))
    assert people["n"] == await number(room, "SELECT count(*) FROM course WHERE product = 'talent'")


async def _outlook(room: Room) -> None:
    told = await answer(room, "funnel-outlook")
    assert told["leads"] == await number(room, "SELECT count(*) FROM course WHERE approved_at IS NULL")
    assert told["expected"]["low"] < told["expected"]["value"] < told["expected"]["high"]
    assert sum(one["n"] for one in told["calibration"]) == await number(room, "SELECT count(*) FROM course")


async def _channels(room: Room) -> None:
    told = await answer(room, "channels")
    assert {one["channel"] for one in told["channels"]} == {"web", "in_person", "social", "email", "phone"}
    contacts = told["contacts"]
    assert sum(one["contacts"] for one in contacts) == await number(room, "SELECT count(*) FROM contact")
    alone = sum(one["self_service"] for one in contacts)
    assert alone == await number(room, "SELECT count(*) FROM contact WHERE self_service")
    month = max(one["month"] for one in contacts if one["share"])
    assert sum(one["share"]["value"] for one in contacts if one["month"] == month) == pytest.approx(1, abs=0.001)


async def _scoped(room: Room) -> None:
    entity = await number(room, "SELECT sending_entity_id FROM course GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    query = f"SELECT count(*) FROM course WHERE sending_entity_id = '{entity}'"
    mine = callers.sending_manager(entity)
    assert (await answer(room, "funnel", caller=mine))["n"] == await number(room, query)
    for kind in OURS:
        assert await answer(room, kind, caller=mine)
        assert await answer(room, kind, caller=callers.hosting_manager(entity))
        assert await answer(room, kind, caller=callers.national_manager(entity))

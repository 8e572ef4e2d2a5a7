"""What somebody has answered without finishing: kept, shown again, gone when it is finished or forgotten."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from shared import links
from shared.contracts import applications as facts
from shared.contracts import surveys as said
from tests.surveys.world import World


async def drafts(world: World) -> list[Any]:
    async with world.room.runtime.database.engine.connect() as connection:
        return list((await connection.execute(text("SELECT answers FROM draft"))).scalars())


@pytest.fixture
async def client(world: World) -> httpx.AsyncClient:
    return await world.room.client()


async def test_a_draft_is_kept_and_shown_again_and_tells_nobody(world: World, client: httpx.AsyncClient) -> None:
    address = "/v1/answers/" + links.survey_token(await world.asked_shortly())
    before = await world.room.said()
    first = await client.post(f"{address}/draft", json={"answers": {"comment": "I will", "ces2": 5}})
    assert (first.status_code, first.json()["asked"]) == (200, ["nps", "ces2", "comment"])
    await client.post(f"{address}/draft", json={"answers": {"nps": 3}})
    survey = (await client.get(address)).json()
    assert (survey["state"], survey["answers"]) == ("invited", {"nps": 3})
    assert survey["saved_at"] is not None
    assert await world.room.said() == before


async def test_a_wrong_draft_is_pointed_at_and_leaves_the_earlier_one(world: World, client: httpx.AsyncClient) -> None:
    address = "/v1/answers/" + links.survey_token(await world.asked_shortly())
    await client.post(f"{address}/draft", json={"answers": {"nps": 3}})
    reply = await client.post(f"{address}/draft", json={"answers": {"nps": 30}})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "#/answers/nps")
    assert await drafts(world) == [{"nps": 3}]


async def test_a_finished_answer_takes_the_place_of_the_draft(world: World, client: httpx.AsyncClient) -> None:
    address = "/v1/answers/" + links.survey_token(await world.asked_shortly())
    await client.post(f"{address}/draft", json={"answers": {"nps": 3}})
    assert (await client.post(address, json={"answers": {"nps": 9, "ces2": 6}})).status_code == 201
    assert await drafts(world) == []
    assert (await client.get(address)).json()["answers"] == {}
    late = await client.post(f"{address}/draft", json={"answers": {"nps": 3}})
    assert late.status_code == 409


async def test_a_draft_goes_with_the_person(world: World, client: httpx.AsyncClient) -> None:
    address = "/v1/answers/" + links.survey_token(await world.asked_shortly())
    await client.post(f"{address}/draft", json={"answers": {"comment": "Call me on 0721"}})
    await world.room.hear_erased(facts.PersonDetails, world.stay["person_id"])
    assert await drafts(world) == []
    assert await world.room.said(said.SurveyComment) == []

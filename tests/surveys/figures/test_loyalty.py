"""Satisfied and yet not loyal: a list of people, and the share of promoters among the satisfied."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.surveys.model import Answer, Invitation, Score
from services.surveys.policy.invitations import State
from shared.contracts.surveys import Metric
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import callers
from tests.surveys.world import World


async def gave(world: World, person: UUID, stay: UUID, day: int, **scores: int) -> None:
    """One answer of somebody on that day of May: metric → score."""

    async def kept(uow: Uow, _: object) -> None:
        moment = datetime.combine(date(2026, 5, day), datetime.min.time(), UTC) + timedelta(hours=9)
        row: dict[str, Any] = {
            "recipient_id": person, "person_id": person, "application_id": stay, "programme": "p",
            "occasion": str(new_id()), "questionnaire": "try", "questionnaire_version": 1, "language": "en",
            "sending_entity_id": world.sending, "hosting_entity_id": world.hosting,
        }  # fmt: skip
        times = {"invited_at": moment, "expires_at": moment, "answered_at": moment}
        invited = uow.add(Invitation(id=new_id(), state=State.answered, token_digest="", **times, **row))
        await uow.flush()
        answer = uow.add(Answer(id=new_id(), invitation_id=invited.id, answered_at=moment, **row))
        await uow.flush()
        for metric, score in scores.items():
            about = "arrival" if metric == "csat" else "experience"
            uow.add(Score(answer_id=answer.id, metric=Metric(metric), about=about, score=score))

    await world.room.do(kept, None)


async def ask(world: World, **query: Any) -> Any:
    client = await world.room.client(query.pop("caller", None) or callers.auditor())
    reply = await client.get("/v1/scores/satisfied-not-loyal", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_who_is_satisfied_and_would_not_recommend_is_listed(world: World) -> None:
    lukewarm, glad, sour, turned, silent = (new_id() for _ in range(5))
    for person, csat, nps in ((lukewarm, 5, 7), (glad, 5, 10), (sour, 2, 3)):
        stay = new_id()
        await gave(world, person, stay, 1, csat=csat)
        await gave(world, person, stay, 9, nps=nps)
    stay = new_id()
    await gave(world, turned, stay, 1, csat=5)
    await gave(world, turned, stay, 2, csat=1)  # the last one counts
    await gave(world, turned, stay, 9, nps=2)
    await gave(world, silent, new_id(), 1, csat=5)
    await gave(world, silent, new_id(), 9, nps=5)  # about another stay
    found = await ask(world)
    (row,) = found["items"]
    assert (row["person_id"], row["nps"], row["csat"], row["satisfied_with"]) == (str(lukewarm), 7, 5, "arrival")
    assert found["loyal"] == {"n": 2, "enough": False, "value": None, "interval": None}
    assert (await ask(world, caller=callers.hosting_manager(new_id())))["items"] == []


async def test_the_share_of_promoters_among_the_satisfied_has_its_interval_and_the_list_its_pages(world: World) -> None:
    for nps in (10, 9, 8, 7, 6, 0):
        await gave(world, new_id(), new_id(), 1 + nps, nps=nps, csat=4)
    first = await ask(world, limit=3)
    assert [row["nps"] for row in first["items"]] == [8, 7, 6]
    rest = await ask(world, limit=3, cursor=first["next"])
    assert [row["nps"] for row in rest["items"]] == [0]
    assert first["loyal"]["value"] == pytest.approx(2 / 6)
    assert first["loyal"]["interval"]["method"] == "wilson"

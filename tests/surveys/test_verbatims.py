"""What people wrote, from the answer to the list: read by its due row, masked, counted, set right, forgotten."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys import commands, handlers
from services.surveys.exchange.importing import TakeAnswers, take_answers
from services.surveys.policy.verbatims import months, share
from shared.contracts import applications as facts
from shared.contracts.fields import date
from shared.testing import callers
from tests.surveys.test_exchange import past
from tests.surveys.world import World

DIRTY = "My buddy Andrei never came. The room was dirty and the heating was broken. +40 722 345 678"


async def written(world: World, comment: str | None, **scores: int) -> Any:
    """A comment of somebody new, read; the id of the invitation."""
    stay = world.another_stay()
    invited = await world.complete(stay)
    await world.answer(invited, comment=comment, **scores)
    await world.room.due()
    return stay


async def get(world: World, caller: Any, path: str, **params: Any) -> httpx.Response:
    return await (await world.room.client(caller)).get(path, params=params)


async def test_a_comment_is_read_after_the_request_and_shown_masked(world: World) -> None:
    await world.answer(await world.complete(), comment=DIRTY)
    assert (await get(world, world.he, "/v1/verbatims")).json()["items"] == []
    await world.room.due()
    (one,) = (await get(world, world.he, "/v1/verbatims")).json()["items"]
    assert one["quote"].startswith("My buddy [name] never came.")
    assert one["quote"].endswith("broken. [phone]")
    assert (one["language"], one["sentiment"], one["source"]) == ("en", "negative", "answer")
    assert "accommodation" in one["topics"]
    assert "communication" not in one["topics"]  # what stands for her number is no talk of telephones
    assert await world.room.due() == 0


async def test_a_reported_case_is_read_and_an_answer_without_words_is_not(world: World) -> None:
    await written(world, None)
    stay = await written(world, "  ")
    report = commands.ReportCase(application_id=stay["application_id"], report="Nobody answers my e-mails for weeks.")
    await world.room.do(handlers.report_case, report, callers.participant(stay["person_id"]))
    await world.room.due()
    (one,) = (await get(world, world.se, "/v1/verbatims")).json()["items"]
    assert (one["source"], one["question"], one["sentiment"]) == ("case", "report", "negative")
    assert "communication" in one["topics"]


FOUND: list[tuple[dict[str, str], int]] = [
    ({}, 3),
    ({"topic": "accommodation"}, 1),
    ({"sentiment": "positive"}, 2),
    ({"sentiment": "positive", "topic": "people"}, 1),
    ({"language": "sv"}, 1),
    ({"product": "talent"}, 3),
    ({"product": "teacher"}, 0),
    ({"party": "enabler"}, 0),
    ({"since": "2026-05-25", "until": "2026-05-25"}, 3),
    ({"until": "2026-05-24"}, 0),
    ({"corrected": "true"}, 0),
]


async def test_quotes_are_found_by_what_they_say_and_where(world: World) -> None:
    await written(world, DIRTY)
    await written(world, "Min fadder var fantastisk, jag fick vänner för livet.")
    await written(world, "Great summer, thank you!")
    client = await world.room.client(world.he)
    for asked, found in FOUND:
        listed = (await client.get("/v1/verbatims", params=asked)).json()["items"]
        counted = (await client.get("/v1/verbatim-topics", params=asked)).json()
        assert (asked, len(listed), counted["n"]) == (asked, found, found)
        assert (counted["enough"], counted["topics"]) == (False, [])
    pages = (await client.get("/v1/verbatims", params={"limit": 2})).json()
    (last,) = (await client.get("/v1/verbatims", params={"limit": 2, "cursor": pages["next"]})).json()["items"]
    assert last["id"] not in {one["id"] for one in pages["items"]}
    wrong = await client.get("/v1/verbatims", params={"since": "2026-06-01", "until": "2026-05-01"})
    assert wrong.json()["errors"][0]["pointer"] == "#/until"


async def test_who_sees_quotes(world: World) -> None:
    await written(world, DIRTY)
    (one,) = (await get(world, world.mc, "/v1/verbatims", entity_id=str(world.hosting))).json()["items"]
    assert (await get(world, world.mc, "/v1/verbatims", entity_id=str(uuid4()))).json()["items"] == []
    stranger = callers.hosting_manager(world.sending)
    assert (await get(world, stranger, "/v1/verbatims")).json()["items"] == []
    assert (await get(world, stranger, f"/v1/verbatims/{one['id']}")).status_code == 404
    for outside in (world.ep, callers.enabler()):
        assert (await get(world, outside, "/v1/verbatims")).status_code == 403


async def test_topics_are_counted_with_interval_and_trend(world: World) -> None:
    for _ in range(3):
        await written(world, "The room was dirty and cold.")
    await written(world, "The room was bright and clean, great place.")
    for _ in range(4):
        await written(world, "Great summer, thank you!")
    counted = (await get(world, world.he, "/v1/verbatim-topics")).json()
    assert (counted["n"], counted["enough"], counted["languages"]) == (8, True, {"en": 8})
    room = next(topic for topic in counted["topics"] if topic["topic"] == "accommodation")
    assert (room["about"]["n"], room["about"]["of"], room["about"]["share"]) == (4, 8, 0.5)
    assert room["about"]["low"] == pytest.approx(0.2152, abs=1e-4)  # Wilson: Newcombe 1998, method 3
    assert (room["negative"]["n"], room["negative"]["of"]) == (3, 4)
    assert [(point["month"], point["about"]["of"]) for point in room["trend"]] == [("2026-05-01", 8)]


async def test_what_came_with_past_answers_is_read_too(world: World) -> None:
    rows = [past(1, comment="The room was dirty and cold."), past(2)]
    await world.room.do(take_answers, TakeAnswers("tool", [*enumerate(rows, 1)]))
    await world.room.due()
    (one,) = (await get(world, callers.global_manager(), "/v1/verbatims")).json()["items"]
    assert (one["topics"], one["written_at"][:10]) == (["accommodation"], "2024-03-05")


async def test_a_manager_sets_labels_right_and_that_is_counted(world: World) -> None:
    await written(world, "Thank you for everything!")
    client = await world.room.client(world.he)
    (one,) = (await client.get("/v1/verbatims")).json()["items"]
    path, body = f"/v1/verbatims/{one['id']}/labels", {"topics": ["people", "pickup"], "sentiment": one["sentiment"]}
    assert (await client.put(path, json=body)).status_code == 428
    assert (await client.put(path, json={"topics": ["food"]}, headers={"If-Match": "*"})).status_code == 422
    reply = await client.put(path, json=body, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.json()["topics"]) == (200, ["people", "pickup"])
    assert reply.json()["corrected_at"]
    assert (await client.put(path, json=body, headers={"If-Match": '"1"'})).status_code == 412
    stranger = await world.room.client(callers.hosting_manager(world.sending))
    assert (await stranger.put(path, json=body, headers={"If-Match": "*"})).status_code == 404
    counts = (await client.get("/v1/verbatim-topics")).json()["corrections"]
    assert counts == {"corrected": 1, "topics_right": 0, "sentiment_right": 1}
    assert len((await client.get("/v1/verbatims", params={"corrected": "true"})).json()["items"]) == 1


async def test_the_quotes_of_somebody_who_is_erased_are_gone_and_the_counts_stay(world: World) -> None:
    stay = await written(world, DIRTY)
    waiting = world.another_stay()
    await world.answer(await world.complete(waiting), comment="I am not read yet.")
    for person in (stay["person_id"], waiting["person_id"]):
        await world.room.hear_erased(facts.PersonDetails, person)
    await world.room.due()
    reply = await get(world, world.he, "/v1/verbatims")
    assert reply.json()["items"] == []
    assert (await get(world, world.he, "/v1/verbatim-topics")).json()["n"] == 1


async def test_the_quotes_of_an_enabler_that_is_erased_are_gone_and_those_of_others_stay(world: World) -> None:
    gone, stays = world.stay["enabler_id"], world.another_stay()["enabler_id"]
    rows = [
        past(number, party="enabler", enabler_id=str(one), comment="The intern was never prepared.")
        for number, one in enumerate((gone, stays), 1)
    ]
    await world.room.do(take_answers, TakeAnswers("tool", [*enumerate(rows, 1)]))
    await world.room.due()
    await world.room.hear_erased(facts.EnablerDetails, gone)
    found = await get(world, callers.global_manager(), "/v1/verbatims")
    assert [one["quote"] for one in found.json()["items"]] == ["The intern was never prepared."]
    assert (await get(world, callers.global_manager(), "/v1/verbatim-topics")).json()["n"] == 2


def test_wilson_by_hand() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 0 of 20."""
    some, none = share(81, 263), share(0, 20)
    assert (round(some.low or 0, 4), round(some.high or 0, 4)) == (0.2553, 0.3662)
    assert (none.low, round(none.high or 0, 4)) == (0.0, 0.1611)
    assert share(0, 0).share is None


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_in_its_interval(pair: tuple[int, int]) -> None:
    found = share(*pair)
    assert found.share is not None
    assert (found.low or 0) - 1e-12 <= found.share <= (found.high or 0) + 1e-12


def test_months_run_over_the_end_of_a_year() -> None:
    found = list(months(date(2025, 11, 30), date(2026, 2, 1)))
    assert found == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]

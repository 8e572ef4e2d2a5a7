"""Sessions: who plans, opens, changes and cancels them, who may see them, and who gets a place."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts import applications as facts
from shared.contracts import seminars as said
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.notifications.seminars import OPS, Seminars, stranger


@pytest.fixture
async def seminars(room: Room) -> Seminars:
    return await Seminars.of(room)


async def test_a_session_is_planned_opened_and_said(seminars: Seminars) -> None:
    draft = await seminars.draft()
    assert (draft["state"], draft["starts_at"], draft["sequence"]) == ("draft", "2026-02-14T15:00:00Z", 0)
    assert await seminars.room.said(said.SessionOpened) == []
    opened = await seminars.move(draft, "opening")
    assert (opened["state"], opened["version"]) == ("open", 2)
    (event,) = await seminars.room.said(said.SessionOpened)
    assert (str(event.session_id), event.session_kind, event.capacity) == (draft["id"], "ops", 10)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"local_end": "2026-02-14T17:00:00"}, "#/local_end"),
        ({"local_end": "2026-03-14T17:00:00"}, "#/local_end"),
        ({"local_start": "2026-03-29T03:30:00", "local_end": "2026-03-29T05:00:00"}, "#/local_start"),
        ({"local_start": "2026-02-14T17:00:00+02:00"}, "#/local_start"),
        ({"local_start": 1770000000}, "#/local_start"),
        ({"zone": "Mars/Base"}, "#/zone"),
        ({"capacity": 0}, "#/capacity"),
        ({"link": "javascript:alert(1)"}, "#/link"),
        ({"link": "https://meet.example.org/a b"}, "#/link"),
        ({"title": "two\nlines"}, "#/title"),
        ({"entity_id": str(new_id())}, "#/entity_id"),
        ({"surprise": 1}, "#/surprise"),
    ],
)
async def test_what_can_not_be_a_session_is_refused_where_it_is_wrong(
    seminars: Seminars, values: dict[str, Any], pointer: str
) -> None:
    body = {**OPS, "entity_id": str(builders.SENDING), **values}
    reply = await (await seminars.se()).post("/v1/sessions", json=body)
    assert reply.status_code == 422, reply.text
    assert pointer in [error["pointer"] for error in reply.json()["errors"]]


async def test_a_session_without_a_place_or_in_the_past_is_not_opened(seminars: Seminars) -> None:
    draft = await seminars.draft(place=None, local_start="2026-01-14T17:00:00", local_end="2026-01-14T20:00:00")
    client = await seminars.se()
    reply = await client.post(f"/v1/sessions/{draft['id']}/opening", headers={"If-Match": '"1"'})
    assert reply.status_code == 422
    assert {error["pointer"] for error in reply.json()["errors"]} == {"#/local_start", "#/place"}


async def test_a_change_needs_the_version_that_was_seen(seminars: Seminars) -> None:
    draft, client = await seminars.draft(), await seminars.se()
    path = f"/v1/sessions/{draft['id']}"
    assert (await client.patch(path, json={"capacity": 9})).status_code == 428
    assert (await client.patch(path, json={"capacity": 9}, headers={"If-Match": '"7"'})).status_code == 412
    assert (await client.patch(path, json={"capacity": 9}, headers={"If-Match": '"1"'})).status_code == 200


async def test_the_sequence_grows_with_what_calendars_show_and_only_then(seminars: Seminars) -> None:
    session = await seminars.opened()
    assert (await seminars.change(session, capacity=12)).json()["sequence"] == 0
    assert (await seminars.change(session, place="Str. Avram Iancu 1")).json()["sequence"] == 1
    assert (await seminars.change(session, place="Str. Avram Iancu 1")).json()["sequence"] == 1
    later = {"local_start": "2026-02-15T17:00:00", "local_end": "2026-02-15T20:00:00"}
    assert (await seminars.change(session, **later)).json()["sequence"] == 2
    changed = [(event.changed, event.sequence) for event in await seminars.room.said(said.SessionChanged)]
    assert changed == [(["capacity"], 0), (["place"], 1), (["local_end", "local_start"], 2)]


async def test_each_side_holds_its_own_kind(seminars: Seminars) -> None:
    client = await seminars.he()
    body = {**OPS, "entity_id": str(builders.HOSTING)}
    assert (await client.post("/v1/sessions", json=body)).status_code == 403
    assert (await client.post("/v1/sessions", json={**body, "kind": "ips"})).status_code == 201
    participant = await seminars.as_(stranger())
    assert (await participant.post("/v1/sessions", json=body)).status_code == 403


async def test_the_session_of_another_committee_is_not_there(seminars: Seminars) -> None:
    session = await seminars.opened()
    elsewhere = new_id()
    await seminars.room.hear(builders.entity(elsewhere))
    other = await seminars.as_(callers.sending_manager(elsewhere))
    path = f"/v1/sessions/{session['id']}"
    assert (await other.get(path)).status_code == 404
    assert (await other.patch(path, json={"capacity": 1}, headers={"If-Match": "*"})).status_code == 404
    assert (await other.post(f"{path}/presence", json={"seat_ids": [str(new_id())]})).status_code == 404
    assert (await other.get("/v1/sessions")).json()["items"] == []
    assert (await (await seminars.se()).get("/v1/sessions")).json()["items"][0]["id"] == session["id"]
    national = await seminars.as_(callers.national_manager(builders.WORLD))
    assert (await national.get(path)).status_code == 200


async def test_an_ep_sees_what_is_open_for_the_own_stay_and_no_check_in_code(seminars: Seminars) -> None:
    stay = await seminars.stay()
    session, draft = await seminars.opened(link="https://meet.example.org/ops"), await seminars.draft()
    ep, other = await seminars.ep(stay), await seminars.as_(stranger())
    (shown,) = (await ep.get("/v1/sessions")).json()["items"]
    assert (shown["id"], shown["check_in_code"], shown["link"], shown["seat"]) == (session["id"], None, None, None)
    assert (await ep.get(f"/v1/sessions/{draft['id']}")).status_code == 404
    assert (await other.get("/v1/sessions")).json()["items"] == []
    assert (await seminars.seen(session["id"]))["check_in_code"]
    await seminars.answer(session, stay)
    shown = await seminars.seen(session["id"], ep)
    assert (shown["seat"]["state"], shown["link"]) == ("going", "https://meet.example.org/ops")


@pytest.mark.parametrize(
    ("kind", "on", "fits"),
    [
        ("ops", date(2026, 3, 1), True),
        ("ops", date(2026, 3, 2), False),
        ("ops", date(2025, 10, 1), False),
        ("ips", date(2026, 3, 4), True),
        ("ips", date(2026, 3, 20), False),
        ("lead", date(2026, 4, 1), False),
        ("reintegration", date(2026, 5, 28), False),
    ],
)
async def test_who_is_asked_by_rule_has_a_stay_that_fits(seminars: Seminars, kind: str, on: date, fits: bool) -> None:
    seminars.room.clock.set(seminars.room.clock.now() - timedelta(days=200))
    stay = await seminars.stay()
    client = await seminars.as_(callers.global_manager())
    entity = builders.SENDING if kind in ("ops", "reintegration") else builders.HOSTING
    times = {"local_start": f"{on}T17:00:00", "local_end": f"{on}T20:00:00"}
    session = await seminars.opened(client, kind=kind, entity_id=str(entity), **times)
    asked = (await seminars.invite(session, fitting=True))["invited"]
    assert [seat["application_id"] for seat in asked] == ([str(stay["application_id"])] if fits else [])
    seen = (await (await seminars.ep(stay)).get("/v1/sessions")).json()["items"]
    assert bool(seen) is fits


async def test_leadership_spaces_are_for_the_stay_and_re_integration_for_after_it(seminars: Seminars) -> None:
    stay = await seminars.stay()
    await seminars.realized(stay)
    client = await seminars.as_(callers.global_manager())
    lead = {"kind": "lead", "entity_id": str(builders.HOSTING)}
    during = await seminars.opened(client, **lead, local_start="2026-05-24T17:00:00", local_end="2026-05-24T18:00:00")
    back = {"kind": "reintegration", "local_start": "2026-05-25T17:00:00", "local_end": "2026-05-25T18:00:00"}
    after = await seminars.opened(client, **back)
    assert len((await seminars.invite(during, fitting=True))["invited"]) == 1
    assert len((await seminars.invite(after, fitting=True))["invited"]) == 1


async def test_nobody_is_asked_twice_and_who_was_forgotten_is_not_asked(seminars: Seminars) -> None:
    session, stay, gone = await seminars.opened(), await seminars.stay(), await seminars.stay()
    await seminars.room.hear_erased(facts.PersonDetails, gone["person_id"])
    asked = await seminars.invite(session, stay, gone, fitting=True)
    assert [seat["person_id"] for seat in asked["invited"]] == [str(stay["person_id"])]
    again = await seminars.invite(session, stay, fitting=True)
    assert again["invited"] == []
    assert str(stay["application_id"]) in again["left_out"]
    (event,) = await seminars.room.said(said.SessionInvited)
    assert event.person_id == stay["person_id"]


async def test_a_manager_asks_only_people_of_the_own_side(seminars: Seminars) -> None:
    session, foreign = await seminars.opened(), await seminars.stay(sending_entity_id=new_id())
    client = await seminars.se()
    body = {"application_ids": [str(foreign["application_id"])]}
    reply = await client.post(f"/v1/sessions/{session['id']}/invitations", json=body)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == "#/application_ids/0"


async def test_a_hundred_eps_want_the_last_ten_places_and_exactly_ten_get_one(seminars: Seminars) -> None:
    session = await seminars.opened(capacity=10)
    stays = [await seminars.stay(known=False) for _ in range(100)]
    await seminars.invite(session, *stays)
    clients = [await seminars.ep(stay) for stay in stays]
    path = f"/v1/sessions/{session['id']}/answer"

    async def says_yes(client: httpx.AsyncClient) -> int:
        return (await client.post(path, json={"going": True}, timeout=60)).status_code

    assert set(await asyncio.gather(*(says_yes(client) for client in clients))) == {200}
    shown = await seminars.seen(session["id"])
    assert (shown["going"], shown["waiting"], shown["invited"]) == (10, 90, 0)
    waiting = await seminars.seats(session, state="waiting")
    assert sorted(seat["queue_place"] for seat in waiting) == list(range(1, 91))

    # Ten give their place back at once: the first ten of the queue get them, and nobody else.
    going = {seat["person_id"] for seat in await seminars.seats(session, state="going")}
    next_ten = {seat["person_id"] for seat in waiting if seat["queue_place"] <= 10}
    leaving = [stay for stay in stays if str(stay["person_id"]) in going]
    await asyncio.gather(*(seminars.answer(session, stay, going=False) for stay in leaving))
    assert {seat["person_id"] for seat in await seminars.seats(session, state="going")} == next_ten
    shown = await seminars.seen(session["id"])
    assert (shown["going"], shown["waiting"]) == (10, 80)


async def test_who_does_not_want_to_wait_is_told_that_it_is_full(seminars: Seminars) -> None:
    session = await seminars.opened(capacity=1)
    first, second = await seminars.stay(), await seminars.stay()
    assert (await seminars.answer(session, first)).json()["state"] == "going"
    reply = await seminars.answer(session, second, wait=False)
    assert (reply.status_code, reply.json()["type"]) == (409, "/problems/session-full")
    assert (await seminars.answer(session, second)).json()["queue_place"] == 1
    assert (await seminars.answer(session, second)).json()["state"] == "waiting"


async def test_more_places_let_people_move_up_and_fewer_than_taken_are_refused(seminars: Seminars) -> None:
    session = await seminars.opened(capacity=2)
    stays = [await seminars.stay() for _ in range(4)]
    for stay in stays:
        await seminars.answer(session, stay)
    reply = await seminars.change(session, capacity=1)
    assert (reply.status_code, reply.json()["taken"]) == (409, 2)
    await seminars.change(session, capacity=3)
    states = {seat["person_id"]: seat["state"] for seat in await seminars.seats(session)}
    assert [states[str(stay["person_id"])] for stay in stays] == ["going", "going", "going", "waiting"]


async def test_a_closed_list_takes_no_new_yes_but_a_no(seminars: Seminars) -> None:
    session = await seminars.opened(capacity=1)
    first, second, third = [await seminars.stay() for _ in range(3)]
    await seminars.invite(session, first, second, third)
    await seminars.answer(session, first)
    await seminars.answer(session, second)
    await seminars.move(session, "closing")
    assert (await seminars.answer(session, third)).json()["type"] == "/problems/session-closed"
    await seminars.answer(session, first, going=False)
    states = {seat["person_id"]: seat["state"] for seat in await seminars.seats(session)}
    assert states[str(second["person_id"])] == "going"


async def test_a_cancelled_session_says_why_and_takes_no_answers(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    await seminars.invite(session, stay)
    off = await seminars.move(session, "cancellation", {"reason": "host_unavailable", "note": "Ana is ill."})
    assert (off["state"], off["reason"], off["note"], off["sequence"]) == (
        "cancelled", "host_unavailable", "Ana is ill.", 1,
    )  # fmt: skip
    (event,) = await seminars.room.said(said.SessionCancelled)
    assert event.reason == "host_unavailable"
    assert "Ana" not in event.model_dump_json()
    assert (await seminars.answer(session, stay)).json()["type"] == "/problems/session-cancelled"
    reply = await seminars.change(session, capacity=20)
    assert (reply.status_code, reply.json()["type"]) == (409, "/problems/session-cancelled")


async def test_a_seat_that_is_taken_back_goes_to_the_next(seminars: Seminars) -> None:
    session = await seminars.opened(capacity=1)
    first, second = await seminars.stay(), await seminars.stay()
    seat = (await seminars.answer(session, first)).json()
    await seminars.answer(session, second)
    client = await seminars.se()
    path = f"/v1/sessions/{session['id']}/seats/{seat['id']}/removal"
    assert (await client.post(path)).status_code == 428
    removed = await client.post(path, headers={"If-Match": f'"{seat["version"]}"'})
    assert removed.json()["state"] == "removed"
    states = {seat["person_id"]: seat["state"] for seat in await seminars.seats(session)}
    assert states == {str(first["person_id"]): "removed", str(second["person_id"]): "going"}
    assert (await seminars.answer(session, first)).json()["type"] == "/problems/invitation-taken-back"


async def test_a_key_makes_a_session_once(seminars: Seminars) -> None:
    client = await seminars.se()
    body = {**OPS, "entity_id": str(builders.SENDING)}
    replies = [await client.post("/v1/sessions", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert replies[0].json() == replies[1].json()
    assert len((await client.get("/v1/sessions")).json()["items"]) == 1


async def test_clocks_go_forward_on_the_day_of_a_session(seminars: Seminars) -> None:
    times = {"local_start": "2026-03-29T01:30:00", "local_end": "2026-03-29T05:00:00", "zone": "Europe/Bucharest"}
    session = await seminars.opened(**times)
    assert (session["starts_at"], session["ends_at"]) == ("2026-03-28T23:30:00Z", "2026-03-29T02:00:00Z")
    back = {"local_start": "2026-10-25T03:30:00", "local_end": "2026-10-25T04:30:00", "zone": "Europe/Bucharest"}
    folded = await seminars.draft(**back)  # 03:30 comes twice: the first one counts
    assert (folded["starts_at"], folded["ends_at"]) == ("2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("yes"), st.integers(0, 4)),
        st.tuples(st.just("no"), st.integers(0, 4)),
        st.tuples(st.just("capacity"), st.integers(1, 4)),
    ),
    max_size=14,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, capacity=st.integers(1, 3))
async def test_places_and_queue_are_what_a_plain_list_says(
    seminars: Seminars, steps: list[tuple[str, int]], capacity: int
) -> None:
    session = await seminars.opened(capacity=capacity)
    stays = [await seminars.stay(known=False) for _ in range(5)]
    await seminars.invite(session, *stays)
    going: list[int] = []
    queue: list[int] = []
    for what, number in steps:
        if what == "capacity":
            reply = await seminars.change(session, capacity=number)
            refused = number < capacity and number < len(going)
            assert reply.status_code == (409 if refused else 200)
            capacity = capacity if refused else number
        else:
            await seminars.answer(session, stays[number], going=what == "yes")
            if what == "no":
                going, queue = [one for one in going if one != number], [one for one in queue if one != number]
            elif number not in going + queue:
                (going if len(going) < capacity else queue).append(number)
        while queue and len(going) < capacity:
            going.append(queue.pop(0))
        seats = {seat["person_id"]: seat for seat in await seminars.seats(session)}
        found = [seats[str(stay["person_id"])] for stay in stays]
        assert {n for n, seat in enumerate(found) if seat["state"] == "going"} == set(going)
        waiting = sorted((seat["queue_place"], n) for n, seat in enumerate(found) if seat["state"] == "waiting")
        assert [n for _, n in waiting] == queue


async def test_two_managers_who_ask_at_once_ask_everybody_once(seminars: Seminars) -> None:
    session = await seminars.opened()
    for _ in range(20):
        await seminars.stay(known=False)
    replies = await asyncio.gather(*(seminars.invite(session, fitting=True) for _ in range(4)))
    asked = [seat["person_id"] for reply in replies for seat in reply["invited"]]
    assert len(asked) == len(set(asked)) == 20
    assert len(await seminars.room.said(said.SessionInvited)) == 20


async def test_who_signs_up_twice_at_once_has_one_seat(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    replies = await asyncio.gather(*(seminars.answer(session, stay) for _ in range(5)))
    assert {reply.status_code for reply in replies} == {200}
    assert len(await seminars.seats(session)) == 1


async def test_a_capacity_that_falls_while_people_answer_never_leaves_too_many(seminars: Seminars) -> None:
    session = await seminars.opened(capacity=6)
    stays = [await seminars.stay(known=False) for _ in range(12)]
    client = await seminars.se()

    async def shrinks() -> None:
        for _ in range(5):
            seen = await seminars.seen(session["id"])
            headers = {"If-Match": f'"{seen["version"]}"'}
            body = {"capacity": max(1, seen["capacity"] - 1)}
            await client.patch(f"/v1/sessions/{session['id']}", json=body, headers=headers)

    await asyncio.gather(shrinks(), *(seminars.answer(session, stay) for stay in stays))
    shown = await seminars.seen(session["id"])
    assert shown["going"] == shown["capacity"]
    assert shown["going"] + shown["waiting"] == 12

"""Who was there: by the code in the room or ticked, within its time and once; and what it proves."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications import plan
from services.notifications.policy.sessions import tidy_code
from shared.contracts import seminars as said
from shared.contracts.notifications import StandardEvidenced
from shared.ids import new_id
from shared.testing.rooms import Room
from tests.notifications.seminars import Seminars


@pytest.fixture
async def seminars(room: Room) -> Seminars:
    return await Seminars.of(room)


async def check_in(seminars: Seminars, session: dict[str, Any], stay: dict[str, Any], code: str) -> Any:
    client = await seminars.ep(stay)
    return await client.post(f"/v1/sessions/{session['id']}/check-in", json={"code": code})


async def test_the_code_of_the_room_checks_in_once_and_proves_the_standard(seminars: Seminars) -> None:
    session, stay = await seminars.opened(covers_purpose=True), await seminars.stay()
    await seminars.invite(session, stay)
    await seminars.answer(session, stay)
    seminars.at(session, minutes=5)
    code = session["check_in_code"]
    reply = await check_in(seminars, session, stay, f" {code[:3].lower()}-{code[3:]} ")
    assert (reply.status_code, reply.json()["checked_by"]) == (200, "code")
    again = await check_in(seminars, session, stay, code)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/checked-in-already")
    (event,) = await seminars.room.said(said.SessionAttended)
    assert (event.person_id, event.proves) == (stay["person_id"], ["outgoing_preparation", "purpose_explained"])
    proved = {one.standard: one.late for one in await seminars.room.said(StandardEvidenced)}
    assert proved["outgoing_preparation"] is False
    assert proved["purpose_explained"] is False


async def test_a_wrong_code_and_a_wrong_time_are_refused(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    await seminars.answer(session, stay)
    code = session["check_in_code"]
    for when in (timedelta(minutes=-31), timedelta(hours=5, minutes=1)):
        seminars.at(session, minutes=when.total_seconds() / 60)
        reply = await check_in(seminars, session, stay, code)
        assert (reply.status_code, reply.json()["type"]) == (409, "/problems/check-in-closed")
    seminars.at(session, minutes=-30)
    reply = await check_in(seminars, session, stay, "AAAAAA" if code != "AAAAAA" else "BBBBBB")
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "#/code")
    assert (await check_in(seminars, session, stay, code)).status_code == 200


async def test_who_was_not_asked_can_not_check_in(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    seminars.at(session)
    assert (await check_in(seminars, session, stay, session["check_in_code"])).status_code == 404


async def test_the_host_ticks_who_was_there_and_the_rest_are_no_shows(seminars: Seminars) -> None:
    session = await seminars.opened()
    came, missed, silent = [await seminars.stay() for _ in range(3)]
    await seminars.invite(session, came, missed, silent)
    await seminars.answer(session, came)
    await seminars.answer(session, missed)
    seats = {seat["person_id"]: seat for seat in await seminars.seats(session)}
    client, path = await seminars.se(), f"/v1/sessions/{session['id']}/presence"
    ticked = {"seat_ids": [seats[str(came["person_id"])]["id"]]}
    assert (await client.post(path, json=ticked)).status_code == 409  # nobody is there yet
    seminars.at(session, hours=1)
    first, second = (await client.post(path, json=ticked)).json(), (await client.post(path, json=ticked)).json()
    assert (len(first["attended"]), first["before"]) == (1, [])
    assert (second["attended"], second["before"]) == ([], ticked["seat_ids"])
    assert len(await seminars.room.said(said.SessionAttended)) == 1
    seminars.at(session, hours=6)
    await seminars.room.due()
    assert (await seminars.seen(session["id"]))["state"] == "held"
    (no_show,) = await seminars.seats(session, no_show=True)
    assert no_show["person_id"] == str(missed["person_id"])
    # Who was there after all is ticked within a week, and is a no-show no more.
    late = await client.post(path, json={"seat_ids": [no_show["id"]]})
    assert late.json()["attended"][0]["no_show"] is False
    assert await seminars.seats(session, no_show=True) == []
    seminars.at(session, days=8)
    assert (await client.post(path, json=ticked)).json()["type"] == "/problems/check-in-closed"


async def test_a_tick_names_a_seat_of_this_session(seminars: Seminars) -> None:
    session = await seminars.opened()
    seminars.at(session)
    reply = await (await seminars.se()).post(
        f"/v1/sessions/{session['id']}/presence", json={"seat_ids": [str(new_id())]}
    )
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "#/seat_ids/0")


async def test_a_moved_session_ends_at_its_new_time(seminars: Seminars) -> None:
    session = await seminars.opened()
    later = {"local_start": "2026-02-20T17:00:00", "local_end": "2026-02-20T20:00:00"}
    await seminars.change(session, **later)
    seminars.at(session, hours=6)
    await seminars.room.due()
    assert (await seminars.seen(session["id"]))["state"] == "open"
    seminars.at(await seminars.seen(session["id"]), hours=6)
    await seminars.room.due()
    assert (await seminars.seen(session["id"]))["state"] == "held"


@pytest.mark.parametrize("typed", ["k7w2px", "K7W 2PX", " k7w-2px\n", "K7W2PX"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert tidy_code(typed) == "K7W2PX"


async def test_who_was_there_ends_the_task_to_hold_it(seminars: Seminars) -> None:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        session, stay = await seminars.opened(), await seminars.stay()
        await seminars.answer(session, stay)
        seminars.at(session, hours=1)
        await seminars.room.due()
        client = await seminars.se()

        async def task() -> str:
            query = {"application_id": str(stay["application_id"]), "limit": 200}
            items = (await client.get("/v1/tasks", params=query)).json()["items"]
            (state,) = [one["state"] for one in items if one["code"] == "hold-ops"]
            return str(state)

        assert await task() == "open"
        assert (await check_in(seminars, session, stay, session["check_in_code"])).status_code == 200
        assert await task() == "done"


# --- a tick that was wrong


async def present(seminars: Seminars, session: dict[str, Any], stay: dict[str, Any]) -> dict[str, Any]:
    """Somebody comes by the code; their seat."""
    await seminars.answer(session, stay)  # again changes nothing
    seminars.at(session, minutes=5)
    reply = await check_in(seminars, session, stay, session["check_in_code"])
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def undo(seminars: Seminars, seat: dict[str, Any], **headers: str) -> Any:
    client = await seminars.se()
    path = f"/v1/sessions/{seat['session_id']}/seats/{seat['id']}/absence"
    tag = headers or {"If-Match": f'"{seat["version"]}"'}
    return await client.post(path, json={"reason": "mistaken_identity"}, headers=tag)


async def standing(seminars: Seminars, stay: dict[str, Any]) -> dict[str, str]:
    client = await seminars.se()
    board = (await client.get(f"/v1/experiences/{stay['application_id']}/standards")).json()
    return {one["standard"]: one["state"] for one in board["standards"]}


async def test_a_wrong_tick_is_undone_and_the_board_the_task_and_the_list_follow(seminars: Seminars) -> None:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        session, stay = await seminars.opened(), await seminars.stay()
        seat = await present(seminars, session, stay)
        await seminars.room.due()
        assert (await standing(seminars, stay))["outgoing_preparation"] == "done"
        seminars.at(session, hours=6)
        await seminars.room.due()
        assert (await undo(seminars, seat, **{"If-Match": '"77"'})).status_code == 412
        absent = await undo(seminars, seat)
        assert absent.status_code == 200, absent.text
        told = {name: absent.json()[name] for name in ("attended_at", "checked_by", "no_show")}
        assert told == {"attended_at": None, "checked_by": None, "no_show": True}
        assert (await standing(seminars, stay))["outgoing_preparation"] == "open"
        (event,) = await seminars.room.said(said.PresenceUndone)
        assert (event.reason, event.lost) == ("mistaken_identity", ["outgoing_preparation"])
        query = {"application_id": str(stay["application_id"]), "code": "hold-ops"}
        (task,) = (await (await seminars.se()).get("/v1/tasks", params=query)).json()["items"]
        assert task["state"] == "open"
        again = await undo(seminars, absent.json())
        assert (again.status_code, again.json()["type"]) == (409, "/problems/not-present")
        ticked = {"seat_ids": [seat["id"]]}
        path = f"/v1/sessions/{session['id']}/presence"
        assert (await (await seminars.se()).post(path, json=ticked)).json()["attended"][0]["no_show"] is False
        assert (await standing(seminars, stay))["outgoing_preparation"] == "done"


async def test_what_another_presence_proves_as_well_stays_proved(seminars: Seminars) -> None:
    stay = await seminars.stay()
    one, other = await seminars.opened(), await seminars.opened(covers_purpose=True)
    await seminars.answer(other, stay)
    await present(seminars, one, stay)
    seat = await present(seminars, other, stay)
    assert (await undo(seminars, seat)).status_code == 200
    (event,) = await seminars.room.said(said.PresenceUndone)
    assert event.lost == ["purpose_explained"]
    states = await standing(seminars, stay)
    assert (states["outgoing_preparation"], states["purpose_explained"]) == ("done", "open")


async def test_a_presence_is_undone_by_who_may_hold_the_session(seminars: Seminars) -> None:
    session, stay = await seminars.opened(), await seminars.stay()
    seat = await present(seminars, session, stay)
    path = f"/v1/sessions/{session['id']}/seats/{seat['id']}/absence"
    body, headers = {"reason": "not_there"}, {"If-Match": "*"}
    assert (await (await seminars.he()).post(path, json=body, headers=headers)).status_code == 404
    assert (await (await seminars.ep(stay)).post(path, json=body, headers=headers)).status_code == 403
    assert (await (await seminars.se()).post(path, json={"reason": "x"}, headers=headers)).status_code == 422
    assert (await (await seminars.se()).post(path, json=body)).status_code == 428

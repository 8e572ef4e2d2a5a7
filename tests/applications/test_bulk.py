"""Many applications in one go: all or none, or each on its own; twice at once; other people's."""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.contracts import applications as facts
from shared.ids import new_id
from shared.testing import callers
from tests.applications.world import World

PATH = "/v1/applications/bulk"


async def applied(world: World, count: int) -> list[Any]:
    return [await world.apply() for _ in range(count)]


def asking(rows: list[Any], move: str = "accept", mode: str = "report", **more: Any) -> dict[str, Any]:
    items = [{"id": str(getattr(row, "id", row))} for row in rows]
    return {"move": move, "mode": mode, "items": items} | more


async def said(world: World, kind: Any) -> list[UUID]:
    return sorted(fact.application_id for fact in await world.room.said(kind))


async def test_many_are_rejected_with_one_reason(world: World) -> None:
    rows = await applied(world, 3)
    he = await world.room.client(world.he)
    done = await he.post(PATH, json=asking(rows, "reject", "all", reason="position_filled"))
    assert (done.status_code, done.json()["done"], done.json()["refused"]) == (200, 3, 0)
    assert [item["id"] for item in done.json()["items"]] == [str(row.id) for row in rows]
    assert {item["application_status"] for item in done.json()["items"]} == {"rejected"}
    told = await world.room.said(facts.ApplicationRejected)
    assert {(fact.reason, fact.ours) for fact in told} == {("position_filled", True)}
    assert await said(world, facts.ApplicationRejected) == sorted(row.id for row in rows)


async def test_all_or_none_undoes_all_and_tells_of_every_refusal(world: World) -> None:
    rows = await applied(world, 3)
    await world.accept(rows[1])
    he = await world.room.client(world.he)
    foreign = new_id()
    refused = await he.post(PATH, json=asking([*rows, foreign], mode="all"))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/bulk-refused")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["#/items/1", "#/items/3"]
    kinds = {item["id"]: item["problem"]["type"] for item in refused.json()["items"]}
    assert kinds == {str(rows[1].id): "/problems/illegal-move", str(foreign): "/problems/not-found"}
    assert await said(world, facts.ApplicationAccepted) == [rows[1].id]
    seen = await he.get("/v1/applications", params={"status": "open"})
    assert {item["id"] for item in seen.json()["items"]} == {str(rows[0].id), str(rows[2].id)}


async def test_a_report_moves_the_others_and_names_the_reasons(world: World) -> None:
    rows = await applied(world, 4)
    await world.accept(rows[0])
    body = asking(rows)
    body["items"][1]["version"] = 7
    body["items"][2]["version"] = 1
    he = await world.room.client(world.he)
    done = (await he.post(PATH, json=body)).json()
    outcome = [(item["done"], (item["problem"] or {}).get("type")) for item in done["items"]]
    assert outcome == [(False, "/problems/illegal-move"), (False, "/problems/stale"), (True, None), (True, None)]
    assert (done["done"], done["refused"]) == (2, 2)
    assert await said(world, facts.ApplicationAccepted) == sorted([rows[0].id, rows[2].id, rows[3].id])
    history = (await he.get(f"/v1/applications/{rows[1].id}/history")).json()
    assert [line["action"] for line in history] == ["submit_application"]


async def test_other_peoples_applications_are_not_found(world: World) -> None:
    (row,) = await applied(world, 1)
    other = await world.room.client(callers.hosting_manager(world.sending))
    done = (await other.post(PATH, json=asking([row]))).json()
    assert [item["problem"]["type"] for item in done["items"]] == ["/problems/not-found"]
    for nobody in (world.ep, world.se):
        client = await world.room.client(nobody)
        assert (await client.post(PATH, json=asking([row]))).status_code == 403
    assert await said(world, facts.ApplicationAccepted) == []


async def test_the_same_key_moves_them_once(world: World) -> None:
    rows = await applied(world, 2)
    he, key = await world.room.client(world.he), {"Idempotency-Key": "b1"}
    first = await he.post(PATH, json=asking(rows), headers=key)
    again = await he.post(PATH, json=asking(rows), headers=key)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await he.post(PATH, json=asking(rows[:1]), headers=key)).status_code == 422
    assert len(await said(world, facts.ApplicationAccepted)) == 2


async def test_two_at_once_over_the_same_move_each_exactly_once(world: World) -> None:
    rows = await applied(world, 8)
    he = await world.room.client(world.he)
    replies = await asyncio.gather(
        he.post(PATH, json=asking(rows)),
        he.post(PATH, json=asking(rows[::-1], "reject", reason="skills")),
        he.post(PATH, json=asking(rows)),
    )
    assert [reply.status_code for reply in replies] == [200, 200, 200]
    accepted = await said(world, facts.ApplicationAccepted)
    assert len(accepted) == len(set(accepted))
    assert sorted(accepted + [r for r in await said(world, facts.ApplicationRejected) if r not in accepted]) == sorted(
        row.id for row in rows
    )
    done = sum(reply.json()["done"] for reply in replies)
    assert done == len(accepted) + len(await said(world, facts.ApplicationRejected))


async def test_two_all_or_none_at_once_one_wins(world: World) -> None:
    rows = await applied(world, 5)
    he = await world.room.client(world.he)
    replies = await asyncio.gather(*(he.post(PATH, json=asking(rows[::step], mode="all")) for step in (1, -1)))
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    assert await said(world, facts.ApplicationAccepted) == sorted(row.id for row in rows)


async def test_a_bad_bulk_hears_what_is_wrong(world: World) -> None:
    (row,) = await applied(world, 1)
    he = await world.room.client(world.he)
    for body in (
        asking([row], "reject"),
        asking([row], reason="skills"),
        asking([row, row]),
        asking([]),
        asking([new_id() for _ in range(501)]),
        asking([row], "approve"),
        asking([row], mode="some"),
    ):
        assert (await he.post(PATH, json=body)).status_code == 422
    assert await said(world, facts.ApplicationAccepted) == []


async def test_five_hundred_in_one_go(world: World) -> None:
    (row,) = await applied(world, 1)
    he = await world.room.client(world.he)
    done = (await he.post(PATH, json=asking([*(new_id() for _ in range(499)), row]))).json()
    assert (done["done"], done["refused"]) == (1, 499)


async def test_who_waits_for_each_other_with_somebody_is_done_after_them(world: World) -> None:
    rows = sorted(await applied(world, 2), key=lambda row: row.id)
    he = await world.room.client(world.he)
    held = "SELECT 1 FROM application WHERE id = :id FOR UPDATE"
    async with world.room.runtime.database.engine.connect() as other:
        await other.execute(text(held), {"id": rows[1].id})
        bulk = asyncio.create_task(he.post(PATH, json=asking(rows)))
        await waiting(world)
        with contextlib.suppress(DBAPIError):  # the database breaks one of the two off: mostly who waited first
            await other.execute(text(held), {"id": rows[0].id})
        await other.rollback()
    done = await bulk
    assert (done.status_code, done.json()["done"]) == (200, 2)
    assert await said(world, facts.ApplicationAccepted) == [row.id for row in rows]


async def waiting(world: World) -> None:
    """Until one transaction waits for a row of another."""
    async with asyncio.timeout(10), world.room.runtime.database.engine.connect() as connection:
        query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not (await connection.execute(query)).scalar_one():
            await asyncio.sleep(0.01)

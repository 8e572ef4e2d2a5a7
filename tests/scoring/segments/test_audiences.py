"""Audiences out: nobody without consent, nothing that can be read, and out again at once – also when attacked."""

import asyncio
import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.scoring import handlers
from services.scoring.policy.audiences import address_digest, file_of, manifest, plan
from services.scoring.settings import limits
from services.scoring.views.audiences import FILE
from shared import links
from shared.contracts import applications as facts
from shared.contracts.segments import AudienceChanged
from shared.ids import new_id
from shared.outward.signatures import signature
from shared.testing import builders, callers
from tests.scoring.segments.test_membership import APPLIED
from tests.scoring.segments.test_segments_api import posted, version
from tests.scoring.world import ELSEWHERE, World

AUDIENCES = "/v1/audiences"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three people are enough here."""
    monkeypatch.setenv("SOJOURN_SCORING_LEAST_AUDIENCE", "3")
    limits.cache_clear()
    yield
    monkeypatch.undo()
    limits.cache_clear()


def address(number: int) -> str:
    return f"ep{number}@sojourn.example"


def digest(number: int) -> str:
    return hashlib.sha256(address(number).encode()).hexdigest()


async def agree(world: World, person: UUID, marketing: bool = True) -> None:
    client = await world.room.client(callers.participant(person))
    reply = await client.post(f"/v1/people/{person}/consents", json={"marketing": marketing})
    assert reply.status_code == 200, reply.text


async def crowd(world: World, people: int = 4) -> list[UUID]:
    """People who applied, with addresses; all but the last agree to marketing."""
    found = []
    for number in range(people):
        one = World(world.room, opportunity_id=world.opportunity_id)
        await one.sign_up()
        await one.apply()
        await world.room.hear(builders.person_details(one.person_id, email=address(number)))
        if number < people - 1:
            await agree(world, one.person_id)
        found.append(one.person_id)
    return found


async def audience(world: World, client: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    until = (world.room.clock.now() + timedelta(days=90)).isoformat()
    body = {"condition": APPLIED, "name": "Some", "recipient": "=cmd|' /C calc'!A0", "use_until": until, **values}
    reply = await client.post(AUDIENCES, json=body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def export(client: httpx.AsyncClient, of: dict[str, Any], number: int = 1) -> httpx.Response:
    return await client.post(f"{AUDIENCES}/{of['id']}/exports", headers=version(number))


async def fetched(world: World, client: httpx.AsyncClient, made: dict[str, Any]) -> httpx.Response:
    link = await client.get(f"/v1/audience-exports/{made['id']}/link")
    assert link.status_code == 200, link.text
    return await (await world.room.client()).get("/" + link.json()["address"].split("/", 3)[3])


def lines(reply: httpx.Response) -> set[tuple[str, str]]:
    assert reply.status_code == 200, reply.text
    rows = list(csv.reader(io.StringIO(reply.text)))
    assert rows[0] == ["email_sha256", "action"]
    return {(row[0], row[1]) for row in rows[1:]}


# --- pure


def test_an_address_has_one_digest_however_it_is_written() -> None:
    assert address_digest(" Ioana@Sojourn.Example ") == hashlib.sha256(b"ioana@sojourn.example").hexdigest()
    assert address_digest("IOANA\u0301@a.example") == address_digest("ioan\u00e1@a.example")
    assert [address_digest(wrong) for wrong in ("", "@", "nobody", "@a.example", "a@")] == [None] * 5


def test_a_file_holds_digests_and_nothing_that_a_spreadsheet_runs() -> None:
    with pytest.raises(ValueError, match="no digest"):
        file_of(["=1+1"], [])
    assert file_of(["a" * 64], ["b" * 64]).decode().splitlines()[1:] == [f"{'a' * 64},add", f"{'b' * 64},remove"]


def test_who_comes_and_who_goes() -> None:
    a, b, c = sorted(new_id() for _ in range(3))
    made = plan([a, b], [b, c])
    assert (made.add, made.stay, made.drop) == ({c}, {b}, {a})


# --- out


async def test_only_who_agreed_is_in_the_file_and_the_manifest_fits_it(world: World) -> None:
    await crowd(world)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    made = (await export(client, mine)).json()
    file = await fetched(world, client, made)
    assert lines(file) == {(digest(number), "add") for number in range(3)}
    said = made["manifest"]
    assert said["file_sha256"] == hashlib.sha256(file.content).hexdigest()
    assert (said["purpose"], said["add"], said["remove"], said["number"]) == ("marketing", 3, 0, 1)
    at = int(world.room.clock.now().timestamp())
    assert made["signature"] == signature(mine["secret"], made["id"], at, manifest(said))
    assert made["signature"] != signature(mine["secret"], made["id"], at, manifest(said | {"add": 4}))
    assert "sojourn.example" not in file.text
    (told,) = await world.room.said(AudienceChanged)
    assert (str(told.cause), told.added, told.size, told.export_id) == ("exported", 3, 3, UUID(made["id"]))
    shown = (await client.get(f"{AUDIENCES}/{mine['id']}")).json()
    assert (shown["people"], shown["removals"], shown["secret"]) == (3, 0, None)


async def test_every_export_is_in_the_audit(world: World) -> None:
    await crowd(world)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    made = (await export(client, mine)).json()
    query = text("SELECT actor, after FROM audit WHERE action = 'export_audience' AND subject = :id")
    async with world.room.runtime.database.engine.connect() as connection:
        (row,) = (await connection.execute(query, {"id": UUID(mine["id"])})).all()
    assert row.actor == world.se.subject
    assert (row.after["people"], row.after["file"]) == (3, made["manifest"]["file_sha256"])


async def test_an_audience_of_a_segment_follows_its_members(world: World) -> None:
    people = await crowd(world, 5)
    client = await world.room.client(world.se)
    segment = await posted(client)
    await handlers.refresh_all(world.room.runtime)
    mine = await audience(world, client, condition=None, segment_id=segment["id"])
    await export(client, mine)
    stay = builders.about(person_id=people[0])
    await world.room.hear(facts.ApplicationAccepted(**stay))
    await handlers.refresh_all(world.room.runtime)
    made = (await export(client, mine, 2)).json()
    found = lines(await fetched(world, client, made))
    assert found == {(digest(0), "remove")} | {(digest(number), "add") for number in (1, 2, 3)}


async def test_too_few_leave_the_house_not_at_all(world: World) -> None:
    await crowd(world, 3)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    reply = await export(client, mine)
    assert (reply.status_code, reply.json()["type"].rpartition("/")[2]) == (409, "audience-small")
    assert (await client.get(f"{AUDIENCES}/{mine['id']}/exports")).json()["items"] == []
    assert await world.room.said(AudienceChanged) == []


async def test_whoever_takes_consent_back_is_gone_at_once_and_named_as_a_removal(world: World) -> None:
    people = await crowd(world, 5)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    made = (await export(client, mine)).json()
    link = (await client.get(f"/v1/audience-exports/{made['id']}/link")).json()["address"]
    path, stranger = "/" + link.split("/", 3)[3], await world.room.client()
    assert (await stranger.get(path)).status_code == 200
    await agree(world, people[0], marketing=False)
    gone = await stranger.get(path)
    assert (gone.status_code, gone.json()["type"].rpartition("/")[2]) == (404, "export-outdated")
    told = (await world.room.said(AudienceChanged))[-1]
    assert (str(told.cause), told.removed, told.size, told.removals) == ("consent_withdrawn", 1, 3, 1)
    again = (await export(client, mine, 2)).json()
    assert (digest(0), "remove") in lines(await fetched(world, client, again))
    confirmed = await client.post(f"/v1/audience-exports/{again['id']}/confirmation", headers=version(1))
    assert confirmed.status_code == 200
    last = (await export(client, mine, 3)).json()
    assert not [line for line in lines(await fetched(world, client, last)) if line[0] == digest(0)]


async def test_an_export_that_nobody_took_in_is_made_up_for_by_the_next(world: World) -> None:
    people = await crowd(world, 6)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    await export(client, mine)
    await agree(world, people[0], marketing=False)
    first = (await export(client, mine, 2)).json()
    await agree(world, people[1], marketing=False)
    second = (await export(client, mine, 3)).json()
    removed = {(digest(0), "remove"), (digest(1), "remove")}
    assert removed <= lines(await fetched(world, client, second))
    assert (await client.get(f"/v1/audience-exports/{first['id']}/link")).status_code == 404
    await client.post(f"/v1/audience-exports/{first['id']}/confirmation", headers=version(1))
    third = (await export(client, mine, 4)).json()
    assert {line for line in lines(await fetched(world, client, third)) if line[1] == "remove"} == {
        (digest(1), "remove")
    }


async def test_of_the_forgotten_only_the_removal_is_left_and_leads_to_nobody(world: World) -> None:
    people = await crowd(world, 5)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    made = (await export(client, mine)).json()
    await world.room.hear_erased(facts.PersonDetails, people[0])
    assert (await client.get(f"/v1/audience-exports/{made['id']}/link")).status_code == 404
    query = "SELECT count(*) FROM audience_member WHERE person_id = :who OR digest = :digest"
    async with world.room.runtime.database.engine.connect() as connection:
        values = {"who": people[0], "digest": digest(0)}
        assert (await connection.execute(text(query), values)).scalar_one() == 0
        left = (await connection.execute(text("SELECT * FROM audience_removal"))).mappings().all()
    assert [dict(row) for row in left] == [{"audience_id": UUID(mine["id"]), "digest": digest(0), "number": 0}]
    again = (await export(client, mine, 2)).json()
    assert (digest(0), "remove") in lines(await fetched(world, client, again))
    ended = await client.post(f"{AUDIENCES}/{mine['id']}/end", headers=version(3))
    assert (ended.json()["state"], ended.json()["people"], ended.json()["removals"]) == ("retired", 0, 0)


async def test_when_its_time_is_over_nothing_of_it_is_kept(world: World) -> None:
    await crowd(world)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    made = (await export(client, mine)).json()
    world.room.clock.advance(timedelta(days=91))
    assert (await export(client, mine, 2)).status_code == 409
    await handlers.refresh_all(world.room.runtime)
    shown = (await client.get(f"{AUDIENCES}/{mine['id']}")).json()
    assert (shown["state"], shown["people"]) == ("retired", 0)
    assert (await client.get(f"/v1/audience-exports/{made['id']}/link")).status_code == 404
    assert str((await world.room.said(AudienceChanged))[-1].cause) == "ended"


# --- attacked


async def test_no_other_link_opens_the_file(world: World) -> None:
    await crowd(world)
    client, stranger = await world.room.client(world.se), await world.room.client()
    mine = await audience(world, client)
    made = UUID((await export(client, mine)).json()["id"])
    machine = world.room.runtime.clock.machine()
    sign = links.links().sign
    wrong = [
        sign(FILE, made, machine - timedelta(seconds=1)),
        sign("corridor-page", made, machine + timedelta(minutes=5)),
        sign(FILE, new_id(), machine + timedelta(minutes=5)),
        sign(FILE, UUID(mine["id"]), machine + timedelta(minutes=5)),
        "A" * 72, "..%2f", "x",
    ]  # fmt: skip
    for token in wrong:
        assert (await stranger.get(f"/a/{token}")).status_code == 404
    assert (await stranger.get(f"/k/{sign(FILE, made, machine + timedelta(minutes=5))}")).status_code == 404
    expires = links.links().open(FILE, await token_of(client, made)).expires
    assert expires - machine <= timedelta(minutes=16)


async def token_of(client: httpx.AsyncClient, export_id: UUID) -> str:
    return str((await client.get(f"/v1/audience-exports/{export_id}/link")).json()["address"].rpartition("/")[2])


async def test_nobody_else_sees_or_moves_an_audience(world: World) -> None:
    await crowd(world)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    made = (await export(client, mine)).json()
    for caller in (callers.sending_manager(ELSEWHERE), callers.national_manager(ELSEWHERE)):
        other = await world.room.client(caller)
        assert (await other.get(f"{AUDIENCES}/{mine['id']}")).status_code == 404
        assert (await other.get(f"/v1/audience-exports/{made['id']}")).status_code == 404
        assert (await other.get(f"/v1/audience-exports/{made['id']}/link")).status_code == 404
        assert (await export(other, mine, 2)).status_code == 404
        confirmation = f"/v1/audience-exports/{made['id']}/confirmation"
        assert (await other.post(confirmation, headers=version(1))).status_code == 404
        assert (await other.post(f"{AUDIENCES}/{mine['id']}/end", headers=version(2))).status_code == 404
        assert (await other.get(AUDIENCES)).json()["items"] == []
    for caller in (world.ep, callers.enabler(), callers.hosting_manager(ELSEWHERE), callers.service()):
        assert (await (await world.room.client(caller)).get(AUDIENCES)).status_code == 403
    theirs = await audience(world, await world.room.client(callers.sending_manager(ELSEWHERE)))
    small = await export(await world.room.client(callers.sending_manager(ELSEWHERE)), theirs)
    assert small.status_code == 409  # a condition reaches no further than its owner's entity


async def test_what_makes_no_sense_is_refused(world: World) -> None:
    client = await world.room.client(world.se)
    until = (world.room.clock.now() + timedelta(days=90)).isoformat()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"condition": None}, "#"),
        ({"condition": {"field": "email", "op": "is", "value": "a"}}, "#/condition/field"),
        ({"use_until": "2020-01-01T00:00:00Z"}, "#/use_until"),
        ({"use_until": "2190-01-01T00:00:00Z"}, "#/use_until"),
        ({"segment_id": str(new_id()), "condition": None}, "#/segment_id"),
        ({"purpose": "anything"}, "#/purpose"),
    ]
    for values, pointer in wrong:
        body = {"condition": APPLIED, "name": "Some", "recipient": "Some", "use_until": until, **values}
        reply = await client.post(AUDIENCES, json=body)
        assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_an_address_that_changed_takes_the_old_digest_out(world: World) -> None:
    people = await crowd(world, 5)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    await export(client, mine)
    await world.room.hear(builders.person_details(people[0], email="new@sojourn.example"))
    found = lines(await fetched(world, client, (await export(client, mine, 2)).json()))
    new = hashlib.sha256(b"new@sojourn.example").hexdigest()
    assert {(digest(0), "remove"), (new, "add")} <= found


async def test_consent_that_is_taken_back_while_an_export_is_made_holds(world: World) -> None:
    people = await crowd(world, 6)
    client = await world.room.client(world.se)
    mine = await audience(world, client)
    await asyncio.gather(export(client, mine), agree(world, people[0], marketing=False), agree(world, people[1], False))
    query = text("SELECT count(*) FROM audience_member WHERE person_id = ANY(:gone)")
    async with world.room.runtime.database.engine.connect() as connection:
        assert (await connection.execute(query, {"gone": people[:2]})).scalar_one() == 0

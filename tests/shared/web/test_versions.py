"""ETags: a change says which version it changes; a read that has the version gets no body."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.shared.web.expect import problem

HTTP = httpx.AsyncClient


@pytest.fixture
async def note(client: HTTP, ana: dict[str, str]) -> str:
    """The address of a fresh note."""
    return (await client.post("/v1/notes", json={"text": "fresh"}, headers=ana)).headers["location"]


async def change(client: HTTP, who: dict[str, str], note: str, tag: str | None, text: str = "new") -> httpx.Response:
    headers = who if tag is None else {**who, "If-Match": tag}
    return await client.put(note, json={"text": text}, headers=headers)


async def test_a_change_moves_the_tag(client: HTTP, ana: dict[str, str], note: str) -> None:
    assert (await client.get(note, headers=ana)).headers["etag"] == '"1"'
    changed = await change(client, ana, note, '"1"')
    assert (changed.status_code, changed.headers["etag"], changed.json()["version"]) == (200, '"2"', 2)
    assert (await client.get(note, headers=ana)).headers["etag"] == '"2"'


async def test_a_change_of_an_old_version_is_412(client: HTTP, ana: dict[str, str], note: str) -> None:
    await change(client, ana, note, '"1"')
    problem(await change(client, ana, note, '"1"', "lost update"), 412, "stale")
    problem(await change(client, ana, note, '"999999999999999999"'), 412, "stale")
    assert (await client.get(note, headers=ana)).json()["text"] == "new"


async def test_of_two_changes_at_once_one_wins(client: HTTP, ana: dict[str, str], note: str) -> None:
    replies = await asyncio.gather(*(change(client, ana, note, '"1"', f"t{n}") for n in range(5)))
    assert sorted(reply.status_code for reply in replies) == [200, 412, 412, 412, 412]


async def test_any_version_is_a_star(client: HTTP, ana: dict[str, str], note: str) -> None:
    assert (await change(client, ana, note, "*")).status_code == 200


async def test_a_change_without_a_version_is_428(client: HTTP, ana: dict[str, str], note: str) -> None:
    problem(await change(client, ana, note, None), 428, "precondition-missing")


@pytest.mark.parametrize(
    "tag", ['W/"1"', "1", '""', '"a"', '"1", "2"', '"1', '"-1"', '"01"', '"1"x', '"' + "9" * 30 + '"']
)
async def test_a_tag_that_cannot_be_ours_is_400(client: HTTP, ana: dict[str, str], note: str, tag: str) -> None:
    problem(await change(client, ana, note, tag), 400, "bad-if-match")


async def test_a_change_of_nothing_is_404(client: HTTP, ana: dict[str, str]) -> None:
    problem(await change(client, ana, f"/v1/notes/{uuid4()}", '"1"'), 404, "not-found")


@pytest.mark.parametrize(
    ("tag", "status"), [('"1"', 304), ('W/"1"', 304), ("*", 304), ('"7", "1"', 304), ('"2"', 200), ("x", 200)]
)
async def test_a_read_that_has_the_version(client: HTTP, ana: dict[str, str], note: str, tag: str, status: int) -> None:
    reply = await client.get(note, headers={**ana, "If-None-Match": tag})
    assert (reply.status_code, reply.headers["etag"]) == (status, '"1"')
    assert bool(reply.content) == (status == 200)

"""Pages: every row once, in order, however many rows come meanwhile; cursors that are not ours are refused."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from shared.ids import new_id
from shared.storage.paging import keyset
from shared.web.paging import OVERLAP, decode, encode
from tests.shared.web.expect import pointers, problem
from tests.shared.web.room import Note

HTTP = httpx.AsyncClient


async def write(client: HTTP, who: dict[str, str], count: int, stars: int = 0) -> list[str]:
    bodies = [{"text": f"n{n}", "stars": stars} for n in range(count)]
    return [(await client.post("/v1/notes", json=body, headers=who)).json()["id"] for body in bodies]


async def walk(client: HTTP, who: dict[str, str], url: str) -> list[dict[str, Any]]:
    """All items from a page on, by its Link headers."""
    items: list[dict[str, Any]] = []
    while url:
        reply = await client.get(url, headers=who)
        assert reply.status_code == 200, reply.text
        items += reply.json()["items"]
        assert ("link" in reply.headers) == (reply.json()["next"] is not None)
        url = reply.headers.get("link", "").partition(">")[0].removeprefix("<")
    return items


async def test_a_walk_sees_every_row_once(client: HTTP, ana: dict[str, str]) -> None:
    since = datetime.now(UTC).isoformat()
    ids = await write(client, ana, 7)
    for limit in (1, 2, 3, 7, 200):
        found = await walk(client, ana, str(httpx.URL("/v1/notes", params={"limit": limit, "changed_since": since})))
        assert [item["id"] for item in found] == ids


async def test_rows_that_come_meanwhile_disturb_nothing(client: HTTP, ana: dict[str, str]) -> None:
    since = datetime.now(UTC).isoformat()
    ids = await write(client, ana, 3)
    first = await client.get("/v1/notes", params={"limit": 2, "changed_since": since}, headers=ana)
    ids += await write(client, ana, 2)
    rest = await walk(client, ana, first.headers["link"].partition(">")[0].removeprefix("<"))
    assert [item["id"] for item in first.json()["items"] + rest] == ids


async def test_descending_walks_and_equal_values(client: HTTP, ana: dict[str, str]) -> None:
    for stars in (1_000_001, 1_000_000, 1_000_001):
        await write(client, ana, 2, stars)
    found = await walk(client, ana, "/v1/best-notes?limit=1")
    best = [(item["stars"], item["id"]) for item in found]
    assert best == sorted(best, reverse=True)
    assert len(best) == len(set(best))
    assert [stars for stars, _ in best[:6]] == [1_000_001] * 4 + [1_000_000] * 2


async def test_the_link_keeps_the_filters(client: HTTP, ana: dict[str, str]) -> None:
    await write(client, ana, 2)
    query = {"limit": "1", "text": "a & b>", "changed_since": "2020-01-01T00:00:00+02:00"}
    link = (await client.get("/v1/notes", params=query, headers=ana)).headers["link"]
    assert link.endswith('>; rel="next"')
    parts = urlsplit(link.partition(">")[0].removeprefix("<"))
    kept = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert (parts.path, kept) == ("/v1/notes", {**query, "cursor": kept["cursor"]})


async def test_as_of_is_the_beginning_of_the_walk_and_overlaps(client: HTTP, ana: dict[str, str]) -> None:
    await write(client, ana, 2)
    before = datetime.now(UTC)
    first = (await client.get("/v1/notes?limit=1", headers=ana)).json()
    second = (await client.get("/v1/notes", params={"limit": 1, "cursor": first["next"]}, headers=ana)).json()
    as_of, later = datetime.fromisoformat(first["as_of"]), datetime.fromisoformat(second["as_of"])
    assert abs(as_of - later) < timedelta(milliseconds=1)
    assert before - OVERLAP <= as_of <= datetime.now(UTC) - OVERLAP


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([0, *values]).encode()).rstrip(b"=").decode()


MOMENT, ID = "2026-01-01T00:00:00+00:00", str(new_id())


@pytest.mark.parametrize(
    "values",
    [
        (),
        (MOMENT,),
        (MOMENT, ID, 1),
        (5, ID),
        ("yesterday", ID),
        (MOMENT, "id"),
        (MOMENT, 5),
        (MOMENT, None),
        (MOMENT, [ID]),
        ({"$gt": 1}, ID),
        ("' OR 1=1 --", ID),
        (True, ID),
        ("2026-01-01T00:00:00", ID),
    ],
)
async def test_a_cursor_of_something_else_is_refused(
    client: HTTP, ana: dict[str, str], values: tuple[Any, ...]
) -> None:
    reply = await client.get("/v1/notes", params={"cursor": cursor(*values)}, headers=ana)
    assert pointers(problem(reply, 422, "bad-cursor")) == ["#/cursor"]


@pytest.mark.parametrize("values", [(2**70, ID), (1.5, ID), ("1", ID), (True, ID)])
async def test_a_number_in_a_cursor_stays_a_number(client: HTTP, ana: dict[str, str], values: tuple[Any, ...]) -> None:
    reply = await client.get("/v1/best-notes", params={"cursor": cursor(*values)}, headers=ana)
    problem(reply, 422, "bad-cursor")


@pytest.mark.parametrize("raw", ["W10", "bnVsbA", "MQ", "e30", "WyJ4Il0", "WzFlOTksIjEiXQ", "____", "A"])
async def test_a_cursor_that_says_nothing_is_refused(client: HTTP, ana: dict[str, str], raw: str) -> None:
    problem(await client.get("/v1/notes", params={"cursor": raw}, headers=ana), 422, "bad-cursor")


def test_cursors_come_back_as_they_were() -> None:
    as_of = datetime(2026, 3, 1, 12, tzinfo=UTC)
    values = (MOMENT, ID, 5, 1.5, "ü")
    assert decode(encode(as_of, values)) == (as_of, values)


def test_a_keyset_is_one_way() -> None:
    with pytest.raises(ValueError, match="all ascending or all descending"):
        keyset(select(Note), order=(Note.changed_at, Note.id.desc()), cursor=None, limit=1)  # type: ignore[attr-defined]

"""Contents: what a page shows to whom, and that a reply tells nothing of it."""

from typing import Any

import httpx

from services.scoring import handlers
from services.scoring.policy.contents import Choice, Slot, choose, of_strangers
from services.scoring.policy.interactions import Kind
from shared.ids import new_id
from shared.testing import callers
from tests.scoring.segments.test_membership import APPLIED, BUSY
from tests.scoring.segments.test_segments_api import posted, version
from tests.scoring.world import ELSEWHERE, NATIONAL, SENDING, World


def body(**values: Any) -> dict[str, Any]:
    return {"slot": "opportunities", "products": ["talent"], "countries": ["SE"], "texts": {"en": "Sweden"}, **values}


async def put_in(client: httpx.AsyncClient, **values: Any) -> str:
    reply = await client.post("/v1/contents", json=body(**values))
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def test_a_segments_content_goes_before_what_is_for_anybody() -> None:
    mine, other = new_id(), new_id()
    choices = [
        Choice(new_id(), Slot.story, None, 900), Choice(new_id(), Slot.story, mine, 1),
        Choice(new_id(), Slot.story, mine, 5), Choice(new_id(), Slot.story, other, 999),
        Choice(new_id(), Slot.call_to_action, other, 1),
    ]  # fmt: skip
    assert choose(choices, [mine]) == {Slot.story: choices[2]}
    assert of_strangers(choices) == {Slot.story: choices[0]}


async def test_strangers_see_what_is_for_anybody_of_these_pages(world: World) -> None:
    se, anybody = await world.room.client(world.se), await world.room.client()
    segment = await posted(se, BUSY)
    mine = await put_in(se)
    await put_in(se, segment_id=segment["id"], weight=100)
    await put_in(await world.room.client(callers.sending_manager(ELSEWHERE)), weight=1_000)
    path = f"/v1/visitors/{world.visitor_id}/content"
    reply = await anybody.get(path, params={"entity_id": str(SENDING)})
    assert [one["content_id"] for one in reply.json()] == [mine]
    assert reply.headers["Cache-Control"] == "private, max-age=300"
    known = {"If-None-Match": reply.headers["ETag"]}
    assert (await anybody.get(path, params={"entity_id": str(SENDING)}, headers=known)).status_code == 304
    assert (await anybody.get(path)).json() == []
    assert (await anybody.get(path, params={"entity_id": str(NATIONAL)})).json() == []
    assert (await anybody.get(path, params={"entity_id": str(new_id())})).json() == []
    assert set(reply.json()[0]) == {
        "slot", "content_id", "products", "fields", "countries", "testimonial_id", "link", "texts",
    }  # fmt: skip


async def test_contents_are_changed_and_retired_by_their_owners(world: World) -> None:
    se, other = await world.room.client(world.se), await world.room.client(callers.sending_manager(ELSEWHERE))
    mine = await put_in(se)
    path = f"/v1/contents/{mine}"
    assert (await other.get(path)).status_code == 404
    assert (await other.put(path, json=body(), headers=version(1))).status_code == 404
    changed = await se.put(path, json=body(countries=["NO"]), headers=version(1))
    assert (changed.json()["countries"], changed.json()["version"]) == (["NO"], 2)
    assert (await se.post(f"{path}/retirement", headers=version(2))).json()["state"] == "retired"
    shown = await (await world.room.client()).get(
        f"/v1/visitors/{world.visitor_id}/content", params={"entity_id": str(SENDING)}
    )
    assert shown.json() == []


async def test_a_link_stays_on_ones_own_site(world: World) -> None:
    client = await world.room.client(world.se)
    for link in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/a\nb", "/\\evil.example"):
        assert (await client.post("/v1/contents", json=body(link=link))).status_code == 422


async def test_each_showing_counts_once_and_of_whom_nothing_is_kept(world: World) -> None:
    se, anybody = await world.room.client(world.se), await world.room.client()
    mine = await put_in(se)
    seen = [{"id": str(new_id()), "content_id": mine, "seen": kind} for kind in ("shown", "shown", "clicked")]
    nowhere = {"id": str(new_id()), "content_id": str(new_id()), "seen": "shown"}
    first = await anybody.post("/v1/contents-seen", json={"seen": [*seen, nowhere]})
    again = await anybody.post("/v1/contents-seen", json={"seen": seen})
    assert (first.json(), again.json()["recorded"]) == ({"recorded": 3, "repeated": 1}, 0)
    told = (await se.get(f"/v1/contents/{mine}")).json()
    assert (told["shown"], told["clicked"], told["rate"]["rate"]) == (2, 1, 0.5)


async def test_a_visitor_who_agrees_sees_what_is_for_its_segment(world: World) -> None:
    """By its visits alone while nobody knows who it is; by the person's segments afterwards; and back to anybody's."""
    se, anybody = await world.room.client(world.se), await world.room.client()
    busy, applied = await posted(se, BUSY), await posted(se, APPLIED)
    common = await put_in(se, weight=1)
    for_busy = await put_in(se, segment_id=busy["id"])
    for_applied = await put_in(se, segment_id=applied["id"], weight=9)
    path = f"/v1/visitors/{world.visitor_id}/content"

    async def seen() -> list[str]:
        reply = await anybody.get(path, params={"entity_id": str(SENDING)})
        return [one["content_id"] for one in reply.json()]

    async def say(**consents: bool) -> None:
        said = await anybody.post("/v1/consents", json={"visitor_id": str(world.visitor_id), **consents})
        assert said.status_code == 200

    await say(analytics=True)
    await world.browse(Kind.page_view, Kind.page_view, Kind.page_view)
    assert await seen() == [common]
    await say(personalization=True)
    assert await seen() == [for_busy]
    await world.identify()
    await world.apply()
    await handlers.refresh_all(world.room.runtime)
    assert await seen() == [for_applied]
    await say(personalization=False)
    assert await seen() == [common]

"""Idempotency: many posts at once under each key have one effect, and every one of them gets the same reply."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from drills.kit.site import Site
from shared.testing import callers
from shared.testing.trials import Figures, Trial

ROOM = "applications"
POSTS = 20
CHAINS, FEW_CHAINS = 25, 5
KILLS, KILL_EVERY = 5, 1.5
OWN_OF_EACH_REPLY = {"idempotency-replayed", "date", "x-correlation-id", "server"}
PLACE = {"phone": "+46180000001", "email": "committee@sojourn.example"}
STAY = {"start_on": "2031-02-03", "end_on": "2031-05-02", "weekly_hours": 38}
OFFER = {
    "product": "talent", "title": "Data intern", "description": "Chart energy data.", "city": "Uppsala",
    "country": "SE", "zone": "Europe/Stockholm", "pay": "9,000 SEK", "accommodation": "A room", "arrival": "Met",
}  # fmt: skip
PERSON = {"given_name": "Ioana", "family_name": "Șerban", "country": "RO", "zone": "Europe/Bucharest"}
HEARD = "SELECT correlation_id, action FROM audit WHERE correlation_id = ANY($1)"


@dataclass
class Ask:
    """What is posted under one key, `other` than which it must not be; `says` are the events that it causes."""

    path: str
    headers: dict[str, str]
    body: Any
    says: tuple[str, ...]
    other: tuple[str, Any]
    key: str = field(default_factory=lambda: uuid4().hex)
    replies: list[httpx.Response] = field(default_factory=list)
    ids: set[UUID] = field(default_factory=set)


class Posts:
    """The asks, and what came back."""

    def __init__(self, site: Site) -> None:
        self.site, self.asks = site, list[Ask]()
        limits = httpx.Limits(max_connections=120, max_keepalive_connections=120)
        self.client = site.client(ROOM, limits=limits)
        self.count: Counter[str] = Counter()

    def bearer(self, caller: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.site.token(caller)}"}

    async def once(self, path: str, headers: dict[str, str], body: Any) -> Any:
        reply = await self.client.post(path, json=body, headers=headers)
        return reply.raise_for_status().json()

    async def at_once(self, ask: Ask) -> Any:
        """The ask, `POSTS` times at the same time, and once with something else under its key; what it made."""
        self.asks.append(ask)
        ask.replies += await asyncio.gather(*(self._until_final(ask) for _ in range(POSTS)))
        path, body = ask.other
        reply = await self._try_until_answered(path, body, ask.headers | {"Idempotency-Key": ask.key}, ask)
        refused = reply.status_code == 422 and reply.json()["type"] == "/problems/idempotency-key-reused"
        self.count["misuses"] += not refused
        return ask.replies[0].json()

    async def _until_final(self, ask: Ask) -> httpx.Response:
        return await self._try_until_answered(ask.path, ask.body, ask.headers | {"Idempotency-Key": ask.key}, ask)

    async def _try_until_answered(self, path: str, body: Any, headers: dict[str, str], ask: Ask) -> httpx.Response:
        """Again after a broken connection, a 503, and a 409 that says that another one is at it."""
        mine = uuid4()
        ask.ids.add(mine)
        async with asyncio.timeout(60):
            while True:
                self.count["tries"] += 1
                try:
                    reply = await self.client.post(path, json=body, headers=headers | {"X-Correlation-Id": str(mine)})
                except httpx.TransportError:
                    self.count["broken"] += 1
                else:
                    if reply.status_code == 409 and reply.json()["type"] == "/problems/in-flight":
                        self.count["in_flight"] += 1
                    elif reply.status_code != 503:
                        return reply
                await asyncio.sleep(random.uniform(0.02, 0.2))


async def run(full: bool) -> Figures:
    chains = CHAINS if full else FEW_CHAINS
    async with Site(rooms=[ROOM]) as site:
        posts = Posts(site)
        async with posts.client:
            scene = await _set_scene(posts)
            async with asyncio.TaskGroup() as group:
                walks = [group.create_task(_walk(posts, *scene)) for _ in range(chains)]
                kills = group.create_task(_kill(site, walks)) if full else None
        await site.ready()
        await site.settle()
        return await _judge(posts) | {"kills": kills.result() if kills else 0}


async def _set_scene(posts: Posts) -> tuple[str, str, str]:
    """A sending committee, a hosting one, an enabler."""
    top = posts.bearer(callers.global_manager())

    async def committee(kind: str, parent: str | None, **place: str) -> str:
        body = PLACE | {"kind": kind, "parent_id": parent, "name": f"A {kind} committee"} | place
        return str((await posts.once("/v1/entities", top, body))["id"])

    world = await committee("world", None, zone="UTC")
    sending = await committee("national", world, zone="Europe/Bucharest", country="RO")
    hosting = await committee("national", world, zone="Europe/Stockholm", country="SE")
    sending = await committee("local", sending, zone="Europe/Bucharest", country="RO")
    hosting = await committee("local", hosting, zone="Europe/Stockholm", country="SE")
    body = {"hosting_entity_id": hosting, "kind": "company", "name": "Norrsken Lab", "contact_name": "Maja Lind"}
    host = posts.bearer(callers.hosting_manager(UUID(hosting)))
    enabler = await posts.once("/v1/enablers", host, body | {"email": "maja@norrsken.example"})
    return sending, hosting, enabler["id"]


async def _walk(posts: Posts, sending: str, hosting: str, enabler: str) -> None:
    """Four keys, one after the other: an offer, a person, an application for it, its acceptance."""
    host, ep = posts.bearer(callers.hosting_manager(UUID(hosting))), posts.bearer(callers.participant())
    offer = OFFER | STAY | {"enabler_id": enabler}
    other = ("/v1/opportunities", offer | {"title": "Something else"})
    says = ("applications.opportunity-posted.v1", "applications.opportunity-details.v1")
    posted = await posts.at_once(Ask("/v1/opportunities", host, offer, says, other))

    person = PERSON | {"sending_entity_id": sending, "email": f"ep-{uuid4().hex[:12]}@sojourn.example"}
    other = ("/v1/people", person | {"given_name": "Irina"})
    says = ("applications.person-registered.v1", "applications.person-details.v1")
    await posts.at_once(Ask("/v1/people", ep, person, says, other))

    wish = {"opportunity_id": posted["id"]}
    other = ("/v1/applications", {"opportunity_id": str(uuid4())})
    says = ("applications.application-submitted.v1",)
    made = await posts.at_once(Ask("/v1/applications", ep, wish, says, other))

    path, seen = f"/v1/applications/{made['id']}/acceptance", host | {"If-Match": f'"{made["version"]}"'}
    other = (f"/v1/applications/{uuid4()}/acceptance", None)
    await posts.at_once(Ask(path, seen, None, ("applications.application-accepted.v1",), other))


async def _kill(site: Site, walks: list[asyncio.Task[None]]) -> int:
    """The api dies again and again while requests are at work; how often."""
    for count in range(KILLS):
        await asyncio.sleep(KILL_EVERY)
        if all(walk.done() for walk in walks):
            return count
        site.kill(f"{ROOM}-api")
        await site.ready()
    return KILLS


async def _judge(posts: Posts) -> Figures:
    """What the database and the topics hold for each key, against one effect."""
    asks = posts.asks
    of = {id_: ask.key for ask in asks for id_ in ask.ids}
    audited = Counter(of[row["correlation_id"]] for row in await posts.site.rows(ROOM, HEARD, list(of)))
    said: Counter[tuple[str, str]] = Counter()
    for message in await posts.site.published():
        key = of.get(UUID((message.header("ce_correlationid") or b"").decode()))
        said[key or "", (message.header("ce_type") or b"").decode()] += 1
    found = {ask.key: [audited[ask.key], *(said[ask.key, type_] for type_ in ask.says)] for ask in asks}
    replies = [reply for ask in asks for reply in ask.replies]
    tables = ("person", "opportunity", "application")
    counts = [(await posts.site.rows(ROOM, f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in tables]
    return {
        "keys": len(asks),
        "posts": len(replies),
        "effects": sum(set(counts) == {1} for counts in found.values()),
        "in_flight": posts.count["in_flight"],
        "broken_connections": posts.count["broken"],
        "replayed": sum("idempotency-replayed" in reply.headers for reply in replies),
        "differing_replies": sum(len({_told(reply) for reply in ask.replies}) - 1 for ask in asks),
        "lost": sum(0 in counts for counts in found.values()),
        "doubled": sum(max(counts) > 1 for counts in found.values()),
        "refused": sum(reply.status_code >= 300 for reply in replies),
        "surplus_rows": sum(counts) - len(tables) * len(asks) // 4,
        "accepted_misuses": posts.count["misuses"],
    }


def _told(reply: httpx.Response) -> tuple[object, ...]:
    """All of a reply but what belongs to this one sending of it."""
    headers = sorted(pair for pair in reply.headers.items() if pair[0] not in OWN_OF_EACH_REPLY)
    return reply.status_code, reply.content, *headers


def falls_short(figures: Figures, _strict: bool) -> list[str]:
    """Nothing lost, doubled or told differently; and the posts did meet each other."""
    zero = ("differing_replies", "lost", "doubled", "refused", "surplus_rows", "accepted_misuses")
    short = [f"{name}: {figures[name]}" for name in zero if figures[name]]
    if figures["effects"] != figures["keys"]:
        short.append(f"{figures['effects']} effects of {figures['keys']} keys")
    if figures["replayed"] < figures["posts"] - figures["keys"]:
        short.append(f"only {figures['replayed']} of {figures['posts']} replies were replayed")
    if not figures["in_flight"]:
        short.append("no post met another one in flight")
    return short


DRILL = Trial("idempotency", "many posts at once under each key, one effect", run, falls_short)

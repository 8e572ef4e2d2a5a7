"""People who apply at a steady rate: one kind of command, over HTTP, each with its own conversation."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from drills.kit.site import Site
from shared.access import Caller
from shared.ids import new_id
from shared.testing import callers

ROOM = "applications"
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
PLACE = {"country": "SE", "zone": "Europe/Stockholm", "email": "committee@sojourn.example", "phone": "+46180000001"}
PERSON = {"given_name": "Ioana", "family_name": "Șerban", "country": "RO", "zone": "Europe/Bucharest", "language": "ro"}
POSTING = {"product": "talent", "title": "Data intern", "description": "Chart energy data.", "city": "Uppsala"}
POSTING |= {"country": "SE", "zone": "Europe/Stockholm", "pay": "9,000 SEK a month", "accommodation": "A room"}
POSTING |= {"arrival": "Met at the station", "weekly_hours": 38, "openings": 1000}
OPPORTUNITIES = 20
START = date.today() + timedelta(days=200)


@dataclass(slots=True)
class Applied:
    """A command that was accepted; seconds since the epoch, and seconds until the answer."""

    correlation: UUID
    began: float
    took: float


class Applicants:
    """`await prepare(count)`: people and opportunities for so many; `await apply(rate, count)` sends the next."""

    def __init__(self, site: Site, line: "Line") -> None:
        self._site, self._line = site, line
        self._pairs: list[tuple[dict[str, str], str]] = []

    async def prepare(self, count: int) -> None:
        sending, hosting = await self._committees()
        he = self._as(callers.hosting_manager(hosting))
        company = {
            "hosting_entity_id": str(hosting),
            "kind": "company",
            "name": "Norrsken",
            "contact_name": "Maja Lind",
        }
        enabler = await self._post("/v1/enablers", he, company | {"email": "maja@norrsken.example"})
        dates = {"start_on": str(START), "end_on": str(START + timedelta(weeks=12)), "enabler_id": enabler["id"]}
        posted = [await self._post("/v1/opportunities", he, POSTING | dates) for _ in range(OPPORTUNITIES)]
        people = [await self._person(sending) for _ in range(-(-count // OPPORTUNITIES))]
        # One person's applications lie far apart, as they do in life.
        self._pairs = [(person, job["id"]) for job, person in itertools.product(posted, people)][:count]

    async def apply(self, rate: float, count: int) -> list[Applied]:
        """The next so many pairs, evenly spread; a command waits for no other. Only those that were accepted."""
        now, self._pairs = self._pairs[:count], self._pairs[count:]
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            tasks = []
            for number, (person, job) in enumerate(now):
                await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
                tasks.append(group.create_task(self._apply(person, job)))
        return [applied for task in tasks if (applied := task.result())]

    async def _apply(self, person: dict[str, str], job: str) -> Applied | None:
        conversation, began = new_id(), time.time()
        headers = person | {"X-Correlation-Id": str(conversation), "Idempotency-Key": str(conversation)}
        try:
            await self._post("/v1/applications", headers, {"opportunity_id": job})
        except Refused:
            return None
        return Applied(conversation, began, time.time() - began)

    async def _committees(self) -> Iterator[UUID]:
        """A sending and a hosting one, both below the world."""
        top = self._as(callers.global_manager())
        above, found = None, []
        for kind in ("world", "national", "local", "local"):
            body = PLACE | {"kind": kind, "parent_id": above, "name": f"Committee {kind}"}
            made = (await self._post("/v1/entities", top, body))["id"]
            above, found = (made, found) if kind != "local" else (above, [*found, UUID(made)])
        return iter(found)

    async def _person(self, sending: UUID) -> dict[str, str]:
        account = self._as(callers.participant())
        email = {"email": f"{new_id()}@sojourn.example"}
        await self._post("/v1/people", account, PERSON | email | {"sending_entity_id": str(sending)})
        return account

    def _as(self, caller: Caller) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._site.token(caller)}"}

    async def _post(self, path: str, headers: dict[str, str], body: Any) -> Any:
        return await self._line.post(path, {"Idempotency-Key": str(new_id())} | headers, orjson.dumps(body))


class Refused(Exception):
    """Another answer than 201."""


class Line:
    """Keep-alive connections to one server, as many as are needed at a time; a client of the standard weight would take
    half a core from those that are measured."""

    def __init__(self, address: str) -> None:
        self._where = urlsplit(address)
        self._idle: list[Wire] = []

    async def post(self, path: str, headers: dict[str, str], body: bytes) -> Any:
        """The answer's body; Refused when it isn't 201."""
        wire = self._usable() or await self._connect()
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head += f"Host: {self._where.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        reader, writer = wire
        writer.write(f"POST {path} HTTP/1.1\r\n{head}".encode() + body)
        answered = await reader.readuntil(b"\r\n\r\n")
        length = int(answered.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        answer = await reader.readexactly(length)
        self._idle.append(wire)
        if b" 201 " not in answered[:16]:
            raise Refused(f"POST {path}: {answered.splitlines()[0]!r} {answer[:300]!r}")
        return orjson.loads(answer)

    def _usable(self) -> Wire | None:
        """An idle connection that the server has not closed meanwhile."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return None

    async def _connect(self) -> Wire:
        return await asyncio.open_connection(self._where.hostname, self._where.port)

    async def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def applicants(site: Site) -> AsyncIterator[Applicants]:
    """With connections of their own, closed at the end."""
    line = Line(site.system.addresses[ROOM])
    try:
        yield Applicants(site, line)
    finally:
        await line.close()

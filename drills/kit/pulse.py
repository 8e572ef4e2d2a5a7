"""Looking on from outside: whether processes live and are ready, and what reading them is like, all the time."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from typing import Self

import httpx

from drills.kit.site import WITNESS, Site
from shared.testing import callers

EVERY = 0.5
PATIENCE = 60.0
READS = {
    "applications": "/v1/entities",
    "surveys": "/v1/invitations",
    "notifications": "/v1/touchpoints",
    "scoring": "/v1/leads",
    "journeys": "/v1/people",
}


class Pulse:
    """`async with Pulse(site)`: inside, every room's process is asked twice a second for its life and readiness."""

    def __init__(self, site: Site) -> None:
        rows = site.system.supervisor.rows
        self.names = [name for name in rows if name.endswith(("-api", "-worker"))]
        self._addresses = {name: rows[name].program.address for name in self.names}
        self._client = httpx.AsyncClient(timeout=5)
        self._unready: dict[str, list[float]] = {name: [] for name in self.names}
        self._well: dict[str, float] = dict.fromkeys(self.names, 0.0)
        self.flaps = 0

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._watch(name)) for name in self.names]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def first_unready(self, name: str, since: float) -> float | None:
        """When the process first said, after `since` (monotonic seconds), that it is not ready."""
        return next((moment for moment in self._unready[name] if moment >= since), None)

    async def until_well(self, since: float) -> float:
        """Until every process, asked after `since`, said that it is ready; the moment of the last."""
        async with asyncio.timeout(PATIENCE):
            while min(self._well.values()) <= since or any(self._ill(name) for name in self.names):
                await asyncio.sleep(0.05)
        return max([since, *(moment for moments in self._unready.values() for moment in moments)])

    def _ill(self, name: str) -> bool:
        return bool(self._unready[name]) and self._unready[name][-1] > self._well[name]

    async def _watch(self, name: str) -> None:
        while True:
            asked = time.monotonic()
            if await self._status(name, "/livez") != 200:
                self.flaps += 1
            if await self._status(name, "/readyz") == 200:
                self._well[name] = asked
            else:
                self._unready[name].append(time.monotonic())
            await asyncio.sleep(max(0.0, asked + EVERY - time.monotonic()))

    async def _status(self, name: str, path: str) -> int | None:
        with suppress(httpx.TransportError):
            return (await self._client.get(f"{self._addresses[name]}{path}")).status_code
        return None


class Requests:
    """`async with Requests(site, seconds)`: inside, every API is read twice a second, whatever the earlier ones do.

    `answers` counts them: `fine`, `honest` (503 with a Retry-After), `bad` (anything else, or none in that time).
    """

    def __init__(self, site: Site, seconds: float) -> None:
        caller = callers.global_manager()
        self._clients = {room: site.client(room, caller) for room in site.rooms if room != WITNESS}
        self._seconds = seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0

    async def __aenter__(self) -> Self:
        self._asking = asyncio.create_task(self._ask())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._asking.cancel()
        await asyncio.gather(self._asking, *self._tasks, return_exceptions=True)
        for client in self._clients.values():
            await client.aclose()

    async def _ask(self) -> None:
        while True:
            for room in self._clients:
                task = asyncio.create_task(self._read(room))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(EVERY)

    async def _read(self, room: str) -> None:
        began, kind = time.monotonic(), "bad"
        with suppress(httpx.TransportError):
            reply = await self._clients[room].get(READS[room], timeout=self._seconds)
            honest = reply.status_code == 503 and "retry-after" in reply.headers
            kind = "fine" if reply.status_code == 200 else "honest" if honest else "bad"
        self.answers[kind] += 1
        self.slowest = max(self.slowest, time.monotonic() - began)

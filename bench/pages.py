"""`page_p95`: every page of the console with a large history behind it, in milliseconds of the server.

Each page is asked for by the first of its roles, over the app itself; the journeys room answers from its database, the
other rooms with the examples of their documents. What the worker has to work out first is worked out by it, and how
long that takes is told.
"""

import html
import re
import statistics
import time
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from bench.ground import migrated, on_fast_loop, runtime
from bench.history import populate
from bench.other_rooms import client_of
from bench.projecting import MEMORY, folder_of, tell
from services.journeys.console import rooms as console_rooms
from services.journeys.console.navigation import PAGES
from services.journeys.console.pages import doors
from services.journeys.estimates.kinds import KINDS
from services.journeys.estimating import Estimating
from shared.access import Role
from shared.embedded.postgres import Postgres
from shared.ids import derived_id
from shared.runtime import Runtime
from shared.testing.trials import Figures, Trial
from shared.web.app import create_app
from shared.web.issuer import development_issuer

ROOM = "journeys"
SHORT, FULL = 2_000, 1_000_000  # applications; five events each
ROUNDS_SHORT, ROUNDS_FULL = 4, 40
SLOWEST, READY = 100.0, 60.0  # ms of 95 of 100 requests; s until a new estimate is there
DESIGN = derived_id("design", "blueprint", "ep", None, 1)
FORM = re.compile(r'<form[^>]*action="/console/estimates".*?</form>', re.DOTALL)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SAMPLES = {
    "person_id": "SELECT person_id FROM application WHERE status = 'completed' ORDER BY id LIMIT 1",
    "application_id": "SELECT id FROM application WHERE status = 'completed' ORDER BY id LIMIT 1",
    "opportunity_id": "SELECT opportunity_id FROM application WHERE status = 'completed' ORDER BY id LIMIT 1",
    "enabler_id": "SELECT enabler_id FROM application WHERE status = 'completed' ORDER BY id LIMIT 1",
    "entity_id": "SELECT sending_entity_id FROM course GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "hosting_id": "SELECT hosting_entity_id FROM application GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
}


async def run(full: bool) -> Figures:
    """History, estimates, then every page so many times."""
    applications, rounds = (FULL, ROUNDS_FULL) if full else (SHORT, ROUNDS_SHORT)
    async with folder_of("page-p95") as folder, Postgres(folder / "postgres", settings=MEMORY) as postgres:
        url = await migrated(postgres, ROOM)
        await populate(url, applications, tell)
        found = await on_fast_loop(lambda: _measured(url, rounds))
        return found | {"applications": applications, "entries": await _value(url, "SELECT count(*) FROM entry")}


async def _value(url: str, query: str) -> Any:
    database = await asyncpg.connect(url)
    try:
        return await database.fetchval(query)
    finally:
        await database.close()


async def _measured(url: str, rounds: int) -> Figures:
    room, patience = runtime(ROOM, url), console_rooms.PATIENCE
    original = doors.http_client
    app = create_app(room.service, room)
    kernel = room.kernel
    addresses = {
        name: getattr(kernel, f"{name}_url") for name in ("applications", "surveys", "notifications", "scoring")
    }
    try:
        console_rooms.PATIENCE = 120.0
        doors.http_client = client_of(app, addresses, kernel.journeys_url)  # type: ignore[assignment]
        async with app.router.lifespan_context(app):
            walk = Walk(room, app, {name: await _value(url, query) for name, query in SAMPLES.items()})
            ready = await walk.prepare()
            return await walk.measure(rounds) | ready
    finally:
        console_rooms.PATIENCE, doors.http_client = patience, original
        await room.stop()


class Walk:
    """All pages of the navigation, each as the first of its roles."""

    def __init__(self, room: Runtime, app: Any, samples: dict[str, UUID]) -> None:
        self.room, self.app, self.samples = room, app, samples
        self.issuer = development_issuer(room.kernel)

    def _address(self, address: str) -> str | None:
        """None for a page of something that this history doesn't have."""
        given = {**self.samples, "design_id": DESIGN}
        for name in re.findall(r"\{(\w+)\}", address):
            if name not in given:
                return None
            address = address.replace(f"{{{name}}}", str(given[name]))
        return address

    def _client(self, role: Role) -> httpx.AsyncClient:
        party = {Role.participant: "person_id", Role.enabler: "enabler_id"}.get(role)
        entity = {
            Role.sending_manager: "entity_id",
            Role.hosting_manager: "hosting_id",
            Role.national_manager: "entity_id",
        }
        who = {"party": self.samples[party]} if party else {}
        who |= {"entity": self.samples[entity[role]]} if role in entity else {}
        cookies = {"sojourn_token": self.issuer.issue_token(role, f"bench:{role}", **who)}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url=self.room.kernel.journeys_url, cookies=cookies, timeout=120
        )

    def pages(self) -> list[tuple[str, Role]]:
        """Addresses with the widest of their roles: who sees most waits longest."""
        wide = (Role.global_manager, Role.auditor, Role.national_manager, Role.sending_manager, Role.hosting_manager)
        shown = ((self._address(page.address), page.roles) for page in PAGES)
        return [
            (address, next((role for role in wide if role in roles), roles[0])) for address, roles in shown if address
        ]

    async def prepare(self) -> Figures:
        """Ask for the estimates that pages lack, and work them out; the seconds of the slowest."""
        slowest, estimator = await self._kinds(), Estimating(self.room)
        for address, role in self.pages():
            async with self._client(role) as client:
                text = (await client.get(address)).text
                for form in FORM.findall(text):
                    fields = {name: html.unescape(value) for name, value in FIELD.findall(form)}
                    began = time.perf_counter()
                    await client.post("/console/estimates", data=fields)
                    while await estimator.step():
                        pass
                    slowest = max(slowest, took := time.perf_counter() - began)
                    tell(f"{address}: worked out in {took:.1f} s")
        return {"estimate_s": round(slowest, 1)}

    async def _kinds(self) -> float:
        """Every kind that can be asked without saying more than which design, and what the worker keeps by itself."""
        slowest, estimator, more = 0.0, Estimating(self.room), True
        await estimator.keep()
        while more:
            began = time.perf_counter()
            more = await estimator.step()
            slowest = max(slowest, time.perf_counter() - began)
        token = self.issuer.issue_token(Role.global_manager, "bench:global_manager")
        headers = {"Authorization": f"Bearer {token}"}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=self.room.kernel.journeys_url, headers=headers
        ) as api:
            for kind in sorted(KINDS):
                for params in ({}, {"design": str(DESIGN)}):
                    began = time.perf_counter()
                    reply = await api.post(f"/v1/estimates/{kind}", json={"params": params}, timeout=120)
                    if reply.status_code != 202:
                        continue
                    while await estimator.step():
                        pass
                    slowest = max(slowest, took := time.perf_counter() - began)
                    tell(f"{kind}: worked out in {took:.1f} s")
                    break
        return slowest

    async def measure(self, rounds: int) -> Figures:
        """95 of 100 requests of the slowest page are faster than `value` ms; `pages` has each."""
        slow: dict[str, float] = {}
        failed: list[str] = []
        for address, role in self.pages():
            async with self._client(role) as client:
                took = []
                for round_ in range(rounds + 1):
                    began = time.perf_counter()
                    reply = await client.get(address)
                    took += [(time.perf_counter() - began) * 1000] if round_ else []
                    if reply.status_code not in (200, 303):
                        failed.append(f"{address}: {reply.status_code}")
                        break
            slow[address] = round(sorted(took)[int(0.95 * (len(took) - 1))], 1) if took else 0.0
            tell(f"{address} as {role}: {slow[address]} ms")
        worst = max(slow, key=slow.__getitem__)
        shown = {address.removeprefix("/console") or "/": ms for address, ms in slow.items()}
        figures = {"value": slow[worst], "unit": "ms", "slowest": worst, "pages": shown, "failed": failed}
        return figures | {"median": round(statistics.median(slow.values()), 1)}


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Always that every page opens; milliseconds and seconds when strict."""
    reasons = list(figures["failed"])
    if strict and figures["value"] > SLOWEST:
        reasons.append(f"{figures['slowest']} takes {figures['value']} ms, {SLOWEST:.0f} allowed")
    if strict and figures["estimate_s"] > READY:
        reasons.append(f"an estimate takes {figures['estimate_s']} s, {READY:.0f} allowed")
    return reasons


MEASUREMENT = Trial("page_p95", "every page of the console with a million applications behind it", run, falls_short)

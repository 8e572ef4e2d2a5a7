"""How soon the first page of a search is there, counts and facets included: a committed mix on a large population."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import httpx
import yaml

from bench.ground import on_fast_loop, runtime
from bench.search_population import populate
from services.applications import views
from services.applications.schemas.search import OpportunityWish, PersonWish
from services.applications.views import opportunity_search, people_search
from services.applications.views.conditions import Conditions
from services.applications.views.finding import Source
from shared.access import Caller, Role
from shared.embedded.checks import LOOPBACK, free_ports
from shared.embedded.child import Child
from shared.embedded.postgres import Postgres
from shared.embedded.supervisor import http_status
from shared.runtime import Runtime
from shared.service import load
from shared.settings import Kernel
from shared.storage.engine import Database
from shared.storage.migrate import migrate
from shared.storage.paging import Paging
from shared.testing.trials import Figures, Trial
from shared.web.issuer import development_issuer

QUERIES = Path(__file__).with_name("queries.yaml")
SHORT, FULL = {"opportunities": 6_000, "people": 12_000}, {"opportunities": 100_000, "people": 1_000_000}
ROUNDS_SHORT, ROUNDS_FULL = 2, 10
FLOOR = 50.0  # ms, 95 of 100
RATIO = 0.1  # of the bare driver's speed, which counts nothing
MEMORY = {"shared_buffers": "2GB", "max_wal_size": "8GB"}  # what a database of this size is given
ROLES = {"sending_manager": Role.sending_manager, "hosting_manager": Role.hosting_manager}


@dataclass(frozen=True, slots=True)
class Query:
    """One wish of the mix: how often, which page, and who asks."""

    wish: Any
    given: dict[str, Any]
    times: int
    page: int
    caller: Caller


def mix(kind: str, entity: UUID) -> list[Query]:
    """The committed queries; days are written from today on."""
    model = OpportunityWish if kind == "opportunities" else PersonWish
    found = []
    for item in yaml.safe_load(QUERIES.read_text(encoding="utf-8"))[kind]:
        wish = {name: _day(value) for name, value in item["wish"].items()}
        role = ROLES.get(item.get("as", ""), Role.participant if kind == "opportunities" else Role.enabler)
        caller = Caller(f"bench-{role}", role, party=entity, entity=entity)
        found.append(Query(model(**wish), wish, item["times"], item.get("page", 1), caller))
    return found


def _day(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("+"):
        return (datetime.now(UTC).date() + timedelta(days=int(value))).isoformat()
    return value


async def run(kind: str, full: bool) -> Figures:
    """Population, then rounds of the whole mix: the view, the bare driver, and the api over HTTP."""
    counts = (FULL if full else SHORT)[kind]
    sizes = (counts, 0) if kind == "opportunities" else (0, counts)
    rounds = ROUNDS_FULL if full else ROUNDS_SHORT
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        Path(folder).chmod(0o755)
        async with Postgres(Path(folder) / "postgres", settings=MEMORY) as postgres:
            url = await postgres.create_database("search")
            database = Database(url)
            await migrate(database, load("applications").migrations)
            await database.close()
            entity = await on_fast_loop(lambda: _populated(url, *sizes))
            queries = mix(kind, entity)
            views_took, bare_took, slowest = await on_fast_loop(lambda: _timed(kind, url, queries, rounds))
            async with _api(Path(folder), url) as (address, kernel):
                http_took = await on_fast_loop(lambda: _over_http(kind, address, kernel, queries))
    value, limit = _p95(views_took), _p95(bare_took)
    return {
        "value": value, "unit": "ms", "limit": limit, "ratio": round(limit / value, 3),
        "median": round(statistics.median(views_took), 2), "http": _p95(http_took), "slowest": slowest[0],
        "slowest_wish": slowest[1], "rows": counts, "queries": len(views_took),
    }  # fmt: skip


async def _populated(url: str, opportunities: int, people: int) -> UUID:
    """A full database; one of its local committees."""
    connection = await asyncpg.connect(url)
    try:
        await populate(connection, opportunities, people)
        return await connection.fetchval("SELECT id FROM entity WHERE kind = 'local' ORDER BY name LIMIT 1")
    finally:
        await connection.close()


async def _timed(
    kind: str, url: str, queries: list[Query], rounds: int
) -> tuple[list[float], list[float], tuple[float, str]]:
    room, bare = runtime("applications", url), await asyncpg.connect(url)
    view = views.search_opportunities if kind == "opportunities" else views.search_people
    took: dict[int, list[float]] = {}
    limits: list[float] = []
    try:
        await bare.execute("SET jit = off")
        statements = [await _bare(kind, room, query) for query in queries]
        cursors = [await _cursor(room, view, query) for query in queries]
        for round_ in range(rounds + 1):
            for number, query in enumerate(queries):
                for _ in range(query.times if round_ else 1):  # the first one warms up
                    began = time.perf_counter()
                    paging = Paging(cursors[number], query.wish.limit)
                    await room.read(view, query.wish, paging, caller=query.caller)
                    middle = time.perf_counter()
                    await bare.fetch(*statements[number])
                    if round_:
                        took.setdefault(number, []).append((middle - began) * 1000)
                        limits.append((time.perf_counter() - middle) * 1000)
    finally:
        await bare.close()
        await room.stop()
    worst = max(took, key=lambda number: statistics.median(took[number]))
    slowest = round(statistics.median(took[worst]), 2), urlencode(queries[worst].given, doseq=True)
    return [one for many in took.values() for one in many], limits, slowest


async def _cursor(room: Runtime, view: Any, query: Query) -> Any:
    """Where the page that is asked for begins."""
    cursor = None
    for _ in range(query.page - 1):
        cursor = (
            await room.read(view, query.wish, Paging(cursor, query.wish.limit), caller=query.caller)
        ).next or cursor
    return cursor


async def _bare(kind: str, room: Runtime, query: Query) -> tuple[Any, ...]:
    """The ids of the same page by one statement, without counts and facets, as the planner likes it."""
    module: Any = opportunity_search if kind == "opportunities" else people_search
    source: Source = module.OPPORTUNITIES if kind == "opportunities" else module.PEOPLE
    conditions: Conditions = await room.read(module.conditions_of, query.wish, caller=query.caller)
    order = source.orders.get(query.wish.sort, next(iter(source.orders.values())))
    statement = f"SELECT id FROM {source.table} WHERE {conditions.indexed} ORDER BY {order.sql} LIMIT 21"
    return conditions.used(statement)


@asynccontextmanager
async def _api(folder: Path, url: str) -> AsyncIterator[tuple[str, Kernel]]:
    """An api process of the room on this database."""
    (port,) = free_ports(1)
    kernel = Kernel(_env_file=None, data_dir=folder, development_key_file=folder / "key.json")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    env = bare | {
        "SOJOURN_DATA_DIR": str(folder), "SOJOURN_DEVELOPMENT_KEY_FILE": str(folder / "key.json"),
        "SOJOURN_LOG_LEVEL": "warning", "SOJOURN_APPLICATIONS_DATABASE_URL": url,
        "SOJOURN_APPLICATIONS_PORT": str(port),
    }  # fmt: skip
    development_issuer(kernel)
    child = Child([sys.executable, "-m", "services.applications", "api"], log=folder / "api.log", env=env)
    try:
        async with asyncio.timeout(60):
            while await http_status(LOOPBACK, port, "/readyz") != 200:
                await asyncio.sleep(0.1)
        yield f"http://{LOOPBACK}:{port}", kernel
    finally:
        await child.stop()


async def _over_http(kind: str, address: str, kernel: Kernel, queries: list[Query]) -> list[float]:
    """First pages, one after the other."""
    issuer, took = development_issuer(kernel), []
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        for round_ in range(3):
            for query in queries:
                who = query.caller
                token = issuer.issue_token(who.role, who.subject, party=who.party, entity=who.entity)
                headers = {"Authorization": f"Bearer {token}"}
                began = time.perf_counter()
                reply = await client.get(f"/v1/{kind}/search", params=query.given, headers=headers)
                if reply.status_code != 200:
                    raise RuntimeError(f"{reply.status_code} for {query.given}: {reply.text[:200]}")
                if round_:
                    took.append((time.perf_counter() - began) * 1000)
    return took


def _p95(took: list[float]) -> float:
    return round(sorted(took)[int(0.95 * (len(took) - 1))], 2)


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Always the ratio to the bare driver, the promised milliseconds only when strict."""
    reasons = [] if figures["ratio"] >= RATIO else [f"{figures['ratio']} of the bare driver's speed, {RATIO} wanted"]
    if strict and figures["value"] > FLOOR:
        reasons.append(f"5 of 100 take more than {figures['value']} ms, {FLOOR:.0f} wanted")
    return reasons


async def run_opportunities(full: bool) -> Figures:
    return await run("opportunities", full)


async def run_people(full: bool) -> Figures:
    return await run("people", full)


OPPORTUNITIES = Trial(
    "search_opportunities", "first page of a search of opportunities, facets included", run_opportunities, falls_short
)
PEOPLE = Trial("search_people", "first page of a search of profiles, facets included", run_people, falls_short)

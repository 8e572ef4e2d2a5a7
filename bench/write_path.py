"""`write_path`: how many applications a second one api process takes, beside a bare handler that writes the same."""

import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import psutil

from bench.press import Pressed, press, request
from shared.access import Role
from shared.embedded.checks import LOOPBACK, free_ports
from shared.embedded.child import Child
from shared.embedded.postgres import Postgres
from shared.embedded.supervisor import http_status
from shared.ids import derived_id
from shared.service import load
from shared.settings import Kernel
from shared.storage.engine import Database
from shared.storage.migrate import migrate
from shared.testing.trials import Figures, Trial
from shared.web.issuer import development_issuer

PEOPLE, OPPORTUNITIES = 500, 400
RATIO, AIM = 0.6, 0.8
SEED = """
INSERT INTO entity (id, kind, name, zone, email, phone, version, changed_at)
SELECT id, 'world', 'World', 'UTC', 'world@sojourn.example', '+1', 1, now() FROM unnest($1::uuid[]) AS id;
"""
PEOPLE_SQL = """
INSERT INTO person (id, sending_entity_id, given_name, family_name, email, country, language, zone, registered_at,
    version, changed_at)
SELECT id, $2::uuid, 'Ioana', 'Serban', id || '@sojourn.example', 'RO', 'ro', 'Europe/Bucharest', now(), 1, now()
FROM unnest($1::uuid[]) AS id
"""
ENABLER_SQL = """
INSERT INTO enabler (id, hosting_entity_id, kind, name, contact_name, email, language, version, changed_at)
VALUES ($1, $2, 'company', 'Norrsken', 'Maja Lind', 'maja@norrsken.example', 'sv', 1, now())
"""
OPPORTUNITIES_SQL = """
INSERT INTO opportunity (id, enabler_id, hosting_entity_id, product, title, description, city, country, zone,
    weekly_hours, pay, accommodation, arrival, openings, start_on, end_on, version, changed_at)
SELECT id, $2::uuid, $3::uuid, 'talent', 'Data intern', 'Clean and chart energy data, week by week.', 'Uppsala', 'SE',
    'Europe/Stockholm', 38, '9,000 SEK a month', 'A room near the park', 'Met at the station', 1000,
    current_date + 200, current_date + 290, 1, now()
FROM unnest($1::uuid[]) AS id
"""
SLOTS_SQL = """
INSERT INTO slot (id, opportunity_id, start_on, end_on, close_on, capacity, openings, version, changed_at)
SELECT id, id, start_on, end_on, start_on, openings, openings, 1, now() FROM opportunity
"""
WORLD, ENABLER = derived_id("bench", "world"), derived_id("bench", "enabler")
PERSONS = [derived_id("bench", "person", n) for n in range(PEOPLE)]
POSTED = [derived_id("bench", "opportunity", n) for n in range(OPPORTUNITIES)]


class Stand:
    """Two api processes on two databases of one PostgreSQL: the room's and the bare one; and requests for them."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._pairs = itertools.product(POSTED, PERSONS)
        self._keys = itertools.count()

    async def __aenter__(self) -> "Stand":
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="sojourn-bench-")))
        folder.chmod(0o755)
        self.postgres = await self._stack.enter_async_context(Postgres(folder / "postgres"))
        sink = await self._stack.enter_async_context(_sink())
        kernel = Kernel(_env_file=None, data_dir=folder, development_key_file=folder / "key.json")
        issuer = development_issuer(kernel)
        self._tokens = {
            person: issuer.issue_token(Role.participant, f"ep-{person}", party=person) for person in PERSONS
        }
        urls = [await self._database(name) for name in ("room", "bare")]
        ports = free_ports(2)
        self.addresses = {name: f"http://{LOOPBACK}:{port}" for name, port in zip(("room", "bare"), ports, strict=True)}
        env = _environment(folder, urls[0], ports[0], sink)
        self.processes = {
            "room": self._start(folder, "services.applications", ["api"], env),
            "bare": self._start(folder, "bench.bare_app", [str(ports[1]), urls[1], sink], env),
        }
        for port, path in zip(ports, ("/readyz", "/docs"), strict=True):
            async with asyncio.timeout(60):
                while await http_status(LOOPBACK, port, path) != 200:
                    await asyncio.sleep(0.1)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _start(self, folder: Path, module: str, arguments: list[str], env: dict[str, str]) -> Child:
        child = Child([sys.executable, "-m", module, *arguments], log=folder / f"{module}.log", env=env)
        self._stack.push_async_callback(child.stop)
        return child

    async def _database(self, name: str) -> str:
        url = await self.postgres.create_database(name)
        database = Database(url)
        await migrate(database, load("applications").migrations)
        await database.close()
        connection = await asyncpg.connect(url)
        await connection.execute(SEED, [WORLD])
        await connection.execute(PEOPLE_SQL, PERSONS, WORLD)
        await connection.execute(ENABLER_SQL, ENABLER, WORLD)
        await connection.execute(OPPORTUNITIES_SQL, POSTED, ENABLER, WORLD)
        await connection.execute(SLOTS_SQL)
        await connection.execute("ANALYZE")
        await connection.close()
        return url

    def pairs(self, count: int) -> list[tuple[UUID, UUID]]:
        """So many applications that nobody has made yet."""
        return list(itertools.islice(self._pairs, count))

    def requests(self, path: str, pairs: list[tuple[UUID, UUID]], keyed: bool = False) -> Iterator[bytes]:
        for opportunity, person in pairs:
            headers = {"Idempotency_Key": f"bench-{next(self._keys)}"} if keyed else {}
            body = json.dumps({"opportunity_id": str(opportunity)}).encode()
            yield request(path, self._tokens[person], body, **headers)

    async def press(
        self, who: str, path: str, pairs: list[tuple[UUID, UUID]], keyed: bool = False
    ) -> tuple[Pressed, float]:
        """The round, and the process's own time for a request in µs."""
        prepared = list(self.requests(path, pairs, keyed))
        process = psutil.Process(self.processes[who].pid)
        before = sum(process.cpu_times()[:2])
        pressed = await press(self.addresses[who], prepared)
        if pressed.others:
            raise RuntimeError(f"{pressed.others} of {len(prepared)} requests to {who}{path} were not taken")
        return pressed, (sum(process.cpu_times()[:2]) - before) / pressed.answered * 1e6


async def measure(full: bool) -> Figures:
    """Rounds in turn, so that whatever else the machine does meets both; medians."""
    rounds, count = (7, 3_000) if full else (3, 1_200)
    found: dict[str, list[tuple[Pressed, float]]] = {}
    async with Stand() as stand:
        turns = {
            "room": ("room", "/v1/applications", False),
            "bare": ("bare", "/v1/applications", False),
            "inserts": ("bare", "/inserts", False),
            "room_keyed": ("room", "/v1/applications", True),
            "bare_keyed": ("bare", "/v1/applications", True),
        }
        for round_ in range(rounds + 1):
            for name, (who, path, keyed) in turns.items():
                pressed = await stand.press(who, path, stand.pairs(count if round_ else 300), keyed)
                if round_:  # the first one warms up
                    found.setdefault(name, []).append(pressed)
    rate = {name: statistics.median(pressed.rate for pressed, _ in turns) for name, turns in found.items()}
    cpu = {name: round(statistics.median(used for _, used in turns)) for name, turns in found.items()}
    return {
        "value": round(rate["room"]), "unit": "1/s", "limit": round(rate["bare"]),
        "ratio": round(rate["room"] / rate["bare"], 3),
        "inserts_alone": round(rate["inserts"]), "ratio_to_inserts_alone": round(rate["room"] / rate["inserts"], 3),
        "keyed": round(rate["room_keyed"]), "keyed_limit": round(rate["bare_keyed"]),
        "keyed_ratio": round(rate["room_keyed"] / rate["bare_keyed"], 3),
        "cpu_us": cpu["room"], "limit_cpu_us": cpu["bare"],
    }  # fmt: skip


def falls_short(figures: Figures, strict: bool) -> list[str]:
    names = ("ratio", "keyed_ratio")
    return [f"{name} {figures[name]}, {RATIO} wanted" for name in names if figures[name] < RATIO]


def _environment(folder: Path, url: str, port: int, sink: str) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    return bare | {
        "SOJOURN_DATA_DIR": str(folder),
        "SOJOURN_DEVELOPMENT_KEY_FILE": str(folder / "key.json"),
        "SOJOURN_OTLP_ENDPOINT": sink,
        "SOJOURN_TRACE_SAMPLE": "0.01",
        "SOJOURN_LOG_LEVEL": "warning",
        "SOJOURN_APPLICATIONS_DATABASE_URL": url,
        "SOJOURN_APPLICATIONS_PORT": str(port),
    }


@asynccontextmanager
async def _sink() -> AsyncIterator[str]:
    """Where both send their traces: takes them and says yes."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.read(65536):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(take, LOOPBACK, 0)
    async with server:
        yield f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"


MEASUREMENT: Trial = Trial(
    "write_path", "POST of an application, beside a bare FastAPI handler on asyncpg", measure, falls_short
)

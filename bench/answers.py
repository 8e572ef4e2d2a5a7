"""`answers_per_s`: past answers taken by the thousand beside a bare COPY, and answers given by page over HTTP."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx

from bench.ground import migrated, on_fast_loop, runtime
from bench.press import press
from services.surveys.exchange.importing import import_rows
from services.surveys.model import Invitation
from services.surveys.policy.invitations import State
from services.surveys.rollups.folding import fold_all
from shared import links
from shared.access import Caller
from shared.embedded.checks import LOOPBACK, free_ports
from shared.embedded.child import Child
from shared.embedded.postgres import Postgres
from shared.embedded.supervisor import http_status
from shared.ids import derived_id
from shared.storage.tx import Uow
from shared.testing.trials import Figures, Trial

ROOM = "surveys"
SHORT, FULL = (12_000, 300), (200_000, 5_000)  # answers in bulk, by page
AT_ONCE = 16
FLOOR, PAGE_FLOOR, RATIO = 5_000, 200, 0.05
PRODUCTS = ("volunteer", "talent", "teacher")
ENTITIES = [derived_id("bench-entity", n) for n in range(60)]


def rows(count: int) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Past answers as a file has them: two scores, both sides, a comment in ten."""
    first = datetime(2023, 1, 1, tzinfo=UTC)
    for n in range(count):
        yield n + 2, {
            "id": str(n), "answered_at": (first + timedelta(minutes=5 * n)).isoformat(), "programme": "old",
            "questionnaire": "old", "person_id": str(UUID(int=n + 1)), "sending_entity_id": str(ENTITIES[n % 60]),
            "hosting_entity_id": str(ENTITIES[n * 7 % 60]), "product": PRODUCTS[n % 3], "country": "SE",
            "language": "ro", "nps:experience": str(n % 11), "ces2:experience": str(1 + n % 7),
            "comment": "They fetched me at the station." if n % 10 == 0 else None,
        }  # fmt: skip


async def run(full: bool) -> Figures:
    """Bulk, what the same rows take by COPY alone, and pages of one api process with its roll-ups folded beside it."""
    bulk, pages = FULL if full else SHORT
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        Path(folder).chmod(0o755)
        async with Postgres(Path(folder) / "postgres") as postgres:
            url = await migrated(postgres, ROOM)
            found = await on_fast_loop(lambda: _in_bulk(url, bulk))
            return found | {"by_page": await _by_page(Path(folder), url, pages), "pages": pages}


async def _in_bulk(url: str, count: int) -> Figures:
    room = runtime(ROOM, url)
    try:
        await room.execute(_grow, None, caller=Caller.system(ROOM))
        began = time.perf_counter()
        done = await import_rows(room, rows(count), source="bench")
        value = count / (time.perf_counter() - began)
        if done.taken != count:
            raise RuntimeError(f"{done.taken} of {count} taken: {done.faults[:3]}")
        began = time.perf_counter()
        notes = await fold_all(room)
        folded = notes / (time.perf_counter() - began)
    finally:
        await room.stop()
    limit = await _copied(url, count)
    return {
        "value": round(value), "unit": "1/s", "limit": round(limit), "ratio": round(value / limit, 3),
        "answers": count, "notes_folded_per_s": round(folded),
    }  # fmt: skip


async def _grow(uow: Uow, _: None) -> None:
    """A tree of one top, six below it, and the rest below those."""
    for n, entity in enumerate(ENTITIES):
        path = [entity] if n == 0 else [ENTITIES[0], entity]
        path = path if n <= 6 else [ENTITIES[0], ENTITIES[1 + n % 6], entity]
        await uow.fetch("INSERT INTO entity_path VALUES ($1, $2)", entity, path)


async def _copied(url: str, count: int) -> float:
    """The same rows, made before, by COPY into tables without triggers and indexes."""
    database = await asyncpg.connect(url)
    try:
        for table in ("invitation", "answer", "score"):
            await database.execute(f"CREATE TABLE bare_{table} (LIKE {table})")
        made = {name: await database.fetch(f"SELECT * FROM {name}") for name in ("invitation", "answer", "score")}
        began = time.perf_counter()
        for table, records in made.items():
            await database.copy_records_to_table(f"bare_{table}", records=[tuple(one) for one in records])
        return count / (time.perf_counter() - began)
    finally:
        await database.close()


async def _by_page(folder: Path, url: str, count: int) -> int:
    """Answers a second through the pages of one api process, several people at a time."""
    room = runtime(ROOM, url)
    try:
        ids = await room.execute(_invite, count, caller=Caller.system(ROOM))
    finally:
        await room.stop()
    (port,) = free_ports(1)
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    env = bare | {
        "SOJOURN_DATA_DIR": str(folder), "SOJOURN_LOG_LEVEL": "warning", "SOJOURN_SURVEYS_DATABASE_URL": url,
        "SOJOURN_SURVEYS_PORT": str(port), "SOJOURN_DEVELOPMENT_KEY_FILE": str(folder / "key.json"),
    }  # fmt: skip
    child = Child([sys.executable, "-m", f"services.{ROOM}", "api"], log=folder / "api.log", env=env)
    try:
        async with asyncio.timeout(60):
            while await http_status(LOOPBACK, port, "/readyz") != 200:
                await asyncio.sleep(0.1)
        return round(await on_fast_loop(lambda: _answered(f"http://{LOOPBACK}:{port}", ids)))
    finally:
        await child.stop()


async def _invite(uow: Uow, count: int) -> list[UUID]:
    """Invitations to the shipped questionnaire of EPs who have come home."""
    ids = [derived_id("bench-invitation", n) for n in range(count)]
    for n, id_ in enumerate(ids):
        uow.add(
            Invitation(
                id=id_, recipient_id=id_, programme="after-completion", occasion=str(id_),
                questionnaire="after-completion", questionnaire_version=1, person_id=id_, application_id=id_,
                enabler_id=id_, sending_entity_id=ENTITIES[n % 60], hosting_entity_id=ENTITIES[n * 7 % 60],
                language="en", state=State.delivered, token_digest=links.digest(links.survey_token(id_)),
                invited_at=uow.now, expires_at=uow.now + timedelta(days=30), delivered_at=uow.now,
            )
        )  # fmt: skip
    return ids


async def _answered(address: str, ids: list[UUID]) -> float:
    """Forms as the page sends them, several people at a time; one page is opened first, so that all is loaded."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        (await client.get(f"/s/{links.survey_token(ids[0])}")).raise_for_status()
    pressed = await press(address, [_form(id_) for id_ in ids], connections=AT_ONCE, status=303)
    if pressed.others:
        raise RuntimeError(f"{pressed.others} of {len(ids)} forms were not taken")
    return pressed.rate


def _form(id_: UUID) -> bytes:
    body = b"nps=9&ces2=6&comment=It+went+well."
    head = f"POST /s/{links.survey_token(id_)} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + body


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Always the ratio to the bare COPY; the promised answers a second when strict."""
    reasons = [] if figures["ratio"] >= RATIO else [f"{figures['ratio']} of a bare COPY, {RATIO} wanted"]
    if strict and figures["value"] < FLOOR:
        reasons.append(f"{figures['value']:,} a second in bulk, {FLOOR:,} wanted")
    if strict and figures["by_page"] < PAGE_FLOOR:
        reasons.append(f"{figures['by_page']:,} a second by page, {PAGE_FLOOR} wanted")
    return reasons


MEASUREMENT = Trial("answers_per_s", "answers taken in bulk and by page", run, falls_short)

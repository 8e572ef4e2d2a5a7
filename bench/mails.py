"""`mails_per_s`: how fast a sender claims, writes, hands over and records, beside a bare aiosmtplib loop.

All talk to the same local server that keeps nothing. The bare loop makes each message with the standard library from
texts that are ready and sends it: no claim, no templates, no record. `ready_bytes` doesn't even make messages: the same
bytes again and again, which is what the server and the client library alone can do.
"""

import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from typing import Any

import aiosmtplib
import asyncpg

from bench.ground import a_second, on_fast_loop, rates, runtime, too_slow
from drills.kit.reminders import CODE, ROOM, fill
from services.notifications import texts
from services.notifications.choices import ways, words
from services.notifications.mail import Footing, Parties, compose
from services.notifications.sender import Sender
from shared.embedded.checks import LOOPBACK, free_ports
from shared.embedded.child import Child
from shared.embedded.postgres import Postgres
from shared.ids import derived_id
from shared.runtime import Runtime
from shared.service import load
from shared.storage.engine import Database
from shared.storage.migrate import migrate
from shared.testing.trials import Trial

SHORT, FULL = 1_000, 5_000
RATIO, FLOOR = 0.5, 100


async def run(full: bool) -> dict[str, Any]:
    """Rounds in turn; the median of each."""
    rounds, count = (5, FULL) if full else (3, SHORT)
    async with _stand() as (postgres, port):
        url = await _database(postgres)
        found: list[float] = []
        limits: list[float] = []
        ready: list[float] = []
        for _ in range(rounds):
            await fill(url, count)
            limits.append(await on_fast_loop(partial(_bare, port, count)))
            ready.append(await on_fast_loop(partial(_ready, port, count)))
            found.append(await on_fast_loop(partial(_room, url, port, count)))
    figures = rates(found, limits, mails=count, ready_bytes=round(statistics.median(ready)))
    return figures | {"ratio_to_ready_bytes": round(figures["value"] / figures["ready_bytes"], 3)}


@asynccontextmanager
async def _stand() -> AsyncIterator[tuple[Postgres, int]]:
    """A PostgreSQL and the server that keeps nothing, each a process of its own."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sojourn-bench-")))
        folder.chmod(0o755)  # PostgreSQL's own user must get through
        postgres = await stack.enter_async_context(Postgres(folder / "postgres"))
        (port,) = free_ports(1)
        sink = Child([sys.executable, "-m", "bench.smtp_sink", str(port)], log=folder / "sink.log")
        stack.push_async_callback(sink.stop)
        yield postgres, port


async def _database(postgres: Postgres) -> str:
    url = await postgres.create_database(ROOM)
    database = Database(url)
    await migrate(database, load(ROOM).migrations)
    await database.close()
    return url


async def _room(url: str, port: int, count: int) -> float:
    """E-mails a second through the room's own sender, until none is left."""
    room = runtime(ROOM, url)
    _towards(room, port)
    sender = Sender(room)

    async def until_empty() -> None:
        while await sender.step():
            pass

    try:
        rate = await a_second(count, until_empty())
        sent = await _sent(url)
        if sent != count:
            raise RuntimeError(f"{sent} of {count} e-mails were sent")
        return rate
    finally:
        sender.close()
        await room.stop()


def _towards(room: Runtime, port: int) -> None:
    room.kernel = room.kernel.model_copy(update={"smtp_host": LOOPBACK, "smtp_port": port})


async def _sent(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM delivery WHERE state = 'sent'"))
    finally:
        await connection.close()


async def _bare(port: int, count: int) -> float:
    """E-mails a second: each made of ready texts by the standard library and sent, one after the other."""
    sample = message_from_bytes(_message(), policy=SMTP)
    texts_ = [part.get_content() for part in sample.walk() if part.get_content_maintype() == "text"]  # type: ignore[attr-defined]

    async def send(server: aiosmtplib.SMTP, number: int) -> None:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = sample["From"], f"Ioana Șerban <ep{number}@sojourn.example>"
        message["Reply-To"], message["Subject"], message["Date"] = sample["Reply-To"], sample["Subject"], sample["Date"]
        message["Message-ID"] = f"<{number}@sojourn.example>"
        message.set_content(texts_[0])
        message.add_alternative(texts_[1], subtype="html")
        await server.send_message(message)

    return await _loop(port, count, send)


async def _ready(port: int, count: int) -> float:
    """E-mails a second that are ready as bytes."""
    content = _message()

    async def send(server: aiosmtplib.SMTP, number: int) -> None:
        await server.sendmail("no-reply@sojourn.example", [f"ep{number}@sojourn.example"], content)

    return await _loop(port, count, send)


async def _loop(port: int, count: int, send: Callable[[aiosmtplib.SMTP, int], Awaitable[None]]) -> float:
    """One session, one message after the other; how many a second."""
    server = aiosmtplib.SMTP(hostname=LOOPBACK, port=port)
    await server.connect()

    async def all_of_them() -> None:
        for number in range(count):
            await send(server, number)

    try:
        return await a_second(count, all_of_them())
    finally:
        await server.quit()


def _message() -> bytes:
    """The e-mail that the room sends, as bytes."""
    place = {"name": "Uppsala Committee", "email": "uppsala@sojourn.example", "phone": "+46700000000"}
    person = {"given_name": "Ioana", "family_name": "Șerban", "email": "ep@sojourn.example", "language": "en"}
    now, number = datetime(2026, 2, 2, 9, tzinfo=UTC), derived_id("bench", "mail")
    facts: dict[str, Any] = {
        "person": person, "hosting_entity": place, "sending_entity": place, "enabler": {"name": "Norrsken"},
        "opportunity": {"title": "Data intern", "city": "Uppsala"}, "recipient": {"name": "Ioana Șerban"},
        "stay": {"start_on": now.date(), "end_on": now.date(), "zone": "Europe/Stockholm"},
    }  # fmt: skip
    links, spoken = ways(number, number, now, stoppable=False), words("en")
    parties = Parties(
        "Sojourn <no-reply@sojourn.example>", "Ioana Șerban", "ep@sojourn.example", "Uppsala", "u@x.example"
    )
    footing = Footing(spoken["choose"], links.choose, spoken["stop"], links.stop)
    return compose(texts.letter(CODE, "en", facts), parties, str(number), now, None, "", footing).as_bytes()


MEASUREMENT = Trial(
    "mails_per_s",
    "e-mails through the sender (claim, write, SMTP, record), beside a bare aiosmtplib loop",
    run,
    partial(too_slow, ratio=RATIO, floor=FLOOR),
)

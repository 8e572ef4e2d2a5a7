"""How soon one room knows what another was told: from the HTTP request to the committed row of the journeys room."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from bench.applicants import Applicants, Applied, applicants
from bench.bare_way import bare_way
from drills.kit.site import Site
from shared.contracts.message import Message
from shared.testing.trials import Trial

# (commands a second, seconds), rising; the last is what the figures tell, of the others only p50 and p99, and of the
# first the ratio to the bare way at the same rate.
SHORT, FULL = ((20, 10),), ((25, 15), (50, 15), (100, 60))
RATIO, MEDIAN, SLOWEST = 0.1, 40.0, 250.0  # the last two in ms
SAYS = b"/sojourn/applications"
# The notification is sent when the row is committed, not before; that it has to arrive counts against us.
WATCH = """
CREATE FUNCTION tell_entries() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('entered', id::text) FROM fresh; RETURN NULL; END $$;
CREATE TRIGGER told AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION tell_entries();
"""


async def run(full: bool) -> dict[str, Any]:
    """Applications at a steady rate on the whole system, without the drills' witness; each one's event is timed."""
    steps = FULL if full else SHORT
    async with Site() as site, applicants(site) as people:
        await people.prepare(sum(rate * seconds for rate, seconds in steps))
        await site.settle()
        await site.system.supervisor.hold("witness-worker")
        limits = await bare_way(
            site.dsn("applications"), site.kernel.kafka_bootstrap, site.dsn("journeys"), steps[0][0]
        )
        async with _entered(site) as seen:
            walked = [await _walk(people, seen, *step) for step in steps]
        said = await site.published()
    found = [_figures(applied, said, seen, limits) for applied, _ in walked]
    *before, figures = found
    # The ratio is that of the way itself, at the lowest rate; at the highest one waits for other people's commands.
    figures["ratio"] = round(figures["limit"] / found[0]["value"], 3)
    applied, rate = walked[-1]
    figures |= {"wanted_a_second": steps[-1][0], "commands_a_second": round(rate, 1)}
    figures |= {"refused": steps[-1][0] * steps[-1][1] - len(applied)}
    for (slower, _), figure in zip(steps, before, strict=False):
        figures |= {f"p50_at_{slower}": figure["value"], f"p99_at_{slower}": figure["p99"]}
    return figures


async def _walk(people: Applicants, seen: Mapping[UUID, float], rate: int, seconds: int) -> tuple[list[Applied], float]:
    """What was accepted at this rate, when all of it has entered, and how many a second that were."""
    entered, began = len(seen), time.monotonic()
    applied = await people.apply(rate, rate * seconds)
    reached = len(applied) / (time.monotonic() - began)
    await _until_quiet(seen, entered + len(applied))
    return applied, reached


async def _until_quiet(seen: Mapping[UUID, float], count: int) -> None:
    """Until all have entered and nothing more did for a second; TimeoutError after a minute."""
    async with asyncio.timeout(60):
        before = 0
        while len(seen) < count or len(seen) > before:
            before = len(seen)
            await asyncio.sleep(1)


@asynccontextmanager
async def _entered(site: Site) -> AsyncIterator[dict[UUID, float]]:
    """When each entry of the journeys room was committed, seconds since the epoch, by the event's id."""
    seen: dict[UUID, float] = {}

    def note(_connection: Any, _process: int, _channel: str, payload: Any) -> None:
        seen[UUID(payload)] = time.time()

    connection = await asyncpg.connect(site.dsn("journeys"))
    try:
        await connection.execute(WATCH)
        await connection.add_listener("entered", note)
        yield seen
    finally:
        await connection.close()


def _figures(
    commands: Iterable[Applied], said: Iterable[Message], seen: Mapping[UUID, float], limits: list[float]
) -> dict[str, Any]:
    by_conversation = {command.correlation: command for command in commands}
    direct, later = [], []
    for message in said:
        if (command := by_conversation.get(_id(message, "ce_correlationid"))) and _id(message, "ce_id") in seen:
            (direct if message.header("ce_source") == SAYS else later).append((command, message))

    def spans(of: Callable[[Applied, Message], float], pairs: list[tuple[Applied, Message]] = direct) -> list[float]:
        return sorted(1000 * of(command, message) for command, message in pairs)

    def entered(message: Message) -> float:
        return seen[_id(message, "ce_id")]

    whole = spans(lambda command, message: entered(message) - command.began)
    return {
        "value": _at(whole, 0.5),
        "unit": "ms",
        "limit": _at(sorted(limits), 0.5),
        "p99": _at(whole, 0.99),
        "max": _at(whole, 1),
        "limit_p99": _at(sorted(limits), 0.99),
        "http_p50": _at(sorted(1000 * command.took for command in by_conversation.values()), 0.5),
        "http_p99": _at(sorted(1000 * command.took for command in by_conversation.values()), 0.99),
        "after_reply_p50": _at(spans(lambda command, message: entered(message) - command.began - command.took), 0.5),
        "on_topic_p50": _at(spans(lambda command, message: message.timestamp_ms / 1000 - command.began), 0.5),
        "heard_p50": _at(spans(lambda _, message: entered(message) - message.timestamp_ms / 1000), 0.5),
        "heard_p99": _at(spans(lambda _, message: entered(message) - message.timestamp_ms / 1000), 0.99),
        "two_rooms_p50": _at(spans(lambda command, message: entered(message) - command.began, later), 0.5),
        "two_rooms_p99": _at(spans(lambda command, message: entered(message) - command.began, later), 0.99),
        "events": len(direct),
    }


def _id(message: Message, header: str) -> UUID:
    return UUID((message.header(header) or b"").decode())


def _at(spans: list[float], share: float) -> float:
    """The span at this share of all, in ms; 0 when there are none."""
    return round(spans[min(len(spans) - 1, int(len(spans) * share))], 1) if spans else 0.0


def falls_short(figures: dict[str, Any], strict: bool) -> list[str]:
    """Always the ratio to the bare way, the promised milliseconds only when strict."""
    reasons = [] if figures["ratio"] >= RATIO else [f"{figures['ratio']} of the bare way's speed, {RATIO} wanted"]
    if strict and figures["refused"]:
        reasons.append(f"{figures['refused']} of the commands were refused")
    if strict and figures["value"] > MEDIAN:
        reasons.append(f"half take more than {figures['value']} ms, {MEDIAN} wanted")
    if strict and figures["p99"] > SLOWEST:
        reasons.append(f"one in a hundred takes more than {figures['p99']} ms, {SLOWEST} wanted")
    return reasons


MEASUREMENT = Trial(
    "latency",
    "from the HTTP request to the journeys room's row, at a steady rate on the whole system",
    run,
    falls_short,
)

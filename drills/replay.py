"""Replay: every read model dropped and made again from the first event on – to the byte."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drills.kit.life import live
from drills.kit.load import Load
from drills.kit.site import WITNESS, Site
from shared.messaging.kafka import Connection, KafkaBus
from shared.messaging.replay import differing, dump, empty_read_model, replay
from shared.runtime import Runtime
from shared.service import load as load_service
from shared.testing.trials import Figures, Trial

READER, WORKER = "journeys", "journeys-worker"
COMMANDS, FEW_COMMANDS = 2_000, 60
SPLITS = (500, 7)


@asynccontextmanager
async def opened(site: Site, room: str) -> AsyncIterator[Runtime]:
    """A room's runtime in this process, on the site's database."""
    service = load_service(room)
    settings = service.settings(database_url=site.dsn(room), _env_file=None)
    runtime = Runtime(service, kernel_settings=site.kernel, settings=settings)
    try:
        yield runtime
    finally:
        await runtime.stop()


async def rebuilt_equals(site: Site) -> list[str]:
    """`room.table` of every read model that isn't what the events make of it; the site has settled before."""
    found = []
    for room in site.rooms:
        if room != WITNESS:
            async with opened(site, room) as runtime:
                found += [f"{room}.{table}" for table in await differing(runtime, site.bus)]
    return found


async def run(full: bool) -> Figures:
    commands = COMMANDS if full else FEW_COMMANDS
    async with Site() as site, Load(site, commands=commands) as load:
        await live(site, load)
        return await made_again(site, load)


async def made_again(site: Site, load: Load) -> Figures:
    """What a site that has lived and settled shows; it goes on as before after it."""
    async with opened(site, READER) as reader:
        before = await dump(reader)
        await site.system.supervisor.hold(WORKER)
        took, events, wrong = 0.0, 0, set[str]()
        for size in SPLITS:
            began = time.monotonic()
            events = await _from_zero(site, reader, size)
            took = took or time.monotonic() - began
            after = await dump(reader)
            wrong |= {f"{READER}.{table} in batches of {size}" for table in before if before[table] != after[table]}
        await _beside_new_events(site, reader, load)
        wrong |= set(await rebuilt_equals(site))
    return {
        "events": events,
        "tables": sum(len(load_service(room).read_models) for room in site.rooms),
        "rows": sum(found.rows for found in before.values()),
        "seconds": round(took, 2),
        "events_per_s": round(events / took),
        "differing_tables": len(wrong),
        "differing": sorted(wrong),
    }


async def _from_zero(site: Site, reader: Runtime, batch_size: int) -> int:
    """Empty, then everything again; the number of messages."""
    await empty_read_model(reader)
    assert not any(table.rows for table in (await dump(reader)).values())
    bus = KafkaBus(Connection.of(site.kernel, "replay"), batch_size=batch_size)
    try:
        return await replay(reader, bus)
    finally:
        await bus.stop()


async def _beside_new_events(site: Site, reader: Runtime, load: Load) -> None:
    """A replay while EPs go on, then the worker again: what both have read counts once, and nothing is left out."""
    going_on = asyncio.create_task(load.run())
    await asyncio.sleep(0.5)
    await _from_zero(site, reader, SPLITS[0])
    site.system.supervisor.resume(WORKER)
    await going_on
    await site.ready()
    await site.settle(120)


def falls_short(figures: Figures, _strict: bool) -> list[str]:
    """Any table that came back differently; a system too empty to tell proves nothing."""
    short = [f"differs: {name}" for name in figures["differing"]]
    if figures["rows"] < 100:
        short.append(f"only {figures['rows']} rows were rebuilt")
    return short


DRILL = Trial("replay", "read models dropped and made again from the first event, to the byte", run, falls_short)

"""Failpoints: processes die at every named boundary while the system works; nothing may be lost, doubled or swapped."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from drills.kit.history import check, collect
from drills.kit.letters import letters
from drills.kit.load import Load
from drills.kit.site import Site
from shared import failpoints
from shared.messaging.parking import Parking
from shared.runtime import Runtime
from shared.service import load as service_of
from shared.testing.trials import Figures, Trial

SAYS = ("rows-published", "rows-forgotten")
HEARS = ("batch-handled", "batch-committed", "batch-acknowledged")
COMMANDS = ("command-handled", "command-committed")
TIMERS = ("timer-handled", "timer-committed")
MAILS = ("mail-claimed", "mail-accepted")
Plan = Mapping[str, tuple[str, ...]]
# Who passes what while EPs walk through the exchange.
EVERYWHERE: Plan = {
    "applications.api": (*COMMANDS, "hint-due"),
    "applications.worker": (*SAYS, *HEARS),
    "notifications.worker": (*MAILS, *TIMERS, *COMMANDS, *SAYS, *HEARS),
    "scoring.worker": (*SAYS, *HEARS),
    "surveys.worker": ("event-parked", *HEARS),
    "journeys.worker": HEARS,
    "witness.worker": HEARS,
}
ONCE: Plan = {
    "applications.api": (*COMMANDS, "hint-due"),
    "applications.worker": SAYS,
    "notifications.worker": (*MAILS, *TIMERS),
    "scoring.worker": HEARS[:2],
    "surveys.worker": ("event-parked",),
    "witness.worker": HEARS[2:],
}
AT_A_TIME = {"commands": 60, "actors": 4, "rate": 15.0}  # few actors: each walks some EPs to the approval
PATIENCE = 60.0  # seconds until an armed boundary is passed, and until its process is ready again
QUICK_LEASE = {"SOJOURN_NOTIFICATIONS_MAIL_LEASE": "6", "SOJOURN_NOTIFICATIONS_MAIL_TIMEOUT": "3"}


async def run(full: bool) -> Figures:
    """Every boundary in every process that passes it, twice; in the short form each once in one process."""
    plan, times = (EVERYWHERE, 2) if full else (ONCE, 1)
    with tempfile.TemporaryDirectory(prefix="sojourn-failpoints-") as folder:
        settings = {"SOJOURN_FAILPOINTS_DIR": folder} | QUICK_LEASE
        async with Site(settings=settings) as site, Load(site, **AT_A_TIME) as load:
            await load.prepare()
            killing = asyncio.create_task(_kill_all(site, Path(folder), plan, times))
            while not killing.done():
                await load.run()
            kills = killing.result()
            drained = await site.settle(120)
            mails, verdict = await letters(site), check(await collect(site, load.begun))
    boundaries = {boundary for passed in plan.values() for boundary in passed}
    figures: Figures = {"boundaries": len(boundaries), "kills": kills, "commands": len(load.begun)}
    figures |= verdict.figures() | mails.figures() | {"drained_s": round(drained, 1)}
    return figures | ({"faults": verdict.sentences()[:10]} if verdict.sentences() else {})


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Every boundary must have killed; no event, command or e-mail may suffer."""
    none = ("lost", "doubled", "disordered", "mails_lost", "mails_doubled", "mails_without_outcome")
    reasons = [f"{name} {figures[name]}" for name in none if figures[name]]
    if missing := len(failpoints.BOUNDARIES) - figures["boundaries"]:
        reasons.append(f"{missing} boundaries were not armed")
    return reasons


async def _kill_all(site: Site, folder: Path, plan: Plan, times: int) -> int:
    """All processes at once, each at one boundary after the other; how many deaths."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_kill_one(site, folder, who, passed, times)) for who, passed in plan.items()]
    return sum(task.result() for task in tasks)


async def _kill_one(site: Site, folder: Path, who: str, passed: Iterable[str], times: int) -> int:
    kills = 0
    for boundary in passed:
        for _ in range(times):
            if boundary == "event-parked":
                async with _refusal(site, who.partition(".")[0]):
                    await _kill(site, folder, who, boundary)
            else:
                await _kill(site, folder, who, boundary)
            kills += 1
    return kills


async def _kill(site: Site, folder: Path, who: str, boundary: str) -> None:
    """Arm, wait for the death, and for the successor to be ready."""
    room, _, process = who.partition(".")
    row = site.system.supervisor.rows[f"{room}-{process}"]
    row.quick_deaths, before = 0, row.restarts
    file = failpoints.arm(folder, room, process, boundary)
    try:
        async with asyncio.timeout(PATIENCE):
            while file.exists() or row.restarts == before:
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{who} did not die at {boundary}: {'passed' if not file.exists() else 'armed'}") from None
    await site.system.supervisor.until_ready([row.name], timeout=PATIENCE)


@asynccontextmanager
async def _refusal(site: Site, room: str) -> AsyncIterator[None]:
    """Inside, the room can't take in any experience, so that such events are parked; afterwards they are retried."""
    await site.rows(room, "ALTER TABLE experience ADD CONSTRAINT refused CHECK (false) NOT VALID")
    try:
        yield
    finally:
        await site.rows(room, "ALTER TABLE experience DROP CONSTRAINT refused")
    service = service_of(room)
    settings = service.settings(_env_file=None, database_url=site.dsn(room))
    runtime = Runtime(service, kernel_settings=site.kernel, settings=settings)
    try:
        outcome = await Parking(runtime).retry()
    finally:
        await runtime.stop()
    assert outcome.handled, f"{room} has parked nothing that can be handled now: {outcome.stopped[:3]}"


DRILL = Trial("failpoints", "processes die at every named boundary, under load", run, falls_short)

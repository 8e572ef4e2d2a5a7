"""The sender of e-mails dies again and again while hundreds leave: each arrives, and a second copy is the same one.

A process that dies between the mail server's yes and its own note of it doesn't know what became of the one e-mail in
its hands; it goes out again under the same Message-ID. At no other moment may a death make a copy.
"""

import asyncio
import random
import tempfile
from collections import Counter
from itertools import cycle, islice
from pathlib import Path

from drills.kit.letters import taken
from drills.kit.reminders import ROOM, fill
from drills.kit.site import Site
from shared import failpoints
from shared.testing.trials import Figures, Trial

SEED = 6
WORKER = f"{ROOM}-worker"
ACCEPTED, CLAIMED, ANYWHERE = "mail-accepted", "mail-claimed", "anywhere"
SETTINGS = {
    "SOJOURN_NOTIFICATIONS_MAIL_LEASE": "12",
    "SOJOURN_NOTIFICATIONS_MAIL_TIMEOUT": "3",
    "SOJOURN_NOTIFICATIONS_MAIL_BATCH": "10",
}
PATIENCE = 60.0
LEFT = "SELECT count(*) FROM delivery WHERE state <> 'sent'"


async def run(full: bool) -> Figures:
    """500 e-mails and 20 deaths; in the short form 60 and 3."""
    mails, kills = (500, 20) if full else (60, 3)
    with tempfile.TemporaryDirectory(prefix="sojourn-failpoints-") as folder:
        settings = {"SOJOURN_FAILPOINTS_DIR": folder} | SETTINGS
        async with Site(rooms=[ROOM], settings=settings) as site:
            deaths = await _kill_all(site, Path(folder), kills, mails // kills)
            await _all_sent(site)
            expected = {row["message_id"] for row in await site.rows(ROOM, "SELECT message_id FROM delivery")}
            events = await site.rows(ROOM, "SELECT count(*) FROM touchpoint WHERE state = 'sent'")
            found = await taken(site)
    return {
        "mails": len(expected), "kills": deaths.total(), "kills_in_the_window": deaths[ACCEPTED],
        "kills_anywhere": deaths[ANYWHERE], "copies": found.total() - len(found), "most_of_one": max(found.values()),
        "missing": len(expected - found.keys()), "unexpected": len(found.keys() - expected),
        "touchpoints_sent": events[0][0],
    }  # fmt: skip


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Every Message-ID as expected, and no more copies than deaths that may have come within the window."""
    del strict
    reasons = [f"{figures[name]} {name}" for name in ("missing", "unexpected") if figures[name]]
    if figures["touchpoints_sent"] != figures["mails"]:
        reasons.append(f"{figures['touchpoints_sent']} of {figures['mails']} touchpoints count as sent")
    may = figures["kills_in_the_window"] + figures["kills_anywhere"]
    if figures["copies"] > may:
        reasons.append(f"{figures['copies']} second copies after {may} deaths that may have made one")
    return reasons


async def _kill_all(site: Site, folder: Path, kills: int, portion: int) -> Counter[str]:
    """In the window, after a claim, and at any moment, in turn, each while a portion leaves; the deaths by kind."""
    deaths: Counter[str] = Counter()
    chance = random.Random(SEED)
    for kind in islice(cycle((ACCEPTED, CLAIMED, ANYWHERE)), kills):
        row = site.system.supervisor.rows[WORKER]
        row.quick_deaths, before = 0, row.restarts
        if kind != ANYWHERE:
            failpoints.arm(folder, ROOM, "worker", kind)
        await fill(site.dsn(ROOM), portion, fresh=not deaths)
        if kind == ANYWHERE:
            await asyncio.sleep(chance.uniform(0, 0.5))
            site.kill(WORKER)
        async with asyncio.timeout(PATIENCE):
            while row.restarts == before:
                await asyncio.sleep(0.02)
        await site.system.supervisor.until_ready([WORKER], timeout=PATIENCE)
        deaths[kind] += 1
    return deaths


async def _all_sent(site: Site) -> None:
    async with asyncio.timeout(PATIENCE * 2):
        while (await site.rows(ROOM, LEFT))[0][0]:
            await asyncio.sleep(0.1)


DRILL = Trial("mail_kills", "the sender of e-mails dies while hundreds leave", run, falls_short)

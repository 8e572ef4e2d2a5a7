"""`kill -9` at everything that can die, while EPs walk through the exchange; then the history is judged."""

import asyncio
import random
import time
from collections import Counter
from functools import partial
from itertools import chain, cycle, repeat

from drills.kit.history import Command, Verdict, check, collect
from drills.kit.load import ROOM, Load
from drills.kit.site import WITNESS, Site
from drills.replay import rebuilt_equals
from shared.testing.trials import Figures, Trial

SEED = 4
DRAIN = 30.0
# An e-mail that was being sent when its worker died waits for the end of its lease: a minute, if it isn't shortened.
# A round of the sender must be over before that, on a machine that has no time for it.
SETTINGS = {
    "SOJOURN_NOTIFICATIONS_MAIL_LEASE": "14",
    "SOJOURN_NOTIFICATIONS_MAIL_TIMEOUT": "4",
    "SOJOURN_NOTIFICATIONS_MAIL_BATCH": "5",
}


class Storm:
    """Kills, spread evenly over a load's commands and over kinds of victims; each dies while it runs."""

    def __init__(self, site: Site, load: Load, kills: int, commands: int, seed: int = SEED) -> None:
        self._site, self._load = site, load
        self._gap = commands / kills
        chance = random.Random(seed)
        kinds = [cycle(_shuffled(names, chance)) for names in victims(site).values()]
        self._order = [next(kind) for kind in _shuffled(list(chain(*repeat(kinds, kills)))[:kills], chance)]
        self.killed: Counter[str] = Counter()

    async def rage(self) -> float:
        """Until all are done and everything is ready again; the moment of that (monotonic seconds)."""
        for number, name in enumerate(self._order):
            while self._load.finished < (number + 0.5) * self._gap:
                await asyncio.sleep(0.02)
            await self._kill(name)
        await self._site.ready(120)
        return time.monotonic()

    async def _kill(self, name: str) -> None:
        rows = self._site.system.supervisor.rows
        if name in (brokers := self._site.broker_names):
            await self._site.system.supervisor.until_ready(brokers)  # one at a time: two of three are needed
        while not ((process := rows[name].process) and process.running):
            await asyncio.sleep(0.02)
        self._site.kill(name)
        self.killed[name] += 1

    def by_kind(self) -> dict[str, int]:
        return {kind: sum(self.killed[name] for name in set(names)) for kind, names in victims(self._site).items()}


def victims(site: Site) -> dict[str, list[str]]:
    """What is killed, by kind. The api that takes the commands is as likely as all other apis together."""
    others = [f"{room}-api" for room in site.rooms if room not in (ROOM, WITNESS)]
    return {
        "apis": [f"{ROOM}-api"] * len(others) + others,
        "workers": [f"{room}-worker" for room in site.rooms if room != WITNESS],
        "witness": [f"{WITNESS}-worker"],
        "postgres": ["postgres"],
        "brokers": site.broker_names,
    }


def _shuffled(things: list, chance: random.Random) -> list:
    return chance.sample(things, len(things))


async def run(brokers: int, full: bool) -> Figures:
    """The storm; its figures, with the checker's verdict."""
    kills, commands, rate = (60, 5_000, 12.0) if full else (6, 180, 15.0) if brokers == 1 else (5, 150, 15.0)
    async with Site(brokers=brokers, settings=SETTINGS) as site, Load(site, commands=commands, rate=rate) as load:
        await load.prepare()
        storm = Storm(site, load, kills, commands + load.finished)
        recovered, done = await asyncio.gather(storm.rage(), load.run())
        await site.settle(300)
        drained = time.monotonic() - recovered
        verdict = check(await collect(site, load.begun))
        differing = await rebuilt_equals(site)
    return _figures(storm, done, drained, verdict) | {"differing": differing}


def _figures(storm: Storm, done: list[Command], drained: float, verdict: Verdict) -> Figures:
    found: Figures = {"kills": storm.killed.total(), "commands": len(done), **verdict.figures()}
    found |= {"drained_s": round(drained, 1), "retries": sum(command.tries - 1 for command in done)}
    found |= {"replayed": sum(command.replayed for command in done)}
    found |= {"unanswered": sum(command.status is None for command in done)}
    found |= {"slowest_command_s": round(max(command.took for command in done), 1)}
    found |= {f"killed_{kind}": count for kind, count in storm.by_kind().items()}
    return found | ({"faults": verdict.sentences()[:10]} if verdict.sentences() else {})


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Nothing lost, doubled or disordered, every command answered, 30 s drain it all, a rebuild shows the same."""
    del strict  # no figure here depends on the machine's speed alone
    short = [f"{figures[kind]} {kind}" for kind in ("lost", "doubled", "disordered", "unanswered") if figures[kind]]
    if figures["drained_s"] > DRAIN:
        short.append(f"drained after {figures['drained_s']} s, {DRAIN:.0f} s are allowed")
    if figures["differing"]:
        short.append(f"a rebuild differs in {', '.join(figures['differing'])}")
    return short


DRILL = Trial("kills", "kill -9 at services, PostgreSQL and the broker, during commands", partial(run, 1), falls_short)
THREE_BROKERS = Trial(
    "kills_three_brokers", "the same with a cluster, one broker of three at a time", partial(run, 3), falls_short
)

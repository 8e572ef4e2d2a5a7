"""Workers of one room come and go while events flow: partitions change hands, and every event is heard once."""

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime

from drills.kit.history import Verdict, check, collect
from drills.kit.history.facts import Key
from drills.kit.site import WITNESS, Site
from shared.contracts.envelope import Envelope, to_message
from shared.contracts.message import Message
from shared.embedded.child import Running
from shared.ids import new_id
from shared.testing import builders
from shared.testing.trials import Figures, Trial

SEED = 4
KEYS, BATCH = 300, 50
RATE = 400.0  # events a second
TWICE = 0.05  # share of batches that are said again
MOST = 3  # extra workers at a time, beside the one that always runs


class Source:
    """Says events of many keys as a relay would, some of them twice: its predecessor died before it marked them."""

    def __init__(self, site: Site, rate: float, chance: random.Random) -> None:
        self._bus, self._rate, self._chance = site.bus, rate, chance
        self._people = [new_id() for _ in range(KEYS)]
        self.streams: Counter[Key] = Counter()

    async def say(self, events: int) -> None:
        """So many events, at the source's rate."""
        began = time.monotonic()
        for said in range(0, events, BATCH):
            batch = [self._next() for _ in range(min(BATCH, events - said))]
            await self._bus.publish(batch)
            if self._chance.random() < TWICE:
                await self._bus.publish(batch)
            await asyncio.sleep(max(0.0, began + (said + len(batch)) / self._rate - time.monotonic()))

    def _next(self) -> Message:
        person = self._chance.choice(self._people)
        event = self._chance.choice((builders.person, builders.person_details))(person)
        key = Key(type(event).TOPIC, person)
        self.streams[key] += 1
        now, id_ = datetime.now(UTC), new_id()
        about = (id_, event.TYPE, "/sojourn/applications", person, now, now.date(), self.streams[key], id_)
        return to_message(Envelope(*about, None, None, event), key.topic)


class Staff:
    """Extra workers of the witness's group: some are told to go, some are killed."""

    def __init__(self, site: Site, joins: int, chance: random.Random) -> None:
        self._site, self._chance, self._left = site, chance, joins
        self._working: list[Running] = []
        self.joins = self.stops = self.kills = 0
        self.slowest_join = 0.0

    async def change(self) -> None:
        """One joins or one leaves, as chance has it; in the end as many have left as joined."""
        may_join, may_leave = self._left and len(self._working) < MOST, bool(self._working)
        if may_join and not (may_leave and self._chance.random() < 0.5):
            await self._join()
        else:
            await self._leave()

    async def _join(self) -> None:
        self._left -= 1
        self.joins += 1
        began = time.monotonic()
        self._working.append(await self._site.hire(WITNESS, f"extra-{self.joins}"))
        self.slowest_join = max(self.slowest_join, time.monotonic() - began)

    async def _leave(self) -> None:
        worker = self._working.pop(self._chance.randrange(len(self._working)))
        if self.stops > self.kills + 1:
            self.kills += 1
            worker.kill()
        else:
            self.stops += 1
            await worker.stop()


async def run(full: bool) -> Figures:
    """The coming and going; its figures, with the checker's verdict."""
    joins, events = (20, 20_000) if full else (3, 3_000)
    chance = random.Random(SEED)
    async with Site(rooms=[]) as site:
        source, staff = Source(site, RATE, chance), Staff(site, joins, chance)
        for _ in range(2 * joins):
            await asyncio.gather(source.say(events // (2 * joins)), staff.change())
        drained = await site.settle(60)
        history = await collect(site)
        history.streams = dict(source.streams)
        return _figures(staff, events, len(history.records), drained, check(history))


def _figures(staff: Staff, events: int, records: int, drained: float, verdict: Verdict) -> Figures:
    found: Figures = {"joins": staff.joins, "leaves": staff.stops + staff.kills, "events": events}
    found |= {"said_again": records - events, **verdict.figures(), "drained_s": round(drained, 1)}
    found |= {"stopped": staff.stops, "killed": staff.kills, "slowest_join_s": round(staff.slowest_join, 1)}
    return found | ({"faults": verdict.sentences()[:10]} if verdict.sentences() else {})


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Nothing may be lost, doubled or disordered."""
    del strict  # no figure here depends on the machine's speed
    return [f"{figures[kind]} {kind}" for kind in ("lost", "doubled", "disordered") if figures[kind]]


DRILL = Trial("rebalance", "workers of a room join and leave while events flow", run, falls_short)

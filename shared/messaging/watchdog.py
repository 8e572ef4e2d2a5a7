"""Notices a consumer that has silently stopped: messages wait, nothing moves, and nobody is waiting on purpose."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from shared.messaging import metrics
from shared.messaging.bus import Bus, Subscription

log = structlog.get_logger()
PROBE_EVERY = 1.5
SILENT = 3.0  # seconds without a good answer after which the brokers count as away, even while a probe still hangs
LAG_EVERY = 10.0
REBUILD_AFTER = 30.0
DEAD_AFTER = 60.0


class Watchdog:
    """Asks the bus itself for the lag, because a client that has stopped believes that all is well."""

    def __init__(self, room: str, bus: Bus, group: str, topics: Sequence[str], subscription: Subscription) -> None:
        self._room, self._bus, self._group, self._topics = room, bus, group, topics
        self._subscription = subscription
        self._moved = time.monotonic()
        self._behind = False
        self._waiting = 0
        self.held = True  # the line is stopped (or hasn't started): standing still is deliberate
        self._rebuilt = False
        self._answered = time.monotonic()

    @property
    def reachable(self) -> bool:
        """Whether the brokers have answered lately."""
        return time.monotonic() - self._answered < SILENT

    def progressed(self) -> None:
        self._moved = time.monotonic()
        self._rebuilt = False

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Somebody waits on purpose."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
            self.progressed()

    def still_for(self) -> float:
        """Seconds without progress although there was something to do."""
        deliberate = self.held or self._waiting or not self._behind
        return 0.0 if deliberate else time.monotonic() - self._moved

    def stalled(self) -> str | None:
        if (seconds := self.still_for()) > DEAD_AFTER:
            return f"events wait, but nothing has moved for {seconds:.0f} s"
        return None

    async def run(self) -> None:
        looked = time.monotonic()
        while True:
            if await self._bus.healthy():
                self._answered = time.monotonic()
            if time.monotonic() - looked >= LAG_EVERY:
                await self.look()
                looked = time.monotonic()
            await asyncio.sleep(PROBE_EVERY)

    async def look(self) -> None:
        try:
            lag = await self._bus.lag(self._group, self._topics)
        except Exception as error:  # brokers away: not our standstill
            log.info("lag unknown", room=self._room, error=str(error))
            self._behind = False
            self.progressed()
            return
        for partition, count in lag.items():
            metrics.LAG.labels(self._room, partition.topic, str(partition.number)).set(count)
        mine = self._subscription.assigned()
        behind = any(lag.get(partition, 0) for partition in mine) or (not mine and any(lag.values()))
        if self.held or (behind and not self._behind):
            self.progressed()
        self._behind = behind
        if self.still_for() > REBUILD_AFTER and not self._rebuilt:
            log.error("consumer stands still, its client is rebuilt", room=self._room)
            self._rebuilt = True
            self._subscription.rebuild()

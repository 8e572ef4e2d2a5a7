"""A room hears: what waits into the inbox, patience with what passes, parking for what doesn't, a stop at too many."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

import structlog

from shared import failpoints
from shared.contracts.message import Message
from shared.messaging import metrics
from shared.messaging.bus import Batch, Bus, BusUnavailable, Revoked
from shared.messaging.intake import Intake
from shared.messaging.parking import parked_keys
from shared.messaging.retry import Backoff
from shared.messaging.watchdog import Watchdog
from shared.runtime import Runtime
from shared.storage.trouble import Failure, kind_of

log = structlog.get_logger()
LANES = 4  # transactions at a time: one waits for PostgreSQL while another thinks
MOST = 500  # messages of a transaction that takes several partitions
PATIENCE = 0.25  # seconds that a transaction which is not full may keep what comes meanwhile waiting
DOUBTFUL_TRIES = 5
LOOK_AT_LINE = 1.0


class GivenUp(Exception):
    """The partition is leaving, or the line has stopped: the batch goes back."""


class Consumer:
    """Runs until cancelled. Offsets follow the committed transaction, the inbox makes a second hearing harmless."""

    def __init__(self, runtime: Runtime, bus: Bus, *, member: str | None = None) -> None:
        self.room, self._runtime = runtime.service.name, runtime
        self.group = f"sojourn.{self.room}"
        self.topics = runtime.service.topics_heard
        self.intake = Intake(runtime)
        name = member or f"{self.room}-{socket.gethostname()}"
        self.subscription = bus.subscription(self.group, self.topics, name, presses=self.intake.presses)
        self.watchdog = Watchdog(self.room, bus, self.group, self.topics, self.subscription)
        self._limit = runtime.kernel.parked_keys_limit
        self._line = asyncio.Event()  # set while the line runs
        self._parked = 0
        self._stopped: bool | None = None  # None until the database has told
        self._lanes, self._alone = asyncio.Semaphore(LANES), asyncio.Semaphore(LANES)
        self._running: set[asyncio.Task[None]] = set()

    # --- what health checks ask

    def not_ready(self) -> str | None:
        """Why the room doesn't keep up at the moment, if so."""
        if not self.topics:
            return None
        if self._stopped:
            return f"{self._parked} keys are parked, more than {self._limit}: consumption waits for an operator"
        if self._stopped is None:
            return "no connection to the database yet"
        if not self.watchdog.reachable:
            return "the brokers don't answer"
        if not self.subscription.connected():
            return "no partitions assigned yet"
        return None

    def not_alive(self) -> str | None:
        """Why only a restart can help, if so."""
        return self.watchdog.stalled()

    # --- the loop

    async def run(self) -> None:
        if not self.topics:
            return
        side = [asyncio.create_task(self._watch_line()), asyncio.create_task(self.watchdog.run())]
        try:
            await self._until_it_works(self.subscription.start)
            await self._line.wait()
            async for batch in self.subscription.batches():
                hand = self._gather(batch)
                await self._lanes.acquire()
                task = asyncio.create_task(self._deal_with_hand(hand))
                self._running.add(task)
                task.add_done_callback(self._finished)
                if _size(hand) < MOST:  # what comes meanwhile goes together: a transaction costs more than an event
                    await asyncio.wait([task], timeout=PATIENCE)
                await self._line.wait()
        finally:
            for task in side:
                task.cancel()
            await self.subscription.stop()  # waits for what runs, so that it can be committed
            await self._end_running()

    async def _until_it_works(self, begin: Callable[[], Awaitable[None]]) -> None:
        backoff = Backoff(first=0.2, cap=5.0)
        while True:
            try:
                return await begin()
            except BusUnavailable as error:
                log.warning("consumer waits for the bus", room=self.room, error=str(error))
                await asyncio.sleep(backoff.next())

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._lanes.release()
        if not task.cancelled() and (error := task.exception()):
            log.error("consumer lane failed", room=self.room, exc_info=error)

    async def _end_running(self) -> None:
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=5)

    # --- a hand: the batches of several partitions

    def _gather(self, batch: Batch) -> list[Batch]:
        """The batch and what else waits."""
        hand = [batch]
        while _size(hand) < MOST and (more := self.subscription.another()) is not None:
            hand.append(more)
        return hand

    async def _deal_with_hand(self, hand: Sequence[Batch]) -> None:
        """All in one transaction; when that fails, each batch for itself, so that none waits for another's trouble."""
        taken = len(hand) > 1 and self._line.is_set() and await self._took_together(hand)
        each = (self._deal_with(batch, taken=taken) for batch in hand)
        found = await asyncio.gather(*each, return_exceptions=True)
        if errors := [error for error in found if error is not None]:
            raise BaseExceptionGroup("batches failed", errors)

    async def _took_together(self, hand: Sequence[Batch]) -> bool:
        try:
            await self.intake.take([message for batch in hand for message in batch.messages])
        except Exception as error:
            metrics.RETRIES.labels(self.room).inc()
            log.info("partitions are taken one by one", room=self.room, count=len(hand), error=repr(error)[:500])
            return False
        except BaseException:
            for batch in hand:
                self.subscription.abandon(batch)
            raise
        self.watchdog.progressed()
        return True

    # --- one batch

    async def _deal_with(self, batch: Batch, *, taken: bool = False) -> None:
        began = time.perf_counter()
        try:
            if not taken:
                await self._take_alone(batch)
            metrics.BATCH.labels(self.room).observe(time.perf_counter() - began)
            failpoints.passing("batch-committed")
            await self._commit(batch)
            failpoints.passing("batch-acknowledged")
        except GivenUp:
            self.subscription.abandon(batch)
        except Revoked:
            log.info("batch revoked", room=self.room, partition=batch.partition)
        except BaseException:
            self.subscription.abandon(batch)
            raise

    async def _take_alone(self, batch: Batch) -> None:
        async with self._alone:
            if not self._line.is_set():
                raise GivenUp
            await self._take(batch)

    async def _take(self, batch: Batch) -> None:
        """All in one transaction; when a handler fails for good, one by one."""
        if await self._patiently(batch, partial(self.intake.take, batch.messages)) is None:
            return
        for message in batch.messages:
            alone = partial(self.intake.take, [message])
            if (failure := await self._patiently(batch, alone, DOUBTFUL_TRIES)) is not None:
                await self._park(batch, message, failure)

    async def _patiently(
        self, batch: Batch, work: Callable[[], Awaitable[None]], doubtful_tries: int = 1
    ) -> Exception | None:
        """Work until it is done or fails for good (then the exception); what passes by itself is waited for."""
        backoff, doubts = Backoff(), 0
        while True:
            try:
                await work()
            except Exception as error:
                kind = kind_of(error)
                doubts += kind is Failure.doubtful
                if kind is Failure.deterministic or doubts >= doubtful_tries:
                    return error
                await self._wait(batch, backoff, error)
            else:
                self.watchdog.progressed()
                return None

    async def _wait(self, batch: Batch, backoff: Backoff, error: Exception) -> None:
        if self.subscription.revoked(batch):
            raise GivenUp
        metrics.RETRIES.labels(self.room).inc()
        log.warning("event retried in place", room=self.room, tries=backoff.tries + 1, error=repr(error)[:500])
        with self.watchdog.waiting():
            await self._pause(batch, backoff.next())

    async def _pause(self, batch: Batch, seconds: float) -> None:
        """Sleep, but not longer than the partition is ours."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(0.1, left))
            if self.subscription.revoked(batch):
                raise GivenUp

    async def _park(self, batch: Batch, message: Message, error: Exception) -> None:
        detail = f"{type(error).__name__}: {error}"
        parking = partial(self.intake.set_aside, message, "handler-failed", detail)
        if (failure := await self._patiently(batch, parking)) is not None:
            raise failure
        failpoints.passing("event-parked")
        await self._look_at_line()
        if not self._line.is_set():
            raise GivenUp

    async def _commit(self, batch: Batch) -> None:
        backoff = Backoff(first=0.1, cap=2.0)
        while True:
            try:
                await self.subscription.commit(batch)
            except BusUnavailable:
                with self.watchdog.waiting():
                    await asyncio.sleep(backoff.next())
            else:
                self.watchdog.progressed()
                return

    # --- stop the line

    async def _watch_line(self) -> None:
        while True:
            with contextlib.suppress(Exception):  # a database that is away stops the handlers anyhow
                await self._look_at_line()
            await asyncio.sleep(LOOK_AT_LINE)

    async def _look_at_line(self) -> None:
        async with self._runtime.database.engine.connect() as connection:
            self._parked = await parked_keys(connection)
        metrics.PARKED_KEYS.labels(self.room).set(self._parked)
        stopped = self._parked > self._limit
        if stopped == self._stopped:
            return
        self._stopped = stopped
        metrics.LINE_STOPPED.labels(self.room).set(stopped)
        if stopped:
            log.error("line stopped", room=self.room, parked_keys=self._parked, limit=self._limit)
            self._line.clear()
        else:
            log.info("line runs", room=self.room, parked_keys=self._parked)
            self._line.set()
        self.watchdog.held = stopped


def _size(hand: Iterable[Batch]) -> int:
    return sum(len(batch.messages) for batch in hand)

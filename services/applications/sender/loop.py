"""The worker's own loop: claims deliveries, posts them side by side, and records what came of each try."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from services.applications.commands import webhooks as commands
from services.applications.commands.webhooks import Answer, Work
from services.applications.handlers import webhook_deliveries as handlers
from services.applications.policy.webhooks import secret_of, verdict
from services.applications.settings import ApplicationsSettings, webhook_key
from services.applications.views.webhooks import webhooks_waiting
from shared import telemetry
from shared.access import Caller
from shared.outward.post import Post
from shared.outward.signatures import headers_of
from shared.runtime import Runtime
from shared.settings import Mode
from shared.storage.tx import Uow

log = structlog.get_logger()
TRIES = telemetry.counter("webhook_tries_total", "Deliveries to webhooks, by what became of the try", "outcome")
TOOK = telemetry.histogram("webhook_seconds", "How long a try took")
OLDEST = telemetry.gauge("webhook_oldest_seconds", "How long the oldest delivery waits that could go out now")
SWEEP_SECONDS = 3600.0
GATHER_SECONDS = 0.02  # lanes that get free within this time are filled by one claim
T = TypeVar("T")


async def send_webhooks(runtime: Runtime) -> None:
    """For ever: send what is due. One of the room's loops."""
    sender = Sender(runtime)
    try:
        while True:
            try:
                await sender.sweep_now_and_then()
                claimed = await sender.step()
            except Exception as error:
                log.warning("webhooks wait", room=runtime.service.name, error=repr(error))
                await asyncio.sleep(1)
                continue
            if not claimed:
                await sender.rest()
    finally:
        await sender.close()


class Sender:
    """One sender of a worker; several workers may run, each delivery is claimed by one.

    A slow endpoint holds up its own lanes and nobody else: every delivery is a task of its own.
    """

    def __init__(self, runtime: Runtime, post: Post | None = None) -> None:
        assert isinstance(runtime.settings, ApplicationsSettings)
        self.runtime, self.settings = runtime, runtime.settings
        self.caller = Caller.system(runtime.service.name)
        self.post = post or _post(runtime, runtime.settings)
        self._key = webhook_key(runtime.kernel, runtime.settings)
        self._running: set[asyncio.Task[None]] = set()
        self._freed = asyncio.Event()
        self._swept = float("-inf")

    async def step(self) -> int:
        """Claim what fits and begin to send it; how many deliveries that was."""
        self._freed.clear()
        waiting = await self.runtime.read(webhooks_waiting, caller=self.caller)
        OLDEST.set(waiting.oldest)
        if waiting.dead:
            await self._do(handlers.release_deliveries, commands.ReleaseDeliveries())
        free = self.settings.webhooks_in_flight - len(self._running)
        if not waiting.due or free <= 0:
            return 0
        lease = timedelta(seconds=self.settings.webhooks_lease)
        claim = commands.ClaimDeliveries(free, self.settings.webhooks_lanes, lease)
        work = await self._do(handlers.claim_deliveries, claim)
        for one in work:
            task = asyncio.create_task(self._deliver(one), name="webhook delivery")
            self._running.add(task)
            task.add_done_callback(self._finished)
        return len(work)

    async def rest(self) -> None:
        """Until a lane is free again, or it is time to look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.webhooks_poll):
                await self._freed.wait()
                await asyncio.sleep(GATHER_SECONDS)

    async def drain(self) -> None:
        """Send all that is due now. For tests."""
        while await self.step() or self._running:
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """A worker that is told to stop leaves nothing under its lease."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=2)
        await self.post.close()

    async def sweep_now_and_then(self) -> None:
        """Forget what is old, once an hour."""
        now = asyncio.get_running_loop().time()
        if now < self._swept + SWEEP_SECONDS:
            return
        self._swept = now
        forget = commands.ForgetDeliveries(timedelta(days=self.settings.webhooks_keep_days))
        while await self._do(handlers.forget_deliveries, forget):
            pass

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._freed.set()
        if not task.cancelled() and (error := task.exception()):  # its lease ends, then it is sent again
            log.error("webhook try not recorded", room=self.runtime.service.name, error=repr(error))

    async def _deliver(self, work: Work) -> None:
        at = self.runtime.clock.machine()
        body = work.body.encode()
        secrets = [secret_of(self._key, work.webhook_id, number) for number in work.secrets]
        headers = {"Content-Type": "application/json", "User-Agent": "Sojourn-Webhooks/1"}
        headers |= headers_of(secrets, str(work.event_id), int(at.timestamp()), body)
        try:
            answer = await self.post.send(work.url, headers, body, seconds=self.settings.webhooks_timeout, now=at)
        except asyncio.CancelledError:
            async with asyncio.timeout(1.5):
                await self._record(work, Answer(None, "sender_stopped"), at)
            raise
        await self._record(work, answer, at)

    async def _record(self, work: Work, answer: Answer, at: Any) -> None:
        said = verdict(answer.status)
        TRIES.labels(said).inc()
        TOOK.observe(answer.took_ms / 1000)
        patience = timedelta(days=self.settings.webhooks_failing_days)
        command = commands.SettleDelivery(work, answer, said, at, patience, random.random())
        await self._do(handlers.settle_delivery, command)

    async def _do(self, handler: Callable[[Uow, Any], Awaitable[T]], command: Any) -> T:
        return await self.runtime.execute(handler, command, caller=self.caller)


def _post(runtime: Runtime, settings: ApplicationsSettings) -> Post:
    development = runtime.kernel.mode is Mode.development
    loopback = development and settings.webhooks_loopback
    return Post(plain=development, loopback=loopback, ca_file=settings.webhooks_ca_file)

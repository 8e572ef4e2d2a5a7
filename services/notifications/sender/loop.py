"""The worker's own loop: takes what is due, typesets, writes, hands over, and records what happened."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.notifications import commands, handlers, texts
from services.notifications.channels import Closed, Parcel, Session, providers, terms_of
from services.notifications.commands import Outcome, Paper, SettleDelivery, Work
from services.notifications.policy import Medium
from services.notifications.press import Order, Press
from services.notifications.sender.writing import Writer
from services.notifications.settings import NotificationsSettings
from shared import failpoints
from shared.access import Caller
from shared.loops import forever
from shared.runtime import Runtime
from shared.storage.tx import Cause, Uow

log = structlog.get_logger()
TRIES = Counter(
    "sojourn_mail_tries_total", "Messages handed over, by what became of the try", ["touchpoint", "channel", "outcome"]
)
T = TypeVar("T")


async def send_mail(runtime: Runtime) -> None:
    """For ever: send what is due. One of the room's loops."""
    sender = Sender(runtime)
    try:
        await forever(runtime, "mail", sender.step, sender.settings.mail_poll, after_failure=1)
    finally:
        sender.close()


class Sender:
    """One sender of a worker; several workers may run, each delivery is claimed by one."""

    def __init__(self, runtime: Runtime) -> None:
        assert isinstance(runtime.settings, NotificationsSettings)
        self.runtime, self.settings = runtime, runtime.settings
        self.caller = Caller.system(runtime.service.name)
        self.providers = providers(runtime)
        self.terms = terms_of(runtime, frozenset(self.providers))
        self.press = Press()
        self.writer = Writer(runtime)

    def close(self) -> None:
        self.press.close()

    async def step(self) -> int:
        """One round; how many messages it took."""
        lease = timedelta(seconds=self.settings.mail_lease)
        deadline = asyncio.get_running_loop().time() + self.settings.mail_lease - self.settings.mail_timeout
        await self.do(handlers.release_leases, commands.ReleaseLeases())
        claim = commands.ClaimDeliveries(self.settings.mail_batch, lease, self.terms)
        work = await self.do(handlers.claim_deliveries, claim)
        if work:
            failpoints.passing("mail-claimed")
            await _Round(self, work, deadline).run()
        return len(work)

    async def do(self, handler: Callable[[Uow, Any], Awaitable[T]], command: Any, cause: Cause | None = None) -> T:
        return await self.runtime.execute(handler, command, caller=self.caller, cause=cause)


class _Round:
    """What one claim brought: handed over channel by channel, then recorded in one transaction."""

    def __init__(self, sender: Sender, work: list[Work], deadline: float) -> None:
        self._sender, self._work, self._deadline = sender, work, deadline
        self._left = {one.delivery_id: one for one in work}
        self._tries: list[SettleDelivery] = []

    async def run(self) -> None:
        try:
            papers = await self._papers()
            await self._feed([one for one in self._left.values() if one.channel is Medium.feed])
            channels = dict.fromkeys(one.channel for one in self._left.values())
            await asyncio.gather(*(self._over(channel, papers) for channel in channels))
        except asyncio.CancelledError:
            for one in self._left.values():  # a worker that is told to stop leaves nothing under its lease
                self._note(one, Outcome.untried, "sender_stopped")
            async with asyncio.timeout(2):
                await self._record()
            raise
        await self._record()

    # --- what is sent

    async def _papers(self) -> dict[UUID, Paper]:
        """The documents of these messages, typeset and filed before anything is sent; what has none can't go now."""
        wanted = [one for one in self._work if one.document]
        printed = [paper for paper in await asyncio.gather(*map(self._paper, wanted)) if paper]
        file = commands.FileDocuments(printed)
        kept = await self._sender.do(handlers.file_documents, file) if printed else set()
        for one in wanted:
            if one.delivery_id not in kept:
                self._note(one, Outcome.later, "document_failed")
                del self._left[one.delivery_id]
        return {paper.delivery_id: paper for paper in printed if paper.delivery_id in kept}

    async def _paper(self, one: Work) -> Paper | None:
        if one.paper is not None:
            return one.paper
        assert one.document is not None
        try:
            sheet = texts.sheet(one.document, one.language, one.facts)
            return await self._sender.press.print(Order(one.delivery_id, one.document, sheet))
        except Exception as error:
            log.error("document fails", touchpoint=one.code, document=one.document, error=type(error).__name__)
            return None

    async def _feed(self, work: Iterable[Work]) -> None:
        posts = []
        for one in work:
            try:
                posts.append(self._sender.writer.post(one))
            except Exception as error:
                self._failed(one, error)
            del self._left[one.delivery_id]
        if posts:
            await self._sender.do(handlers.post_to_feed, commands.PostToFeed(tuple(posts)))

    # --- how it is sent

    async def _over(self, channel: Medium, papers: Mapping[UUID, Paper]) -> None:
        """Hand over what goes by one channel, over as many sessions side by side as its provider has lanes."""
        waiting = deque(one for one in self._left.values() if one.channel is channel)
        provider = self._sender.providers.get(channel)
        if provider is None:  # it was set up when the message was claimed, and is no more
            return await self._lane(Closed("channel_not_set_up"), waiting, papers)

        async def lane() -> None:
            async with provider.session() as session:
                await self._lane(session, waiting, papers)

        await asyncio.gather(*(lane() for _ in range(min(provider.lanes, len(waiting)))))
        return None

    async def _lane(self, session: Session, waiting: deque[Work], papers: Mapping[UUID, Paper]) -> None:
        """One message after the other; while the other side thinks about one, the next is written."""
        parcel = self._next(waiting, papers)
        while parcel is not None:
            one, what = parcel
            if asyncio.get_running_loop().time() >= self._deadline:
                self._note(one, Outcome.untried, "out_of_time")
                del self._left[one.delivery_id]
                parcel = self._next(waiting, papers)
                continue
            sending = asyncio.create_task(session.send(what))
            try:
                await asyncio.sleep(0)
                parcel = self._next(waiting, papers)
                outcome, reason = await sending
            except asyncio.CancelledError:
                sending.cancel()
                self._note(one, Outcome.unknown, "sender_stopped")
                self._left.pop(one.delivery_id, None)
                raise
            if outcome is Outcome.sent:
                await self._accepted(one)
            self._note(one, outcome, reason)
            del self._left[one.delivery_id]

    def _next(self, waiting: deque[Work], papers: Mapping[UUID, Paper]) -> tuple[Work, Parcel] | None:
        while waiting:
            one = waiting.popleft()
            try:
                return one, self._sender.writer.parcel(one, papers.get(one.delivery_id))
            except Exception as error:  # one message that can't be written must not hold up the others
                self._failed(one, error)
                del self._left[one.delivery_id]
        return None

    # --- what became of it

    async def _accepted(self, one: Work) -> None:
        try:
            await handlers.note_acceptance(self._sender.runtime.database, commands.NoteAcceptance(one.delivery_id))
        except Exception as error:  # the record of the round follows and says the same
            log.warning("acceptance not noted", touchpoint=one.code, error=repr(error))

    def _failed(self, one: Work, error: Exception) -> None:
        log.error("message fails", touchpoint=one.code, error=type(error).__name__)
        self._note(one, Outcome.later, "message_failed")

    def _note(self, one: Work, outcome: Outcome, reason: str | None) -> None:
        TRIES.labels(one.code, one.channel, outcome).inc()
        self._tries.append(SettleDelivery(one.delivery_id, outcome, reason))

    async def _record(self) -> None:
        """All tries in one transaction; when one of them can't be recorded, each by itself."""
        if not self._tries:
            return
        tries, self._tries = tuple(self._tries), []
        try:
            await self._sender.do(handlers.settle_deliveries, commands.SettleDeliveries(tries))
        except Exception as error:
            log.warning("tries are recorded one by one", error=repr(error))
            for one in tries:
                await self._sender.do(handlers.settle_deliveries, commands.SettleDeliveries((one,)))

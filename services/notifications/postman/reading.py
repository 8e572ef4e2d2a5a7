"""The loop that reads the mailbox: under a lease, each message in one transaction, marked afterwards."""

import asyncio
from datetime import timedelta

import structlog
from prometheus_client import Counter

from services.notifications import commands, handlers, post
from services.notifications.settings import NotificationsSettings, addresses
from shared.access import Caller
from shared.errors import Transient
from shared.ids import new_id
from shared.loops import forever
from shared.runtime import Runtime

log = structlog.get_logger()
TAKEN = Counter("sojourn_post_taken_total", "Messages that came in, by what they were taken for", ["outcome"])


async def read_post(runtime: Runtime) -> None:
    """For ever: take in what arrives. One of the room's loops; without a mailbox in the settings it only waits."""
    reader = Reader(runtime)
    try:
        await forever(runtime, "post", reader.step, reader.settings.inbound_poll)
    finally:
        reader.close()


class Reader:
    """One reader of a worker; several workers may run, one of them holds the mailbox."""

    def __init__(self, runtime: Runtime) -> None:
        assert isinstance(runtime.settings, NotificationsSettings)
        self.runtime, self.settings, self.id = runtime, runtime.settings, new_id()
        self.caller = Caller.system(runtime.service.name)
        self.addresses = addresses(runtime.kernel, self.settings)
        extra = {address.casefold() for address in self.settings.inbound_addresses}
        where = self.settings.inbound_mailbox
        self.box: post.Box | None = None
        if where is not None:
            self.box = post.open_box(
                where.get_secret_value(), lambda a: self.addresses.ours(a) or a.strip().casefold() in extra
            )

    def close(self) -> None:
        if self.box is not None:
            self.box.close()

    async def step(self) -> int:
        """One round; how many messages it took in."""
        if self.box is None:
            return 0
        lease = timedelta(seconds=self.settings.inbound_lease)
        hold = commands.HoldPostbox(self.box.name, self.id, lease)
        held, cursor = await self.runtime.execute(handlers.hold_postbox, hold, caller=self.caller)
        if not held:
            return 0
        batch = await asyncio.to_thread(self.box.fetch, cursor, self.settings.inbound_batch)
        for item in batch.items:
            if not await self._take(item):
                return 0
        if batch.cursor is not None and batch.cursor != (batch.items[-1].cursor if batch.items else cursor):
            passed = commands.Passed(self.box.name, self.id, batch.cursor)
            await self.runtime.execute(handlers.pass_over, passed, caller=self.caller)
        return len(batch.items)

    async def _take(self, item: post.Item) -> bool:
        """Take one in, then mark it; False when the rest has to wait."""
        assert self.box is not None
        letter = await asyncio.to_thread(post.read, item.raw, item.size)
        command = commands.TakeLetter(
            self.box.name, item.uid, letter, self.addresses, self.settings.answer_rules(), item.cursor or None, self.id
        )
        try:
            outcome = await self.runtime.execute(handlers.take_letter, command, caller=self.caller)
        except Transient as why:
            log.info("a message waits", why=str(why))
            return False
        except handlers.LostBox:
            log.info("another reader has the mailbox", mailbox=self.box.name)
            return False
        except Exception as error:  # one message that can't be taken in must not hold up the others
            log.error("message fails", mailbox=self.box.name, uid=item.uid, error=repr(error)[:300])
            outcome = await self.runtime.execute(handlers.set_aside, command, caller=self.caller)
        TAKEN.labels(outcome).inc()
        await asyncio.to_thread(self.box.done, item)
        return True

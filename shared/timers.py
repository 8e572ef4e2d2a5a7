"""The calendar door: due rows whose time has come become ordinary commands, one transaction each."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from shared import failpoints, telemetry
from shared.access import Caller
from shared.errors import Transient
from shared.runtime import Runtime
from shared.storage import due as rows
from shared.storage.due import Due
from shared.storage.trouble import Failure, kind_of, waited
from shared.storage.tx import Cause, Uow

log = structlog.get_logger()
DONE = telemetry.counter("timers_total", "Due rows that were settled", "room", "kind", "state")
IDLE = timedelta(seconds=1)
MOST_ATTEMPTS = 8
AT_ONCE = 25
PATIENCE = "SELECT set_config('lock_timeout', '100ms', true)"
OUTSIDE = (Transient, OSError)  # what a handler calls is away: tried for as long as it takes


class Failed(Exception):
    """A due row's handler refused it; carries the row so that the failure can be recorded."""

    def __init__(self, due: Due) -> None:
        self.due = due


class Timers:
    """Claims due rows in order of their due time. Several workers may run: a row is locked while it is handled.

    What is due is handled many at once, a transaction costs more than a row. When one of them fails, all are handled
    alone, so that only that one is set back; and when one of them has to wait for somebody, who may be waiting for
    another one of them.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.caller = runtime, Caller.system(runtime.service.name)
        self._alone = 0  # so many of the next rows are handled alone

    async def run(self) -> None:
        """For ever: do what is due, then sleep until the next due time, a moved clock, or a second."""
        reckoned = False
        while True:
            try:
                if not reckoned:
                    await self.reckon()
                    reckoned = True
                if not await self._step_or_record():
                    await self._sleep()
            except Exception as error:
                log.warning("timers wait", room=self.runtime.service.name, error=repr(error))
                await asyncio.sleep(1)

    async def _step_or_record(self) -> bool:
        try:
            return bool(await self.step())
        except Failed as failure:
            await self._record(failure)
            return True

    async def step(self) -> int:
        """Handle due rows, if there are some; how many. Failed when a row that is handled alone can't be."""
        most = 1 if self._alone else AT_ONCE
        try:
            return await self._handle_some(most)
        except Exception as error:
            if most == 1 or not (isinstance(error, Failed) or waited(error)):
                raise
        self._alone = most
        return await self._handle_some(1)

    async def _handle_some(self, most: int) -> int:
        runtime, done = self.runtime, list[Due]()
        self._alone = max(0, self._alone - 1)
        async with runtime.database.transaction(self.caller, Cause.new(), runtime.clock) as uow:
            claimed = await rows.claim(uow, uow.now, most)
            if len(claimed) > 1:
                await uow.fetch(PATIENCE)
            for due in claimed:
                if done and not await rows.still_due(uow, due, uow.now):
                    continue
                uow.cause = Cause.new()
                await self._handle(uow, due)
                done.append(due)
            await rows.settle(uow, done)
            failpoints.passing("timer-handled")
        if not done:
            return 0
        failpoints.passing("timer-committed")
        runtime.committed()
        for due in done:
            DONE.labels(runtime.service.name, due.kind, due.state).inc()
        return len(done)

    async def reckon(self, portion: int = 5_000) -> int:
        """Once at the start, which is when a tz database is new: how many waiting rows have another moment now."""
        after, moved = UUID(int=0), 0
        while True:
            async with self.runtime.database.transaction(self.caller, Cause.new(), self.runtime.clock) as uow:
                following, count = await rows.reckon(uow, after, portion)
            moved += count
            if following is None:
                break
            after = following
        if moved:
            log.warning("wall times moved with the tz database", room=self.runtime.service.name, rows=moved)
        return moved

    async def drain(self) -> int:
        """Handle all that is due now; how many rows. For tests and catching up."""
        count = 0
        while found := await self.step():
            count += found
        return count

    async def _handle(self, uow: Uow, due: Due) -> None:
        handler = self.runtime.service.timers.get(due.kind)
        if handler is None:
            due.skip("no handler for this kind")
            return
        try:
            await handler(uow, due)
        except Exception as error:
            if kind_of(error) is Failure.transient and not isinstance(error, OUTSIDE):
                raise  # the database's trouble, not this row's
            raise Failed(due) from error

    async def _record(self, failure: Failed) -> None:
        cause, due = failure.__cause__, failure.due
        log.error("timer failed", kind=due.kind, subject=str(due.subject), attempts=due.attempts + 1, error=repr(cause))
        most = 2**31 - 1 if isinstance(cause, OUTSIDE) else MOST_ATTEMPTS
        async with self.runtime.database.transaction(self.caller, Cause.new(), self.runtime.clock) as uow:
            await rows.fail(uow, due.id, repr(cause)[:2000], most)

    async def _sleep(self) -> None:
        async with self.runtime.database.reading(self.caller, self.runtime.clock) as uow:
            following = await uow.scalar(rows.NEXT)
        wait = (
            IDLE
            if following is None
            else min(IDLE, max(following - self.runtime.clock.now(), timedelta(milliseconds=5)))
        )
        self.runtime.clock_moved.clear()
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await self.runtime.clock_moved.wait()
        except TimeoutError:
            pass


async def listing(uow: Uow, state: str | None = None, limit: int = 100) -> list[dict[str, object]]:
    """Due rows for an operator: the waiting ones first, by due time."""
    query = text("""SELECT kind, subject, occurrence, local_at, zone, due_at, state, outcome, attempts FROM due
        WHERE CAST(:state AS text) IS NULL OR state = :state ORDER BY state <> 'waiting', due_at LIMIT :limit""")
    return [dict(row) for row in (await uow.execute(query, {"state": state, "limit": limit})).mappings()]

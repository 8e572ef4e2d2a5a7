"""The wake-up hint from an api process to the relay: a debounced NOTIFY on its own connection."""

import asyncio
import contextlib

import asyncpg
import structlog

from shared import failpoints

log = structlog.get_logger()
CHANNEL = "sojourn_outbox"
DEBOUNCE = 0.02  # NOTIFY takes a lock over the whole server at its commit: at most 50 a second
PATIENCE = 2.0


class Hint:
    """`hint()` costs nothing, waits for nothing and can't fail; the relay's poll is what is relied on."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._wanted = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self._task: asyncio.Task[None] | None = None

    def hint(self) -> None:
        """Something was committed to the outbox. Call it after the commit."""
        self._wanted.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="outbox hint")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._drop()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._notify()
            except Exception as error:
                log.info("hint failed", error=repr(error))
                self._drop()
                await asyncio.sleep(1)
            await asyncio.sleep(DEBOUNCE)

    async def _notify(self) -> None:
        if self._connection is None or self._connection.is_closed():
            settings = {"application_name": "sojourn-hint"}
            self._connection = await asyncpg.connect(self._dsn, timeout=PATIENCE, server_settings=settings)
        failpoints.passing("hint-due")
        await self._connection.execute(f"NOTIFY {CHANNEL}")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

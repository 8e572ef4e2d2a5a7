"""One look a moment at what changed, for all streams that a process serves."""

import asyncio
import contextlib
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from shared.access import Caller
from shared.runtime import Runtime
from shared.storage.tx import Uow
from shared.web.waking import Waker

PACE = 0.5  # seconds between two looks
LOOK = "SELECT person_id AS id, changed_at FROM touched WHERE person_id = ANY($1)"


class Watcher(Waker):
    """Wakes the streams of conversations whose rows changed."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._seen: dict[UUID, datetime] = {}

    def left(self, id_: UUID) -> None:
        self._seen.pop(id_, None)

    async def run(self) -> None:
        """A database that is away is asked again; nothing is lost meanwhile, for streams look by themselves."""
        while True:
            with contextlib.suppress(OSError, SQLAlchemyError, TimeoutError):
                rows = await self.runtime.read(_changed, list(self.told), caller=Caller.system("journeys"))
                for id_, at in rows:
                    # What is looked at for the first time has been looked at by its stream already.
                    if self._seen.setdefault(id_, at) != at:
                        self._seen[id_] = at
                        self.wake(id_)
            await asyncio.sleep(PACE)


async def _changed(uow: Uow, ids: list[UUID]) -> list[tuple[UUID, datetime]]:
    return [(row["id"], row["changed_at"]) for row in await uow.fetch(LOOK, ids)]

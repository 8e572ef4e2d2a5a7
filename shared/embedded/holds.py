"""Programs that an operator holds: a file each in the data folder, by which a command beside the system asks."""

from __future__ import annotations

import asyncio
from pathlib import Path

from shared.embedded.supervisor import Supervisor

LOOK_EVERY = 0.2


class Holds:
    """The wishes in `<data folder>/held/`. They end with the system."""

    def __init__(self, data: Path | str) -> None:
        self._folder = Path(data) / "held"

    def ask(self, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).touch()

    def release(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def asked(self) -> set[str]:
        return {file.name for file in self._folder.glob("*")}

    def forget(self) -> None:
        for name in self.asked():
            self.release(name)

    async def follow(self, supervisor: Supervisor) -> None:
        """Hold and resume as asked, for ever; who is held by other means is let be."""
        ours: set[str] = set()
        while True:
            asked = self.asked() & supervisor.rows.keys()
            for name in asked - ours:
                await supervisor.hold(name)
            for name in ours - asked:
                supervisor.resume(name)
            ours = asked
            await asyncio.sleep(LOOK_EVERY)

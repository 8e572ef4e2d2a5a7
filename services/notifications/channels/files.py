"""For development: one file a message, in a folder a channel. The same message again is the same file."""

import asyncio
from pathlib import Path

import orjson

from services.notifications.channels.http import body_of
from services.notifications.channels.port import AsyncSession, Parcel, Settled, always
from services.notifications.commands import Outcome


class FileProvider:
    """Writes `<folder>/<channel>/<message id>.json`, and `.eml` for e-mail."""

    lanes = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def session(self) -> AsyncSession:
        return always(self)

    async def send(self, parcel: Parcel) -> Settled:
        try:
            await asyncio.to_thread(self._write, parcel)
        except OSError:
            return Outcome.later, "folder_away"
        return Outcome.sent, None

    def _write(self, parcel: Parcel) -> None:
        folder = self._folder / parcel.channel
        folder.mkdir(parents=True, exist_ok=True)
        mail = parcel.mail.content if parcel.mail is not None else None
        content = mail or orjson.dumps(body_of(parcel), option=orjson.OPT_INDENT_2)
        file = folder / f"{parcel.message_id}.{'eml' if mail else 'json'}"
        part = file.with_suffix(".part")
        part.write_bytes(content)
        part.replace(file)

    async def close(self) -> None:
        """Nothing stays open."""

"""The room, a real mail server, and the small world round them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.notifications import plan
from services.notifications.sender import Sender
from shared.embedded.mail import MailServer
from shared.testing.rooms import Room, Rooms
from tests.notifications.world import World


@pytest.fixture
async def room(rooms: Rooms) -> AsyncIterator[Room]:
    """The room with a small plan."""
    with plan.using(plan.parse((Path(__file__).parent / "small.yaml").read_text(encoding="utf-8"))):
        yield await rooms("notifications", mail_timeout=3)


@pytest.fixture
async def world(room: Room, tmp_path: Path) -> AsyncIterator[World]:
    verdicts: dict[str, str] = {}
    async with MailServer(tmp_path, verdict=lambda address: verdicts.get(address)) as mail:
        room.runtime.kernel = room.runtime.kernel.model_copy(update={"smtp_port": mail.smtp_port})
        sender = Sender(room.runtime)
        yield World(room, mail, verdicts, sender)
        sender.close()

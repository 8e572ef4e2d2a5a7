"""Sessions for tests: who holds them, who is asked, and what they look like over HTTP."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.access import Caller
from shared.contracts.applications import ExperienceRealized
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room

START = date(2026, 3, 2)
OPS = {
    "kind": "ops", "title": "Preparation seminar, Cluj", "about": "Bring a pen.\nAnd a question.",
    "local_start": "2026-02-14T17:00:00", "local_end": "2026-02-14T20:00:00", "zone": "Europe/Bucharest",
    "place": "Str. Memorandumului 28, Cluj", "capacity": 10, "languages": ["en", "ro"],
}  # fmt: skip


@dataclass
class Seminars:
    """A room with both committees, and clients for who calls it."""

    room: Room
    stays: list[dict[str, Any]] = field(default_factory=list)
    _clients: dict[Caller, httpx.AsyncClient] = field(default_factory=dict)

    @classmethod
    async def of(cls, room: Room) -> "Seminars":
        made = cls(room)
        room.clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
        for entity_id, name in ((builders.HOSTING, "Uppsala Committee"), (builders.SENDING, "Cluj Committee")):
            await room.hear(builders.entity(entity_id))
            await room.hear(builders.entity_details(entity_id, name=name))
        return made

    async def as_(self, caller: Caller | None) -> httpx.AsyncClient:
        if caller is None:
            return await self.room.client()
        if caller not in self._clients:
            self._clients[caller] = await self.room.client(caller)
        return self._clients[caller]

    async def se(self) -> httpx.AsyncClient:
        return await self.as_(callers.sending_manager(builders.SENDING))

    async def he(self) -> httpx.AsyncClient:
        return await self.as_(callers.hosting_manager(builders.HOSTING))

    async def ep(self, stay: dict[str, Any]) -> httpx.AsyncClient:
        return await self.as_(callers.participant(stay["person_id"]))

    async def stay(self, *, known: bool = True, **values: Any) -> dict[str, Any]:
        """An approved EP on the way to Uppsala."""
        stay = builders.experience(**values)
        if known:
            await self.room.hear(builders.person(stay["person_id"]))
            await self.room.hear(builders.person_details(stay["person_id"]))
        await self.room.hear(builders.approved(stay))
        self.stays.append(stay)
        return stay

    async def realized(self, stay: dict[str, Any]) -> None:
        await self.room.hear(ExperienceRealized.model_validate(stay))

    # --- sessions

    async def draft(self, client: httpx.AsyncClient | None = None, **values: Any) -> dict[str, Any]:
        client = client or await self.se()
        body = {**OPS, "entity_id": str(builders.SENDING), **values}
        reply = await client.post("/v1/sessions", json=body)
        assert reply.status_code == 201, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def opened(self, client: httpx.AsyncClient | None = None, **values: Any) -> dict[str, Any]:
        client = client or await self.se()
        drafted = await self.draft(client, **values)
        return await self.move(drafted, "opening", client=client)

    async def move(
        self, session: dict[str, Any], step: str, body: Any = None, client: httpx.AsyncClient | None = None
    ) -> dict[str, Any]:
        client = client or await self.se()
        headers = {"If-Match": f'"{(await self.seen(session["id"], client))["version"]}"'}
        reply = await client.post(f"/v1/sessions/{session['id']}/{step}", json=body, headers=headers)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def change(self, session: dict[str, Any], client: httpx.AsyncClient | None = None, **values: Any) -> Any:
        client = client or await self.se()
        headers = {"If-Match": f'"{(await self.seen(session["id"], client))["version"]}"'}
        return await client.patch(f"/v1/sessions/{session['id']}", json=values, headers=headers)

    async def seen(self, session_id: str, client: httpx.AsyncClient | None = None) -> dict[str, Any]:
        found: dict[str, Any] = (await (client or await self.se()).get(f"/v1/sessions/{session_id}")).json()
        return found

    async def invite(self, session: dict[str, Any], *stays: dict[str, Any], **body: Any) -> dict[str, Any]:
        client = await self.as_(callers.global_manager())
        asked = {"application_ids": [str(stay["application_id"]) for stay in stays], **body}
        reply = await client.post(f"/v1/sessions/{session['id']}/invitations", json=asked)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def answer(self, session: dict[str, Any], stay: dict[str, Any], going: bool = True, **more: Any) -> Any:
        client = await self.ep(stay)
        return await client.post(f"/v1/sessions/{session['id']}/answer", json={"going": going, **more})

    async def seats(self, session: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
        client = await self.as_(callers.global_manager())
        found: list[dict[str, Any]] = []
        params = {"limit": 200, **query}
        reply = await client.get(f"/v1/sessions/{session['id']}/seats", params=params)
        found += reply.json()["items"]
        return found

    def at(self, session: dict[str, Any], **after: float) -> None:
        """Set the clock so long after the start of a session."""
        self.room.clock.set(datetime.fromisoformat(session["starts_at"]) + timedelta(**after))


def person_of(stay: dict[str, Any]) -> UUID:
    found: UUID = stay["person_id"]
    return found


def stranger() -> Caller:
    return callers.participant(new_id())

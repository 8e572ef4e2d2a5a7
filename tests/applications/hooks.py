"""What tests of webhooks stand on: the room's world, a receiver, a sender, and what both have seen."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from services.applications import commands, handlers
from services.applications.sender import Sender
from services.applications.settings import ApplicationsSettings
from shared.access import Caller
from shared.contracts.envelope import Envelope, from_message, message_of
from shared.testing import callers
from tests.applications.receiver import Receiver
from tests.applications.world import ENTITY, World

OUTBOX = """SELECT aggregatetype, aggregateid, payload, headers FROM outbox
    WHERE aggregatetype = 'applications.events' AND position > :after ORDER BY position"""


@dataclass
class Hooks:
    """Whatever the room said before is heard already."""

    world: World
    receiver: Receiver
    sender: Sender
    heard: int = 0

    @property
    def settings(self) -> ApplicationsSettings:
        settings = self.world.room.runtime.settings
        assert isinstance(settings, ApplicationsSettings)
        return settings

    async def client(self, caller: Caller) -> httpx.AsyncClient:
        return await self.world.room.client(caller)

    async def sql(self, query: str, webhook: Any = None) -> list[Any]:
        async with self.world.room.runtime.database.engine.begin() as connection:
            found = await connection.execute(text(query), {"id": webhook["id"]} if webhook else {})
            return list(found.all()) if found.returns_rows else []

    async def everything(self) -> str:
        """All that the database holds, as text."""
        tables = await self.sql(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        rows = [await self.sql(f'SELECT t::text AS line FROM "{table.relname}" t') for table in tables]
        return "\n".join(row.line for found in rows for row in found)

    # --- owners

    async def register(self, caller: Caller | None = None, **values: Any) -> dict[str, Any]:
        client = await self.client(caller or callers.global_manager())
        reply = await client.post("/v1/webhooks", json={"url": self.receiver.url} | values)
        assert reply.status_code == 201, reply.text
        return reply.json() | {"caller": caller or callers.global_manager()}

    async def change(self, webhook: dict[str, Any], what: str, body: Any = None) -> dict[str, Any]:
        return (await self._changed(webhook, "POST", f"/{what}", body)).json()

    async def put(self, webhook: dict[str, Any], body: Any) -> dict[str, Any]:
        return (await self._changed(webhook, "PUT", "", body)).json()

    async def delete(self, webhook: dict[str, Any]) -> None:
        await self._changed(webhook, "DELETE", "", None)

    async def _changed(self, webhook: dict[str, Any], method: str, what: str, body: Any) -> httpx.Response:
        client, path = await self.client(webhook["caller"]), f"/v1/webhooks/{webhook['id']}"
        tag = (await client.get(path)).headers["ETag"]
        reply = await client.request(method, path + what, json=body, headers={"If-Match": tag})
        assert reply.status_code in (200, 204), reply.text
        return reply

    async def seen(self, webhook: dict[str, Any]) -> dict[str, Any]:
        client = await self.client(webhook["caller"])
        return (await client.get(f"/v1/webhooks/{webhook['id']}")).json()

    async def deliveries(self, webhook: dict[str, Any] | None = None, **query: Any) -> list[dict[str, Any]]:
        """What the log shows, the oldest first."""
        client = await self.client(callers.global_manager())
        webhook = webhook or (await client.get("/v1/webhooks")).json()["items"][0]
        reply = await client.get(f"/v1/webhooks/{webhook['id']}/deliveries", params=query)
        assert reply.status_code == 200, reply.text
        return list(reversed(reply.json()["items"]))

    # --- what happens

    async def envelopes(self) -> list[Envelope]:
        """What the room said since it was last asked, as its topic has it."""
        rows = await self.sql(OUTBOX.replace(":after", str(self.heard)))
        last = await self.sql("SELECT coalesce(max(position), 0) AS last FROM outbox")
        self.heard = last[0].last
        messages = [
            message_of(row.aggregatetype, row.aggregateid, row.headers, row.payload and row.payload.encode())
            for row in rows
        ]
        return [from_message(message) for message in messages]

    async def hear_all(self) -> None:
        """The room hears what it said, in one batch, as its consumer lets it."""
        await self.world.room.take(await self.envelopes())

    async def happen(self) -> Any:
        """One event of one application, heard; there is an opportunity before it, which nobody hears of."""
        opportunity = await self.world.opportunity()
        await self.envelopes()
        application = await self.world.apply(opportunity)
        await self.hear_all()
        return application

    async def hurry(self) -> None:
        """Whatever waits for its time: the time has come."""
        await self.sql("UPDATE webhook_delivery SET not_before = '-infinity' WHERE state = 'waiting'")
        await self.sql("UPDATE webhook SET not_before = '2000-01-01'")

    def renew_sender(self) -> None:
        """Another worker."""
        self.sender = Sender(self.world.room.runtime)

    # --- committees

    async def nations(self) -> tuple[UUID, UUID]:
        """Romania, which sends, and Sweden, which hosts."""
        found = []
        for entity in (self.world.sending, self.world.hosting):
            rows = await self.sql(f"SELECT parent_id FROM entity WHERE id = '{entity}'")
            found.append(rows[0].parent_id)
        return found[0], found[1]

    async def entity(self, name: str) -> UUID:
        """A committee of a third nation."""
        world = (await self.sql("SELECT id FROM entity WHERE kind = 'world'"))[0].id
        command = commands.RegisterEntity(name=name, kind="national", parent_id=world, **ENTITY)
        return (await self.world.room.do(handlers.register_entity, command, callers.global_manager())).id

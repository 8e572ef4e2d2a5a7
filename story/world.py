"""The running system as the story sees it: addresses, tokens, the clock, the inbox – and patience."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx

from shared.access import Role
from shared.contracts.topics import ROOMS
from shared.settings import Kernel
from shared.web.issuer import Issuer, development_issuer

T = TypeVar("T")
LOOK_EVERY = 0.1
PATIENCE = 120.0  # seconds: far more than it takes, for a machine that does other things as well


class NotSeen(Exception):
    """Something that should have happened was not seen in time, or was refused."""


class World:
    """Everything the story may touch: the rooms' public APIs and the development inbox."""

    def __init__(self, kernel: Kernel, client: httpx.AsyncClient) -> None:
        self._kernel, self._client = kernel, client
        self._issuer: Issuer = development_issuer(kernel)
        self._tokens: dict[tuple[Any, ...], str] = {}

    def url(self, room: str) -> str:
        return str(getattr(self._kernel, f"{room}_url")).rstrip("/")

    def account(self, role: Role, name: str, *, party: UUID | None = None, entity: UUID | None = None) -> "Account":
        """Somebody with a token of the development issuer."""
        token = self._issuer.issue_token(role, name, party=party, entity=entity, lifetime=4 * 3600)
        return Account(self, token)

    async def ask(self, method: str, room: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        """One request; NotSeen with the problem's own words when it is refused."""
        headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid4()))
        address = path if path.startswith("http") else self.url(room) + path
        reply = await self._client.request(method, address, headers=headers, **options)
        if reply.status_code >= 400:
            raise NotSeen(f"{method} {path} of {room}: {_problem(reply)}")
        return reply

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]], seconds: float = PATIENCE) -> T:
        """Look until there is something to see; NotSeen after `seconds`."""
        last: object = None
        try:
            async with asyncio.timeout(seconds):
                while True:
                    try:
                        if found := await look():
                            return found
                    except (NotSeen, httpx.HTTPError) as error:
                        last = error
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise NotSeen(f"{what}: not seen within {seconds:g} s{f' ({last})' if last else ''}") from None

    # --- business time

    async def now(self) -> datetime:
        reply = await self.ask("GET", "applications", "/development/clock", self._anyone())
        return datetime.fromisoformat(reply.json()["now"])

    async def move_to(self, moment: datetime) -> None:
        """One move of business time in all rooms."""
        offset = (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()
        body = {"offset_seconds": offset}
        await asyncio.gather(
            *(self.ask("PUT", room, "/development/clock", self._anyone(), json=body) for room in ROOMS)
        )

    def _anyone(self) -> str:
        key = ("anyone",)
        if key not in self._tokens:
            self._tokens[key] = self._issuer.issue_token(Role.global_manager, "story", lifetime=4 * 3600)
        return self._tokens[key]

    # --- the inbox

    async def mails(self, to: str) -> list[dict[str, Any]]:
        """What the development inbox holds for an address, oldest first."""
        reply = await self.ask("GET", "mail", "/messages", params={"to": to})
        return list(reply.json()["items"])

    async def mail(self, identity: str) -> dict[str, Any]:
        return dict((await self.ask("GET", "mail", f"/messages/{identity}")).json())

    async def attachment(self, mail: dict[str, Any], number: int = 0) -> bytes:
        reply = await self.ask("GET", "mail", f"/messages/{mail['id']}/attachments/{number}")
        return reply.content


class Account:
    """Somebody who asks the rooms for something, each time with their own token."""

    def __init__(self, world: World, token: str) -> None:
        self._world, self.token = world, token

    async def get(self, room: str, path: str, **params: Any) -> Any:
        return (await self._world.ask("GET", room, path, self.token, params=params)).json()

    async def all(self, room: str, path: str) -> list[Any]:
        """Every item of a list, page by page."""
        found: list[Any] = []
        page = await self.get(room, path, limit=200)
        while True:
            found += page["items"]
            if not page["next"]:
                return found
            page = await self.get(room, path, limit=200, cursor=page["next"])

    async def post(self, room: str, path: str, body: Any = None) -> Any:
        reply = await self._world.ask("POST", room, path, self.token, json=body if body is not None else {})
        return reply.json() if reply.content else None

    async def change(self, room: str, path: str, body: Any = None, *, of: str, method: str = "POST") -> Any:
        """Change what was read at `of`: its ETag goes along."""
        tag = (await self._world.ask("GET", room, of, self.token)).headers["ETag"]
        options: dict[str, Any] = {"headers": {"If-Match": tag}}
        if body is not None:
            options["json"] = body
        return (await self._world.ask(method, room, path, self.token, **options)).json()


def _problem(reply: httpx.Response) -> str:
    try:
        body = reply.json()
    except ValueError:
        return f"{reply.status_code} {reply.text[:200]}"
    fields = "; ".join(f"{e['pointer']} {e['detail']}" for e in body.get("errors") or ())
    return f"{reply.status_code} {body.get('detail') or body.get('title')} {fields}".strip()

"""The way into a room over HTTP: who may use a route, and how commands run, replies replay and pages are read."""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import Depends
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from shared import telemetry
from shared.access import Caller, Role
from shared.errors import Forbidden, Refusal
from shared.runtime import Around
from shared.storage.idempotency import Attempt, Reply
from shared.storage.outbox import KeyTaken
from shared.storage.trouble import Trouble, deadlocked, diagnose
from shared.storage.tx import Cause, Uow
from shared.web import etag
from shared.web.paging import Asked, rendered
from shared.web.streams import Streamed

if TYPE_CHECKING:
    from shared.runtime import Runtime

JSON = "application/json"
TRIES = 3
_KEY = re.compile("[!-~]{1,255}")
OPEN = "sojourn.door"
Location = str | Callable[[Any], str] | None
Handler = Callable[[Uow, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route."""

    roles: frozenset[Role]
    changes: bool = False
    public: str | None = None

    async def __call__(self, request: Request) -> "Door":
        """As a dependency: the door that was opened before the body was read."""
        found: Door = request.scope[OPEN]
        return found

    async def open(self, request: Request) -> "Door":
        """Let the caller in, or refuse."""
        state = request.app.state
        if self.public is not None:
            return Door(state.runtime, Caller.anonymous(), request, self)
        caller = await state.auth.caller(request.headers.get("authorization"))
        if caller.role not in self.roles:
            raise Forbidden(f"This is for {', '.join(sorted(self.roles))}.")
        expected = etag.expected(request.headers.get("if-match")) if self.changes else None
        return Door(state.runtime, caller, request, self, expected)


def allow(*roles: Role, changes: bool = False) -> Any:
    """`Annotated[Door, allow(Role.participant)]`: the route is for these roles.

    `changes=True` is for a change of something that exists: the caller must say which version (If-Match, else 428).
    """
    if not roles:
        raise ValueError("name the roles that may use the route")
    return Depends(Rule(frozenset(roles), changes))


def public(reason: str) -> Any:
    """`Annotated[Door, public("the link is the proof")]`: no account is needed, and why that is right."""
    if not reason:
        raise ValueError("say why the route needs no account")
    return Depends(Rule(frozenset(), public=reason))


@dataclass(frozen=True, slots=True)
class Door:
    """One request that was let in."""

    runtime: "Runtime"
    caller: Caller
    request: Request
    rule: Rule
    expected: int | None = None

    @property
    def cause(self) -> Cause:
        """What a change by this request is caused by."""
        here = telemetry.current.get()
        return Cause.new() if here is None else Cause(here.correlation_id, None, here.traceparent)

    async def execute(
        self, handler: Handler, command: Any, *, status: int | None = None, location: Location = None
    ) -> Response:
        """Run a command in one transaction that is committed before the reply (`status`: else the route's own).

        A POST may carry an Idempotency-Key: its reply is kept in the same transaction, and sent again byte for byte
        when the same caller repeats the request. A refusal (4xx) is not kept: nothing happened, so a retry is judged
        anew. While the first request is at work, a second one gets 409 `in-flight`.
        """
        status = status or getattr(self.request.scope.get("route"), "status_code", None) or 200
        key = self._key()
        if key is None:
            return _sent(_reply(await self._run(handler, command), status, location))
        attempt = await self._attempt(key)
        return await self._once(attempt, handler, command, status, location)

    async def _run(self, handler: Handler, command: Any, around: Around | None = None) -> Any:
        """One transaction; another one, up to twice, when it and somebody else's waited for each other."""
        for attempt in range(1, TRIES + 1):
            try:
                return await self.runtime.execute(
                    handler, command, caller=self.caller, cause=self.cause, expected=self.expected, around=around
                )
            except Exception as error:
                if attempt == TRIES or not deadlocked(error):
                    raise
        raise AssertionError("unreachable")

    async def portion(self, handler: Handler, command: Any) -> Any:
        """A part of what is too much for one transaction, in one of its own; `execute` ends it. To do it again must be
        harmless: a request that is repeated under its Idempotency-Key does."""
        return await self._run(handler, command)

    async def read(self, view: Callable[..., Awaitable[Any]], *args: Any) -> Response:
        """Run a view `view(uow, *args)`; 304 when the caller has this version already."""
        result = await self.runtime.read(view, *args, caller=self.caller)
        reply = _reply(result, 200, None)
        tag = reply.headers.get("ETag")
        if tag is not None and etag.unchanged(self.request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
        return _sent(reply, "private, no-cache" if tag else "no-store")

    async def page(self, view: Callable[..., Awaitable[Any]], *args: Any, paging: Asked) -> Response:
        """Run a view `view(uow, *args, paging)` that gives a `Page`, and send it with a Link to the next one."""
        now = self.runtime.clock.machine()
        page = await self.runtime.read(view, *args, paging.rows, caller=self.caller)
        body, headers = rendered(self.request, page, paging, now)
        return Response(to_json(body), 200, {**headers, "Cache-Control": "no-store"}, JSON)

    def stream(
        self, produce: Callable[..., AsyncIterator[bytes]], *args: Any, media_type: str, filename: str
    ) -> Response:
        """Send the bytes of `produce(uow, *args)` as they come, in one read-only transaction, as a file to be kept."""
        return Streamed(self.runtime, self.caller, lambda uow: produce(uow, *args), media_type, filename)

    # --- idempotency

    def _key(self) -> str | None:
        key = self.request.headers.get("idempotency-key")
        if key is None or self.request.method != "POST":
            return None
        if not _KEY.fullmatch(key):
            raise BadKey("It is 1 to 255 visible ASCII characters.")
        return key

    async def _attempt(self, key: str) -> Attempt:
        scope = self.request.scope
        digest = hashlib.sha256(scope["path"].encode("utf-8", "replace"))
        digest.update(b"?" + scope["query_string"] + b"\n")
        digest.update(await self.request.body())
        operation = getattr(scope.get("route"), "operation_id", None) or scope["path"]
        fingerprint = digest.hexdigest()
        return Attempt(self._owner(fingerprint), key, operation, fingerprint)

    def _owner(self, fingerprint: str) -> str:
        """Whose key it is. Callers without account share no secret, so a key of theirs counts for one request only."""
        if self.rule.public is not None:
            return f"anonymous|{fingerprint}"
        caller = self.caller
        return f"{caller.subject}|{caller.role}|{caller.party or ''}|{caller.entity or ''}"

    async def _once(
        self, attempt: Attempt, handler: Handler, command: Any, status: int, location: Location
    ) -> Response:
        async def around(uow: Uow, run: Callable[[], Awaitable[Any]]) -> tuple[Reply, bool]:
            if (kept := await attempt.begin(uow)) is not None:
                return kept, True
            reply = _reply(await run(), status, location)
            attempt.keep(uow, reply)
            return reply, False

        try:
            reply, replayed = await self._run(handler, command, around)
        except Exception as error:
            if not isinstance(error, KeyTaken | Refusal) and diagnose(error) is not Trouble.clash:
                raise
            # The request that had the key may have committed between our look and our lock: then its reply is ours.
            reply, replayed = await self._earlier(attempt, error), True
        return _sent(reply, replayed=replayed)

    async def _earlier(self, attempt: Attempt, error: Exception) -> Reply:
        if getattr(error, "code", None) in ("in-flight", "idempotency-key-reused"):
            raise error
        kept = await self.runtime.read(attempt.find, caller=self.caller)
        if kept is None:
            raise error
        return kept


class BadKey(Refusal):
    status = 400
    code = "bad-idempotency-key"
    title = "The Idempotency-Key cannot be used"


def _reply(result: Any, status: int, location: Location) -> Reply:
    """What a result looks like on the wire."""
    headers: dict[str, str] = {}
    version = getattr(result, "version", None)
    if isinstance(version, int):
        headers["ETag"] = f'"{version}"'
    if location is not None:
        place = location(result) if callable(location) else location
        headers["Location"] = quote(place, safe="/:?#[]@!$&'()*+,;=%-._~")
    if result is None:
        return Reply(204 if status == 200 else status, headers, "")
    serializer = getattr(result, "__pydantic_serializer__", None)
    body = serializer.to_json(result) if serializer is not None else to_json(result)
    return Reply(status, headers, body.decode())


def _sent(reply: Reply, caching: str = "no-store", *, replayed: bool = False) -> Response:
    headers: Mapping[str, str] = {**reply.headers, "Cache-Control": caching}
    if replayed:
        headers = {**headers, "Idempotency-Replayed": "true"}
    return Response(reply.body.encode(), reply.status, headers, JSON if reply.body else None)

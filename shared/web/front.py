"""The app's outermost layer: thread and metrics of a request, body limit, security headers, last resort for bugs."""

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any
from uuid import UUID

from opentelemetry.trace import SpanKind
from prometheus_client import Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import telemetry
from shared.telemetry import Thread
from shared.web.problems import problem, template, unexpected

BODY_LIMIT = 1024 * 1024
SLOW_SECONDS = 2.0

REQUESTS = telemetry.histogram("http_request_seconds", "Time to answer a request.", "method", "route", "status")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})

STRICT = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
NO_CONTENT_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Front:
    """Pure ASGI and on the measured path: an unsampled request costs two dictionary look-ups and one wrapped send."""

    def __init__(
        self, app: ASGIApp, *, https: bool = False, body_limit: int = BODY_LIMIT,
        large_bodies: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        self.app = app
        self.body_limit = body_limit
        self.large_bodies = {re.compile(path): most for path, most in (large_bodies or {}).items()}
        self.always = [*STRICT, *([ONLY_HTTPS] if https else [])]
        self.timers: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        origin, length = _read_headers(scope)
        if origin.sampled:
            with telemetry.recorded(scope["method"], origin, SpanKind.SERVER, {}) as (inner, span):
                status = await self._serve(scope, receive, send, inner, length)
                if span is not None:
                    span.update_name(f"{scope['method']} {template(scope)}")
                    span.set_attributes({"http.response.status_code": status, "http.route": template(scope)})
        else:
            await self._serve(scope, receive, send, telemetry.child(origin), length)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, inner: Thread, length: int | None) -> int:
        began = perf_counter()
        token = telemetry.current.set(inner)
        reply = _Reply(send, self.always, inner)
        try:
            await self._answer(scope, receive, reply, length)
        finally:
            telemetry.current.reset(token)
            self._measure(scope, reply.status, perf_counter() - began)
        return reply.status

    async def _answer(self, scope: Scope, receive: Receive, reply: "_Reply", length: int | None) -> None:
        try:
            if (refused := self._refused(scope, length)) is not None:
                await refused(scope, receive, reply.send)
                return
            if length is None and scope["method"] not in ("GET", "HEAD"):
                receive = _limited(receive, self._limit(scope["path"]))
            await self.app(scope, receive, reply.send)
        except Exception as error:
            if reply.status:
                raise
            await unexpected(scope, error)(scope, receive, reply.send)

    def _refused(self, scope: Scope, length: int | None) -> Any:
        if length is not None and length > self.body_limit and length > (most := self._limit(scope["path"])):
            return problem(413, detail=f"At most {most} bytes.", headers={"Connection": "close"})
        if "\x00" in scope["path"]:
            return problem(404)
        if b"%00" in scope["query_string"]:
            return problem(422, errors=[{"pointer": "#", "in": "query", "detail": "There is a NUL character in it."}])
        return None

    def _limit(self, path: str) -> int:
        """The bytes that a body to this path may have."""
        return next((most for one, most in self.large_bodies.items() if one.fullmatch(path)), self.body_limit)

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        key = (scope["method"], template(scope), status)
        if (timer := self.timers.get(key)) is None:
            method = key[0] if key[0] in _METHODS else "other"
            timer = self.timers.setdefault(key, REQUESTS.labels(method, key[1], str(status)))
        timer.observe(seconds)
        if seconds > SLOW_SECONDS:
            telemetry.logger().warning("slow-request", method=key[0], route=key[1], status=status, seconds=seconds)


class _Reply:
    """Wraps `send`: remembers the status and adds the headers that every reply carries."""

    __slots__ = ("_always", "_send", "_thread", "status")

    def __init__(self, send: Send, always: list[tuple[bytes, bytes]], thread: Thread) -> None:
        self._send, self._always, self._thread = send, always, thread
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = list(message.get("headers", ()))
            correlation = (b"x-correlation-id", str(self._thread.correlation_id).encode())
            policy = [] if any(name == b"content-security-policy" for name, _ in own) else [NO_CONTENT_POLICY]
            message["headers"] = [*own, *self._always, *policy, correlation]
        await self._send(message)


def _read_headers(scope: Scope) -> tuple[Thread, int | None]:
    """The thread the caller began (traceparent, X-Correlation-Id) and the announced length of the body."""
    traceparent = correlation = length = None
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = int(value) if value.isdigit() and len(value) < 16 else 1 << 62
        elif name == b"traceparent":
            traceparent = value.decode("latin-1")
        elif name == b"x-correlation-id":
            correlation = _uuid(value)
    return telemetry.thread(traceparent, correlation), length


def _uuid(value: bytes) -> UUID | None:
    """The caller's correlation id when it is a UUID; anything else is not repeated anywhere."""
    try:
        return UUID(value.decode("ascii")) if len(value) == 36 else None
    except ValueError:
        return None


def _limited(receive: Receive, limit: int) -> Receive:
    """Counts a body that announces no length, and stops reading beyond the limit."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise HTTPException(413, headers={"Connection": "close"})
        return message

    return counted

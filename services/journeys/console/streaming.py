"""A conversation's stream for the browser: the room's own, asked with the token of the cookie, passed on as it comes.

The browser's EventSource can send no token of its own. It is told that there is nothing now (204) when the sign-in has
ended or the room is away; the page works without.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import httpx
from starlette.responses import Response, StreamingResponse

from services.journeys.console.rooms import http_client
from shared.settings import Kernel
from shared.web.door import Door

SILENCE = httpx.Timeout(5.0, read=60.0)  # the room says at least every 15 seconds that it is there
STOP = 204


async def pass_on(door: Door, token: str, path: str, params: Mapping[str, str | None]) -> Response:
    """The stream at this path of the journeys room; 204 when there is none for this person."""
    kernel: Kernel = door.runtime.kernel
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    if (last := door.request.headers.get("last-event-id")) is not None:
        headers["Last-Event-ID"] = last
    asked = {name: value for name, value in params.items() if value is not None}
    stack = AsyncExitStack()
    try:
        client = await stack.enter_async_context(http_client())
        address = kernel.journeys_url.rstrip("/") + path
        stream = client.stream("GET", address, params=asked, headers=headers, timeout=SILENCE)
        reply = await stack.enter_async_context(stream)
    except (httpx.HTTPError, OSError):
        await stack.aclose()
        return Response(status_code=STOP, headers={"Cache-Control": "no-store"})
    if reply.status_code != 200:
        await stack.aclose()
        return Response(status_code=STOP, headers={"Cache-Control": "no-store"})
    caching = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_chunks(reply, stack), headers=caching, media_type="text/event-stream")


async def _chunks(reply: httpx.Response, stack: AsyncExitStack) -> AsyncIterator[bytes]:
    """To the end of the room's stream, or until the browser goes away."""
    async with stack:
        try:
            async for chunk in reply.aiter_raw():
                yield chunk
        except httpx.HTTPError:
            return

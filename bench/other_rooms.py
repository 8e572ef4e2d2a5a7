"""The other rooms as the console meets them in a measurement: the examples of their own API documents, at once."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx

DOCUMENTS = Path(__file__).parents[1] / "docs" / "openapi"


@cache
def _operations(room: str) -> list[tuple[str, re.Pattern[str], Any]]:
    """Method, path and example reply of each operation; those without a parameter first."""
    found = []
    for path, operations in json.loads((DOCUMENTS / f"{room}.json").read_text(encoding="utf-8"))["paths"].items():
        for method, operation in operations.items():
            replies = operation.get("responses", {}) if isinstance(operation, dict) else {}
            kinds = [
                said.get("content", {}).get("application/json", {}) for code, said in replies.items() if code < "3"
            ]
            if any("example" in kind for kind in kinds):
                shown = next(kind["example"] for kind in kinds if "example" in kind)
                found.append(
                    (path.count("{"), method.upper(), re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), _sensible(shown))
                )
    return [line[1:] for line in sorted(found, key=lambda line: line[0])]


def _sensible(shown: Any) -> Any:
    """Zones that there are, where an example says `text`."""
    if isinstance(shown, list):
        return [_sensible(one) for one in shown]
    if isinstance(shown, dict):
        return {name: "Europe/Stockholm" if name == "zone" and one else _sensible(one) for name, one in shown.items()}
    return shown


def client_of(app: Any, addresses: dict[str, str], own: str) -> Callable[[], AbstractAsyncContextManager[Any]]:
    """What stands in for the console's client: `own` is this app, the rooms at the other addresses answer examples."""
    rooms = {httpx.URL(address).port: room for room, address in addresses.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        room = rooms.get(request.url.port or 0, "")
        lines = _operations(room) if room else []
        found = next(
            (said for verb, at, said in lines if verb == request.method and at.fullmatch(request.url.path)), None
        )
        if "cursor" in request.url.params and isinstance(found, dict) and "next" in found:
            found = found | {"next": None}  # a list of examples ends on its second page
        return httpx.Response(404, json={}) if found is None else httpx.Response(200, json=found)

    @asynccontextmanager
    async def opened() -> AsyncIterator[httpx.AsyncClient]:
        real = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), mounts={own: real}) as client:
            yield client

    return opened

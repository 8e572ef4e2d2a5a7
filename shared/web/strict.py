"""Reading a JSON body strictly: no duplicate keys, no NaN, no bottomless nesting, no text that cannot be stored."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute, request_response
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from shared.errors import FieldError, Invalid
from shared.web.problems import pointer

DEEPEST = 32


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise json.JSONDecodeError("a name appears twice in one object", "", 0)
    return found


def _not_json(word: str) -> Any:
    raise json.JSONDecodeError(f"{word} is not JSON", "", 0)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_not_json)


def parse(body: bytes) -> Any:
    """The value of a JSON text; JSONDecodeError (400) when it is none, Invalid (422) when a text cannot be stored."""
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        _check_depth(body)
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError) as error:
        raise json.JSONDecodeError("it is not UTF-8 text", "", 0) from error
    except json.JSONDecodeError as error:
        raise json.JSONDecodeError(error.msg, "", error.pos) from None
    except ValueError as error:
        raise json.JSONDecodeError("a number has too many digits", "", 0) from error
    if b"\\u" in body and (wrong := list(_unstorable(value, ()))):
        raise Invalid("Text must be storable Unicode.", errors=[FieldError(pointer(at), why) for at, why in wrong[:50]])
    return value


def _check_depth(body: bytes) -> None:
    depth = 0
    inside = escaped = False
    for byte in body:
        if inside:
            inside = escaped or byte != 0x22
            escaped = not escaped and byte == 0x5C
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise json.JSONDecodeError(f"it nests deeper than {DEEPEST} levels", "", 0)
        elif byte in b"]}":
            depth -= 1


def _unstorable(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Texts with NUL or half a surrogate pair: PostgreSQL stores neither."""
    match value:
        case str():
            if why := _flaw(value):
                yield at, why
        case dict():
            for key, inner in value.items():
                if why := _flaw(key):
                    yield at, f"a name in it: {why}"
                yield from _unstorable(inner, (*at, key))
        case list():
            for index, inner in enumerate(value):
                yield from _unstorable(inner, (*at, index))


def _flaw(text: str) -> str | None:
    if "\x00" in text:
        return "There is a NUL character in it."
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "There is half a surrogate pair in it."
    return None


class StrictRequest(Request):
    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse(await self.body())
        return self._json


def strictly(route: APIRoute) -> ASGIApp:
    """The route's app with strict reading; a body that does not call itself JSON is refused (415)."""
    handler = route.get_route_handler()
    has_body = route.body_field is not None

    async def answer(request: Request) -> Response:
        strict = StrictRequest(request.scope, request.receive)
        if has_body and not _is_json(request.headers.get("content-type")) and await strict.body():
            raise HTTPException(415)
        return await handler(strict)

    return request_response(answer)


def _is_json(content_type: str | None) -> bool:
    if content_type == "application/json":
        return True
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))

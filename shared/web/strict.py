"""Reading a JSON body strictly: no duplicate keys, no NaN, no bottomless nesting, no text that cannot be stored."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute, request_response
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from shared.errors import FieldError, Invalid, Refusal
from shared.web.door import OPEN, Rule
from shared.web.kinds import check_of
from shared.web.problems import pointer

DEEPEST = 32
MOST_ERRORS = 50


class Malformed(Refusal):
    status = 400
    code = "malformed-json"
    title = "The body cannot be read"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("A name appears twice in one object.")
    return found


def _not_json(word: str) -> Any:
    raise Malformed(f"{word} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_not_json)


def parse(body: bytes) -> Any:
    """The value of a JSON text; Malformed (400) when it is none, Invalid (422) when a text in it cannot be stored."""
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        _check_depth(body)
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed("It is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise Malformed(f"It is not JSON: {error.msg} (at character {error.pos}).") from error
    except ValueError as error:
        raise Malformed("A number has too many digits.") from error
    if b"\\u" in body and (wrong := list(_unstorable(value, ()))):
        errors = [FieldError(pointer(at), why) for at, why in wrong[:MOST_ERRORS]]
        raise Invalid("Text must be Unicode that can be stored.", errors=errors)
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
                raise Malformed(f"It nests deeper than {DEEPEST} levels.")
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
    """A request whose JSON was read already, by our rules."""

    parsed: Any = None

    async def json(self) -> Any:
        return self.parsed


def strictly(route: APIRoute, rule: Rule) -> ASGIApp:
    """The route's app behind its role rule: who may not come in is told so before anything of the body is read."""
    handler = route.get_route_handler()
    field = route.body_field
    check = None if field is None else check_of(field.field_info.annotation)

    async def answer(request: Request) -> Response:
        strict = StrictRequest(request.scope, request.receive)
        strict.scope[OPEN] = await rule.open(strict)
        if field is not None and (body := await strict.body()):
            if not _is_json(request.headers.get("content-type")):
                raise HTTPException(415)
            strict.parsed = parse(body)
            if check is not None and (wrong := list(check(strict.parsed, ()))):
                raise Invalid(errors=[FieldError(pointer(at), why) for at, why in wrong[:MOST_ERRORS]])
        return await handler(strict)

    return request_response(answer)


def _is_json(content_type: str | None) -> bool:
    if content_type == "application/json":
        return True
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))

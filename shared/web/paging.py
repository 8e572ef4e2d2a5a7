"""Paging over HTTP: opaque cursors, `limit`, `changed_since`, and the Link to the next page."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

import orjson
from fastapi import Depends, Query
from pydantic import Field
from starlette.requests import Request

from shared.storage import paging as rows
from shared.storage.paging import Page, Values, bad_cursor
from shared.web.schemas import Moment, Out

T = TypeVar("T")
MOST = 200
LONGEST_CURSOR = 1000
# Longer than a transaction may last: a row written before `as_of` may become visible only this much later.
OVERLAP = timedelta(seconds=30)


class PageOf(Out, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = Field(None, description="Cursor of the next page; absent on the last one")
    as_of: datetime = Field(description="Ask for `changed_since` this moment next time: nothing is missed")


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as asked for over HTTP: the rows' paging, and the moment that the whole walk began."""

    rows: rows.Paging
    as_of: datetime | None


async def _asked(
    limit: Annotated[int, Query(ge=1, le=MOST, description=f"Rows of a page, at most {MOST}")] = 50,
    cursor: Annotated[
        str | None,
        Query(max_length=LONGEST_CURSOR, pattern="^[A-Za-z0-9_-]+$", description="`next` of the page before"),
    ] = None,
    changed_since: Annotated[Moment | None, Query(description="Only what changed at or after this moment")] = None,
) -> Asked:
    as_of, values = decode(cursor) if cursor is not None else (None, None)
    return Asked(rows.Paging(values, limit, changed_since), as_of)


Paging = Annotated[Asked, Depends(_asked)]


def encode(as_of: datetime, values: Values) -> str:
    """An opaque cursor: when the walk began and the order values of the last row."""
    text = orjson.dumps([round(as_of.timestamp() * 1000), *values])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decode(cursor: str) -> tuple[datetime, Values]:
    """What a cursor says; Invalid when it says nothing. Its values are checked again where the columns are known."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        began, *values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        as_of = datetime.fromtimestamp(began / 1000, UTC)
    except (ValueError, TypeError, OverflowError, OSError, binascii.Error) as error:
        raise bad_cursor() from error
    if not values or not all(isinstance(value, str | int | float) for value in values):
        raise bad_cursor()
    return as_of, tuple(values)


def rendered(request: Request, page: Page, asked: Asked, now: datetime) -> tuple[dict[str, Any], dict[str, str]]:
    """The body of a page and its headers."""
    as_of = asked.as_of or now - OVERLAP
    following = None if page.next is None else encode(as_of, page.next)
    body: dict[str, Any] = {"items": page.items, "next": following, "as_of": as_of, **page.about}
    return body, {} if following is None else {"Link": f'<{_next(request, following)}>; rel="next"'}


def _next(request: Request, cursor: str) -> str:
    """This request's path and filters, with another cursor; encoded anew, so that nothing odd gets into a header."""
    filters = parse_qsl(request.scope["query_string"].decode("latin-1"))
    kept = [(name, value) for name, value in filters if name != "cursor"]
    return f"{quote(request.scope['path'])}?{urlencode([*kept, ('cursor', cursor)])}"

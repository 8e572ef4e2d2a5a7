"""Interactions come in as a file."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.exceptions import HTTPException

from services.scoring import handlers
from services.scoring.api.doors import Writer
from services.scoring.handlers.imports import Importing
from services.scoring.policy.imports import renamed
from services.scoring.policy.tables import Reader, Record
from services.scoring.schemas import ImportOut
from shared.errors import FieldError, Invalid
from shared.web.door import Door
from shared.web.schemas import Slug, ZoneName

router = APIRouter(prefix="/v1", tags=["imports"])
CSV = "text/csv"
EXAMPLE = (
    "Date,Person,Channel,Activity,Code\n"
    "2026-02-02 18:30,7c1d4b52-0a86-5d0e-8a3d-4a5ef0b6a911,in person,class visit,7KQ2MX\n"
)
BODY = {"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}, "example": EXAMPLE}}}}


@router.post(
    "/imports/interactions", response_model=ImportOut, operation_id="import_interactions", openapi_extra=BODY,
)  # fmt: skip
async def import_interactions(
    door: Writer,
    system: Annotated[Slug, Query(description="Where the file is from: ids are told apart by it", examples=["sheet"])],
    zone: Annotated[ZoneName, Query(description="Where times without an offset are from")] = "UTC",
    rename: Annotated[
        list[str],
        Query(max_length=40, description="`their heading:our field`, as often as needed", examples=[["Datum:at"]]),
    ] = [],  # noqa: B006 (FastAPI copies it)
) -> Response:
    """Calls, class visits, booths … of a file, in portions: rows that can be taken are, the others are told by line.

    Rows with a known id, or without one the same content, change nothing: a file that broke off is sent again whole."""
    if door.request.headers.get("content-type", "").partition(";")[0].strip().lower() != CSV:
        raise HTTPException(415)
    if "idempotency-key" in door.request.headers:
        await door.request.body()  # the reply is kept under what was sent
    importing = Importing(system, zone, _renamed(rename), partial(door.portion, handlers.take_rows))
    whole = True
    async for record in _records(door):
        if not (whole := await importing.add(record)):
            break
    return await door.execute(handlers.end_import, await importing.end(whole=whole))


def _renamed(rename: Sequence[str]) -> dict[str, str]:
    try:
        return renamed(rename)
    except ValueError as why:
        raise Invalid(errors=[FieldError("query:rename", str(why))]) from None


async def _records(door: Door) -> AsyncIterator[Record]:
    reader = Reader()
    try:
        async for chunk in door.request.stream():
            for record in reader.feed(chunk):
                yield record
        for record in reader.close():
            yield record
    except UnicodeDecodeError:
        raise Invalid(
            errors=[FieldError("#", "The file is not UTF-8 from some place on; what was before was read.")]
        ) from None

"""Interactions come in as a file."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.exceptions import HTTPException

from services.scoring import commands, handlers
from services.scoring.api.doors import Recorder
from services.scoring.handlers.imports import EndImport, Taken
from services.scoring.policy.imports import FIELDS, NAMES, NEEDED
from services.scoring.policy.tables import Reader, Record, bare, columns
from services.scoring.schemas import ImportOut
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.web.door import Door
from shared.web.schemas import Slug, ZoneName

router = APIRouter(prefix="/v1", tags=["imports"])
CSV = "text/csv"
PORTION, MOST_REFUSED = 500, 10_000
EXAMPLE = (
    "Date,Person,Channel,Activity,Code\n"
    "2026-02-02 18:30,7c1d4b52-0a86-5d0e-8a3d-4a5ef0b6a911,in person,class visit,7KQ2MX\n"
)
BODY = {"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}, "example": EXAMPLE}}}}


@router.post(
    "/imports/interactions", response_model=ImportOut, operation_id="import_interactions", openapi_extra=BODY,
)  # fmt: skip
async def import_interactions(
    door: Recorder,
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
    given = _renamed(rename)
    done, strange, whole = await _read(door, system, zone, given)
    return await door.execute(handlers.end_import, EndImport(new_id(), system, done, strange, whole))


def _renamed(rename: Sequence[str]) -> dict[str, str]:
    pairs = [one.rpartition(":") for one in rename]
    errors = [
        FieldError("query:rename", f"{one[:80]!r} is not a heading, a colon and one of {', '.join(FIELDS)}")
        for one, (theirs, _, ours) in zip(rename, pairs, strict=True)
        if not theirs or ours not in FIELDS
    ]
    if errors:
        raise Invalid(errors=errors)
    return {theirs: ours for theirs, _, ours in pairs}


async def _read(door: Door, system: str, zone: str, given: dict[str, str]) -> tuple[Taken, list[str], bool]:
    """The whole file, a portion a transaction."""
    done, waiting, places, strange = Taken(), list[Record](), dict[int, str](), list[str]()
    async for record in _records(door):
        if not places:
            places, strange = _columns(record, given)
            continue
        waiting.append(record)
        if len(waiting) == PORTION:
            done.add(await _take(door, system, zone, places, waiting))
            waiting = []
            if done.refused > MOST_REFUSED:
                return done, strange, False
    if not places:
        raise Invalid(errors=[FieldError("#", "The file is empty.")])
    if waiting:
        done.add(await _take(door, system, zone, places, waiting))
    return done, strange, True


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


def _columns(record: Record, given: dict[str, str]) -> tuple[dict[int, str], list[str]]:
    """The first line: what stands where. Refused when a row could never be told by it."""
    places, strange = columns(record.cells, NAMES, given)
    missing = [name for name in NEEDED if name not in places.values()]
    if not {"person_id", "visitor_id"} & set(places.values()):
        missing.append("person_id or visitor_id")
    if record.problem or missing:
        lack = record.problem or f"no column for {', '.join(missing)}: name it by `rename`"
        raise Invalid("The first line must hold the headings.", errors=[FieldError("#", lack)])
    return places, strange


async def _take(door: Door, system: str, zone: str, places: dict[int, str], records: Sequence[Record]) -> Taken:
    broken, rows = Taken(), []
    for record in records:
        if record.problem or len(record.cells) <= max(places):
            broken.rows += 1
            broken.refuse(record.line, ("", record.problem or f"{len(record.cells)} cells, fewer than headings"))
        else:
            rows.append((record.line, _cells(record, places)))
    if rows:
        broken.add(await door.portion(handlers.take_rows, commands.TakeRows(system, zone, rows)))
    return broken


def _cells(record: Record, places: dict[int, str]) -> dict[str, Any]:
    cells = {name: bare(record.cells[place]) for place, name in places.items()}
    return {name: text for name, text in cells.items() if text}

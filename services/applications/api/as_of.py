"""`?as_of=` and `?known_at=`: a day or a moment, and what they ask for."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import TypeAdapter, ValidationError, WithJsonSchema

from services.applications.policy.reports import Moment, end_of
from shared.errors import FieldError, Invalid
from shared.web import schemas

_CALENDAR = "^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}"
_DAY = {"type": "string", "format": "date", "pattern": f"{_CALENDAR}$"}
_MOMENT = {"type": "string", "format": "date-time", "pattern": _CALENDAR}
DayOrMoment = Annotated[str, WithJsonSchema({"anyOf": [_DAY, _MOMENT]})]


async def _asked(
    as_of: Annotated[
        DayOrMoment | None,
        Query(
            examples=["2026-03-15"],
            description="The state that held on this day (of a moment: its day in UTC), by effective dates",
        ),
    ] = None,
    known_at: Annotated[
        DayOrMoment | None,
        Query(
            examples=["2026-03-31"],
            description="Only what had been recorded by this moment (of a day: by its end, UTC)",
        ),
    ] = None,
) -> Moment:  # fmt: skip
    held = None if as_of is None else _read("as_of", as_of)
    known = None if known_at is None else _read("known_at", known_at)
    return Moment(
        held.astimezone(UTC).date() if isinstance(held, datetime) else held,
        known if known is None or isinstance(known, datetime) else end_of(known),
    )


def _read(name: str, text: str) -> date | datetime:
    kind = schemas.Day if len(text) == len("2026-03-15") else schemas.Moment
    try:
        found: date | datetime = TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        wrong = FieldError(f"query:{name}", "It is neither a day (2026-03-15) nor a moment with its offset.")
        raise Invalid(errors=[wrong]) from error
    return found


AsOf = Annotated[Moment, Depends(_asked)]

"""What requests and replies are made of: bodies that refuse what they don't know, field types that can be stored."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from uuid import UUID

import annotated_types
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic import EmailStr as _EmailStr

from shared.zones import known_zone

FIRST_YEAR, LAST_YEAR = 1900, 2199
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Body(BaseModel):
    """A request body: unknown fields are refused, texts lose the blanks round them and are bounded."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, str_max_length=20_000, allow_inf_nan=False, hide_input_in_errors=True
    )


class Out(BaseModel):
    """A reply. A field `version` becomes the ETag."""

    model_config = ConfigDict(from_attributes=True)


class Item(BaseModel):
    """One field error of a problem document."""

    model_config = ConfigDict(extra="forbid")
    pointer: str = Field(description="JSON pointer to the field, as a URI fragment", examples=["#/end_on"])
    detail: str = Field(description="What is wrong with it", examples=["It lies before the start."])
    in_: str | None = Field(None, alias="in", description="Where the field stands, when not in the body")


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(description="Stable identifier of the kind of problem", examples=["/problems/invalid"])
    title: str = Field(description="The kind of problem in words", examples=["Some values are not acceptable"])
    status: int = Field(description="The HTTP status again", examples=[422])
    detail: str | None = Field(None, description="What happened this time")
    instance: str | None = Field(None, description="Correlation id of this request, as a URN")
    errors: list[Item] | None = Field(None, description="The fields that are wrong")


def _no_controls(text: str) -> str:
    if any(letter < " " or "\x7f" <= letter <= "\x9f" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("Control characters are not allowed.")
    return text


def _paragraphs(text: str) -> str:
    _no_controls(text.replace("\n", "").replace("\r", "").replace("\t", ""))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sensible_year(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return value


def _written_out(value: Any) -> Any:
    """Only what looks like a date: pydantic would also take seconds since 1970, as a number or a text."""
    if isinstance(value, str) and not _DATE.match(value):
        raise ValueError("Write it as 2026-03-01, with a time where one belongs.")
    return value


def _utc(value: datetime) -> datetime:
    _sensible_year(value)
    return value.astimezone(UTC)


def _text(longest: int, shortest: int = 1, **more: Any) -> Any:
    return StringConstraints(min_length=shortest, max_length=longest, strip_whitespace=True, **more)


_LINE = AfterValidator(_no_controls)

# For readers of the schema only: blanks round a text are dropped before it is checked.
_ONE_LINE = {"pattern": "^[^\\x00-\\x20\\x7f-\\xa0]([^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x20\\x7f-\\xa0])?$"}
Name = Annotated[
    str,
    _text(200),
    _LINE,
    Field(description="A name, one line", examples=["Ioana Popescu"], json_schema_extra=_ONE_LINE),
]
Line = Annotated[str, _text(500), _LINE, Field(description="A text of one line", json_schema_extra=_ONE_LINE)]
LongText = Annotated[str, _text(10_000), AfterValidator(_paragraphs), Field(description="A text of several paragraphs")]
Prose = Annotated[
    str, _text(10_000, 0), AfterValidator(_paragraphs), Field(description="A text of several paragraphs, or none yet")
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,79}$"), Field(description="A code")]
CountryCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 alpha-2", examples=["RO"])
]
LanguageCode = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35),
    Field(description="BCP 47 language tag", examples=["ro"]),
]
ZoneName = Annotated[
    str,
    StringConstraints(max_length=64),
    AfterValidator(known_zone),
    Field(description="IANA time zone", examples=["Europe/Bucharest"]),
]
Email = Annotated[_EmailStr, _LINE, annotated_types.MaxLen(254), Field(examples=["ioana@example.org"])]
Phone = Annotated[
    str,
    StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$"),
    Field(description="E.164, with country code", examples=["+40721000000"]),
]
Day = Annotated[
    date,
    BeforeValidator(_written_out),
    AfterValidator(_sensible_year),
    Field(
        description="A calendar day, 1900 to 2199",
        examples=["2026-03-01"],
        json_schema_extra={"pattern": "^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$"},
    ),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_utc),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": "^(19|2[01])[0-9]{2}-",
            "description": "With offset, 1900 to 2199",
        }
    ),
]
# JSON Schema's `time` has an offset, which a time on the wall has not.
TimeOfDay = Annotated[time, WithJsonSchema({"type": "string", "examples": ["09:00:00"]}, mode="serialization")]
WallTime = Annotated[
    datetime,
    WithJsonSchema({"type": "string", "description": "Local date and time, without offset"}, mode="serialization"),
]
Count = Annotated[int, Field(ge=0, le=2_147_483_647)]
Score = Annotated[int, Field(ge=0, le=10, description="0 to 10", examples=[9])]
Id = UUID

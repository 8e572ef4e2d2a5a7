"""What can be told about an opportunity once it is there: its texts, its slots, its life."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.applications.commands.patches import Codes, Patch, absent
from services.applications.commands.profiles import Languages, LevelsPatch
from shared.contracts.applications import Product
from shared.web.schemas import Body, CountryCode, Day, Line, Prose, Slug, ZoneName

Hours = Annotated[int, Field(ge=1, le=80)]
Openings = Annotated[int, Field(ge=1, le=1000)]
ShortText = Annotated[str, Field(max_length=500)]


class NewSlot(Body):
    """Dates on which interns are taken: how many, and until when one may apply (else until the first day)."""

    start_on: Day
    end_on: Day
    close_on: Day | None = None
    openings: Openings = 1


Slots = Annotated[list[NewSlot], Field(min_length=1, max_length=50)]


class PatchSlot(Patch):
    """Changes of a slot, as a merge patch. `capacity` is how many in all, never fewer than were taken."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"capacity": 3}]})
    start_on: Day = absent()
    end_on: Day = absent()
    close_on: Day = absent()
    capacity: Openings = absent()


class PatchOpportunity(Patch):
    """Changes of an opportunity, as a merge patch; programme, country and zone are fixed once it was open."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"weekly_hours": 36, "pay": "9,000 SEK a month"}]})
    product: Product = absent()
    field: Slug | None = None
    title: Line = absent()
    description: Prose = absent()
    city: ShortText = absent()
    country: CountryCode = absent()
    zone: ZoneName = absent()
    weekly_hours: Hours = absent()
    pay: Prose = absent()
    accommodation: Prose = absent()
    arrival: Prose = absent()
    requirements: Prose = absent()
    skills: Codes = absent()
    languages: Languages = absent()
    levels: LevelsPatch = absent()
    study_fields: Codes = absent()
    study_levels: Codes = absent()
    selection_process: Codes = absent()


class ReRaise(Body):
    """New dates and openings; what is left out is as before, a year later and as long."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"openings": 2}]})
    start_on: Day | None = None
    end_on: Day | None = None
    openings: Openings | None = None
    slots: Slots | None = None


@dataclass(frozen=True, slots=True)
class ChangeOpportunity:
    opportunity_id: UUID
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenOpportunity:
    opportunity_id: UUID


@dataclass(frozen=True, slots=True)
class CloseOpportunity:
    opportunity_id: UUID


@dataclass(frozen=True, slots=True)
class RemoveOpportunity:
    opportunity_id: UUID


@dataclass(frozen=True, slots=True)
class ReRaiseOpportunity:
    opportunity_id: UUID
    asked: ReRaise


@dataclass(frozen=True, slots=True)
class AddSlot:
    opportunity_id: UUID
    slot: NewSlot


@dataclass(frozen=True, slots=True)
class ChangeSlot:
    opportunity_id: UUID
    slot_id: UUID
    changes: dict[str, date | int]


@dataclass(frozen=True, slots=True)
class CloseSlot:
    opportunity_id: UUID
    slot_id: UUID

"""What managers can say of a standard: it isn't needed, it is after all, it was kept, or it wasn't."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body, Day, LongText, Slug


class NotNeeded(Body):
    """Why a standard isn't needed this time."""

    why: Annotated[LongText, Field(examples=["The EP is a citizen of the host's country."])]


class Statement(Body):
    """Whether it was kept, on which day (default: today at the host), and in words how, or why not."""

    kept: bool
    on: Annotated[Day | None, Field(description="Default: today at the host")] = None
    why: Annotated[LongText, Field(examples=["I took her to the office and introduced her to the team."])]


class Finding(StrEnum):
    """What an evaluation finds of a standard."""

    kept = "kept"
    not_kept = "not_kept"
    not_needed = "not_needed"


class Evaluation(Body):
    """What was found, standard by standard; those that aren't named stay as they are."""

    standards: Annotated[
        dict[Slug, Finding],
        Field(min_length=1, max_length=100, examples=[{"first_day_of_work": "kept", "arrival_pickup": "not_kept"}]),
    ]
    on: Annotated[Day | None, Field(description="The day of what was kept; default: today at the host")] = None
    why: Annotated[LongText, Field(examples=["Evaluated with the company and the EP on the last day."])]


@dataclass(frozen=True, slots=True)
class WaiveStandard:
    application_id: UUID
    standard: str
    why: str


@dataclass(frozen=True, slots=True)
class DemandStandard:
    application_id: UUID
    standard: str


@dataclass(frozen=True, slots=True)
class StateStandard:
    application_id: UUID
    standard: str
    kept: bool
    on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class EvaluateStandards:
    application_id: UUID
    findings: dict[str, Finding]
    on: date | None
    why: str

"""The data of the story, as people write it in `story.yaml`."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

SHIPPED = Path(__file__).with_name("story.yaml")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Committee(Part):
    name: str
    country: str | None = None
    zone: str
    email: str
    phone: str


class Side(Part):
    national: Committee
    local: Committee


class Committees(Part):
    world: Committee
    sending: Side
    hosting: Side


class Person(Part):
    given_name: str
    family_name: str
    email: str
    phone: str | None = None
    country: str
    language: str
    zone: str


class Enabler(Part):
    kind: Literal["company", "ngo", "school"]
    name: str
    contact_name: str
    email: str
    phone: str | None = None
    language: str = "en"


class Internship(Part):
    starts_in_days: int = Field(ge=15, le=400, description="time for the touchpoints before the start")
    weeks: int = Field(ge=6, le=78)

    def dates(self, today: date) -> tuple[date, date]:
        """First day (a Monday) and last day (a Sunday)."""
        earliest = today + timedelta(days=self.starts_in_days)
        start = earliest + timedelta(days=-earliest.weekday() % 7)
        return start, start + timedelta(weeks=self.weeks, days=-1)


class Offer(Part):
    title: str
    description: str
    reason: str | None = None


class Opportunities(Part):
    rejected: Offer
    accepted: Offer
    both: dict[str, Any]


class Visit(Part):
    kind: str
    channel: str
    campaign: str | None = None
    opportunity: Literal["rejected", "accepted"] | None = None


class Answers(Part):
    nps: int = Field(ge=0, le=10)
    ces2: int = Field(ge=1, le=7)
    comment: str | None = None


class Tale(Part):
    """The whole story."""

    committees: Committees
    ep: Person
    enabler: Enabler
    internship: Internship
    opportunities: Opportunities
    visits: list[Visit]
    dossier: dict[str, Any]
    answers: Answers


def read_tale(file: Path = SHIPPED) -> Tale:
    """The story of a file; ValueError says in one line what is wrong with it."""
    try:
        return Tale.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise ValueError(f"{file.name}: {wrong}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{file.name} is not readable as YAML: {' '.join(str(error).split())}") from None

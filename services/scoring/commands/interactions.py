"""Tell of interactions: a stranger of its own visits, managers and services of anybody they look after."""

from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from services.scoring.policy.interactions import (
    MOST_PUBLIC,
    MOST_RECORDED,
    PUBLIC_CHANNELS,
    PUBLIC_KINDS,
    Channel,
    Kind,
)
from shared.web.schemas import Body, Moment, Slug

VISITOR, PERSON = "2f6e0f0e-6a37-4f0c-9a43-1f5a1c2f7a10", "7c1d4b52-0a86-5d0e-8a3d-4a5ef0b6a911"
OPPORTUNITY, AT = "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d", "2026-02-02T09:00:00Z"
OneVisit = {"id": "5b0a2a3e-94f7-4c39-8a58-0d7c6c8f3b21", "kind": "opportunity_view", "at": AT}
OneVisit |= {"opportunity_id": OPPORTUNITY, "channel": "web", "campaign": "spring-2026"}
OneCall = {
    "id": "a8f6d3f1-2f0e-4d4b-b6a1-9d1f9c0e7d55",
    "person_id": PERSON,
    "channel": "phone",
    "kind": "call",
    "at": AT,
}


def _example(value: dict[str, object]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


def _public_channel(channel: Channel) -> Channel:
    if channel not in PUBLIC_CHANNELS:
        raise ValueError(f"a visitor may tell of {', '.join(sorted(PUBLIC_CHANNELS))} only")
    return channel


def _public_kind(kind: Kind) -> Kind:
    if kind not in PUBLIC_KINDS:
        raise ValueError(f"a visitor may tell of {', '.join(sorted(PUBLIC_KINDS))} only")
    return kind


class Happening(Body):
    """One interaction; its client makes the id, so that sending it twice records it once."""

    id: UUID
    channel: Channel
    kind: Kind
    at: Moment
    opportunity_id: UUID | None = None
    campaign: Slug | None = None

    @model_validator(mode="after")
    def _view_of_something(self) -> Self:
        if self.kind is Kind.opportunity_view and self.opportunity_id is None:
            raise ValueError("an opportunity view names its opportunity_id")
        return self


class Visit(Happening):
    """What a stranger's browser or app tells."""

    channel: Annotated[Channel, AfterValidator(_public_channel)]
    kind: Annotated[Kind, AfterValidator(_public_kind)]


class Recorded(Happening):
    """What a manager or a service records, of a visitor or of a person."""

    visitor_id: UUID | None = None
    person_id: UUID | None = None

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.visitor_id is None) == (self.person_id is None):
            raise ValueError("name either visitor_id or person_id")
        return self


class Visits(Body):
    """Visits of one anonymous visitor; the visitor's id is made by its browser and kept there."""

    model_config = _example({"visitor_id": VISITOR, "visits": [OneVisit]})
    visitor_id: UUID
    visits: Annotated[list[Visit], Field(min_length=1, max_length=MOST_PUBLIC)]


class RecordInteractions(Body):
    """Interactions of any visitors and persons."""

    model_config = _example({"interactions": [OneCall]})
    interactions: Annotated[list[Recorded], Field(min_length=1, max_length=MOST_RECORDED)]


@dataclass(frozen=True, slots=True)
class RecordVisits:
    """The visits of a stranger, and whether a machine made them."""

    body: Visits
    bot: bool

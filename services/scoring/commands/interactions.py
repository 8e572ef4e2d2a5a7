"""Tell of interactions: a stranger of its own visits, managers and services of anybody they look after."""

from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from services.scoring.policy.interactions import (
    MOST_PUBLIC,
    MOST_RECORDED,
    PUBLIC_CHANNELS,
    PUBLIC_KINDS,
    RECORDED_KINDS,
    Channel,
    Kind,
)
from services.scoring.policy.machines import Mark
from shared.web.schemas import Body, Moment, Slug

VISITOR, PERSON = "2f6e0f0e-6a37-4f0c-9a43-1f5a1c2f7a10", "7c1d4b52-0a86-5d0e-8a3d-4a5ef0b6a911"
OPPORTUNITY, AT = "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d", "2026-02-02T09:00:00Z"
OneVisit = {"id": "5b0a2a3e-94f7-4c39-8a58-0d7c6c8f3b21", "kind": "opportunity_view", "at": AT}
OneVisit |= {"opportunity_id": OPPORTUNITY, "channel": "web", "query": "utm_source=poster&utm_campaign=Spring 2026"}
OneVisit |= {"referrer": "https://www.uni-cluj.example/news/42?id=7"}
OneCall = {
    "id": "a8f6d3f1-2f0e-4d4b-b6a1-9d1f9c0e7d55",
    "person_id": PERSON,
    "channel": "phone",
    "kind": "call",
    "at": AT,
}
Raw = Annotated[str, StringConstraints(max_length=500)] | None
Label = Annotated[Raw, Field(description="Kept as a code of 80 letters at most; what could name somebody is dropped")]


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


def _recorded_kind(kind: Kind) -> Kind:
    if kind not in RECORDED_KINDS:
        raise ValueError(f"it may be one of {', '.join(sorted(RECORDED_KINDS))}; the others are told by rooms")
    return kind


class Happening(Body):
    """One interaction; its client makes the id, so that sending it twice records it once."""

    id: UUID
    channel: Channel
    kind: Kind
    at: Moment
    opportunity_id: UUID | None = None
    campaign: Annotated[Slug | None, Field(description="The same as `utm_campaign`, as a code already")] = None
    utm_source: Label = None
    utm_medium: Label = None
    utm_campaign: Label = None
    utm_term: Label = None
    utm_content: Label = None
    referrer: Annotated[
        Annotated[str, StringConstraints(max_length=2000)] | None,
        Field(description="Address of the page before; only its host is kept"),
    ] = None
    code: Annotated[
        Annotated[str, StringConstraints(max_length=40)] | None,
        Field(description="Of a class visit, a booth, a flyer …", examples=["7KQ2MX"]),
    ] = None

    @model_validator(mode="after")
    def _view_of_something(self) -> Self:
        if self.kind is Kind.opportunity_view and self.opportunity_id is None:
            raise ValueError("an opportunity view names its opportunity_id")
        return self


class Visit(Happening):
    """What a stranger's browser or app tells."""

    channel: Annotated[Channel, AfterValidator(_public_channel)]
    kind: Annotated[Kind, AfterValidator(_public_kind)]
    query: Annotated[
        Annotated[str, StringConstraints(max_length=2000)] | None,
        Field(description="Query of the landing page: `utm_…` and `code` are read, click ids and the rest dropped"),
    ] = None


class Recorded(Happening):
    """What a manager or a service records, of a visitor or of a person."""

    kind: Annotated[Kind, AfterValidator(_recorded_kind)]
    visitor_id: UUID | None = None
    person_id: UUID | None = Field(None, description="The lead: an EP, or an enabler by its own id")

    user_agent: Annotated[
        Raw, Field(description="Of whoever opened or clicked; read for machines, not kept", examples=["Barracuda/5.0"])
    ] = None

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.visitor_id is None) == (self.person_id is None):
            raise ValueError("name either visitor_id or person_id")
        return self


class Allowing(Body):
    """What a visitor or a person agrees to; what is left out stays as it was."""

    model_config = _example({"analytics": True, "marketing": False})
    analytics: bool | None = Field(None, description="Keep visits with the visitor's id")
    personalization: bool | None = Field(None, description="Choose what is shown by them")
    marketing: bool | None = Field(None, description="Be in audiences that go out")


class Visits(Body):
    """Visits of one anonymous visitor; the visitor's id is made by its browser and kept there.

    Without consent to analytics (`consent` here, or given before) the id is dropped: the visits count, for nobody.
    """

    model_config = _example({"visitor_id": VISITOR, "visits": [OneVisit], "consent": {"analytics": True}})
    visitor_id: UUID
    visits: Annotated[list[Visit], Field(min_length=1, max_length=MOST_PUBLIC)]
    consent: Allowing | None = None


class RecordInteractions(Body):
    """Interactions of any visitors and persons."""

    model_config = _example({"interactions": [OneCall]})
    interactions: Annotated[list[Recorded], Field(min_length=1, max_length=MOST_RECORDED)]


@dataclass(frozen=True, slots=True)
class RecordVisits:
    """The visits of a stranger, what its request says of a machine, and whether its browser objects to be followed."""

    body: Visits
    mark: Mark | None = None
    objects: bool = False

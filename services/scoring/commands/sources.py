"""Make and change on-ground sources."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.scoring.commands.interactions import PERSON
from services.scoring.policy.interactions import Channel
from services.scoring.policy.sources import LONGEST_RUN_DAYS, SourceKind
from shared.web.schemas import Body, Day, Line, ZoneName

ENTITY = "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c60"
OneSource = {
    "kind": "class_visit", "entity_id": ENTITY, "place": "Cluj, Faculty of Mathematics, room 7", "cost": 12.5,
    "currency": "EUR", "starts_on": "2026-03-02", "ends_on": "2026-04-30", "zone": "Europe/Bucharest",
}  # fmt: skip


class SourceChange(Body):
    """What may be changed of a source; kind, entity and code stay as they were printed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{key: OneSource[key] for key in OneSource if key not in ("kind", "entity_id")}]}
    )
    place: Annotated[Line, Field(examples=["Cluj, Faculty of Mathematics, room 7"])]
    starts_on: Day
    ends_on: Annotated[Day | None, Field(description="The last day on which the code holds; none: for good")] = None
    zone: ZoneName
    cost: Annotated[float, Field(ge=0, le=9_999_999, description="What it cost, in `currency`")] | None = None
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$"), Field(examples=["EUR"])] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("ends_on lies before starts_on")
        if self.ends_on is not None and self.ends_on - self.starts_on > timedelta(days=LONGEST_RUN_DAYS):
            raise ValueError("it runs for three years at most; leave ends_on out for what has no end")
        if (self.cost is None) != (self.currency is None):
            raise ValueError("a cost has a currency, and a currency is that of a cost")
        return self

    @property
    def amount(self) -> Decimal | None:
        """The cost to the cent."""
        return None if self.cost is None else round(Decimal(str(self.cost)), 2)


class MakeSource(SourceChange):
    """A class visit, a booth, a flyer, an event, or a person who refers others."""

    model_config = ConfigDict(json_schema_extra={"examples": [OneSource]})
    kind: SourceKind
    entity_id: UUID
    channel: Channel = Channel.in_person
    referrer_id: Annotated[UUID | None, Field(description="Who refers, for a referral", examples=[PERSON])] = None

    @model_validator(mode="after")
    def _referral_by_somebody(self) -> Self:
        if (self.referrer_id is not None) != (self.kind is SourceKind.referral):
            raise ValueError("a referral names its referrer_id, and nothing else does")
        return self


@dataclass(frozen=True, slots=True)
class ChangeSource:
    source_id: UUID
    what: SourceChange

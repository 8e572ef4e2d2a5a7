"""What can be done with the room's segments."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from services.journeys.policy.segments import Rule
from shared.web.schemas import Body, Name

RULE: dict[str, Any] = {"products": ["talent"], "countries": ["RO", "SE"], "channels": ["in_person"]}


class MakeSegment(Body):
    """A rule under a name, for the caller's entity and all below it; a global manager's is everybody's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Talents met in person", "rule": RULE}]})
    name: Name
    rule: Rule


class NewRule(Body):
    """Another rule, or another name, for a segment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Talents", "rule": {"products": ["talent"]}}]})
    name: Name
    rule: Rule


@dataclass(frozen=True, slots=True)
class ChangeSegment:
    """The body, for one segment."""

    segment_id: UUID
    what: NewRule


@dataclass(frozen=True, slots=True)
class RetireSegment:
    """It is offered no more."""

    segment_id: UUID

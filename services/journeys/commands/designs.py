"""What can be told about designs of journeys."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.web.schemas import Body

EXAMPLE = {
    "title": "A day at the career fair",
    "customer": "ep",
    "steps": [
        {
            "id": "booth",
            "title": "Comes to the booth",
            "phase": "attraction",
            "items": [{"id": "flyer", "row": "touchpoints", "title": "Takes a flyer", "owner": "SE"}],
        }
    ],
}
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Kind = Annotated[Code, Field(description="What kind of design", examples=["blueprint"])]
Journey = Annotated[Code, Field(description="The journey that it draws", examples=["career-fair"])]
Persona = Annotated[Code | None, Field(description="Whose way through it; none: anybody's", examples=[None])]
Entity = Annotated[
    UUID | None, Field(description="The committee that it is for, and those below; none: everybody", examples=[None])
]


class DesignSource(Body):
    """What a version says: as values, or as a YAML text with the same fields."""

    content: dict[str, Any] | None = Field(None, description="The document", examples=[EXAMPLE])
    yaml: Annotated[str, StringConstraints(max_length=500_000)] | None = Field(
        None, description="The same as YAML, instead of `content`", examples=[None]
    )

    @model_validator(mode="after")
    def _one(self) -> "DesignSource":
        if (self.content is None) == (self.yaml is None):
            raise ValueError("give either content or yaml")
        return self


class DraftDesign(DesignSource):
    """A new version of a design, to be looked at before it is published."""

    kind: Kind
    journey: Journey
    persona: Persona = None
    entity_id: Entity = None


@dataclass(frozen=True, slots=True)
class ChangeDesign:
    design_id: UUID
    what: DesignSource


@dataclass(frozen=True, slots=True)
class PublishDesign:
    design_id: UUID


@dataclass(frozen=True, slots=True)
class RetireDesign:
    design_id: UUID


class Copy(Body):
    """What a copy is of; what isn't given is as in the original."""

    journey: Code | None = Field(None, description="Another journey", examples=["career-fair"])
    persona: Persona = None
    entity_id: Entity = None


@dataclass(frozen=True, slots=True)
class CopyDesign:
    design_id: UUID
    what: Copy


class Restoration(Body):
    """Which earlier state of a draft is wanted back."""

    version: int = Field(ge=1, le=2_147_483_647, description="The row's version that said it", examples=[1])


@dataclass(frozen=True, slots=True)
class RestoreDesign:
    design_id: UUID
    what: Restoration

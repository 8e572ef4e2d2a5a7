"""What can be told about documents."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body, Day, Line, Prose


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The button on the personal page was pressed."""

    token: str


@dataclass(frozen=True, slots=True)
class AcknowledgeDocument:
    """The box was ticked and the name typed, by whoever has the personal link, about these bytes."""

    token: str
    document_id: UUID
    name: str


Lines = Annotated[list[Line], Field(max_length=12)]


class GoalsBody(Body):
    """Responsibilities and goals, whole."""

    responsibilities: Lines = Field(examples=[["The weekly report on the numbers"]])
    goals: Lines = Field(examples=[["A dashboard that the team uses every day"]])
    feedback: Prose | None = Field(None, description="When you talk about it", examples=["Thursdays at 14:00"])
    agreed_on: Day | None = Field(None, description="The day on which both agreed")


@dataclass(frozen=True, slots=True)
class RecordGoals:
    """What supervisor and EP agreed on."""

    application_id: UUID
    body: GoalsBody

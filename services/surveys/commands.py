"""What the surveys room can be told to do. The bodies of requests are their own commands."""

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.surveys.policy.cases import Outcome
from shared.web.schemas import Body, LongText, Slug

AnyText = Annotated[str, StringConstraints(max_length=20_000)]


class GiveAnswer(Body):
    """An answer: question id → score on that question's scale, and what the person wants to say."""

    scores: dict[Slug, Annotated[int, Field(strict=True)]] = Field(max_length=100, examples=[{"nps": 9, "ces2": 6}])
    comment: AnyText | None = Field(None, examples=["Marta fetched me at the station, that was great."])


class ReportCase(Body):
    """Somebody reports that something is wrong with an experience."""

    application_id: UUID
    report: LongText = Field(
        description="What is wrong, in the reporter's words", examples=["The room has no heating."]
    )


class Closing(Body):
    """How a case ended, for the statistics and in words."""

    outcome: Outcome
    note: LongText = Field(description="The solution, in words", examples=["Moved to another room on the same day."])


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """`scores` by question id, as they came in."""

    token: str = field(repr=False)
    scores: dict[str, int]
    comment: str | None


@dataclass(frozen=True, slots=True)
class RenewLink:
    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class AcknowledgeCase:
    case_id: UUID


@dataclass(frozen=True, slots=True)
class CloseCase:
    case_id: UUID
    outcome: Outcome
    note: str

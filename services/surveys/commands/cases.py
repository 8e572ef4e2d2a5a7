"""What can be done with a quality case."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from services.surveys.policy.cases import Outcome
from shared.web.schemas import Body, LongText


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
class AcknowledgeCase:
    case_id: UUID


@dataclass(frozen=True, slots=True)
class CloseCase:
    case_id: UUID
    outcome: Outcome
    note: str

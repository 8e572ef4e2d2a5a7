"""What can be told about returnees."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict, Field

from services.journeys.policy.returnees import MOST_HELD, Choice, Offer
from shared.web.schemas import Body, Day


class InviteReturnees(Body):
    """Invite the returnees of a committee and those below it whose exchange ended in a period, or those who are named.

    `held_share` of them are held back by lot and left in peace, so that it is known what the invitation does.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entity_id": "018f6f3e-3c5a-7b1e-9d3a-5f0c2a7e4b11",
                    "since": "2026-01-01", "until": "2026-06-30", "offers": ["membership", "alumni"], "held_share": 0.2,
                }
            ]
        }
    )  # fmt: skip
    entity_id: UUID
    offers: list[Offer] = Field(default_factory=lambda: list(Offer), min_length=1, max_length=2)
    since: Day | None = Field(None, description="The exchange ended on this day (UTC) or later")
    until: Day | None = Field(None, description="The exchange ended on this day (UTC) or before")
    people: list[UUID] = Field(default_factory=list, max_length=200, description="Only these; empty: all of the period")
    held_share: float = Field(0.0, ge=0.0, le=MOST_HELD)


class Answer(Body):
    """What the returnee chooses."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"choice": "membership"}]})
    choice: Choice


@dataclass(frozen=True, slots=True)
class AnswerInvitation:
    """By the signed-in returnee."""

    invitation_id: UUID
    choice: Choice


@dataclass(frozen=True, slots=True)
class AnswerByLink:
    """By whoever holds the personal link."""

    token: str
    choice: Choice

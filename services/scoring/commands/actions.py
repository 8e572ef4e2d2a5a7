"""What people say to suggestions, and of the shares of actions."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.web.schemas import Body, LongText


class Declining(StrEnum):
    """Why a suggestion is not followed."""

    not_suitable = "not_suitable"
    done_already = "done_already"
    wrong_moment = "wrong_moment"
    out_of_reach = "out_of_reach"
    no_time = "no_time"
    other = "other"


class Refusal(Body):
    """Why not, as a code and in words."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "done_already", "note": "We talked yesterday at the booth."}]}
    )
    reason: Declining
    note: LongText | None = Field(None, description="Stays with the suggestion, and is blanked with the person")


class ActionShare(Body):
    """The part of those to whom an action applies who get it; the others are held back."""

    share: float = Field(
        ge=0, le=1, description="0: nobody gets it here. 1: everybody does, and its effect is measured no more",
        examples=[0.7],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AcceptSuggestion:
    suggestion_id: UUID


@dataclass(frozen=True, slots=True)
class DeclineSuggestion:
    suggestion_id: UUID
    body: Refusal


@dataclass(frozen=True, slots=True)
class FinishSuggestion:
    suggestion_id: UUID


@dataclass(frozen=True, slots=True)
class SetShare:
    action: str
    entity_id: UUID
    share: float

"""Answering, and what a personal link is asked for."""

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.web.schemas import Body, Slug

AnyText = Annotated[str, StringConstraints(max_length=20_000)]


class GiveAnswer(Body):
    """An answer: question id → score on that question's scale, and what the person wants to say."""

    scores: dict[Slug, Annotated[int, Field(strict=True)]] = Field(max_length=100, examples=[{"nps": 9, "ces2": 6}])
    comment: AnyText | None = Field(None, examples=["Marta fetched me at the station, that was great."])


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """`scores` by question id, as they came in."""

    token: str = field(repr=False)
    scores: dict[str, int]
    comment: str | None


@dataclass(frozen=True, slots=True)
class RenewLink:
    invitation_id: UUID

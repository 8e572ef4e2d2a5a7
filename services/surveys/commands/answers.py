"""Answering, and what a personal link is asked for."""

from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, WithJsonSchema

from shared.web.schemas import Body, Slug

_WORDS_OR_NUMBER = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
# Taken as it is here: the questionnaire says what is wrong with it, with words for each kind of question.
Value = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                *_WORDS_OR_NUMBER["anyOf"],
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": _WORDS_OR_NUMBER},
                {"type": "null"},
            ],
            "description": "A score or rating; a standard's word, an option's id or a text; several options' ids; "
            "of a matrix, row id → score, word or option's id. Null or left out: not answered",
        }
    ),
]


class GiveAnswer(Body):
    """An answer: question id → value. What is written to an option `other` stands under `<question id>.other`."""

    answers: dict[Slug, Value] = Field(
        max_length=400,
        examples=[
            {
                "nps": 9,
                "ces2": 6,
                "standards": {"arrival_pickup": "yes", "insurance": "not_needed"},
                "comment": "Marta fetched me at the station, that was great.",
            }
        ],
    )


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """`answers` by question id, as they came in."""

    token: str = field(repr=False)
    answers: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """What was answered so far, the whole of it: a later draft replaces an earlier one."""

    token: str = field(repr=False)
    answers: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenewLink:
    invitation_id: UUID

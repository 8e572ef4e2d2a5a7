"""Have a table of one's own studied, and ask what came of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.scoring.policy.studies import Plan
from shared.web.schemas import Body

Heading = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Cell = float | Annotated[str, StringConstraints(max_length=200)] | bool | None


@dataclass(frozen=True, slots=True)
class AskStudy:
    """A CSV text and what is asked of it."""

    name: str
    text: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class ClaimStudy:
    """One that waits, for so long."""

    lease: timedelta


@dataclass(frozen=True, slots=True)
class EndStudy:
    """What was found out, or why nothing was."""

    study_id: UUID
    found: dict[str, Any] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StudyWork:
    """What the process of a study gets."""

    study_id: UUID
    text: str
    plan: Plan


class AskChances(Body):
    """Rows of which the model of a study is to say the chance; a column that isn't named is unknown."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rows": [{"poutcome": "success", "age": 41}]}]})
    rows: Annotated[list[Annotated[dict[Heading, Cell], Field(max_length=100)]], Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class TellChances:
    study_id: UUID
    body: AskChances


@dataclass(frozen=True, slots=True)
class DropStudy:
    study_id: UUID

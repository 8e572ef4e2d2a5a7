"""The team pulse as it is answered: rounds, and results that single nobody out."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.surveys.policy.pulse import RoundState
from services.surveys.schemas.scores import IntervalOut
from shared.contracts.surveys import Metric
from shared.web.schemas import Out


class RoundOut(Out):
    """One time that all teams are asked."""

    id: UUID
    name: str = Field(examples=["2026-11"])
    questionnaire_version: int
    opened_on: date
    closes_on: date
    state: RoundState


class PulseScoreOut(Out):
    """One question's figure. `change` is against the result shown before, with its interval; null without one."""

    question: str = Field(examples=["enps"])
    metric: Metric | None
    about: str | None
    n: int
    score: float = Field(description="eNPS −100…100, or the mean on the question's scale")
    interval: IntervalOut | None
    change: float | None
    change_interval: IntervalOut | None


class PulseResultOut(Out):
    """A closed round's result for an entity and all below it."""

    round: str
    closed_on: date
    entity_id: UUID
    asked: int
    answered: int
    rate: float
    scores: list[PulseScoreOut]


class PulseResultsOut(Out):
    """Results, newest round first. What is not here is not shown to anybody: fewer than `floor` answers could be
    told apart by it, alone or together with the rest.
    """

    floor: int
    items: list[PulseResultOut]

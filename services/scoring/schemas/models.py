"""What is answered about models: versions, trainings, who spoke when, how good, how fair, and people against them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.scoring.policy.life import ModelState, TrainingState, Why
from services.scoring.policy.overrides import Verdict
from services.scoring.policy.transitions import Side, Transition
from shared.web.schemas import Out


class TrainingOut(Out):
    """A training, and how far it is."""

    id: UUID
    transition: Transition
    state: TrainingState
    why: Why
    seed: int
    until: datetime = Field(description="What became known later plays no part in it")
    asked_at: datetime
    finished_at: datetime | None
    done: int = Field(description="Subjects that were read so far")
    total: int
    model_id: UUID | None = Field(description="The version that came of it")
    reason: str | None = Field(description="Why none came of it", examples=["too_few_labels"])
    version: int


class FigureOut(Out):
    """A figure from n cases; None where there is none. The interval is at 95 %."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


class ReliabilityOut(Out):
    """Cases of about the same chance: what was foretold on average, and the share that got there (Wilson, 95 %)."""

    n: int
    mean_probability: float
    positives: int
    rate: float
    low: float
    high: float


class ReportOut(Out):
    """How good probabilities were."""

    auc: FigureOut
    log_loss: FigureOut
    brier: FigureOut
    ece: FigureOut
    lift: FigureOut
    mean_ratio: FigureOut
    bins: list[ReliabilityOut]


class MetricsOut(Out):
    """Measured on cases that began after all that was learned from; None where there were too few for two parts."""

    split_at: datetime | None = None
    early: int = Field(0, description="Labels that were learned from for this measurement")
    late: int = Field(description="Cases of the later slice")
    model: ReportOut | None = None
    rules: ReportOut | None = None
    base_rate: ReportOut | None = None
    naive_bayes: ReportOut | None = None


class ModelOut(Out):
    """A version: what it learned from, how good it was on a later slice, and what it does now."""

    id: UUID
    name: str = Field(examples=["approved-3"])
    transition: Transition
    side: Side
    what: str
    horizon_days: int
    state: ModelState
    trained_at: datetime
    window_from: datetime
    window_to: datetime
    labels: int
    reached: int
    features: list[str]
    code_version: str = Field(description="A digest of all code that decides what a model is like")
    seed: int
    digest: str = Field(description="SHA-256 of the model: equal for equal data, code and seed")
    metrics: MetricsOut
    retired_at: datetime | None
    retired_why: str | None
    version: int


class ReignOut(Out):
    """From `at` on this version spoke; None: rules."""

    transition: Transition
    model_id: UUID | None
    at: datetime
    back: bool = Field(description="It came by a roll back")
    why: str
    contest: dict[str, Any] | None = Field(None, description="The figures that decided")


class WatchOut(Out):
    """The nightly look at a transition: the challenger on live outcomes, what has drifted, and the calibration."""

    transition: Transition
    champion: str = Field(examples=["rules-1"])
    champion_id: UUID | None
    challenger_id: UUID | None
    judged_at: datetime | None
    contest: dict[str, Any] | None
    drift: list[dict[str, Any]]
    calibration: dict[str, Any] | None
    rescoring: bool = Field(description="Subjects are being scored with a new champion")
    reigns: list[ReignOut]


class CalibrationOut(Out):
    """What was foretold against what happened: on the later slice in training, and live since then."""

    model_id: UUID
    slice: list[ReliabilityOut]
    slice_n: int
    live: list[ReliabilityOut] = Field(description="What this version really said, of cases whose horizon is over")
    live_n: int
    live_report: ReportOut | None


class GroupOut(Out):
    """One group. Rates only from `least` cases on, else None: too few to say anything."""

    group: str
    n: int = Field(description="Subjects with a chance")
    selected: int = Field(description="Of them above the hand-over limit")
    selection_rate: float | None
    selection_low: float | None
    selection_high: float | None
    settled: int = Field(description="Cases whose horizon is over")
    foretold: float | None = Field(description="Mean chance of the settled cases")
    happened: float | None = Field(description="Share of the settled cases that got there")
    happened_low: float | None
    happened_high: float | None
    calibrated: bool | None = Field(description="Whether the mean chance lies in the interval of what happened")


class FairnessOut(Out):
    """Selection and calibration by group; a trait that this room doesn't know is named as such."""

    model_id: UUID
    features: list[str] = Field(description="What the model looks at: none of these traits is among them")
    limit: float
    least: int
    by_country: list[GroupOut]
    by_entity: list[GroupOut]
    by_gender: str = Field(examples=["not known here"])


class OverrideOut(Out):
    """Somebody's own word on a chance."""

    subject_id: UUID
    transition: Transition
    probability: float | None
    verdict: Verdict | None
    reason: str | None
    by: str
    at: datetime
    until: datetime
    ended_at: datetime | None
    said: float | None = Field(description="The model's chance at that moment")
    model: str | None
    version: int


class HitsOut(Out):
    n: int
    reached: int
    low: float
    high: float


class ComparedOut(Out):
    """Squared error of people and model on the same cases; a gain above 0 means that people were nearer."""

    n: int
    people: float | None
    model: float | None
    gain: float | None
    low: float | None
    high: float | None


class OverridesReportOut(Out):
    """People against models, on cases whose horizon is over. None of it trains a model."""

    settled: int
    open: int
    compared: ComparedOut
    hot: HitsOut | None
    cold: HitsOut | None
    least: int

"""What is answered about sheets: answers, scores, what the rule says and why, decisions and outcomes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.scoring.policy.sheets.ledger import SheetEnding
from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.templates import SheetAbout
from shared.web.schemas import Out


class CellOut(Out):
    """An answer as it counts now. `version` goes into If-Match; one that nobody gave has version 0."""

    column: str = Field(examples=["ours"])
    criterion: str
    answer: Answer
    note: str | None
    evidence: str | None
    by: str | None
    at: datetime | None
    version: int


class EntryOut(Out):
    """One step in the course of an answer; `undoes` is the version that it took back."""

    column: str
    criterion: str
    version: int
    answer: Answer
    note: str | None
    evidence: str | None
    undoes: int | None
    by: str
    at: datetime


class TallyOut(Out):
    """+ less − over what is known, from −1 to 1; none when nothing is known. `low` and `high`: what all that is open
    would make of it if it were −, or +."""

    score: float | None
    known_share: float
    low: float
    high: float
    plus: int = Field(description="Weight of what is +")
    minus: int = Field(description="Weight of what is −")
    open: int = Field(description="Weight of what is not known")


class DuelOut(Out):
    """Weights of the criteria in which we are better than this rival, worse, equal, and not both known."""

    better: int
    worse: int
    equal: int
    unknown: int


class ColumnOut(Out):
    """A column and what it is worth. `rank` is none where too little is known."""

    key: str
    name: str | None
    whole: TallyOut
    groups: dict[str, TallyOut]
    rank: int | None
    duel: DuelOut | None = Field(description="None for our own column")


class ConditionOut(Out):
    """What a level takes, or how much has to be known, and what there is."""

    code: str = Field(description="`score`, `group`, `lead`, `must` or `known`")
    about: str | None = Field(description="The group, the rival or the criterion; none for the whole")
    wanted: float
    found: float | None
    met: bool


class FlipOut(Out):
    """An answer that would have to be the other one, or be known."""

    column: str
    criterion: str


class TriggerOut(Out):
    """Answers that together turn the decision, none of them to spare."""

    cells: list[FlipOut]
    turns_to: str | None


class VerdictOut(Out):
    """What the rule says, and which answers decide it."""

    code: str = Field(description="A level of the template, or `not_enough_known`")
    worst: str = Field(description="What it would be if all that is open were −")
    best: str = Field(description="What it would be if all that is open were +")
    settled: bool = Field(description="No answer to an open question can turn it")
    needed: list[ConditionOut]
    held: list[ConditionOut]
    next: list[ConditionOut] = Field(description="What the next level takes")
    contributions: dict[str, float] = Field(description="Criterion → its part of our score; they add up to it")
    holds: list[TriggerOut] = Field(description="Flipped, they take the level away")
    lifts: list[TriggerOut] = Field(description="Flipped, they lift to the next level")
    missing: list[TriggerOut] = Field(description="Known, they would be enough")
    all_triggers: bool = Field(description="Whether these are all sets of answers that decide")


class DecisionOut(Out):
    """What was decided, when, on which answers, weights and thresholds. It never changes."""

    id: UUID
    sheet_id: UUID
    number: int
    entity_id: UUID
    template: str
    template_version: int
    rule: str = Field(description="What the rule said")
    decision: str = Field(description="What was decided")
    reason: str | None
    score: float | None
    record: dict[str, Any] = Field(
        description="Weights, thresholds, answers as they stood, scores, conditions, triggers"
    )
    by: str
    at: datetime


class OutcomeOut(Out):
    """What became of a sheet's subject."""

    sheet_id: UUID
    ending: SheetEnding
    on: date
    reason: str | None
    by: str
    at: datetime
    version: int


class SheetLine(Out):
    """A sheet in a list."""

    id: UUID
    template: str
    template_version: int
    about: SheetAbout
    entity_id: UUID
    enabler_id: UUID | None
    name: str | None
    created_by: str
    created_at: datetime
    erased_at: datetime | None
    version: int


class SheetListed(SheetLine):
    """The same in a list of sheets, with what was decided last and what came of it."""

    decided: str | None = Field(None, description="A level of the template, or `not_enough_known`")
    ending: SheetEnding | None = None


class SheetDetail(SheetLine):
    """A sheet with its answers, what they are worth, and what they come to."""

    as_of: datetime | None
    columns: list[ColumnOut]
    cells: list[CellOut] = Field(description="Answers that were ever given; all others are open, of version 0")
    verdict: VerdictOut
    decision: DecisionOut | None = Field(description="The newest one")
    outcome: OutcomeOut | None

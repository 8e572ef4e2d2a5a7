"""Standards as customers answered them, and the gaps: to what was expected, and to what is claimed."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.surveys.policy.figures import Correction
from services.surveys.policy.slices import Dimension
from services.surveys.schemas.scores import DifferenceOut, FigureOut
from shared.contracts.surveys import Party
from shared.web.schemas import Out


class NarrowedOut(Out):
    """What was asked for."""

    party: Party
    entity_id: UUID | None
    since: date | None
    until: date | None
    minimum_n: int


class KeptOut(Out):
    """One standard, of one group where there are groups. `kept` is yes among yes and no."""

    key: str | None = Field(None, description="The value of the dimension; null without one", examples=["talent"])
    standard: str = Field(examples=["arrival_pickup"])
    yes: int
    no: int
    not_needed: int
    unanswered: int = Field(description="Their questionnaire asks for it, and they left it out; never a no")
    kept: FigureOut


class StandardsOut(NarrowedOut):
    """Which standards were kept, as customers say; the ones least kept first in each group."""

    by: Dimension | None
    standards: list[KeptOut]


class GapOut(Out):
    """One item at one touchpoint: what the same people expected and found, 1–7. Below the minimum only n is known."""

    item: str = Field(examples=["working_hours"])
    touchpoint: str = Field(description="The programme that asked what was found", examples=["after-completion"])
    n: int = Field(description="People who answered both")
    enough: bool
    expectation: FigureOut
    perception: FigureOut
    gap: DifferenceOut | None = Field(description="Perception less expectation, paired; negative: worse than expected")
    corrected: float | None = Field(description="p after correction for the number of items")
    differs: bool | None
    worse: int | None
    same: int | None
    better: int | None


class GapsOut(NarrowedOut):
    """Expectation and perception, item by item; the worst gap first."""

    correction: Correction
    gaps: list[GapOut]


class DeliveryOut(Out):
    """One standard: the share of stays with evidence and that of the customers' yes, over the same stays."""

    standard: str
    n: int = Field(description="Stays whose customer said yes or no")
    enough: bool
    claimed: FigureOut
    perceived: FigureOut
    gap: DifferenceOut | None = Field(description="Claimed less perceived; positive: more is claimed than was met")
    corrected: float | None
    differs: bool | None
    conflicts: int | None = Field(description="Stays with evidence whose customer says no")


class DeliveriesOut(NarrowedOut):
    """What entities claim held against what customers say; the widest gap first."""

    correction: Correction
    standards: list[DeliveryOut]

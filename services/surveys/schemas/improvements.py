"""What is answered about standards that fail."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.surveys.policy.improvements import Where
from shared.contracts.surveys import Party
from shared.web.schemas import Out


class FailureOut(Out):
    """How often a standard failed, or standards at one place; `rate` with Wilson's interval, none from too few answers.

    `asked` counts customers' yes and no; what was not needed or not answered is no failure and no success.
    """

    key: str = Field(description="The standard, or the id or code of the place", examples=["accommodation"])
    asked: int
    denied: int
    enough: bool
    rate: float | None = Field(description="denied / asked")
    low: float | None
    high: float | None
    conflicts: int = Field(description="Denied although there was evidence")
    cases: int
    open_cases: int
    case_ids: list[UUID] = Field(description="The newest cases behind it, at most 50")


class ImprovementsOut(Out):
    """Where to improve: the first row is where a failure is surest (by the interval's lower end)."""

    by: Where
    party: Party
    standard: str | None
    entity_id: UUID | None
    since: date | None
    until: date | None
    minimum_n: int
    level: float = 0.95
    method: str = "wilson"
    rows: list[FailureOut]


class MonthOut(Out):
    """One month; `rate` none from too few answers."""

    month: str = Field(examples=["2026-03"])
    asked: int
    denied: int
    enough: bool
    rate: float | None
    low: float | None
    high: float | None
    conflicts: int
    cases: int


class FailureTrendOut(Out):
    """Failures month by month. `z` above 0: they grow (Cochran–Armitage, two-sided `p`); none from under 3 months."""

    party: Party
    standard: str | None
    entity_id: UUID | None
    minimum_n: int
    months: list[MonthOut]
    z: float | None
    p: float | None

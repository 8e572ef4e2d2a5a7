"""A programme as data: who is asked which questionnaire, at which moment, how often, and who of them."""

import hashlib
from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from shared.contracts.fields import Code
from shared.contracts.surveys import Party

A_YEAR = 366


class Piece(BaseModel):
    """A part of a programme's file: what the format doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Moment(StrEnum):
    """What happened: a step of a stay, the end of a quality case, or something that an enabler does."""

    approved = "approved"
    realized = "realized"
    completed = "completed"
    first_completed = "first-completed"  # the first stay of an enabler that ended as planned
    case_closed = "case-closed"
    opportunity_posted = "opportunity-posted"
    opportunity_reraised = "opportunity-reraised"


class About(StrEnum):
    """What one asking is about."""

    stay = "stay"
    case = "case"
    opportunity = "opportunity"
    wave = "wave"


ABOUT = {Moment.case_closed: About.case} | dict.fromkeys(
    (Moment.opportunity_posted, Moment.opportunity_reraised), About.opportunity
)


class Anchor(StrEnum):
    """A date of the stay."""

    start = "start"
    end = "end"


class Wave(Piece):
    """Standing programmes ask again and again: on this day of each of these months."""

    months: list[int] = Field(min_length=1, max_length=12)
    day: int = Field(1, ge=1, le=28)

    @field_validator("months")
    @classmethod
    def _months(cls, months: list[int]) -> list[int]:
        if months != sorted(set(months)) or not set(months) <= set(range(1, 13)):
            raise ValueError("months are numbers from 1 to 12, in order, each once")
        return months

    def next_after(self, day: date) -> date:
        """The first wave later than this day."""
        days = (date(year, month, self.day) for year in (day.year, day.year + 1) for month in self.months)
        return next(one for one in days if one > day)


class When(Piece):
    """A moment, a date of the stay, or waves; ± days, at a local time. A moment without days and time is now."""

    moment: Moment | None = Field(None, strict=False)
    anchor: Anchor | None = Field(None, strict=False)
    waves: Wave | None = None
    days: int = Field(0, ge=-A_YEAR, le=A_YEAR)
    at: time | None = Field(None, strict=False)
    zone: Literal["host", "recipient"] = "host"

    @model_validator(mode="after")
    def _is_one(self) -> "When":
        if sum(one is not None for one in (self.moment, self.anchor, self.waves)) != 1:
            raise ValueError("it needs one of moment, anchor and waves")
        if self.at is None and (self.days or self.moment is None):
            raise ValueError('it needs `at`, a local time such as "10:00"')
        if self.waves and self.days:
            raise ValueError("waves have days of their own")
        return self


class Fact(StrEnum):
    """What a condition may ask for."""

    status = "status"
    product = "product"
    country = "country"
    sending_entity = "sending_entity"
    hosting_entity = "hosting_entity"


class Condition(Piece):
    """Asked only when this fact is one of these values, and none of those; an entity counts with all below it."""

    fact: Fact = Field(strict=False)
    is_in: list[str] = Field(default_factory=list)
    not_in: list[str] = Field(default_factory=list)

    def holds(self, values: frozenset[str]) -> bool:
        """`values` is what is known of the fact: one value, none, or an entity and all above it."""
        return (not self.is_in or bool(values & set(self.is_in))) and not values & set(self.not_in)


class Latest(Piece):
    """The last day on which asking makes sense: a date of the stay ± days."""

    anchor: Anchor = Field(strict=False)
    days: int = Field(0, ge=-A_YEAR, le=A_YEAR)


class Reminders(Piece):
    """At most so many, so many days apart; an answer stops them, and none comes after the expiry."""

    most: int = Field(0, ge=0, le=5)
    gap_days: int = Field(7, ge=1, le=90)


class Period(StrEnum):
    """What a quota is counted in: calendar periods, UTC."""

    month = "month"
    quarter = "quarter"
    year = "year"

    def of(self, day: date) -> str:
        """The name of the period in which a day lies: 2026-05, 2026-q2, 2026."""
        match self:
            case Period.month:
                return f"{day:%Y-%m}"
            case Period.quarter:
                return f"{day.year}-q{(day.month + 2) // 3}"
            case Period.year:
                return f"{day.year}"


class Quota(Piece):
    """At most so many are asked, per entity and period."""

    most: int = Field(ge=1)
    per: Period = Field(strict=False)


class Programme(Piece):
    """Who is asked what, when. `lifecycle` programmes belong to the stay: the cool-down never holds them back.

    `again_after_days` is the programme's own clock: nobody is asked by it twice within so many days. `late_days`: an
    asking that comes later than so many days after its day doesn't come at all.
    """

    code: Code
    title: str = Field(min_length=1, max_length=200)
    questionnaire: Code
    audience: list[Party] = Field(min_length=1)
    lifecycle: bool
    when: When
    conditions: list[Condition] = Field(default_factory=list)
    not_after: Latest | None = None
    late_days: int | None = Field(None, ge=0, le=A_YEAR)
    expires_after_days: int = Field(ge=1, le=400)
    reminders: Reminders = Reminders()
    share: float = Field(1.0, ge=0, le=1, strict=False)
    quota: Quota | None = None
    again_after_days: int = Field(0, ge=0, le=2 * A_YEAR)
    enabled: bool = True

    @field_validator("audience", mode="before")
    @classmethod
    def _parties(cls, parties: object) -> object:
        return [Party(one) for one in parties] if isinstance(parties, list) else parties

    @model_validator(mode="after")
    def _is_whole(self) -> "Programme":
        if faults := list(_faults(self)):
            raise ValueError("; ".join(faults))
        return self

    @property
    def about(self) -> About:
        if self.when.waves:
            return About.wave
        return ABOUT.get(self.when.moment, About.stay) if self.when.moment else About.stay


def _faults(programme: Programme) -> Iterator[str]:
    if len(set(programme.audience)) < len(programme.audience):
        yield "audience: each party once"
    if programme.not_after is None and programme.late_days is None:
        yield "it needs not_after or late_days: whoever is back for long is not asked"
    about = programme.about
    if programme.not_after and about is not About.stay:
        yield "not_after goes with a stay only"
    if about in (About.wave, About.opportunity) and programme.audience != [Party.enabler]:
        yield f"audience: a {about} is for enablers"
    if programme.when.moment is Moment.first_completed and programme.audience != [Party.enabler]:
        yield "audience: first-completed is for enablers"
    if about is About.wave and programme.lifecycle:
        yield "lifecycle: a standing programme belongs to no stay"
    for number, condition in enumerate(programme.conditions):
        if bool(condition.is_in) == bool(condition.not_in):
            yield f"conditions/{number}: it needs either is_in or not_in"
        if condition.fact is Fact.status and about is not About.stay:
            yield f"conditions/{number}: only a stay has a status"


def position(programme: str, recipient: object, occasion: str) -> float:
    """Where a recipient stands among all, in [0, 1): below the share means asked. The same in every run, on every
    machine; whoever is in at a share is in at every larger one, and another occasion draws anew."""
    drawn = hashlib.sha256(f"{programme}|{recipient}|{occasion}".encode()).digest()
    return int.from_bytes(drawn[:6]) / 2**48

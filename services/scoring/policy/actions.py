"""An action as data: who may be approached about what, when it applies, what it costs, and what it should bring."""

from datetime import time
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from shared.contracts.fields import Code
from shared.contracts.surveys import Party

EARLIEST, LATEST = time(8), time(21)  # on the clock of whoever is approached; outside of it nobody is


class Piece(BaseModel):
    """A part of the catalogue: what the format doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Doer(StrEnum):
    """Who carries an action out: a person with a task, or the plan of touchpoints by itself."""

    human = "human"
    automatic = "automatic"


class Channel(StrEnum):
    """How the customer is reached."""

    phone = "phone"
    email = "email"
    in_person = "in_person"


class Class(StrEnum):
    """What a contact counts as in the recipient's budget; what is owed has none."""

    owed = "owed"
    care = "care"
    promotion = "promotion"


class Aim(StrEnum):
    """What an action should bring within its horizon; told by facts that other rooms say."""

    applied = "applied"
    accepted = "accepted"
    signed = "signed"
    approved = "approved"
    answered = "answered"  # the enabler accepts or rejects an application
    raised = "raised"  # the enabler posts an opportunity, or raises one again


class Condition(Piece):
    """A fact of the situation within bounds, or one of some codes. What isn't known holds for nothing."""

    fact: Code
    at_least: float | None = None
    at_most: float | None = None
    is_in: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        bounds = self.at_least is not None or self.at_most is not None
        if bounds == bool(self.is_in):
            raise ValueError("it needs either is_in, or at_least, at_most or both")
        return self

    def holds(self, value: float | str | bool | None) -> bool:
        if value is None:
            return False
        if self.is_in:
            return value in self.is_in
        if isinstance(value, str):
            return False
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


class Hours(Piece):
    """When somebody may be approached, on their own clock."""

    opens: time
    closes: time
    weekdays_only: bool = False

    @model_validator(mode="after")
    def _by_day(self) -> Self:
        if not EARLIEST <= self.opens < self.closes <= LATEST:
            raise ValueError(f"they lie between {EARLIEST:%H:%M} and {LATEST:%H:%M}")
        return self


class Action(Piece):
    """One action. `touchpoint` is the entry of notifications' plan that carries it out.

    `share` is the part of those to whom it applies who get it; the others are held back, so that its effect is known.
    `guess` is the gain that is assumed until one is measured: it orders suggestions, and is never shown as an effect.
    `trial` is raised when the action becomes another one: its effect is then measured anew, with people drawn anew.
    """

    code: Code
    title: str = Field(min_length=1, max_length=120)
    side: Party
    doer: Doer
    touchpoint: Code
    channel: Channel
    budget: Class
    minutes: int = Field(ge=0, le=240, description="of somebody's time")
    when: tuple[Condition, ...] = Field(min_length=1)
    aim: Aim
    horizon_days: int = Field(ge=1, le=365)
    cool_down_days: int = Field(ge=1, le=730)
    expires_days: int = Field(ge=1, le=60)
    share: float = Field(gt=0, le=1)
    guess: float = Field(gt=-1, lt=1)
    hours: Hours
    trial: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.cool_down_days < self.expires_days:
            raise ValueError("cool_down_days: a suggestion expires before the next one may come")
        if self.doer is Doer.automatic and (self.channel is not Channel.email or self.minutes):
            raise ValueError("doer: what is automatic is an e-mail, and takes nobody's minutes")
        return self


class Catalogue(Piece):
    """All actions, and the version that suggestions name."""

    version: int = Field(ge=1)
    actions: tuple[Action, ...]

    @field_validator("actions")
    @classmethod
    def _each_once(cls, actions: tuple[Action, ...]) -> tuple[Action, ...]:
        codes = [one.code for one in actions]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"{', '.join(twice)} appears twice")
        return actions

    def get(self, code: str) -> Action | None:
        return next((one for one in self.actions if one.code == code), None)

    def of(self, side: Party) -> tuple[Action, ...]:
        return tuple(one for one in self.actions if one.side is side)

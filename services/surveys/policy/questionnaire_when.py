"""When a question is asked: conditions on what was answered before it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

Plain = int | str


class Condition(BaseModel):
    """What an earlier question was answered with. Of a matrix: the named `row`, else any one of its rows.

    Exactly one of `equals`, `in`, `at_most`, `at_least`, `answered`. Of a choice of several: that this one is among
    them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)
    question: str
    row: str | None = None
    equals: Plain | None = None
    among: list[Plain] | None = Field(None, alias="in", min_length=1)
    at_most: int | None = None
    at_least: int | None = None
    answered: bool | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Condition":
        tests = (self.equals, self.among, self.at_most, self.at_least, self.answered)
        if sum(test is not None for test in tests) != 1:
            raise ValueError("it takes exactly one of equals, in, at_most, at_least, answered")
        return self

    def fits(self, value: Plain) -> bool:
        """Whether one value that was given meets the condition."""
        if self.answered is not None:
            return self.answered
        if self.equals is not None:
            return value == self.equals
        if self.among is not None:
            return value in self.among
        if not isinstance(value, int):
            return False
        return value <= self.at_most if self.at_most is not None else value >= self.at_least  # type: ignore[operator]

    def holds(self, given: Any) -> bool:
        """Whether the answer to the question meets the condition; None and empties are no answer."""
        if isinstance(given, Mapping):
            given = given.get(self.row) if self.row is not None else list(given.values())
        values = given if isinstance(given, list) else [] if given in (None, "") else [given]
        if self.answered is False:
            return not values
        return any(self.fits(value) for value in values)


class When(BaseModel):
    """All of `all` hold, and where `any` is given one of those."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    all: list[Condition] = Field(default_factory=list)
    any: list[Condition] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_conditions(self) -> "When":
        if not self.all and not self.any:
            raise ValueError("it has no condition: say `all` or `any`")
        return self

    @property
    def conditions(self) -> list[Condition]:
        return [*self.all, *self.any]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the question is asked, by the answers to those before it."""
        met = [one.holds(answers.get(one.question)) for one in self.any]
        return all(one.holds(answers.get(one.question)) for one in self.all) and (any(met) or not met)

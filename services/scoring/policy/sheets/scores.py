"""What a column of answers is worth: + less − over what is known, how much is known, how far the rest could move it.

Unknown is neither + nor −: it changes no score, only the range that the score could still come to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from services.scoring.policy.sheets.templates import OURS, Criterion, Template, exactly


class Answer(StrEnum):
    """An answer to a criterion: good for the column's owner, bad, or not known (yet)."""

    plus = "plus"
    minus = "minus"
    open = "open"


Answers = Mapping[str, Answer]  # by criterion; what is not there is open
Columns = Mapping[str, Answers]  # by column


@dataclass(frozen=True, slots=True)
class Tally:
    """Weights of what was answered +, −, and of what is open. All figures are exact fractions."""

    plus: int = 0
    minus: int = 0
    open: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.plus + other.plus, self.minus + other.minus, self.open + other.open)

    @property
    def known(self) -> int:
        return self.plus + self.minus

    @property
    def whole(self) -> int:
        return self.known + self.open

    @property
    def score(self) -> Fraction | None:
        """From −1 (all known is −) to 1 (all known is +); None when nothing is known."""
        return Fraction(self.plus - self.minus, self.known) if self.known else None

    @property
    def known_share(self) -> Fraction:
        return Fraction(self.known, self.whole) if self.whole else Fraction(0)

    @property
    def low(self) -> Fraction:
        """The score if all that is open turned out −."""
        return Fraction(self.plus - self.minus - self.open, self.whole) if self.whole else Fraction(0)

    @property
    def high(self) -> Fraction:
        """The score if all that is open turned out +."""
        return Fraction(self.plus - self.minus + self.open, self.whole) if self.whole else Fraction(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """A column: the whole, and each group by its id."""

    whole: Tally
    groups: Mapping[str, Tally]


def tally(criteria: Iterable[Criterion], answers: Answers) -> Tally:
    """The weights of these criteria by answer."""
    sums = dict.fromkeys(Answer, 0)
    for one in criteria:
        sums[answers.get(one.id, Answer.open)] += one.weight
    return Tally(sums[Answer.plus], sums[Answer.minus], sums[Answer.open])


def standing(template: Template, answers: Answers) -> Standing:
    """What a column is worth by this template; answers to criteria that it doesn't have count for nothing."""
    groups = {group.id: tally(group.criteria, answers) for group in template.groups}
    return Standing(sum(groups.values(), Tally()), groups)


def enough(template: Template, column: Tally) -> bool:
    """Whether so much of a column is known that it may be compared."""
    return column.score is not None and column.known_share >= exactly(template.known.whole)


def ranks(template: Template, standings: Mapping[str, Standing]) -> dict[str, int | None]:
    """Column → its place by score, equal ones sharing a place (1, 2, 2, 4); None where too little is known."""
    scores = {key: one.whole.score for key, one in standings.items() if enough(template, one.whole)}
    ahead = {key: sum(other > score for other in scores.values()) for key, score in scores.items()}  # type: ignore[operator]
    return {key: ahead[key] + 1 if key in ahead else None for key in standings}


@dataclass(frozen=True, slots=True)
class Duel:
    """Us and one rival by criterion: weights of those where we are better, worse, equal, and not both known."""

    better: int
    worse: int
    equal: int
    unknown: int


def duel(template: Template, columns: Columns, rival: str) -> Duel:
    """How our column and a rival's compare on the criteria that are known of both."""
    sums = {"better": 0, "worse": 0, "equal": 0, "unknown": 0}
    for one in template.criteria:
        us, them = columns[OURS].get(one.id, Answer.open), columns[rival].get(one.id, Answer.open)
        if Answer.open in (us, them):
            sums["unknown"] += one.weight
        else:
            sums["equal" if us is them else "better" if us is Answer.plus else "worse"] += one.weight
    return Duel(**sums)


def contributions(template: Template, answers: Answers) -> dict[str, Fraction]:
    """Known criterion → its part of the score; the parts add up to the score."""
    known = standing(template, answers).whole.known
    signs = {Answer.plus: 1, Answer.minus: -1}
    return {
        one.id: Fraction(signs[answer] * one.weight, known)
        for one in template.criteria
        if (answer := answers.get(one.id, Answer.open)) is not Answer.open
    }

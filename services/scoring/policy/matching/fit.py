"""How well a pair fits: the chance that the EP applies, times the chance that the enabler then accepts.

`pair-rules-1` needs no outcome of our own: the base of the second is the field's 12 % accepted per application; the
base of the first and all weights are set by hand and say no more than a direction and a rough size.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum, log1p
from typing import Any, Protocol

from services.scoring.policy.matching.parties import Offer, Seeker
from services.scoring.policy.matching.rows import ACCEPTED_PER_APPLICATION, Row, accepts_row, applies_row
from services.scoring.policy.rules import DIGITS, Term, log_odds, probability

RULES = "pair-rules-1"
APPLIES_PER_SHOWN = 0.05
SIDES = ("applies", "accepts")
Weights = Mapping[str, Callable[[Row], float]]


class Told(Protocol):
    """What a judge says of one row; `learning.Chance` is one."""

    @property
    def probability(self) -> float: ...
    @property
    def base_log_odds(self) -> float: ...
    @property
    def terms(self) -> tuple[Term, ...]: ...
    @property
    def evidence(self) -> int: ...


class Judge(Protocol):
    """Who tells the chance of one side's yes: the rules, or a model that has learned."""

    def chance(self, row: Any) -> Told: ...
    def probabilities(self, rows: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A chance by the rules; base and terms are log-odds that add up to it, no outcome stands behind it."""

    probability: float
    base_log_odds: float
    terms: tuple[Term, ...]
    evidence: int = 0


@dataclass(frozen=True)
class Rules:
    """A base and what each fact adds to it, in log-odds."""

    base: float
    weights: Weights

    def chance(self, row: Row) -> Stated:
        terms = [Term(code, round(weigh(row), DIGITS)) for code, weigh in self.weights.items()]
        reasons = tuple(term for term in terms if term.log_odds)
        return Stated(probability(fsum([self.base, *(term.log_odds for term in reasons)])), self.base, reasons)

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        weights = self.weights.values()
        return [probability(fsum([self.base, *(round(weigh(row), DIGITS) for weigh in weights)])) for row in rows]


def _number(row: Row, name: str, otherwise: float = 0.0) -> float:
    value = row.get(name)
    return otherwise if value is None or isinstance(value, str) else float(value)


def _either(name: str, yes: float, no: float) -> Callable[[Row], float]:
    """One weight for yes, another for no, none for what nobody has stated."""

    def weigh(row: Row) -> float:
        value = row.get(name)
        return 0.0 if value is None else yes if value else no

    return weigh


def _above(name: str, slope: float, middle: float, least: float, most: float) -> Callable[[Row], float]:
    """So much per unit above the middle, within bounds; nothing for what nobody has stated."""

    def weigh(row: Row) -> float:
        value = row.get(name)
        if value is None or isinstance(value, str):
            return 0.0
        return slope * (min(most, max(least, float(value))) - middle)

    return weigh


def _odds_above_field(name: str) -> Callable[[Row], float]:
    def weigh(row: Row) -> float:
        return log_odds(_number(row, name, ACCEPTED_PER_APPLICATION)) - log_odds(ACCEPTED_PER_APPLICATION)

    return weigh


APPLIES: Weights = {
    "wanted_field": _either("wanted_field", 0.9, -0.9),
    "wanted_country": _either("wanted_country", 0.7, -0.9),
    "field_history": _above("field_history", 1.0, 0.3, 0.0, 1.0),
    "country_history": _above("country_history", 0.7, 0.2, 0.0, 1.0),
    "same_enabler": _either("same_enabler", -0.2, 0.0),
    "views": lambda row: 0.9 * log1p(_number(row, "views")),
    "starts_after_days": _above("starts_after_days", -0.004, 0.0, 0.0, 180.0),
    "posted_days": _above("posted_days", -0.008, 0.0, 0.0, 60.0),
    "popularity": lambda row: 0.12 * _number(row, "popularity"),
}
ACCEPTS: Weights = {
    "skills_share": _above("skills_share", 1.2, 0.4, 0.0, 1.0),
    "studies_fit": _either("studies_fit", 0.5, -0.8),
    "level_margin": _above("level_margin", 0.12, 0.0, 0.0, 3.0),
    "enabler_rate": _odds_above_field("enabler_rate"),
    "own_rate": lambda row: 0.6 * _odds_above_field("own_rate")(row),
    "refused_here": _either("refused_here", -1.0, 0.0),
    "waiting_per_opening": lambda row: -0.2 * log1p(_number(row, "waiting_per_opening")),
    "profile_stated": _above("profile_stated", 0.8, 0.6, 0.0, 1.0),
    "lead_days": _above("lead_days", 0.02, 14.0, 0.0, 14.0),
}
APPLIES_RULES = Rules(round(log_odds(APPLIES_PER_SHOWN), DIGITS), APPLIES)
ACCEPTS_RULES = Rules(round(log_odds(ACCEPTED_PER_APPLICATION), DIGITS), ACCEPTS)


@dataclass(frozen=True, slots=True)
class Side:
    """One side's chance with its row and its reasons, the heaviest first; `interval` is None while none can be told."""

    row: Row
    probability: float
    base_log_odds: float
    terms: tuple[Term, ...]
    evidence: int
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Fit:
    """Both sides of a pair."""

    applies: Side
    accepts: Side

    @property
    def probability(self) -> float:
        return self.applies.probability * self.accepts.probability

    @property
    def interval(self) -> tuple[float, float] | None:
        """Each side's bounds hold at 97.5 %, so that the products hold together at 95 % or more (Bonferroni)."""
        one, other = self.applies.interval, self.accepts.interval
        return (one[0] * other[0], one[1] * other[1]) if one and other else None


@dataclass(frozen=True)
class Judges:
    """Who tells of each side, by which model, and how sure their probabilities proved to be."""

    applies: Judge = APPLIES_RULES
    accepts: Judge = ACCEPTS_RULES
    names: tuple[str, str] = (RULES, RULES)
    proof: tuple["Proof | None", "Proof | None"] = (None, None)

    def likely(self, pairs: Sequence[tuple[Seeker, Offer]], moment: datetime) -> list[float]:
        """The probability of each pair's fit, without reasons: for many at once."""
        one = self.applies.probabilities([applies_row(seeker, offer, moment) for seeker, offer in pairs])
        other = self.accepts.probabilities([accepts_row(seeker, offer, moment) for seeker, offer in pairs])
        return [float(applies * accepts) for applies, accepts in zip(one, other, strict=True)]

    def fit(self, seeker: Seeker, offer: Offer, moment: datetime) -> Fit:
        return Fit(
            _side(self.applies, applies_row(seeker, offer, moment), self.proof[0]),
            _side(self.accepts, accepts_row(seeker, offer, moment), self.proof[1]),
        )


class Proof(Protocol):
    """Shares of yes among pairs of like probability on a later slice of time."""

    def interval(self, probability: float) -> tuple[float, float] | None: ...


def _side(judge: Judge, row: Row, proof: Proof | None) -> Side:
    told = judge.chance(row)
    terms = tuple(sorted(told.terms, key=lambda term: (-abs(term.log_odds), term.code)))
    interval = proof.interval(told.probability) if proof else None
    return Side(row, told.probability, told.base_log_odds, terms, told.evidence, interval)


# --- reasons in words


def _percent(row: Row, name: str) -> str:
    return f"{_number(row, name) * 100:.0f} %"


def _plural(number: float, one: str) -> str:
    return f"{number:.0f} {one}{'' if round(number) == 1 else 's'}"


TEXTS: Mapping[str, Callable[[Row], str]] = {
    "wanted_field": lambda r: "a field that the EP wants" if r["wanted_field"] else "not one of the fields wanted",
    "wanted_country": lambda r: "a country that the EP wants" if r["wanted_country"] else "not a country wanted",
    "field_history": lambda r: f"{_percent(r, 'field_history')} of earlier applications went to this field",
    "country_history": lambda r: f"{_percent(r, 'country_history')} of earlier applications went to this country",
    "same_enabler": lambda _: "has applied to this enabler before",
    "views": lambda _: "looked at it lately",
    "starts_after_days": lambda r: f"begins {_plural(_number(r, 'starts_after_days'), 'day')} after the EP is free",
    "posted_days": lambda r: f"on offer for {_plural(_number(r, 'posted_days'), 'day')}",
    "popularity": lambda _: "many apply to it",
    "skills_share": lambda r: f"has {_percent(r, 'skills_share')} of the skills asked for",
    "studies_fit": lambda r: "the studies asked for" if r["studies_fit"] else "not the studies asked for",
    "level_margin": lambda r: f"speaks {_plural(_number(r, 'level_margin'), 'level')} above the least",
    "enabler_rate": lambda r: f"this enabler accepts about {_percent(r, 'enabler_rate')} of applications",
    "own_rate": lambda r: f"about {_percent(r, 'own_rate')} of the EP's applications are accepted",
    "refused_here": lambda _: "was rejected by this enabler before",
    "waiting_per_opening": lambda r: f"{_plural(_number(r, 'waiting_per_opening'), 'application')} wait per opening",
    "profile_stated": lambda r: f"{_percent(r, 'profile_stated')} of the profile is filled in",
    "lead_days": lambda r: f"begins in {_plural(_number(r, 'lead_days'), 'day')}",
}
# Past behaviour is the EP's own and its committee's; to all others it is one reason without words of its own.
PRIVATE = frozenset({"field_history", "country_history", "same_enabler", "views", "own_rate", "refused_here"})


def in_words(term: Term, row: Row) -> str:
    """A reason as a person reads it: `a field that the EP wants (+0.90)`."""
    known = term.code in TEXTS and row.get(term.code) is not None
    words = TEXTS[term.code](row) if known else term.code.replace("_", " ")
    return f"{words} ({term.log_odds:+.2f})"


def without_private(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The same sum for eyes that may not see what the EP did elsewhere."""
    hidden = fsum(term.log_odds for term in terms if term.code in PRIVATE)
    shown = [term for term in terms if term.code not in PRIVATE]
    if hidden:
        shown.append(Term("past_behaviour", round(hidden, DIGITS)))
    return tuple(sorted(shown, key=lambda term: (-abs(term.log_odds), term.code)))

"""The ladder as it is asked: a probability with its reasons for one row, probabilities for many, one label learned."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, sqrt
from typing import Any

import numpy as np

from services.scoring.policy.learning import online
from services.scoring.policy.learning.bayes import Layout, Normal, sigmoid
from services.scoring.policy.learning.encoding import MOST, USUAL, Array, Category, Encoder, Number
from services.scoring.policy.learning.examples import Abstain, Chance, Prior, Row
from services.scoring.policy.learning.stacking import Stack
from services.scoring.policy.learning.trees import Forest
from services.scoring.policy.rules import DIGITS, Term

FORMAT = "ladder-1"
Z = 1.96
TOO_WIDE = 0.5  # of an interval of the probability
TOO_STRANGE = 0.5  # of the columns
KEPT_DIGITS = 9
TREES_OWN = 0.75  # their own error beside the Bayesian model's; measured (docs/scoring.md)
MOST_TERMS_KEPT = 10_000
Entry = tuple[float, str, Term]


@dataclass(slots=True)
class Look:
    """One row as the model sees it: the features that aren't 0, and what columns and rules bring in log-odds."""

    at: list[int]
    values: list[float]
    codes: list[str]
    brings: list[float]
    raw: list[float | int | None]  # what trees are asked, by column
    strange: int  # columns that were hardly ever seen like this


class Ladder:
    """A trained model. Everything but `learn` leaves it as it is.

    Its log-odds are a weighted sum of those of the rules, of the Bayesian model and of the trees (`stack`), so that the
    terms of all three add up: a rule's term is the rule times its weights, a column's is what the column brings in the
    Bayesian model and in the trees. Terms are rounded first and added then: what is shown is what is added.

    The interval holds that of the Bayesian model, wherever the other parts move the sum: nobody knows which of them is
    right. Trees add an error of their own, which grows as the Bayesian model's does where few were like this row; both
    learned from the same labels, so the errors are added and not their squares.
    """

    def __init__(
        self,
        prior: Prior,
        encoder: Encoder,
        known: Normal,
        pull: Array,
        stack: Stack,
        forest: Forest | None,
        evidence: int,
    ) -> None:
        """`pull`: the variances of the prior, to which learning label by label slowly returns."""
        self.prior, self.encoder, self.known, self.pull = prior, encoder, known, pull
        self.stack, self.forest, self.evidence = stack, forest, evidence
        self.layout = Layout(len(prior.weights), encoder.end)
        self._asked = [_asked(column) for column in encoder.columns]
        self._shared = not {column.name for column in encoder.columns}.isdisjoint(prior.weights)  # codes that meet
        self._cache: dict[tuple[str, float], Entry] = {}
        self._stale, self._unpulled = True, 0

    def _prepare(self) -> None:
        """Weights as plain numbers, after training and after each label that was learned."""
        base, rules, bayes, trees = self.stack.weights.tolist()
        base += rules * self.prior.base + bayes * float(self.known.mean[0])
        self._base = round(float(base + (trees * self.forest.base if self.forest else 0.0)), DIGITS)
        self._weights = (bayes * self.known.mean).tolist()
        for is_number, _, start, unknown, _, known in self._asked:
            if is_number:
                straight, hats = self._weights[start], self._weights[start + 1 : unknown]
                known[-1][:] = [step * straight + hat for step, hat in zip(known[1], hats, strict=True)]
        slope = self._weights[self.layout.blanks - 1] if self.layout.rules else 0.0
        own = self._weights[1 : 1 + self.layout.rules]
        self._rules = [
            (place, code, function, rules + slope + one)
            for place, ((code, function), one) in enumerate(zip(self.prior.weights.items(), own, strict=True), 1)
        ]
        self._trees, self._trust = trees, max(bayes + trees, 1.0) + TREES_OWN * trees
        self._alone = self.forest is None and not rules and bayes == 1.0 and not self.stack.weights[0]
        self._stale = False

    # --- one row

    def chance(self, row: Row) -> Chance:
        """The probability with its reasons."""
        look = self._look(row)
        if self.forest:
            trees, columns = self._trees, len(self._asked)
            shares = self.forest.shares(look.raw)
            look.brings[:columns] = [own + trees * more for own, more in zip(look.brings, shares, strict=False)]
        terms = self._terms(look)
        odds = fsum([self._base, *[term.log_odds for term in terms]])
        half = self._half(look, odds)
        low, high = _probability(odds - half), _probability(odds + half)
        silent = self._abstains(high - low, look.strange)
        return Chance(_probability(odds), self._base, terms, self.evidence, silent, (low, high))

    def _look(self, row: Row) -> Look:
        if self._stale:
            self._prepare()
        at, values, codes, brings, raw, strange = [0], [1.0], [], [], [], 0
        weights, get = self._weights, row.get
        for is_number, name, start, unknown, usual, known in self._asked:
            value = get(name)
            if not is_number:
                places, other = known
                place, code, surprise = places.get(value, other)
                at.append(start + place)
                values.append(1.0)
                codes.append(code)
                brings.append(weights[start + place])
                raw.append(place if value is not None else None)
                strange += surprise
                continue
            knots, line, last, low, high, code, heights = known
            if value is None or value != value or value.__class__ is str:
                at.append(unknown)
                values.append(1.0)
                codes.append(code)
                brings.append(weights[unknown])
                raw.append(None)
                strange += usual
                continue
            if value <= knots[0]:
                left, part = 0, 0.0
            elif value >= knots[last]:
                left, part, value = last - 1, 1.0, min(value, MOST)
            else:
                left = bisect_right(knots, value) - 1
                part = (value - knots[left]) / (knots[left + 1] - knots[left])
            hat, straight = start + 1 + left, line[left] + part * (line[left + 1] - line[left])
            at += (start, hat, hat + 1)
            values += (straight, 1.0 - part, part)
            codes.append(name)
            brings.append(heights[left] + part * (heights[left + 1] - heights[left]))
            raw.append(value)
            strange += value < low or value > high
        total = 0.0
        for place, code, function, weight in self._rules:
            if value := function(row):
                at.append(place)
                values.append(value)
                codes.append(code)
                brings.append(weight * value)
                total += value
        if total:
            at.append(self.layout.blanks - 1)
            values.append(total)
        return Look(at, values, codes, brings, raw, strange)

    def _terms(self, look: Look) -> tuple[Term, ...]:
        """Rounded, without those that are nothing, the heaviest first; the same code once."""
        pairs: Iterable[tuple[str, float]] = zip(look.codes, look.brings, strict=True)
        if self._shared:
            shares: dict[str, float] = {}
            for code, share in pairs:
                shares[code] = shares[code] + share if code in shares else share
            pairs = shares.items()
        get, entry = self._cache.get, self._entry
        found = [one for pair in pairs if (one := get(pair) or entry(pair))[0]]
        found.sort()
        return tuple([one[2] for one in found])

    def _entry(self, pair: tuple[str, float]) -> Entry:
        """Where a term stands among others, and the term; 0 stands for none. Many rows share them."""
        if len(self._cache) >= MOST_TERMS_KEPT:
            self._cache.clear()
        code, value = pair[0], round(pair[1], DIGITS)
        entry = self._cache[pair] = (-abs(value), code, Term(code, value))
        return entry

    def _half(self, look: Look, odds: float) -> float:
        """Half of the 95 % interval of the log-odds (`dot` is quicker than `@` for so little)."""
        places, given = np.array(look.at, np.intp), np.array(look.values)
        variance = given.dot(given.dot(self.known.covariance.take(places, 0)).take(places))
        half = Z * self._trust * sqrt(max(0.0, variance))
        if self._alone:
            return half
        return half + abs(odds - float(given.dot(self.known.mean.take(places))))

    def variance_between(self, row: Row, other: Row) -> float:
        """The variance of the difference of the log-odds of two rows."""
        apart = np.zeros(self.layout.end)
        for look, sign in ((self._look(row), -1.0), (self._look(other), 1.0)):
            np.add.at(apart, look.at, sign * np.array(look.values))
        return max(0.0, float(apart @ self.known.covariance @ apart)) * self._trust**2

    def _abstains(self, width: float, strange: int) -> Abstain | None:
        if not self.evidence:
            return None
        if strange >= 2 and strange >= TOO_STRANGE * len(self._asked):
            return Abstain.unlike_training
        return Abstain.thin_evidence if width > TOO_WIDE else None

    # --- many rows

    def probabilities(self, rows: Sequence[Row]) -> Array:
        """The probability of each row, without reasons: as `chance` but for the rounding of terms."""
        if self._stale:
            self._prepare()
        columns = self.encoder.values(rows)
        odds = np.full(len(rows), self._base)
        for _, _, function, weight in self._rules:
            odds += weight * np.array([function(row) for row in rows])
        weights = np.array(self._weights)
        for column, values in zip(self.encoder.columns, columns, strict=True):
            odds += column.brought(weights, values)
        if self.forest:
            odds += self._trees * (self.forest.log_odds(self.encoder.raw(columns)) - self.forest.base)
        return sigmoid(odds)

    # --- one label

    def learn(self, row: Row, label: bool, weight: float = 1.0) -> None:
        """Take in one label, in place (see `online`); trees stay as they are until the next training."""
        look = self._look(row)
        online.step(self.known, np.array(look.at), np.array(look.values), label, weight)
        self._unpulled += 1
        if self._unpulled == online.EVERY:
            online.forget(self.known, self.pull)
            self._unpulled = 0
        self.evidence += 1
        self._stale = True

    # --- kept

    def document(self) -> dict[str, Any]:
        """All of the model as JSON, but for the functions of the rules: those go by their names."""
        upper = np.triu_indices(self.layout.end)
        return {
            "format": FORMAT,
            "evidence": self.evidence,
            "rules": {"base": self.prior.base, "codes": list(self.prior.weights)},
            "columns": self.encoder.document(),
            "mean": _rounded(self.known.mean),
            "covariance": _rounded(self.known.covariance[upper]),
            "pull": _rounded(self.pull),
            "unpulled": self._unpulled,
            "stack": self.stack.document(),
            "trees": self.forest.document() if self.forest else None,
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any], prior: Prior) -> "Ladder":
        """ValueError when the model was made by another kind of ladder or round other rules."""
        if document["format"] != FORMAT:
            raise ValueError(f"a model of the format {document['format']!r}, not {FORMAT!r}")
        if document["rules"] != {"base": prior.base, "codes": list(prior.weights)}:
            raise ValueError("the model was trained round other rules")
        layout = Layout(len(prior.weights), 0)
        encoder = Encoder.of_document(document["columns"], layout.blanks)
        covariance = np.zeros((encoder.end, encoder.end))
        covariance[np.triu_indices(encoder.end)] = document["covariance"]
        covariance += np.triu(covariance, 1).T
        forest = Forest.of_document(document["trees"]) if document["trees"] else None
        known, stack = Normal(np.array(document["mean"]), covariance), Stack.of_document(document["stack"])
        ladder = cls(prior, encoder, known, np.array(document["pull"]), stack, forest, document["evidence"])
        ladder._unpulled = document["unpulled"]
        return ladder


def _asked(column: Number | Category) -> tuple[Any, ...]:
    """A column as the loop over one row needs it."""
    unknown, usual = column.start + column.width - 1, int(column.unknown_share < USUAL)
    if isinstance(column, Number):
        heights: list[float] = []  # what the column brings at each knot; `_prepare` fills it
        last = len(column.knots) - 1
        known: Any = (column.knots, column.line, last, *column.reach, f"{column.name}=unknown", heights)
        return True, column.name, column.start, unknown, usual, known
    name = column.name
    places: Any = {level: (place, f"{name}={level}", 0) for level, place in column.place.items()}
    places[None] = (column.other + 1, f"{name}=unknown", usual)
    other = (column.other, f"{name}=other", int(column.other_share < USUAL))
    return False, name, column.start, unknown, usual, (places, other)


def _probability(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds > -500 else 0.0


def _rounded(values: Array) -> list[float]:
    return [float(value) for value in np.round(values, KEPT_DIGITS)]

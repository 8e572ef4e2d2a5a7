"""How a ladder is trained: the same examples, rules and seed give the same ladder, bit for bit."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from services.scoring.policy.learning import bayes, growing, stacking
from services.scoring.policy.learning.bayes import Data, Layout
from services.scoring.policy.learning.encoding import Array, Category, Encoder
from services.scoring.policy.learning.examples import Example, Prior, Row
from services.scoring.policy.learning.ladder import Ladder
from services.scoring.policy.learning.stacking import Places, Stack

ENOUGH_FOR_TREES, FEWEST_OF_LABEL = 200, 20


def train(examples: Sequence[Example], prior: Prior, seed: int, *, trees: bool = True, in_time: bool = True) -> Ladder:
    """A ladder from any number of examples; examples of weight 0 are left out. Without `trees` there are never any.

    What its parts have to say is learned from how well each foretold what came later. `in_time` False, or all examples
    of one moment, is for examples without an order: then it is learned from how well each fills gaps.

    Floating-point sums depend on their order, so it counts on one thread; another kind of processor may differ in the
    last digits.
    """
    with threadpool_limits(limits=1):
        return _Training.of([example for example in examples if example.weight > 0], prior, seed).ladder(trees, in_time)


@dataclass(frozen=True)
class _Training:
    """The examples as numbers, shuffled by the seed."""

    prior: Prior
    seed: int
    encoder: Encoder
    layout: Layout
    data: Data  # for the Bayesian model
    raw: Array  # for the trees
    rules: Array  # the log-odds of the rules alone
    labels_known: tuple[int, int]  # final ones: how many came true, how many didn't
    order: Places  # by time
    ordered: bool  # whether there is any

    @classmethod
    def of(cls, examples: Sequence[Example], prior: Prior, seed: int) -> "_Training":
        shuffled = sorted(examples, key=lambda example: example.at)
        random.Random(seed).shuffle(shuffled)
        rows = [example.row for example in shuffled]
        encoder = Encoder.of_rows(rows, Layout(len(prior.weights), 0).blanks)
        layout, values = Layout(len(prior.weights), encoder.end), encoder.values(rows)
        labels = np.array([float(example.label) for example in shuffled])
        weights = np.array([example.weight for example in shuffled], dtype=np.float64)
        features = design(rows, prior, layout)
        encoder.fill(features, values)
        rules = prior.base + features[:, 1 : 1 + layout.rules].sum(axis=1)
        times = np.array([example.at.timestamp() for example in shuffled])
        order, ordered = np.argsort(times, kind="stable"), len(times) > 0 and times.min() < times.max()
        data = Data(features, labels, weights)
        final = [example.label for example in shuffled if example.final]
        known = (sum(final), len(final) - sum(final))
        return cls(prior, seed, encoder, layout, data, encoder.raw(values), rules, known, order, ordered)

    def ladder(self, trees: bool, in_time: bool) -> Ladder:
        known, pull = bayes.fit(self.data, self.layout, self.prior.base)
        stack, forest = Stack.plain(), None
        if trees and self._enough():
            stack, rounds = self._stack(pull, in_time and self.ordered)
            if stack.weights[stacking.PARTS.index("trees")]:
                forest = self._grown(np.arange(len(self.raw)), rounds).forest()
        ladder = Ladder(self.prior, self.encoder, known, pull, stack, forest, sum(self.labels_known))
        return Ladder.of_document(ladder.document(), self.prior)  # rounded as it will be kept

    def _enough(self) -> bool:
        """Whether trees have anything to learn from: labels of both kinds, and a column that varies."""
        labels = sum(self.labels_known) >= ENOUGH_FOR_TREES and min(self.labels_known) >= FEWEST_OF_LABEL
        return labels and self.raw.size > 0

    def _categories(self) -> dict[int, int]:
        columns = enumerate(self.encoder.columns)
        return {number: column.other + 1 for number, column in columns if isinstance(column, Category)}

    def _grown(self, chosen: Places, rounds: int = growing.MOST_ROUNDS) -> growing.Grown:
        some = Data(self.raw[chosen], self.data.labels[chosen], self.data.weights[chosen])
        return growing.grown(some, self._categories(), self.seed, rounds)

    def _stack(self, pull: Array, in_time: bool) -> tuple[Stack, int]:
        """The weights of the parts, and after how many rounds the trees foretell best, on rows that none had seen."""
        count, mean, widths = len(self.data.labels), self.layout.mean(self.prior.base), np.sqrt(pull)
        folds = stacking.later_folds(self.order) if in_time else stacking.folds(count, self.seed)
        foretold, staged = [], []
        for learn, foretell in folds:
            at, _, _ = bayes.laplace(self.data.some(learn), mean, widths, mean)
            foretold.append(self.data.features[foretell] @ at)
            staged.append(self._staged(learn, foretell))
        rows, odds = np.concatenate([foretell for _, foretell in folds]), np.concatenate(staged, axis=1)
        labels, weights = self.data.labels[rows], self.data.weights[rows]
        weights = weights * stacking.recent(folds) if in_time else weights
        losses = ((np.logaddexp(0.0, odds) - labels * odds) * weights).sum(axis=1)
        best = int(np.argmin(losses))
        return stacking.learn([self.rules[rows], np.concatenate(foretold), odds[best]], labels, weights), best + 1

    def _staged(self, learn: Places, foretell: Places) -> Array:
        """What trees tell after each round; without both labels to learn from, what the rules tell."""
        if 0 < self.data.labels[learn].sum() < len(learn):
            return self._grown(learn).staged(self.raw[foretell])
        return np.tile(self.rules[foretell], (growing.MOST_ROUNDS, 1))


def design(rows: Sequence[Row], prior: Prior, layout: Layout) -> Array:
    """The features of the rules, and room for those of the columns."""
    features = np.zeros((len(rows), layout.end))
    features[:, 0] = 1.0
    for place, function in enumerate(prior.weights.values(), 1):
        features[:, place] = [function(row) for row in rows]
    if layout.rules:
        features[:, layout.rules + 1] = features[:, 1 : layout.rules + 1].sum(axis=1)
    return features

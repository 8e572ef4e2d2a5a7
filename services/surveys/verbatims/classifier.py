"""Logistic regression over a few hundred labelled comments: small enough to be trained when a worker first needs it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Features = Mapping[str, float]
ROUNDS, RATE, DECAY = 40, 0.5, 0.02  # by three-fold cross-validation over what is learned from, by group


@dataclass(frozen=True, slots=True)
class Binary:
    """Whether one label holds: weights by feature and a bias."""

    weights: Mapping[str, float]
    bias: float

    def chance(self, features: Features) -> float:
        """The probability of the label, 0…1."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def train(examples: Sequence[Features], holds: Sequence[bool]) -> Binary:
    """Adagrad over the logistic loss with L2; both sides of the label weigh the same. Deterministic."""
    positive = sum(holds) or 1
    balance = {True: len(holds) / 2 / positive, False: len(holds) / 2 / max(1, len(holds) - positive)}
    weights: dict[str, float] = {}
    seen: dict[str, float] = {}
    bias, bias_seen = 0.0, 1e-8
    for _ in range(ROUNDS):
        for features, hold in zip(examples, holds, strict=True):
            miss = (Binary(weights, bias).chance(features) - hold) * balance[hold]
            bias_seen += miss * miss
            bias -= RATE * miss / math.sqrt(bias_seen)
            for name, value in features.items():
                slope = miss * value + DECAY * weights.get(name, 0.0)
                seen[name] = seen.get(name, 1e-8) + slope * slope
                weights[name] = weights.get(name, 0.0) - RATE * slope / math.sqrt(seen[name])
    return Binary(weights, bias)

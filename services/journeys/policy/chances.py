"""What a funnel would bring with other rates, pure: draws of what is not known and of what chance does, by a seed.

A step's rate is drawn from a beta distribution (Jeffreys' prior, ½ and ½, on what was observed), and who passes by a
binomial one. A rate that was moved keeps the weight of the observation that it replaces: it is a guess about the same
number of people. Scenario and present are drawn from the same random numbers, so that their difference isn't noise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from services.journeys.policy.quantiles import beta, binomial

DRAWS = 2000
GRID = np.linspace(0.0005, 0.9995, 400)  # a rate's quantiles are worked out here and read off between
WIDE = 100.0  # from this variance on a binomial draw is a rounded normal one
TAILS = (2.5, 97.5)
GUESS = 10  # how many people a rate stands for that was never observed


@dataclass(frozen=True, slots=True)
class Step:
    """`passed` of `n` who came to the step went on; `moved` is the rate that one asks about instead."""

    code: str
    passed: int
    n: int
    moved: float | None = None

    @property
    def rate(self) -> float | None:
        """As observed."""
        return self.passed / self.n if self.n else None


def simulate(steps: Sequence[Step], volume: int, observed_volume: int, seed: int) -> dict[str, Any]:
    """How many come out of each step: as it is (`present`), with the moved rates and `volume` (`scenario`), and the
    difference. Each has its mean and the middle 95 % of the draws.
    """
    chance = np.random.default_rng(seed)
    uniform = chance.random((2, len(steps), DRAWS))
    present = _walk(
        [_beta(step, None, uniform[0, place]) for place, step in enumerate(steps)], observed_volume, uniform[1]
    )
    scenario = _walk(
        [_beta(step, step.moved, uniform[0, place]) for place, step in enumerate(steps)], volume, uniform[1]
    )
    lines = [
        {"step": step.code, "present": _spread(old), "scenario": _spread(new), "difference": _spread(new - old)}
        for step, old, new in zip(steps, present, scenario, strict=True)
    ]
    return {"draws": DRAWS, "seed": seed, "steps": lines}


def _beta(step: Step, moved: float | None, uniform: Any) -> Any:
    """Draws of the step's rate at these quantiles."""
    weight = step.n or GUESS
    passed = step.passed if moved is None else moved * weight
    if moved is None and not step.n:
        passed = weight / 2
    return np.interp(uniform, GRID, beta(GRID, passed + 0.5, weight - passed + 0.5))


def _walk(rates: Sequence[Any], volume: int, uniform: Any) -> list[Any]:
    """How many are left after each step, draw by draw."""
    here: Any = np.full(DRAWS, float(volume))
    left = []
    for rate, chance in zip(rates, uniform, strict=True):
        here = _passing(here, rate, chance)
        left.append(here)
    return left


def _passing(here: Any, rate: Any, chance: Any) -> Any:
    """Who passes of those who came, at the quantiles `chance`."""
    mean, variance = here * rate, here * rate * (1 - rate)
    found = np.clip(np.rint(mean + special.ndtri(chance) * np.sqrt(variance)), 0, here)
    few = (variance < WIDE) & (here > 0)
    found[few] = binomial(chance[few], here[few], rate[few])
    return found


def _spread(values: Any) -> Mapping[str, float]:
    low, high = np.percentile(values, TAILS)
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}

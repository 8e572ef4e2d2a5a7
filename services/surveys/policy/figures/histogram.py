"""How many answers gave each value of a scale: the one currency of all figures.

At most eleven whole numbers say everything that NPS, a mean, a share or a test needs, whether they come from raw
answers or from roll-ups, and they can be added and taken from each other. Who did not answer is in none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.surveys.policy.metrics import DETRACTOR_UP_TO, PROMOTER_FROM, SCALES, Scale
from shared.contracts.surveys import Metric


@dataclass(frozen=True, slots=True)
class Histogram:
    """`counts[i]` answers gave the value `low + i`."""

    low: int
    counts: tuple[int, ...]

    @classmethod
    def on(cls, scale: Scale, found: Mapping[int, int]) -> "Histogram":
        """From value → how many; ValueError for a value that is not on the scale, so that none falls beside it."""
        if strange := [value for value, n in found.items() if value not in scale and n]:
            raise ValueError(f"{strange} not on the scale {scale.low}…{scale.high}")
        return cls(scale.low, tuple(found.get(value, 0) for value in scale.values))

    @classmethod
    def of(cls, metric: Metric, found: Mapping[int, int]) -> "Histogram":
        return cls.on(SCALES[metric], found)

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def high(self) -> int:
        return self.low + len(self.counts) - 1

    def items(self) -> list[tuple[int, int]]:
        """Every value of the scale and how many gave it."""
        return [(self.low + place, n) for place, n in enumerate(self.counts)]

    def count(self, low: int, high: int) -> int:
        """How many gave a value from `low` to `high`, both included."""
        return sum(n for value, n in self.items() if low <= value <= high)

    @property
    def total(self) -> int:
        return sum(value * n for value, n in self.items())

    @property
    def squares(self) -> int:
        return sum(value * value * n for value, n in self.items())

    def __add__(self, other: "Histogram") -> "Histogram":
        self._same_scale(other)
        return Histogram(self.low, tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)))

    def __sub__(self, part: "Histogram") -> "Histogram":
        """The rest of a whole; ValueError when the part was none of it."""
        self._same_scale(part)
        rest = tuple(a - b for a, b in zip(self.counts, part.counts, strict=True))
        if any(n < 0 for n in rest):
            raise ValueError("more was to be taken away than there is")
        return Histogram(self.low, rest)

    def _same_scale(self, other: "Histogram") -> None:
        if (self.low, len(self.counts)) != (other.low, len(other.counts)):
            raise ValueError("histograms of different scales")


class Reading(StrEnum):
    """What is made of a histogram: promoters less detractors, the mean, or the share of good answers."""

    nps = "nps"
    mean = "mean"
    share = "share"


# The answers that count as good. CSAT: the upper two boxes. CES 2.0: those who agree at all that it was easy (5–7 of
# 7). CES 1.0 asks how much effort it took: the lower two of five. NPS: the promoters.
GOOD = {Metric.nps: (9, 10), Metric.ces1: (1, 2), Metric.ces2: (5, 7), Metric.csat: (4, 5)}
LOW_IS_GOOD = frozenset({Metric.ces1})


def main_reading(metric: Metric) -> Reading:
    """The figure that a metric is known by."""
    return Reading.nps if metric is Metric.nps else Reading.mean


def worth(metric: Metric, reading: Reading) -> dict[int, int]:
    """What each value of the metric's scale counts for under a reading: each figure is the mean of this."""
    values = SCALES[metric].values
    if reading is Reading.mean:
        return {value: value for value in values}
    if reading is Reading.share:
        low, high = GOOD[metric]
        return {value: int(low <= value <= high) for value in values}
    return {value: (value >= PROMOTER_FROM) - (value <= DETRACTOR_UP_TO) for value in values}

"""The typed scores: each metric's scale, and the three buckets of NPS."""

from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.surveys import Metric


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, score: object) -> bool:
        return isinstance(score, int) and not isinstance(score, bool) and self.low <= score <= self.high

    @property
    def values(self) -> range:
        return range(self.low, self.high + 1)


SCALES = {Metric.nps: Scale(0, 10), Metric.ces1: Scale(1, 5), Metric.ces2: Scale(1, 7), Metric.csat: Scale(1, 5)}


class Bucket(StrEnum):
    """What an NPS answer makes of the person who gave it."""

    promoter = "promoter"
    passive = "passive"
    detractor = "detractor"


PROMOTER_FROM, DETRACTOR_UP_TO = 9, 6


def bucket(score: int) -> Bucket:
    """The bucket of an NPS answer; ValueError for what is no NPS answer, so that no score falls beside the buckets."""
    if score not in SCALES[Metric.nps]:
        raise ValueError(f"{score} is not on the NPS scale")
    if score >= PROMOTER_FROM:
        return Bucket.promoter
    return Bucket.detractor if score <= DETRACTOR_UP_TO else Bucket.passive

"""Survey figures with their uncertainty, all made from histograms; none from too few answers."""

from services.surveys.policy.figures import distributions, scores
from services.surveys.policy.figures.bias import FactBias, response_bias
from services.surveys.policy.figures.bootstrap import bootstrap
from services.surveys.policy.figures.compare import Against, Comparison, Group, Tested, compare
from services.surveys.policy.figures.differences import Correction, Difference, corrected, difference
from services.surveys.policy.figures.distributions import LEVEL
from services.surveys.policy.figures.gaps import Delivery, Gap, delivery, gap
from services.surveys.policy.figures.histogram import GOOD, LOW_IS_GOOD, Histogram, Reading, main_reading
from services.surveys.policy.figures.scores import Estimate, Interval, buckets, estimate, share
from services.surveys.policy.figures.trend import Slope, Trend, trend
from services.surveys.policy.figures.weighting import LEAST_EFFECTIVE, Cell, WeightedEstimate, Weights, rake, weighted

__all__ = [
    "GOOD",
    "LEAST_EFFECTIVE",
    "LEVEL",
    "LOW_IS_GOOD",
    "Against",
    "Cell",
    "Comparison",
    "Correction",
    "Delivery",
    "Difference",
    "Estimate",
    "FactBias",
    "Gap",
    "Group",
    "Histogram",
    "Interval",
    "Reading",
    "Slope",
    "Tested",
    "Trend",
    "WeightedEstimate",
    "Weights",
    "bootstrap",
    "buckets",
    "compare",
    "corrected",
    "delivery",
    "difference",
    "distributions",
    "estimate",
    "gap",
    "main_reading",
    "rake",
    "response_bias",
    "scores",
    "share",
    "trend",
    "weighted",
]

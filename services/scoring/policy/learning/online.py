"""One label at a time: a step of Kalman's filter on the weights, which forgets slowly.

With each label the covariance is pulled a little back to the prior, so that old labels count less and the weights can
follow a world that changes: after 1 / `DRIFT` labels the pull is as large as the prior. The measurement is the label,
its variance p · (1 − p) at the foretold p (W. Penny and S. Roberts 1999, "Dynamic logistic regression", IJCNN).
"""

from math import exp, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dger

from services.scoring.policy.learning.bayes import Normal
from services.scoring.policy.learning.encoding import Array

DRIFT = 1e-3
EVERY = 16  # labels: the pull is made for so many at once


def step(known: Normal, at: NDArray[np.int64], values: Array, label: bool, weight: float) -> None:
    """Learn one label in place, from the features at `at` (all others are 0)."""
    toward = values @ known.covariance[at]
    spread = float(toward[at] @ values)
    odds = float(known.mean[at] @ values)
    # The chance is averaged over what the weights may be (D. MacKay 1992, eq. 4.8): an unsure model says less.
    chance = 1 / (1 + exp(-max(-500.0, min(500.0, odds / sqrt(1 + pi * spread / 8)))))
    worth = weight * chance * (1 - chance)
    share = 1 / (1 + worth * spread)
    known.mean += (weight * (label - chance) * share) * toward
    # A symmetrical matrix is its own transpose: BLAS wants columns, and changes it in place.
    dger(-worth * share, toward, toward, a=known.covariance.T, overwrite_a=1)


def forget(known: Normal, prior_variances: Array, labels: int = EVERY) -> None:
    """The pull of so many labels at once."""
    kept = (1 - DRIFT) ** labels
    known.covariance *= kept
    known.covariance.ravel()[:: len(known.mean) + 1] += (1 - kept) * prior_variances

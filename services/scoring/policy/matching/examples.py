"""Which pairs a model learns from, and how much each counts."""

import random
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from services.scoring.policy.matching.fit import APPLIES_PER_SHOWN
from services.scoring.policy.matching.parties import Offer, Seeker
from services.scoring.policy.matching.requirements import check

CONTRASTS = 5


def contrasts(
    seeker: Seeker, applied: Offer, others: Sequence[Offer], moment: datetime, chance: random.Random
) -> list[Offer]:
    """Some that the EP could have applied to as well and did not: none of them fails a hard requirement."""
    could = [
        one
        for one in others
        if one.id != applied.id and not check(seeker, one, moment.astimezone(ZoneInfo(one.zone)).date()).failed
    ]
    return chance.sample(could, min(CONTRASTS, len(could)))


def weights(count: int) -> tuple[float, float]:
    """What the applied one counts, and each of `count` others: together as many as they are, at the rules' base rate.

    The draw says which are preferred and not how often anybody applies; so the level stays that of the rules until
    shown lists tell better (prior correction: G. King & L. Zeng 2001, "Logistic regression in rare events data",
    Political Analysis 9: 137–163).
    """
    whole = count + 1
    return APPLIES_PER_SHOWN * whole, (1 - APPLIES_PER_SHOWN) * whole / count

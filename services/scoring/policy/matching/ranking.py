"""In which order pairs are shown: by fit, thinned where too many are sent already, varied, or by a plain fallback."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.policy.matching.parties import Offer, Seeker, Slot
from services.scoring.policy.matching.requirements import Verdict
from services.scoring.policy.matching.rows import ACCEPTED_PER_APPLICATION

MOST = 50
EXPOSED_HALF_LIFE = timedelta(days=7)
POPULAR_HALF_LIFE = timedelta(days=14)
# An opening is filled by about this many applications: the field's 12 % are accepted, half of these are approved.
APPLICATIONS_PER_OPENING = 2 / ACCEPTED_PER_APPLICATION
POOL = 100  # so many of the best are chosen from
FIT_SHARE = 0.6  # of the choice of the next one; the rest goes to being unlike those before it
SAME_ENABLER, SAME_FIELD, SAME_COUNTRY = 0.5, 0.3, 0.2  # how much of a likeness each is


class Order(StrEnum):
    """By what a list is ordered. The last two look at no preference: fallbacks, and what fit is measured against."""

    fit = "fit"
    recency = "recency"
    popularity = "popularity"


@dataclass(frozen=True, slots=True)
class Match:
    """One pair on its way to a list; `worth` is `likely`, the probability of its fit, times `room`, the share of the
    crowd that still has a place.

    `slot` is the first that takes applications on days when the EP is free.
    """

    seeker: Seeker
    offer: Offer
    likely: float
    verdict: Verdict
    room: float
    slot: Slot | None = None

    @property
    def worth(self) -> float:
        return self.likely * self.room


def room_in(offer: Offer) -> float:
    """1 while the applications that wait or are to be expected can fill the openings, less the more there are beyond.

    So that not everybody is sent to one opening: a list shown to somebody counts with the chance that it is applied to.
    """
    capacity = max(0, offer.openings if offer.openings is not None else 1) * APPLICATIONS_PER_OPENING
    demand = offer.waiting + offer.exposed
    return 1.0 if demand <= capacity else capacity / demand


def faded(value: float, since: datetime | None, moment: datetime, half_life: timedelta) -> float:
    """A count that halves with each half-life."""
    if since is None or moment <= since:
        return value
    return value * 0.5 ** ((moment - since) / half_life)


def ordered(matches: Sequence[Match], order: Order, most: int) -> list[Match]:
    """The first ones in this order; ties go by id, so that the same question has the same answer."""
    if order is Order.recency:
        return sorted(matches, key=lambda match: (_posted(match.offer), match.offer.id), reverse=True)[:most]
    if order is Order.popularity:
        return sorted(matches, key=lambda match: (-match.offer.popularity, match.offer.id))[:most]
    return varied(sorted(matches, key=lambda match: (-match.worth, match.offer.id)), most)


def _posted(offer: Offer) -> float:
    return offer.posted_at.timestamp() if offer.posted_at else 0.0


def varied(matches: Sequence[Match], most: int) -> list[Match]:
    """Maximal marginal relevance: each next one weighs its worth against its likeness to those chosen before.

    J. Carbonell & J. Goldstein (1998), "The use of MMR, diversity-based reranking for reordering documents and
    producing summaries", SIGIR: 335–336. The best comes first in any case.
    """
    best = max((match.worth for match in matches), default=0.0)
    if not best:
        return list(matches[:most])
    left, chosen = list(matches[:POOL]), []
    alike = [0.0] * len(left)
    while left and len(chosen) < most:
        gains = [
            FIT_SHARE * match.worth / best - (1 - FIT_SHARE) * like for match, like in zip(left, alike, strict=True)
        ]
        place = max(range(len(left)), key=gains.__getitem__)
        chosen.append(left.pop(place))
        alike.pop(place)
        alike = [max(like, likeness(m.offer, chosen[-1].offer)) for m, like in zip(left, alike, strict=True)]
    return chosen


def likeness(one: Offer, other: Offer) -> float:
    """How much two opportunities are the same, 0 to 1; what nobody knows is alike to nothing."""
    same_field = one.field is not None and one.field == other.field
    same_country = one.country is not None and one.country == other.country
    return SAME_ENABLER * (one.enabler_id == other.enabler_id) + SAME_FIELD * same_field + SAME_COUNTRY * same_country


# --- which order a person's list gets, so that orders can be compared on what came of them


def drawn(*of: object) -> float:
    """A number from 0 to below 1 that looks drawn and is the same for the same things."""
    digest = hashlib.sha256("|".join(str(one) for one in of).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def arm_of(subject: UUID, day: date, shares: Mapping[Order, float]) -> tuple[Order, float]:
    """The order of this subject's lists in this week, and the probability with which it was drawn.

    The draw hangs on subject and ISO week alone: whoever looks twice in a week sees the same order, and nobody's
    history steers it.
    """
    year, week, _ = day.isocalendar()
    point, total = drawn("match-order", subject, year, week), sum(shares.values())
    reached = 0.0
    for order, share in shares.items():
        reached += share / total
        if point < reached:
            return order, share / total
    last = next(reversed(shares))
    return last, shares[last] / total

"""A market with planted preferences of both sides: who applies to what, whom hosts accept, and how often both happen.

EPs and opportunities are drawn; the truth is a logistic function of what both sides are, which no rule knows in full.
`structure` 0 plants none: everybody applies and is accepted alike.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import exp
from uuid import UUID

from services.scoring.policy.learning import Example
from services.scoring.policy.matching.examples import contrasts, weights
from services.scoring.policy.matching.fit import Judges
from services.scoring.policy.matching.parties import Offer, Seeker, Slot
from services.scoring.policy.matching.ranking import POPULAR_HALF_LIFE, Match, Order, faded, ordered, room_in
from services.scoring.policy.matching.requirements import Verdict
from services.scoring.policy.matching.rows import accepts_row, applies_row

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
FIELDS, COUNTRIES = ("it", "education", "health", "marketing"), ("SE", "BR", "VN", "DE", "EG")
STUDIES, SKILLS = (
    ("computer_science", "law", "design", "medicine"),
    ("python", "teaching", "sales", "design", "research"),
)


def sigmoid(odds: float) -> float:
    return 1 / (1 + exp(-odds))


@dataclass
class Population:
    """EPs and opportunities; hosts have tastes of their own for studies and skills."""

    seed: int
    structure: float = 1.0
    opportunities: int = 300
    enablers: int = 60
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        ids = [self._id() for _ in range(self.enablers)]
        self.kindness = {one: self.chance.gauss(0, 1.0) for one in ids}
        self.taste = {one: self.chance.choice(STUDIES) for one in ids}
        self.offers = [self._offer(self.chance.choice(ids)) for _ in range(self.opportunities)]

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128))

    def _some(self, of: Sequence[str], least: int, most: int) -> frozenset[str]:
        return frozenset(self.chance.sample(of, self.chance.randint(least, most)))

    def _offer(self, enabler: UUID) -> Offer:
        start = date(2026, 6, 1) + timedelta(days=self.chance.randint(0, 60))
        slot = Slot(start, start + timedelta(days=60), date(2026, 12, 1), 5)
        return Offer(
            self._id(), enabler, "talent", self.chance.choice(FIELDS), self.chance.choice(COUNTRIES),
            weekly_hours=self.chance.choice((35, 40)), languages=frozenset(), skills=self._some(SKILLS, 1, 3),
            study_fields=frozenset(), study_levels=frozenset(), slots=(slot,), openings=5,
            posted_at=BEGIN - timedelta(days=self.chance.randint(20, 80)),
        )  # fmt: skip

    def seeker(self) -> Seeker:
        return Seeker(
            self._id(), self.chance.choice(STUDIES), "bachelor", {"en": "c1"}, self._some(SKILLS, 1, 3),
            date(2026, 5, 1), date(2026, 12, 31), frozenset({"talent"}), self._some(FIELDS, 1, 2),
            self._some(COUNTRIES, 1, 3),
        )  # fmt: skip

    # --- the truth

    def applies(self, seeker: Seeker, offer: Offer) -> float:
        wants = 2.0 * (offer.field in seeker.wanted_fields) + 1.5 * (offer.country in seeker.wanted_countries)
        hours = -0.8 * (offer.weekly_hours == 40)
        return sigmoid(-3.6 + self.structure * (wants + hours) + (1 - self.structure) * 1.2)

    def accepts(self, seeker: Seeker, offer: Offer) -> float:
        asked = offer.skills or frozenset()
        skilled = 2.5 * (len(asked & seeker.skills) / len(asked) - 0.4)
        liked = 1.2 * (seeker.study_field == self.taste[offer.enabler_id]) + self.kindness[offer.enabler_id]
        return sigmoid(-1.6 + self.structure * (skilled + liked))

    # --- what happens

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability


@dataclass
class History:
    """Months of a market in which lists came by chance; what is known at each moment is only what was before it."""

    population: Population
    applied: dict[str, list[Example]] = field(default_factory=lambda: {"applies": [], "accepts": []})
    records: dict[UUID, list[bool]] = field(default_factory=lambda: defaultdict(list))
    demand: dict[UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    now: datetime = BEGIN

    def run(self, people: int, shown: int = 10) -> None:
        """Each of so many EPs is shown a list by chance, applies or not; hosts decide."""
        for number in range(people):
            self.now = moment = BEGIN + timedelta(minutes=30 * number)
            seeker = self.population.seeker()
            for offer in self.population.chance.sample(self.population.offers, shown):
                self._one(seeker, self.known(offer), moment)

    def _one(self, seeker: Seeker, offer: Offer, moment: datetime) -> None:
        world = self.population
        applied = world.happens(world.applies(seeker, offer))
        self.applied["applies"].append(Example(applies_row(seeker, offer, moment), applied, moment))
        if applied:
            accepted = world.happens(world.accepts(seeker, offer))
            self.applied["accepts"].append(Example(accepts_row(seeker, offer, moment), accepted, moment))
            self.records[offer.enabler_id].append(accepted)
            self.demand[offer.id].append(moment)

    def known(self, offer: Offer) -> Offer:
        """The opportunity with what is known of it by now."""
        record = self.records[offer.enabler_id]
        popularity = sum(faded(1.0, at, self.now, POPULAR_HALF_LIFE / 7) for at in self.demand[offer.id])
        return replace(offer, decided=len(record), accepted=sum(record), popularity=popularity)

    def contrasted(self, people: int) -> list[Example]:
        """The same market where nobody keeps lists: applications, and others that could have been."""
        found: list[Example] = []
        for number in range(people):
            self.now = moment = BEGIN + timedelta(minutes=30 * number)
            seeker = self.population.seeker()
            seen = [self.known(offer) for offer in self.population.chance.sample(self.population.offers, 30)]
            for offer in seen[:10]:
                if self.population.happens(self.population.applies(seeker, offer)):
                    others = contrasts(seeker, offer, seen[10:], moment, self.population.chance)
                    yes, no = weights(len(others))
                    found.append(Example(applies_row(seeker, offer, moment), True, moment, yes))
                    found += [Example(applies_row(seeker, one, moment), False, moment, no) for one in others]
        return found


def lists(history: History, seeker: Seeker, judges: Judges, k: int) -> dict[Order, list[Offer]]:
    """The first k by each order, of everything that is on offer."""
    offers = [history.known(offer) for offer in history.population.offers]
    likely = judges.likely([(seeker, offer) for offer in offers], history.now)
    matches = [
        Match(seeker, offer, chance, Verdict(), room_in(offer)) for offer, chance in zip(offers, likely, strict=True)
    ]
    return {order: [match.offer for match in ordered(matches, order, k)] for order in Order}

"""A made-up year of exchanges, of any size: it follows the funnel and the season of 2019, and is the same for a seed.

The rows are in the words of the exchange system, so that they come in the way everything else from outside does. The
figures are the published ones of April to September 2019, over all countries.
"""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any

from services.applications.policy import populace
from services.applications.policy.populace import COUNTRIES, Country

Row = dict[str, Any]
# Of those who reached the stage before, how many reached this one.
APPLIED, ACCEPTED, SIGNED, APPROVED, REALIZED, FINISHED = 438_490, 51_250, 30_048, 26_579, 25_613, 25_189
RATES = tuple(after / before for before, after in (
    (APPLIED, ACCEPTED), (ACCEPTED, SIGNED), (SIGNED, APPROVED), (APPROVED, REALIZED), (REALIZED, FINISHED),
))  # fmt: skip
MONTHS = (4, 6, 11, 19, 19, 11, 8, 6, 5, 5, 4, 2)  # applications in a hundred, January to December
DATES = ("date_matched", "an_signed_at", "date_approved", "date_realized")
REASONS = {
    "profile": 18, "position_filled": 16, "skills": 14, "background": 12, "experience": 10, "language": 8,
    "timeline": 7, "ep_unresponsive": 7, "partner_unresponsive": 3, "citizenship": 2, "organisation_unresponsive": 2,
    "project_cancelled": 1,
}  # fmt: skip
LEAD_DAYS = (28, 58, 110)  # from applying to the first day of work: least, usual, most
PER_PERSON, PER_OPPORTUNITY, PER_ENABLER = 3, 12, 4
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(slots=True)
class Offer:
    """What the year needs to remember of an opportunity."""

    product: str
    start_on: date
    end_on: date
    capacity: int
    taken: int = 0


@dataclass(slots=True)
class Applying:
    """Somebody applies: who (and since when), for what, how far it goes, and at which moments."""

    number: int
    at: datetime
    person: int
    new: bool
    offer: int
    reached: int
    moments: list[datetime]


@dataclass(frozen=True)
class Year:
    """Streams of rows; each may be read again and gives the same. What lies behind `until` has not happened yet."""

    applications: int
    seed: int = 1
    year: int = 2019
    until: datetime | None = None
    _cache: dict[int, Offer] = field(default_factory=dict, compare=False, repr=False)

    @property
    def opportunities(self) -> int:
        return max(12, self.applications // PER_OPPORTUNITY)

    @property
    def enablers(self) -> int:
        return max(len(COUNTRIES), self.opportunities // PER_ENABLER)

    def rows(self, kind: str) -> Iterator[Row]:
        """The rows of one kind: entities, enablers, people, opportunities or applications."""
        streams = {"entities": self.entity_rows, "enablers": self.enabler_rows, "people": self.person_rows}
        streams |= {"opportunities": self.opportunity_rows, "applications": self.application_rows}
        return streams[kind]()

    # --- who is there

    @cached_property
    def _locals(self) -> list[tuple[int, Country, str]]:
        places = [(country, city) for country in COUNTRIES for city in country.cities]
        return [(1000 + number, country, city) for number, (country, city) in enumerate(places)]

    def entity_rows(self) -> Iterator[Row]:
        yield {"id": 1, "tag": "AI", "name": "World", "time_zone": "UTC", "email": "world@sojourn.example"}
        for number, country in enumerate(COUNTRIES):
            yield _entity(10 + number, "MC", 1, country.name, country)
        for id_, country, city in self._locals:
            yield _entity(id_, "LC", 10 + COUNTRIES.index(country), city, country)

    def enabler_rows(self) -> Iterator[Row]:
        for number in range(self.enablers):
            chance = self._chance("enabler", number)
            id_, country, city = self._locals[number % len(self._locals)]
            kind, word = chance.choice(populace.HOSTS)
            contact = f"{chance.choice(country.given)} {chance.choice(country.family)}"
            yield {
                "id": number + 1, "host_lc": {"id": id_}, "kind": kind, "name": f"{city} {word} {number + 1}",
                "contact_name": contact, "email": self._address("host", number + 1), "language": country.language,
            }  # fmt: skip

    def person_rows(self) -> Iterator[Row]:
        for applying in self._applyings():
            if applying.new:
                yield self._person(applying)

    def _person(self, applying: Applying) -> Row:
        number = applying.person
        chance = self._chance("person", number)
        id_, country, city = chance.choice(self._locals)
        languages = list(dict.fromkeys((country.language, "en", chance.choice(COUNTRIES).language)))
        since = applying.at - timedelta(minutes=chance.randrange(5, 20_000))
        start = applying.at.date() + timedelta(days=chance.randrange(20, 60))
        return {
            "id": number, "home_lc": {"id": id_}, "first_name": chance.choice(country.given),
            "last_name": chance.choice(country.family), "email": self._address("person", number),
            "created_at": _text(since), "country": country.code, "language": country.language,
            "time_zone": country.zone, "study_field": chance.choice(populace.STUDIES),
            "study_level": chance.choice(populace.LEVELS), "university": f"University of {city}",
            "languages": languages, "skills": chance.sample(populace.SKILLS, 3),
            "earliest_start_date": start.isoformat(),
            "latest_end_date": (start + timedelta(days=chance.randrange(60, 200))).isoformat(),
            "programmes": [chance.choices(*zip(*populace.PRODUCTS, strict=True))[0]],
            "wanted_countries": [one.code for one in chance.sample(COUNTRIES, 2)],
        }  # fmt: skip

    # --- what is on offer

    @cached_property
    def _starts(self) -> list[int]:
        """How many opportunities have begun up to each week: as many as there are applications for its dates."""
        shares = [0.0] * 80
        for month, share in enumerate(MONTHS, 1):
            first = date(self.year, month, 1)
            for lead in range(LEAD_DAYS[0], LEAD_DAYS[2]):
                least, usual, most = LEAD_DAYS
                height = (lead - least) / (usual - least) if lead < usual else (most - lead) / (most - usual)
                for half in (7, 22):
                    shares[self._week(first + timedelta(days=half + lead))] += share * height
        whole = sum(shares)
        return [round(self.opportunities * part / whole) for part in accumulate(shares)]

    def _week(self, day: date) -> int:
        return min(79, (day - date(self.year, 1, 1)).days // 7)

    def _offers_of(self, week: int) -> range:
        """The opportunities that begin in this week, or in the nearest one that has some."""
        for far in range(80):
            for near in (week + far, week - far):
                if 0 <= near < 80 and (low := self._starts[near - 1] if near else 0) < (high := self._starts[near]):
                    return range(low, high)
        raise AssertionError("there is always an opportunity")

    def _offer(self, number: int) -> Offer:
        if (found := self._cache.get(number)) is None:
            chance = self._chance("opportunity", number)
            week = next(week for week, count in enumerate(self._starts) if number < count)
            start = date(self.year, 1, 1) + week * WEEK
            start += timedelta(days=(7 - start.weekday()) % 7)
            product = chance.choices(*zip(*populace.PRODUCTS, strict=True))[0]
            end = start + chance.choice(populace.WEEKS[product]) * WEEK - DAY
            found = self._cache[number] = Offer(product, start, end, chance.choice((1, 2, 2, 3, 4, 6)))
        return found

    def opportunity_rows(self) -> Iterator[Row]:
        for number in range(self.opportunities):
            yield self._opportunity(number)

    def _opportunity(self, number: int) -> Row:
        chance, offer = self._chance("words", number), self._offer(number)
        enabler = number % self.enablers
        _, country, city = self._locals[enabler % len(self._locals)]
        posted = datetime(self.year - 1, 11, 1, 9, tzinfo=UTC) + timedelta(minutes=chance.randrange(60_000))
        job, about = chance.choice(populace.JOBS[offer.product])
        closed = self.until is None or offer.start_on < self.until.date()
        slot = {
            "id": number + 1, "start_date": offer.start_on.isoformat(), "end_date": offer.end_on.isoformat(),
            "openings": offer.capacity, "available_openings": offer.capacity,
        }  # fmt: skip
        return {
            "id": number + 1, "title": f"{job} in {city}", "status": "closed" if closed else "open",
            "programme": {"short_name_display": offer.product}, "organisation_id": enabler + 1, "field": about,
            "created_at": _text(posted),
            "description": f"{job}: five days a week, with a team of the host and other interns.",
            "city": city, "country": country.code, "time_zone": country.zone,
            "working_hours": chance.randint(*populace.HOURS[offer.product]),
            "pay": "lunch on working days", "accommodation": "a room in a shared flat, 20 minutes from work",
            "arrival": f"{city}, main station, at the information desk", "languages": ["en"],
            "skills": chance.sample(populace.SKILLS, 2), "selection_process": list(populace.SELECTION), "slots": [slot],
        }  # fmt: skip

    # --- who applies, and what becomes of it

    def _applyings(self) -> Iterator[Applying]:
        """Day by day; a person's applications lie near each other, and only one of them leads to a signature."""
        for offer in self._cache.values():
            offer.taken = 0
        chance, number, people = self._chance("applying", 0), 0, 0
        recent: deque[tuple[int, set[int]]] = deque(maxlen=max(5, self.applications // 300))
        signed: set[int] = set()
        for day, count in self._days():
            for second in sorted(chance.randrange(86_400) for _ in range(count)):
                number += 1
                at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)
                if self.until and at > self.until:
                    return
                reached = _reached(chance)
                new = not recent or chance.random() < 1 / PER_PERSON
                person, before = (0, set[int]()) if new else chance.choice(recent)
                if new or (reached >= 2 and person in signed):
                    people += 1
                    new, person, before = True, people, set()
                    recent.append((person, before))
                offer, reached = self._choose(chance, at, before, reached)
                before.add(offer)
                if reached >= 2:
                    signed.add(person)
                yield Applying(number, at, person, new, offer, reached, self._moments(chance, at, offer, reached))

    def _days(self) -> Iterator[tuple[date, int]]:
        """The days of the year with the number of their applications."""
        given, share, first = 0, 0.0, date(self.year, 1, 1)
        days = [first + timedelta(days=n) for n in range((date(self.year + 1, 1, 1) - first).days)]
        lengths = [sum(day.month == month for day in days) for month in range(1, 13)]
        for day in days:
            share += MONTHS[day.month - 1] / lengths[day.month - 1]
            until = round(self.applications * share / sum(MONTHS))
            yield day, until - given
            given = until

    def _choose(self, chance: random.Random, at: datetime, before: set[int], reached: int) -> tuple[int, int]:
        """An opportunity that begins when the person can come; without an opening left nobody gets approved."""
        least, usual, most = LEAD_DAYS
        week = self._week(at.date() + timedelta(days=chance.triangular(least, most, usual) + 3))
        there = self._offers_of(week)
        first = chance.randrange(len(there))
        for step in range(min(len(there), 50)):
            number = there[(first + step) % len(there)]
            offer = self._offer(number)
            if number in before or offer.start_on <= at.date() + 2 * WEEK:
                continue
            if reached < 3:
                return number, reached
            if offer.taken < offer.capacity:
                offer.taken += 1
                return number, reached
        return self._late(at, before), min(reached, 0)

    def _late(self, at: datetime, before: set[int]) -> int:
        """Any other opportunity: it comes to nothing."""
        week = self._week(at.date()) + 8
        there = [number for number in self._offers_of(min(79, week)) if number not in before]
        return there[0] if there else next(n for n in range(self.opportunities) if n not in before)

    def _moments(self, chance: random.Random, at: datetime, number: int, reached: int) -> list[datetime]:
        """When it was matched, signed, approved, realized, over – as far as it got – and when it ended otherwise."""
        offer = self._offer(number)
        start = datetime(offer.start_on.year, offer.start_on.month, offer.start_on.day, 8, tzinfo=UTC)
        lead = max(start - at, 4 * DAY)
        parts = (chance.uniform(0.02, 0.25), chance.uniform(0.27, 0.4), chance.uniform(0.42, 0.8))
        moments = [at + lead * part for part in parts[:reached]]
        if reached >= 4:
            moments.append(start + timedelta(hours=chance.randrange(1, 100)))
        if reached < 5:
            last = moments[-1] if moments else at
            moments.append(last + timedelta(hours=chance.randrange(4, 400)))
        return moments

    def application_rows(self) -> Iterator[Row]:
        for applying in self._applyings():
            yield self._application(applying)

    def _application(self, applying: Applying) -> Row:
        offer, chance = self._offer(applying.offer), self._chance("application", applying.number)
        happened = [moment for moment in applying.moments if self.until is None or moment <= self.until]
        reached = min(applying.reached, len(happened))
        row: Row = {
            "id": applying.number, "person": {"id": applying.person}, "opportunity": {"id": applying.offer + 1},
            "slot": {"id": applying.offer + 1}, "created_at": _text(applying.at),
            "experience_start_date": offer.start_on.isoformat(), "experience_end_date": offer.end_on.isoformat(),
        }  # fmt: skip
        row |= {name: _text(moment) for name, moment in zip(DATES[:reached], happened, strict=False)}
        ended = applying.reached < 5 and len(happened) == len(applying.moments)
        row["status"], reason = _status(chance, reached, ended, offer, self.until)
        if reason:
            row |= {"rejection_reason": reason, "date_ended": _text(happened[-1])}
        return row

    def _address(self, who: str, number: int) -> str:
        """An e-mail address that no other made-up year uses."""
        return f"{who}{number}.{self.year}.{self.seed}@sojourn.example"

    def _chance(self, what: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}/{self.year}/{what}/{number}")


def _reached(chance: random.Random) -> int:
    """How far an application gets: 0 applied … 4 realized, 5 finished."""
    reached = 0
    while reached < len(RATES) and chance.random() < RATES[reached]:
        reached += 1
    return reached


def _status(
    chance: random.Random, reached: int, ended: bool, offer: Offer, until: datetime | None
) -> tuple[str, str | None]:
    """The status in the exchange system's words, and why it ended if it did."""
    over = until is None or offer.end_on + DAY < until.date()
    if reached >= 4 and not ended:
        return ("finished" if over else "realized"), None
    if not ended or (reached == 0 and chance.random() < 0.2):  # many are left without an answer
        return ("open", "matched", "accepted", "approved")[reached], None
    if reached == 0:
        kind = chance.choices(("rejected", "withdrawn"), (80, 20))[0]
        return (kind, _reason(chance)) if kind == "rejected" else (kind, "own_wish")
    if reached == 1:
        kind = chance.choices(("declined", "rejected", "withdrawn"), (60, 20, 20))[0]
        return (kind, _reason(chance)) if kind == "rejected" else (kind, "other_offer")
    return {
        2: ("acceptance_broken", "acceptance_broken"), 3: ("approval_broken", "visa_refused"),
        4: ("realization_broken", "went_home_early"),
    }[reached]  # fmt: skip


def _reason(chance: random.Random) -> str:
    return chance.choices(list(REASONS), list(REASONS.values()))[0]


def _entity(id_: int, tag: str, parent: int, name: str, country: Country) -> Row:
    place = {"country": country.code, "time_zone": country.zone}
    return {"id": id_, "tag": tag, "parent_id": parent, "name": name, "email": f"lc{id_}@sojourn.example", **place}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

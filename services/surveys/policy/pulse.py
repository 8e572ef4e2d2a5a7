"""The team pulse: which results of a round can be shown so that nobody can be singled out, whatever is asked for.

Of each question only counts are kept, by committee: nothing says which answers came from one person. What is shown is
a family of nested sets, the subtrees of some entities. Whatever can be worked out from their sums is made of *rests*:
of a shown subtree, what lies in no shown subtree within it. So it is enough that every rest is empty or has as many
answers as the floor asks for (complementary suppression, as statistical offices do it for tables).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from shared.errors import Refusal

PULSE = "team-pulse"  # the questionnaire
CLOCK = time(6)  # rounds open and close at this time (UTC)
Path = Sequence[UUID]  # from the root of the tree to the entity itself


def shown(answers: Mapping[UUID, int], paths: Mapping[UUID, Path], floor: int) -> dict[UUID, int]:
    """The entities whose subtree's result can be shown → how many answers it has.

    `answers` counts those of each entity's own members; an entity whose place in the tree isn't known is left out.
    Where too few answers would be left beside the shown subtrees within one, the smallest of those isn't shown either.
    From the deepest up: what is taken back within an entity changes nothing of what lies deeper.
    """
    totals = {entity: total for entity, total in summed(answers, paths).items() if total >= floor}
    inside: dict[UUID, set[UUID]] = {entity: set() for entity in totals}  # right within it: none lies between
    for entity in totals:
        for above in reversed(paths[entity][:-1]):
            if above in totals:
                inside[above].add(entity)
                break
    for entity in sorted(totals, key=lambda one: (-len(paths[one]), str(one))):
        while 0 < totals[entity] - sum(totals[one] for one in inside[entity]) < floor:
            smallest = min(inside[entity], key=lambda one: (totals[one], str(one)))
            inside[entity] = inside[entity] - {smallest} | inside.pop(smallest)
            del totals[smallest]
    return totals


def summed(counts: Mapping[UUID, int], paths: Mapping[UUID, Path]) -> Counter[UUID]:
    """What belongs to entities, added up for each of them with all below it; what stands nowhere known is left out."""
    found: Counter[UUID] = Counter()
    for entity, count in counts.items():
        for above in paths.get(entity, ()):
            if above in paths:
                found[above] += count
    return found


# --- rounds


class RoundState(StrEnum):
    open = "open"
    closed = "closed"


class PulseOver(Refusal):
    """The round is closed, and with it every link to it."""

    status = 410
    code = "pulse-over"
    title = "This round is over"


@dataclass(frozen=True, slots=True)
class Calendar:
    """When rounds are held: in these months, from this day on, open for so many days (UTC)."""

    months: tuple[int, ...]
    day: int
    open_days: int

    def next_opening(self, today: date) -> date:
        """The first opening after this day."""
        days = [date(year, month, self.day) for year in (today.year, today.year + 1) for month in sorted(self.months)]
        return next(day for day in days if day > today)

    def closing(self, opened: date) -> date:
        return opened + timedelta(days=self.open_days)


def round_name(opened: date) -> str:
    """The name of a round: `2026-05`."""
    return f"{opened:%Y-%m}"


def closing_of(closes_on: date) -> datetime:
    """The moment (UTC) at which a round closes on its last day."""
    return datetime.combine(closes_on, CLOCK, UTC)

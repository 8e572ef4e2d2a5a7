"""Whether a model treats groups alike: who is selected, and whether its chances are true for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.policy.life import Z95
from shared.proportions import wilson


@dataclass(frozen=True, slots=True)
class Case:
    """A chance that somebody of a group was given, and how it ended, once it did."""

    group: str
    probability: float
    reached: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rates with Wilson's 95 % intervals; None below the least number of cases: too few to say anything."""

    group: str
    n: int
    selected: int
    selection_rate: float | None = None
    selection_low: float | None = None
    selection_high: float | None = None
    settled: int = 0
    foretold: float | None = None
    happened: float | None = None
    happened_low: float | None = None
    happened_high: float | None = None

    @property
    def calibrated(self) -> bool | None:
        """Whether the mean chance lies in the interval of what happened."""
        if self.foretold is None or self.happened_low is None or self.happened_high is None:
            return None
        return self.happened_low <= self.foretold <= self.happened_high


def groups(now: Sequence[Case], settled: Sequence[Case], limit: float, least: int) -> list[Group]:
    """Every group that is known, the largest first: of `now` who is above the limit, of `settled` how it ended."""
    names = {case.group for case in (*now, *settled)}
    found = [_group(name, now, settled, limit, least) for name in names]
    return sorted(found, key=lambda one: (-one.n, -one.settled, one.group))


def _group(name: str, now: Sequence[Case], settled: Sequence[Case], limit: float, least: int) -> Group:
    here = [case.probability for case in now if case.group == name]
    over = [case for case in settled if case.group == name]
    selected, reached = sum(one >= limit for one in here), sum(bool(case.reached) for case in over)
    rates: dict[str, float] = {}
    if len(here) >= least:
        low, high = wilson(selected, len(here), Z95)
        rates |= {"selection_rate": selected / len(here), "selection_low": low, "selection_high": high}
    if len(over) >= least:
        low, high = wilson(reached, len(over), Z95)
        foretold = sum(case.probability for case in over) / len(over)
        rates |= {"foretold": foretold, "happened": reached / len(over), "happened_low": low, "happened_high": high}
    return Group(name, len(here), selected, settled=len(over), **rates)

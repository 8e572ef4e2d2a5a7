"""The life of models: when one is trained, whether a challenger takes over, who spoke before, what has drifted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from uuid import UUID

import numpy as np

from services.scoring.policy.learning import measures

Z95 = 1.96


class ModelState(StrEnum):
    """What a version does: scores beside the champion, speaks, has spoken, or never will."""

    challenger = "challenger"
    champion = "champion"
    retired = "retired"


class TrainingState(StrEnum):
    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"


class Why(StrEnum):
    """Why a model is trained."""

    asked = "asked"
    night = "night"
    labels = "labels"


# --- when


@dataclass(frozen=True, slots=True)
class Course:
    """What matters of a transition for the next training: the last one that was asked for, and labels since then."""

    last_at: datetime | None
    open: bool
    labels: int
    new_labels: int


def next_training(course: Course, now: datetime, night: datetime, least: int, enough: int) -> Why | None:
    """Each night (`night` is when the last one began) with any new label, or at once with `enough` of them.

    Below `least` labels there is nothing to learn: rules stay, and nobody trains. Two at once make no sense.
    """
    if course.open or course.labels < least or not course.new_labels:
        return None
    if course.last_at is None or course.last_at < night <= now:
        return Why.night
    return Why.labels if course.new_labels >= enough else None


# --- who speaks


@dataclass(frozen=True, slots=True)
class Pair:
    """What two models said of one case, and how it ended. None for a model: it abstained, or did not look."""

    champion: float | None
    challenger: float | None
    rules: float
    reached: bool


class Ruling(StrEnum):
    """What is to become of a challenger, and why."""

    promote = "promote"
    too_few = "too_few"
    not_better = "not_better"
    below_rules = "below_rules"
    not_calibrated = "not_calibrated"


@dataclass(frozen=True, slots=True)
class Terms:
    """When a challenger takes over: cases at least, the level of the interval, how far below the rules' AUC it may be,
    and how far what it foretells may be from what happened."""

    least: int = 200
    z: float = 2.58
    auc_slack: float = 0.010
    gap: float = 0.05


@dataclass(frozen=True, slots=True)
class Contest:
    """A challenger against the champion on the same cases; `gain` is the champion's log loss less its own."""

    ruling: Ruling
    n: int
    reached: int
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    auc: float | None = None
    auc_rules: float | None = None
    gap: float | None = None


def contest(pairs: Sequence[Pair], terms: Terms) -> Contest:
    """Better by an interval that leaves out zero, not below the rules by AUC, and calibrated – else it waits.

    The level is stricter than 95 %, because each night looks again. Where the champion abstained, rules spoke.
    """
    seen = [pair for pair in pairs if pair.challenger is not None]
    n, reached = len(seen), sum(pair.reached for pair in seen)
    if n < terms.least or not 0 < reached < n:
        return Contest(Ruling.too_few, n, reached)
    labels = np.array([pair.reached for pair in seen])
    said = np.array([pair.challenger for pair in seen], dtype=float)
    rules = np.array([pair.rules for pair in seen])
    before = np.array([pair.rules if pair.champion is None else pair.champion for pair in seen])
    gains = _losses(before, labels) - _losses(said, labels)
    gain, spread = float(gains.mean()), float(gains.std(ddof=1)) / sqrt(n)
    auc, auc_rules = _auc(said, labels), _auc(rules, labels)
    gap = max(abs(float(said.mean()) - reached / n), _beyond_chance(said, labels))
    ruling = Ruling.promote
    if gain - terms.z * spread <= 0:
        ruling = Ruling.not_better
    elif auc < auc_rules - terms.auc_slack:
        ruling = Ruling.below_rules
    elif gap > terms.gap:
        ruling = Ruling.not_calibrated
    return Contest(ruling, n, reached, gain, gain - terms.z * spread, gain + terms.z * spread, auc, auc_rules, gap)


def _auc(said: np.ndarray, labels: np.ndarray) -> float:
    value = measures.auc(said, labels).value
    assert value is not None  # both labels are there
    return value


def _beyond_chance(said: np.ndarray, labels: np.ndarray) -> float:
    """How far the bins are off beyond what true probabilities would be."""
    return (measures.ece(said, labels).value or 0.0) - measures.ece_by_chance(said)


def _losses(said: np.ndarray, labels: np.ndarray) -> np.ndarray:
    likely = np.where(labels, said, 1 - said)
    return -np.log(np.clip(likely, 1e-9, 1))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Reign:
    """From `at` on this version spoke (None: rules); `back` when it came by a roll back."""

    model_id: UUID | None
    at: datetime
    back: bool = False


def before(reigns: Sequence[Reign]) -> UUID | None:
    """Who spoke before the one who speaks now, as a pile: a roll back takes the top off. None: rules.

    LookupError when nobody but rules ever spoke.
    """
    pile: list[UUID | None] = [None]
    for reign in reigns:
        if reign.back:
            pile.pop()
        else:
            pile.append(reign.model_id)
    if len(pile) < 2:
        raise LookupError("rules speak, and nobody spoke before them")
    return pile[-2]


# --- what has drifted


@dataclass(frozen=True, slots=True)
class Spread:
    """How one number was spread over its bins when a model was trained: the edges between them, and shares."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


def spread(values: Sequence[float], most_bins: int = 10) -> Spread:
    """Bins of about equal count; a value that is common is a bin of its own."""
    array = np.asarray(values, dtype=float)
    edges = np.unique(np.quantile(array, np.linspace(0, 1, most_bins + 1)[1:-1]))
    return Spread(tuple(float(edge) for edge in edges), tuple(float(share) for share in _shares(array, edges)))


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return counts / max(1, len(values))  # type: ignore[no-any-return]


def stability(reference: Spread, values: Sequence[float]) -> float:
    """The population stability index: Σ (now − then) · ln(now / then) over the bins; 0 when nothing moved.

    An empty bin counts as half a case, so that no share is nothing.
    """
    edges, floor = np.array(reference.edges), 0.5 / max(1, len(values))
    now = np.clip(_shares(np.asarray(values, dtype=float), edges), floor, None)
    then = np.clip(np.array(reference.shares), floor, None)
    return float(((now - then) * np.log(now / then)).sum())


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was foretold on average against what happened; `z` is how many standard errors lie between."""

    n: int
    said: float
    happened: float
    z: float


def calibration(said: Sequence[float], reached: Sequence[bool]) -> Calibration | None:
    """None without a case."""
    if not said:
        return None
    spread_ = sqrt(sum(one * (1 - one) for one in said))
    difference = sum(reached) - sum(said)
    z = difference / spread_ if spread_ else 0.0
    return Calibration(len(said), sum(said) / len(said), sum(reached) / len(said), z)


@dataclass(frozen=True, slots=True)
class Drift:
    """An alarm: which measure, of what, how much, and the limit that it passed."""

    measure: str
    of: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Watch:
    """When there is an alarm: cases at least, stability index, standard errors, gap between said and seen."""

    least: int = 200
    stability: float = 0.25
    z: float = 3.0
    gap: float = 0.03


def drifts(
    reference: Mapping[str, Spread], now: Mapping[str, Sequence[float]], seen: Calibration | None, watch: Watch
) -> list[Drift]:
    """What has drifted, the worst first. Features and outcomes need `least` cases each; fewer tell nothing."""
    found = [
        Drift("stability", name, value, watch.stability)
        for name, then in reference.items()
        if len(now.get(name, ())) >= watch.least and (value := stability(then, now[name])) > watch.stability
    ]
    found.sort(key=lambda one: -one.value)
    if seen and seen.n >= watch.least and abs(seen.z) > watch.z and abs(seen.happened - seen.said) > watch.gap:
        found.insert(0, Drift("calibration", "outcomes", seen.happened - seen.said, watch.gap))
    return found


def last_night(now: datetime, hour: int) -> datetime:
    """When the last night's work began: `hour` o'clock UTC of today or yesterday."""
    tonight = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)

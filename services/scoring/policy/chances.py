"""Chances: what is said of one subject and one transition at a moment, by rules or by a learned model, with reasons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.scoring.policy.learning import Ladder, Prior
from services.scoring.policy.rules import DIGITS, LEAST_MOVE, Row, Term, number, probability, weigh
from services.scoring.policy.spells import State
from services.scoring.policy.transitions import Side, Way


@dataclass(frozen=True, slots=True)
class Chance:
    """`log_odds(probability)` is `base_log_odds` plus those of all terms; None where the model `abstains`, with why."""

    probability: float | None
    base_log_odds: float
    terms: tuple[Term, ...]
    model: str
    model_id: UUID | None = None
    evidence: int = 0
    low: float | None = None
    high: float | None = None
    abstains: str | None = None


Model = Callable[[Row], Chance]


def prior_of(way: Way) -> Prior:
    return Prior(way.base, way.weights)


def by_rules(way: Way) -> Model:
    """The rules of a transition as a model: no outcome is behind them, so there is no interval either."""

    def chance(row: Row) -> Chance:
        total, reasons = weigh(way.base, way.weights, row)
        return Chance(probability(total), way.base, reasons, way.model)

    return chance


def learned(way: Way, name: str, id_: UUID, document: Mapping[str, Any]) -> Model:
    """A learned model from its document; ValueError when the rules it was trained round are others now.

    Where it abstains it gives no probability, but the interval that says why.
    """
    ladder = Ladder.of_document(document, prior_of(way))

    def chance(row: Row) -> Chance:
        said = ladder.chance(row)
        low, high = said.interval
        probability_ = None if said.abstains else said.probability
        abstains = str(said.abstains) if said.abstains else None
        return Chance(probability_, said.base_log_odds, said.terms, name, id_, said.evidence, low, high, abstains)

    return chance


@dataclass(frozen=True, slots=True)
class Said:
    """What stands of a chance: since when the subject is on its way, how that stands, and the chance."""

    since: datetime
    state: State
    chance: Chance
    ended_at: datetime | None = None
    rules: float | None = None  # what rules would say: for the comparison later
    shadow: Mapping[str, float] = field(default_factory=dict)  # by the id of each challenger


def worth_keeping(before: Said | None, after: Said) -> bool:
    """Whether it is a point of the course: another state, spell or model, a move, or another reason."""
    if before is None or (before.since, before.state) != (after.since, after.state):
        return True
    if after.state is not State.open:
        return False
    one, other = before.chance, after.chance
    if one.model != other.model or one.abstains != other.abstains:
        return True
    if one.probability is None or other.probability is None:
        return one.probability is not other.probability
    moved = abs(one.probability - other.probability) >= LEAST_MOVE
    return moved or _signs(one) != _signs(other)


def _signs(chance: Chance) -> dict[str, bool]:
    return {term.code: term.log_odds > 0 for term in chance.terms}


# --- what would change it


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody can do, as a change of the numbers: what is set, and what is added."""

    code: str
    text: str
    add: Mapping[str, float]
    reset: tuple[str, ...] = ()
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The chance with that change; no promise of an effect: those who are called may differ from those who aren't."""

    code: str
    text: str
    probability: float
    by: float


QUIET = ("silent_days",)
CHANGES = (
    Change("personal_contact", "one more personal contact", {"contacts": 1, "contacts_weight": 1}, QUIET),
    Change("visit", "one more visit of the site", {"visits": 1, "visits_weight": 1}, QUIET),
    Change(
        "opportunity_view", "a look at one more opportunity",
        {"visits": 1, "visits_weight": 1, "opportunities": 1, "opportunities_weight": 1}, QUIET,
    ),
    Change("form", "a form begun", {"visits": 1, "visits_weight": 1, "forms": 1, "forms_weight": 1}, QUIET),
    Change("application", "one more application", {"live_applications": 1}, QUIET, stage=1),
    Change("case_closed", "the open quality case closed", {"open_cases": -1}),
    Change("survey", "a survey answered", {"surveys": 1}, QUIET),
)  # fmt: skip

ENABLER_CHANGES = (
    Change("personal_contact", "one more talk with the enabler", {"contacts": 1, "contacts_weight": 1}, QUIET),
    Change("candidates_answered", "every candidate who waits answered", {}, ("unanswered",)),
    Change("case_closed", "the open quality case closed", {"open_cases": -1}),
    Change("survey", "a survey answered", {"surveys": 1}, QUIET),
)
CHANGES_OF = {Side.ep: CHANGES, Side.enabler: ENABLER_CHANGES}


def what_would_change(model: Model, side: Side, row: Row) -> list[WhatIf]:
    """Each change that moves the model's answer visibly, the largest first; nothing where it abstains."""
    now = model(row).probability
    if now is None:
        return []
    found = []
    for change in CHANGES_OF[side]:
        if (changed := _with(change, row)) is None:
            continue
        then = model(changed).probability
        if then is not None and abs(then - now) >= LEAST_MOVE:
            found.append(WhatIf(change.code, change.text, then, round(then - now, DIGITS)))
    return sorted(found, key=lambda one: -abs(one.by))


def _with(change: Change, row: Row) -> dict[str, Any] | None:
    """The row after it; None where it can't be done (there is no open case to close)."""
    after = {**row, **{name: number(row, name) + more for name, more in change.add.items()}}
    after |= dict.fromkeys(change.reset, 0.0)
    if change.stage is not None:
        after["stage"] = max(number(row, "stage"), change.stage)
    return None if any(number(after, name) < 0 for name in change.add) else after

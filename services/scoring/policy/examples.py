"""Examples to learn from: what was known of a subject at moments of a spell, and whether the end came in time.

A row is made as of its moment: of what had happened and was known here by then, as the score of that moment was. The
label belongs to the horizon from that moment on. While it runs there is no label (None): a case that is still open is
neither lost nor won, and training counts it as both, by how late outcomes come.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.scoring.policy import enablers
from services.scoring.policy.enablers import EnablerFact
from services.scoring.policy.features import WINDOW, Fact, Step, features, known
from services.scoring.policy.rules import Row
from services.scoring.policy.spells import Spell, State, spells
from services.scoring.policy.transitions import Side, Way

SNAPSHOTS = tuple(timedelta(days=days) for days in (0, 7, 30, 90))  # after the beginning could be seen
DRAWN = (0, 0, 1, 2)  # which snapshot of a spell is taken for figures: half of them the beginning
MOST_INTERACTIONS = 500  # as when it was scored: the newest of what was known


@dataclass(frozen=True, slots=True)
class Told:
    """A fact; when the opportunity that it names was known here (views of unknown ones don't count); and when it was
    marked as a machine's: it counts until then, because nobody knew."""

    fact: Fact | EnablerFact
    opportunity_known_at: datetime | None = None
    marked_at: datetime | None = None

    def marked_by(self, moment: datetime) -> bool:
        return self.marked_at is not None and self.marked_at <= moment


@dataclass(frozen=True, slots=True)
class Case:
    """A row with its label, known at `settled_at`; `over` is when the horizon has passed.

    `first`: the beginning of its spell. `single`: the one moment of the spell that was drawn for figures, whose cases
    must not lean on each other. `draw` is a number of the case alone, 0 … 1. Neither looks at how the spell went on: if
    short spells counted more, or less, their outcomes would.
    """

    subject_id: UUID
    at: datetime
    row: Row
    label: bool | None
    settled_at: datetime | None
    over: datetime
    first: bool
    single: bool
    draw: float

    def known_at(self, moment: datetime) -> "Case":
        """The same case as it was known at an earlier moment."""
        if self.settled_at is not None and self.settled_at <= moment:
            return self
        return replace(self, label=None, settled_at=None)


def seen_at(told: Iterable[Told], moment: datetime) -> list[Fact]:
    """What of these facts the score at `moment` would have been made of."""
    steps, met = [], []
    for one in told:
        fact = one.fact
        if isinstance(fact, EnablerFact):
            continue
        if isinstance(fact.kind, Step):
            steps.append(fact)
        elif moment - WINDOW < fact.at <= moment and fact.known_at <= moment and not one.marked_by(moment):
            unknown = one.opportunity_known_at is None or one.opportunity_known_at > moment
            met.append(replace(fact, opportunity_id=None) if unknown and fact.opportunity_id else fact)
    met.sort(key=lambda fact: (-fact.at.timestamp(), fact.id))
    return known(steps + met[:MOST_INTERACTIONS], moment)


def row_at(told: Sequence[Told], moment: datetime, side: Side) -> Row:
    """The numbers of a person, or of an enabler, as they were."""
    if side is Side.enabler:
        facts = [one.fact for one in told if isinstance(one.fact, EnablerFact)]
        return enablers.row(enablers.known(facts, moment), moment)
    return features(seen_at(told, moment), moment).row


def cases_of(subject_id: UUID, told: Sequence[Told], way: Way, until: datetime) -> list[Case]:
    """The cases of one subject by what is known at `until`."""
    facts = known((one.fact for one in told), until)  # type: ignore[misc]
    found: list[Case] = []
    for spell in spells(facts, way):
        chosen = DRAWN[int(_draw(subject_id, spell.began_at) * len(DRAWN))]
        for place, after in enumerate(SNAPSHOTS):
            moment = spell.seen_from + after
            if moment >= until or (spell.ended_at is not None and moment >= spell.ended_at):
                break
            row, label = row_at(told, moment, way.side), _label(spell, moment, way, until)
            case = Case(
                subject_id, moment, row, *label, moment + way.horizon, place == 0, place == chosen,
                _draw(subject_id, moment),
            )  # fmt: skip
            found.append(case)
    return found


def _label(spell: Spell, moment: datetime, way: Way, until: datetime) -> tuple[bool | None, datetime | None]:
    """Whether the end came within the horizon, and when that was known; None while it can still come."""
    over = moment + way.horizon
    if spell.ended_at is not None and spell.end_known_at is not None and spell.ended_at <= over:
        return spell.state is State.reached, max(spell.ended_at, spell.end_known_at)
    return (False, over) if over <= until else (None, None)


def _draw(subject_id: UUID, moment: datetime) -> float:
    """A number from 0 to 1 that is drawn alike each time."""
    text = f"{subject_id}|{moment.isoformat()}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


@dataclass(frozen=True, slots=True)
class Split:
    """Learned from what was known at the moment `at`, measured on what began after it: nothing of the later leaks."""

    at: datetime
    early: list[Case]
    late: list[Case]


def split(cases: Sequence[Case], until: datetime, late_share: float) -> Split | None:
    """The newest share of the cases whose horizon is over; None when there are too few for two parts."""
    mature = sorted(
        (one for one in cases if one.single and one.over <= until), key=lambda one: (one.at, one.subject_id)
    )
    late = int(len(mature) * late_share)
    if not late or late == len(mature):
        return None
    at = mature[-late].at
    early = [one.known_at(at) for one in cases if one.at < at]
    return Split(at, early, [one for one in mature if one.at >= at])

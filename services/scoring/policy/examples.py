"""Examples to learn from: what was known of a subject at moments of a spell, and whether the end came in time.

A row is made as of its moment: of what had happened and was known here by then, as the score of that moment was. The
label belongs to the horizon from that moment on. While it runs, there is no label: a case that is still open is neither
lost nor won.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.scoring.policy.features import WINDOW, Fact, Step, features, known
from services.scoring.policy.rules import Row
from services.scoring.policy.spells import Spell, State, spells
from services.scoring.policy.transitions import Way

SNAPSHOTS = tuple(timedelta(days=days) for days in (0, 7, 30, 90))  # after the beginning could be seen
MOST_INTERACTIONS = 500  # as when it was scored: the newest of what was known


@dataclass(frozen=True, slots=True)
class Told:
    """A fact, and when the opportunity that it names was known here: views of unknown ones don't count."""

    fact: Fact
    opportunity_known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row with its label, known at `settled_at`. All moments of one spell weigh 1 together; one of them, chosen by
    the subject's id, is `single`: for figures whose cases must not lean on each other."""

    subject_id: UUID
    at: datetime
    row: Row
    label: bool
    settled_at: datetime
    weight: float
    single: bool


def seen_at(told: Iterable[Told], moment: datetime) -> list[Fact]:
    """What of these facts the score at `moment` would have been made of."""
    steps, met = [], []
    for one in told:
        fact = one.fact
        if isinstance(fact.kind, Step):
            steps.append(fact)
        elif moment - WINDOW < fact.at <= moment and fact.known_at <= moment and not fact.bot:
            unknown = one.opportunity_known_at is None or one.opportunity_known_at > moment
            met.append(replace(fact, opportunity_id=None) if unknown and fact.opportunity_id else fact)
    met.sort(key=lambda fact: (-fact.at.timestamp(), fact.id))
    return known(steps + met[:MOST_INTERACTIONS], moment)


def row_at(told: Sequence[Told], moment: datetime) -> Row:
    return features(seen_at(told, moment), moment).row


def examples_of(subject_id: UUID, told: Sequence[Told], way: Way, until: datetime) -> list[Labelled]:
    """The examples of one subject by what is known at `until`."""
    facts = known((one.fact for one in told), until)
    found: list[Labelled] = []
    for spell in spells(facts, way):
        found += _of_spell(subject_id, told, spell, way, until)
    return found


def _of_spell(subject_id: UUID, told: Sequence[Told], spell: Spell, way: Way, until: datetime) -> list[Labelled]:
    moments = [moment for moment in _moments(spell) if moment + way.horizon <= until]
    if not moments:
        return []
    chosen = moments[_drawn(subject_id, spell) % len(moments)]
    return [
        Labelled(
            subject_id, moment, row_at(told, moment), *_label(spell, moment, way), 1 / len(moments), moment == chosen
        )
        for moment in moments
    ]


def _moments(spell: Spell) -> list[datetime]:
    """The beginning and the snapshots after it, as long as it goes on."""
    moments = [spell.seen_from + after for after in SNAPSHOTS]
    return [moment for moment in moments if spell.ended_at is None or moment < spell.ended_at]


def _label(spell: Spell, moment: datetime, way: Way) -> tuple[bool, datetime]:
    """Whether the end came within the horizon, and when that was known."""
    over = moment + way.horizon
    if spell.ended_at is None or spell.end_known_at is None or spell.ended_at > over:
        return False, over
    return spell.state is State.reached, max(spell.ended_at, spell.end_known_at)


def _drawn(subject_id: UUID, spell: Spell) -> int:
    """A number that only the subject and the spell decide, so that it is drawn alike each time."""
    text = f"{subject_id}|{spell.began_at.isoformat()}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True, slots=True)
class Split:
    """Learned from what was settled before `at`, measured on what began later: nothing of the later slice leaks."""

    at: datetime
    early: list[Labelled]
    late: list[Labelled]


def split(examples: Sequence[Labelled], late_share: float) -> Split | None:
    """The newest share of the cases is the later slice; None when there are too few for two parts."""
    singles = sorted((one for one in examples if one.single), key=lambda one: (one.at, one.subject_id))
    late = int(len(singles) * late_share)
    if not late or late == len(singles):
        return None
    at = singles[-late].at
    early = [one for one in examples if one.settled_at <= at]
    return Split(at, early, [one for one in singles if one.at >= at])

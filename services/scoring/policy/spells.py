"""Spells: when a subject was on its way through a transition, and how that ended, from facts in any order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.features import ENDED, STAGE_OF, Fact, Step
from services.scoring.policy.transitions import Way

# Of what happened at one moment. Steps of both sides with one name are one step.
ORDER: dict[str, int] = {step: place for place, step in enumerate((*EnablerStep, *Step))}
AnyFact = Fact | EnablerFact


class State(StrEnum):
    """Under way, there, or ended otherwise."""

    open = "open"
    reached = "reached"
    ended = "ended"


@dataclass(frozen=True, slots=True)
class Spell:
    """One time on the way; `known_at` is when its beginning was known, `end_known_at` its end."""

    began_at: datetime
    known_at: datetime
    application_id: UUID | None = None
    state: State = State.open
    ended_at: datetime | None = None
    end_known_at: datetime | None = None

    @property
    def seen_from(self) -> datetime:
        """The first moment at which it could be looked at."""
        return max(self.began_at, self.known_at)


def spells(facts: Iterable[AnyFact], way: Way) -> list[Spell]:
    """All spells of one subject, the oldest first; only the last may be open."""
    found: list[Spell] = []
    for fact, live in _in_order(facts):
        if found and found[-1].state is State.open:
            found[-1] = _after(fact, found[-1], live, way)
        elif fact.kind in way.begins:
            found.append(Spell(fact.at, fact.known_at, fact.application_id if way.of_one else None))
    return found


def _in_order(facts: Iterable[AnyFact]) -> Iterator[tuple[AnyFact, int]]:
    """What other rooms told, in order of time, each with how many applications are live after it."""
    told = [fact for fact in facts if fact.kind in ORDER]
    live: set[UUID] = set()
    for fact in sorted(told, key=lambda fact: (fact.at, ORDER[fact.kind], fact.id)):
        if fact.application_id:
            if fact.kind in ENDED or fact.kind is Step.completed:
                live.discard(fact.application_id)
            elif fact.kind in STAGE_OF or fact.kind is Step.reopened:
                live.add(fact.application_id)
        yield fact, len(live)


def _after(fact: AnyFact, spell: Spell, live: int, way: Way) -> Spell:
    """The open spell after this fact: the same one when it goes on."""
    if way.of_one and fact.application_id != spell.application_id:
        return spell
    if fact.kind in way.ends:
        state = State.reached
    elif fact.kind in way.instead and not (way.of_the_last and live):
        state = State.ended
    else:
        return spell
    return Spell(spell.began_at, spell.known_at, spell.application_id, state, fact.at, fact.known_at)


def newest(facts: Iterable[AnyFact], way: Way) -> Spell | None:
    """The spell that counts now: the last one."""
    found = spells(facts, way)
    return found[-1] if found else None

"""When two people may be taken for one, and how those who are one stand together."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.scoring.policy.lead_stages import LeadStage
from services.scoring.policy.lifecycle import Lifecycle

Above = Mapping[UUID, UUID]  # who is one with whom further up, by merges that hold


class Alone(BaseModel):
    """How a lead stands by itself: what its course has left on it, and no fact tells again."""

    model_config = ConfigDict(from_attributes=True)
    stage: LeadStage | None
    stage_since: datetime | None
    lifecycle: Lifecycle | None
    last_sign_at: datetime | None
    contacted_at: datetime | None
    bought_at: datetime | None
    lapsed_at: datetime | None
    won_back_at: datetime | None
    qualified_at: datetime | None
    converted_at: datetime | None

    @classmethod
    def of(cls, lead: Any) -> "Alone":
        return cls.model_validate(lead)


def joined(all_: Iterable[Alone]) -> dict[str, datetime | None]:
    """What stands when these are one: qualified and approved since any of them was."""
    stood = list(all_)
    names = ("qualified_at", "converted_at")
    return {name: min(filter(None, (getattr(one, name) for one in stood)), default=None) for name in names}


def refusal(person: UUID, other: UUID, live: Iterable[tuple[UUID, UUID]]) -> str | None:
    """Why `other` can't become one with `person`; `live` are the (person, other) of merges that hold.

    Each person is one with at most one further up, and merges are made at the top: so they never go round in a circle.
    """
    above = {below: up for up, below in live}
    if other in above:
        return "They are one already." if above[other] == person else "The other person is one with somebody else."
    if person in above:
        return "This person is one with another already: merge with that one."
    return None


def chain(person: UUID, above: Above) -> list[UUID]:
    """The person and those above, to the top."""
    found = [person]
    while (up := above.get(found[-1])) is not None:
        found.append(up)
    return found


def top(person: UUID, above: Above) -> UUID:
    return chain(person, above)[-1]


def below(person: UUID, above: Above) -> list[UUID]:
    """Everybody who is one with this person from below."""
    return sorted(one for one in above if one != person and person in chain(one, above))

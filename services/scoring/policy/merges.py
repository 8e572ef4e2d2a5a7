"""When two people may be taken for one."""

from collections.abc import Iterable
from uuid import UUID


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

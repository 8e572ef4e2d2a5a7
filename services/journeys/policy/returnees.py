"""Returnees: who may be invited to stay with the organisation, who is held back by lot, and what came of it."""

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.proportions import wilson


class Offer(StrEnum):
    """What a returnee may be invited to."""

    membership = "membership"
    alumni = "alumni"


class Choice(StrEnum):
    """What a returnee answers."""

    membership = "membership"
    alumni = "alumni"
    no = "no"


class Arm(StrEnum):
    """Those who are invited, and those who are held back so that the effect of the invitation is known."""

    invited = "invited"
    held = "held"


class Blocked(StrEnum):
    """Why a returnee isn't invited."""

    asked = "asked"  # about this exchange
    lately = "lately"  # about another one, less than half a year ago
    refused = "refused"
    member = "member"
    forgotten = "forgotten"


LATELY = timedelta(days=180)
MOST_HELD = 0.5  # holding back more than half would rather be no invitation at all


@dataclass(frozen=True, slots=True)
class Returnee:
    """Somebody whose exchange is over. `asked_at` is when (and whether) there was an invitation before, of any stay."""

    application_id: UUID
    named: bool
    member: bool
    asked: bool
    asked_at: datetime | None
    refused: bool


def blocked_by(one: Returnee, now: datetime) -> Blocked | None:
    """Why this returnee can't be invited now; None: may be."""
    if not one.named:
        return Blocked.forgotten
    if one.asked:
        return Blocked.asked
    if one.refused:
        return Blocked.refused
    if one.member:
        return Blocked.member
    return Blocked.lately if one.asked_at is not None and one.asked_at + LATELY > now else None


def arm_of(application_id: UUID, held_share: float) -> Arm:
    """Drawn by a hash: the same for ever for this exchange, whoever asks."""
    digest = hashlib.sha256(b"returnee:" + application_id.bytes).digest()
    return Arm.held if int.from_bytes(digest[:6]) / 2**48 < held_share else Arm.invited


def may_choose(choice: Choice, offers: Collection[str]) -> bool:
    """A no is always an answer."""
    return choice is Choice.no or choice in offers


@dataclass(frozen=True, slots=True)
class Difference:
    """The first share minus the second, with its interval."""

    value: float
    low: float
    high: float


def difference(part: int, n: int, other_part: int, other_n: int, z: float) -> Difference | None:
    """Newcombe's hybrid score interval (method 10); None when one of the groups is empty.

    R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17: 873–890.
    """
    if not n or not other_n:
        return None
    one, other = part / n, other_part / other_n
    (low, high), (other_low, other_high) = wilson(part, n, z), wilson(other_part, other_n, z)
    value = one - other
    return Difference(
        value, value - math.hypot(one - low, other_high - other), value + math.hypot(high - one, other - other_low)
    )

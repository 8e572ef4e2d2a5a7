"""Who must not be written to, why, and who may lift that."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.notifications.policy.plan import Budget, Medium


class Why(StrEnum):
    """Why a contact is suppressed. `unsubscribed` and `preference` are the person's own words."""

    hard_bounce = "hard_bounce"
    complaint = "complaint"
    unsubscribed = "unsubscribed"
    preference = "preference"
    by_hand = "by_hand"


STOPPABLE = (Budget.care, Budget.promotion)  # what is owed comes whatever people choose
OWN_CHOICE = frozenset({Why.unsubscribed, Why.preference})


class Held(Protocol):
    """A suppression: of one channel or (None) of all, of one class or (None) of all, of one address or of any."""

    channel: str | None
    budget: str | None
    address_hash: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that wants to go out; `address_hash` is of the address that it would go to."""

    channel: Medium
    budget: Budget
    address_hash: str | None = None


def suppressed_by(asked: Asked, held: Iterable[Held]) -> Held | None:
    """The first suppression that forbids this message, or None.

    A bounced address is forbidden for everything, also for what is owed: it would not arrive. What the person asked not
    to get never holds back what is owed, save on a channel other than e-mail, where the next one takes its place.
    """
    return next((one for one in held if _forbids(one, asked)), None)


def _forbids(one: Held, asked: Asked) -> bool:
    if one.channel is not None and one.channel != asked.channel:
        return False
    if one.address_hash is not None and one.address_hash != asked.address_hash:
        return False
    if one.budget is not None and one.budget != asked.budget:
        return False
    if asked.budget is Budget.owed and one.reason in OWN_CHOICE:
        return one.channel is not None and one.budget is None and asked.channel not in (Medium.email, Medium.feed)
    return True


def reason_of(one: Held) -> str:
    """The code under which touchpoints and deliveries show it."""
    return f"suppressed_{one.reason}"


def liftable_by_staff(reason: Why) -> bool:
    """What a person asked for is lifted by that person alone."""
    return reason not in OWN_CHOICE

"""Hand-over rules: who calls how many a week, which leads come first, and who gets which."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain, zip_longest
from typing import Any
from uuid import UUID

from shared.contracts.surveys import Party
from shared.working_time import Counts, WorkingTime, after_hours

MONDAY_AT = time(7)  # local: leads are shared out before the week's work begins
DIGITS = 4  # scores that agree in so many are equal


class HandOverState(StrEnum):
    """`open` until somebody talked with the lead (`contacted`) or it went back (`returned`)."""

    open = "open"
    contacted = "contacted"
    returned = "returned"


class Why(StrEnum):
    """How a lead came to a member: by the week, because capacity got free, or by a manager's hand."""

    weekly = "weekly"
    freed = "freed"
    manual = "manual"
    reassigned = "reassigned"


class Ending(StrEnum):
    """What ended a hand-over. All but `contacted` give the lead back, or tell that nobody needs to call any more."""

    contacted = "contacted"
    refused = "refused"
    overdue = "overdue"
    reassigned = "reassigned"
    became_customer = "became_customer"
    contact_stopped = "contact_stopped"
    member_left = "member_left"
    linked = "linked"
    erased = "erased"


class Refusal(StrEnum):
    """Why a member gives a lead back."""

    no_time = "no_time"
    knows_personally = "knows_personally"
    wrong_committee = "wrong_committee"
    unreachable = "unreachable"
    not_interested = "not_interested"


# Which customers a role calls; those with a star call only when a capacity of their own was set.
CALLS: Mapping[str, frozenset[Party]] = {
    "ep_manager": frozenset({Party.ep}),
    "opportunity_manager": frozenset({Party.enabler}),
    "member": frozenset(Party),  # *
    "team_leader": frozenset(Party),  # *
    "vice_president": frozenset(Party),  # *
    "president": frozenset(Party),  # *
}
BY_ROLE = frozenset({"ep_manager", "opportunity_manager"})
NAMES = ("calls_per_week", "due_hours", "weekdays", "opens", "closes", "least_score")


@dataclass(frozen=True, slots=True)
class Calling:
    """The rules of one entity: calls a member makes a week, working hours until the contact is due, when it works.

    `least_score`: leads from this score on are handed over too when no qualified one waits; None: qualified ones only.
    Nobody's capacity is guessed: until somebody sets one, nothing is handed over by itself.
    """

    calls_per_week: int = 0
    due_hours: int = 16
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    opens: time = time(9)
    closes: time = time(17)
    least_score: float | None = None
    holidays: frozenset[date] = frozenset()

    def office(self, zone: str, away: Iterable[date] = ()) -> WorkingTime:
        """When the entity, or one member of it, works. ValueError for hours that are none."""
        return WorkingTime(zone, frozenset(self.weekdays), self.opens, self.closes, self.holidays | frozenset(away))


def resolved(levels: Iterable[Mapping[str, Any]]) -> Calling:
    """What holds for an entity: the rules from the root of the tree down, the nearest word last; holidays add up."""
    found: dict[str, Any] = {}
    holidays: set[date] = set()
    for level in levels:
        found |= {name: level[name] for name in NAMES if level.get(name) is not None}
        holidays |= set(level.get("holidays") or ())
    if "weekdays" in found:
        found["weekdays"] = tuple(found["weekdays"])
    return Calling(**found, holidays=frozenset(holidays))


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a member is away, both included."""

    from_on: date
    to_on: date

    def days(self) -> Iterable[date]:
        return (self.from_on + timedelta(days=n) for n in range((self.to_on - self.from_on).days + 1))


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def weekly_capacity(calls: int, week: date, office: WorkingTime, away: Sequence[Absence]) -> int:
    """How many of `calls` are left of a week that holidays and absences shorten; a part of a call is none."""
    days = [week + timedelta(days=n) for n in range(7)]
    gone = set(chain.from_iterable(absence.days() for absence in away))
    there = sum(office.works_on(day) and day not in gone for day in days)
    whole = sum(day.isoweekday() in office.weekdays for day in days)
    return calls * there // whole


@dataclass(frozen=True, slots=True)
class Caller:
    """A member as somebody who calls: `given` were handed over this week (and not given back), `carried` are open ones
    from earlier weeks."""

    member_id: UUID
    parties: frozenset[Party]
    capacity: int
    given: int = 0
    carried: int = 0

    @property
    def load(self) -> float:
        return (self.given + self.carried) / self.capacity if self.capacity else 1.0

    @property
    def left(self) -> int:
        return max(0, self.capacity - self.given - self.carried)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open lead; `not_to` gave it back already."""

    lead_id: UUID
    party: Party
    score: float
    waiting_since: datetime
    not_to: frozenset[UUID] = field(default_factory=frozenset)


def shared_out(candidates: Iterable[Candidate], callers: Sequence[Caller], week: date) -> list[tuple[UUID, UUID]]:
    """(lead, member) for the best leads, up to what the callers have left; each lead once.

    The higher score comes first; of equal ones who has waited longer, then by a lot that is drawn anew each week. Each
    goes to whoever has the least load. EPs and enablers take turns, since their scores foretell different things.
    """
    load = {caller.member_id: caller for caller in callers}
    queues = [
        sorted((one for one in candidates if one.party is party), key=lambda one: _rank(one, week)) for party in Party
    ]
    given: list[tuple[UUID, UUID]] = []
    for candidate in chain.from_iterable(zip_longest(*queues)):
        if candidate is None:
            continue
        free = [
            caller
            for caller in load.values()
            if caller.left and candidate.party in caller.parties and caller.member_id not in candidate.not_to
        ]
        if not free:
            continue
        one = min(free, key=lambda caller: (caller.load, _lot(caller.member_id, week)))
        load[one.member_id] = Caller(one.member_id, one.parties, one.capacity, one.given + 1, one.carried)
        given.append((candidate.lead_id, one.member_id))
    return given


def _rank(one: Candidate, week: date) -> tuple[float, datetime, bytes]:
    return -round(one.score, DIGITS), one.waiting_since, _lot(one.lead_id, week)


def _lot(id_: UUID, week: date) -> bytes:
    return hashlib.sha256(id_.bytes + week.isoformat().encode()).digest()


def due_by(moment: datetime, calling: Calling, zone: str, away: Iterable[Absence] = ()) -> datetime:
    """The moment (UTC) by which the first contact is due; a member's absences stand still as holidays do."""
    gone = chain.from_iterable(absence.days() for absence in away)
    return after_hours(moment, calling.due_hours, Counts.working, calling.office(zone, gone))


# --- who may be called


@dataclass(frozen=True, slots=True)
class Stop:
    """What somebody doesn't want any more: a channel and a purpose, None for all of them."""

    channel: str | None
    budget: str | None


PURPOSE, BY_PHONE = "promotion", "phone"


def may_be_called(stops: Iterable[Stop]) -> bool:
    """Whether nobody took back that we call about an offer: who refused e-mail only may still be called."""
    return not any(stop.channel in (None, BY_PHONE) and stop.budget in (None, PURPOSE) for stop in stops)

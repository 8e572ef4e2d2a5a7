"""What holds for an entity that calls leads: its rules with those above it, its members, and what they have in hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.scoring.model import Place, TeamMember
from services.scoring.policy.handover import (
    BY_ROLE,
    CALLS,
    MONDAY_AT,
    Absence,
    Caller,
    Calling,
    monday,
    resolved,
    weekly_capacity,
)
from shared.contracts.surveys import Party
from shared.storage.tx import Uow

RULES = """
SELECT p.entity_id, r.calls_per_week, r.due_hours, r.weekdays, r.opens, r.closes, r.least_score, r.holidays
FROM entity_path p JOIN calling_rules r ON r.id = ANY(p.path)
WHERE p.entity_id = ANY($1::uuid[]) ORDER BY array_position(p.path, r.id)
"""
USED = """
SELECT member_id,
    count(*) FILTER (WHERE week = $2 AND (state <> 'returned' OR ending = 'overdue')) AS given,
    count(*) FILTER (WHERE week < $2 AND state = 'open') AS carried
FROM hand_over WHERE entity_id = $1 AND (week = $2 OR state = 'open') GROUP BY member_id
"""


@dataclass(frozen=True, slots=True)
class Team:
    """An entity with the rules that hold there and its active members."""

    entity_id: UUID
    zone: str
    calling: Calling
    members: Mapping[UUID, TeamMember]

    def absences(self, member_id: UUID) -> list[Absence]:
        member = self.members.get(member_id)
        return absences_of(member) if member else []

    def calls(self, member: TeamMember) -> int:
        """How many leads the member calls in a whole week."""
        if not parties_of(member):
            return 0
        own = member.calls_per_week
        return own if own is not None else (self.calling.calls_per_week if member.role in BY_ROLE else 0)

    def capacity(self, member: TeamMember, week: date) -> int:
        """How many of them are left of this week."""
        return weekly_capacity(self.calls(member), week, self.calling.office(self.zone), absences_of(member))

    def callers(self, today: date, used: Mapping[UUID, tuple[int, int]]) -> list[Caller]:
        """Those who are there today, with what they have in hand."""
        there = [one for one in self.members.values() if _works(one, today)]
        return [
            Caller(one.id, parties_of(one), self.capacity(one, monday(today)), *used.get(one.id, (0, 0)))
            for one in sorted(there, key=lambda one: one.id)
        ]

    def morning(self, day: date) -> datetime:
        """When leads are shared out on a day, on the wall."""
        return datetime.combine(day, MONDAY_AT)


def absences_of(member: TeamMember) -> list[Absence]:
    return [Absence(date.fromisoformat(one["from_on"]), date.fromisoformat(one["to_on"])) for one in member.absences]


def parties_of(member: TeamMember) -> frozenset[Party]:
    return CALLS.get(member.role, frozenset())


def _works(member: TeamMember, today: date) -> bool:
    begun = member.from_on is None or member.from_on <= today
    over = member.to_on is not None and member.to_on < today
    away = any(absence.from_on <= today <= absence.to_on for absence in absences_of(member))
    return begun and not over and not away


async def team_of(uow: Uow, entity_id: UUID) -> Team:
    """What holds for this entity now; an unknown one has no zone but UTC and nobody who works there."""
    place = await uow.find(Place, id=entity_id)
    calling = (await callings_of(uow, [entity_id]))[entity_id]
    members = await uow.all(TeamMember, entity_id=entity_id, active=True)
    zone = place.zone if place else "UTC"
    return Team(entity_id, zone, calling, {member.id: member for member in members})


async def callings_of(uow: Uow, entity_ids: Iterable[UUID]) -> dict[UUID, Calling]:
    """The rules that hold in each of these entities."""
    levels: dict[UUID, list[dict[str, Any]]] = {entity_id: [] for entity_id in entity_ids}
    for row in await uow.fetch(RULES, list(levels)):
        levels[row["entity_id"]].append(dict(row))
    return {entity_id: resolved(found) for entity_id, found in levels.items()}


async def used_by(uow: Uow, entity_id: UUID, week: date) -> dict[UUID, tuple[int, int]]:
    """Member → what was given this week (and not given back), and what is still open from before."""
    return {row["member_id"]: (row["given"], row["carried"]) for row in await uow.fetch(USED, entity_id, week)}

"""What the standards of experiences follow from: read for many of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import select

from services.notifications.model import Claim, Dossier, Experience, Obligation, Posting, Saying
from services.notifications.policy import board as rules
from services.notifications.policy.standards import Days
from shared.storage.tx import Uow


@dataclass(slots=True)
class Facts:
    """The rows behind some experiences, by application; a posting by its opportunity."""

    claims: dict[UUID, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    sayings: dict[UUID, list[Saying]] = field(default_factory=lambda: defaultdict(list))
    postings: dict[UUID, Posting] = field(default_factory=dict)
    arrivals: dict[UUID, date] = field(default_factory=dict)
    held: dict[UUID, dict[str, Obligation]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    async def of(cls, uow: Uow, stays: Sequence[Experience]) -> "Facts":
        found, ids = cls(), [stay.id for stay in stays]
        for claim in await _of(uow, Claim, Claim.application_id, ids):
            found.claims[claim.application_id].append(claim)
        for saying in await _of(uow, Saying, Saying.application_id, ids):
            found.sayings[saying.application_id].append(saying)
        offers = {stay.opportunity_id for stay in stays}
        found.postings = {row.id: row for row in await _of(uow, Posting, Posting.id, offers)}
        for dossier in await _of(uow, Dossier, Dossier.id, ids):
            if arrival := dossier.facts.get("arrival_on"):
                found.arrivals[dossier.id] = date.fromisoformat(arrival)
        for row in await _of(uow, Obligation, Obligation.application_id, ids):
            found.held[row.application_id][row.standard] = row
        return found

    def known(self, stay: Experience) -> rules.Known:
        """All that the standards of one of them follow from."""
        claims = {row.key: _claim(row) for row in self.claims[stay.id]}
        if (posting := self.postings.get(stay.opportunity_id)) is not None:
            claims["posting"] = _posted(posting)
        words: dict[str, list[rules.Word]] = defaultdict(list)
        for row in self.sayings[stay.id]:
            words[row.standard].append(rules.Word(row.word, _day(row.at, stay), row.at, row.invitation_id))
        rulings = {code: _ruling(row) for code, row in self.held[stay.id].items()}
        broken = stay.status if stay.status in rules.BROKEN else None
        return rules.Known(days_of(stay, claims, self.arrivals.get(stay.id)), claims, words, rulings, broken)


async def _of(uow: Uow, model: Any, column: Any, ids: Iterable[UUID]) -> Sequence[Any]:
    return await uow.rows(select(model).where(column.in_(ids)))


def owes(stay: Experience | None) -> bool:
    """Nothing is owed before the approval, nor while its dates weren't heard."""
    return stay is not None and None not in (stay.approved_at, stay.start_on, stay.end_on)


def days_of(stay: Experience, claims: Mapping[str, rules.Claim], arrival: date | None) -> Days:
    """The days that due dates count from, for an experience that owes something."""
    assert stay.approved_at is not None
    assert stay.start_on is not None
    assert stay.end_on is not None
    contract = claims.get("requirement:contract_signed")
    signed = contract.done_on if contract and contract.standing is rules.Standing.done else None
    return Days(_day(stay.approved_at, stay), stay.start_on, stay.end_on, signed, arrival)


def _day(moment: datetime, stay: Experience) -> date:
    return moment.astimezone(ZoneInfo(stay.zone or "UTC")).date()


def _claim(row: Claim) -> rules.Claim:
    dues = {place: date.fromisoformat(day) for place, day in row.dues.items()}
    return rules.Claim(row.key, rules.Standing(row.standing), row.done_on, row.source_id, row.at, dues)


def _posted(row: Posting) -> rules.Claim:
    on = row.posted_at.astimezone(ZoneInfo(row.zone)).date()
    return rules.Claim("posting", rules.Standing.done, on, row.id, row.posted_at)


def _ruling(row: Obligation) -> rules.Ruling:
    return rules.Ruling(row.waived_at is not None, row.stated, row.stated_on, row.stated_at)

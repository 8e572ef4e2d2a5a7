"""Interactions come in: by strangers for themselves, by managers and services for anybody they look after."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlmodel import select

from services.scoring.commands import Happening, Recorded, RecordInteractions, RecordVisits, Visit
from services.scoring.handlers.consents import keep_words, may_follow
from services.scoring.handlers.recording import record, row_of
from services.scoring.handlers.sources import Codes, codes_of
from services.scoring.handlers.visitors import hold_visitors, owners_of
from services.scoring.model import Interaction, Lead, leads_of
from services.scoring.policy.campaigns import query_value
from services.scoring.policy.interactions import (
    OLDEST_PUBLIC,
    OLDEST_RECORDED,
    VISITS,
    Bounds,
    Origin,
    time_errors,
)
from services.scoring.policy.machines import mark_told
from services.scoring.policy.sources import IN_WORDS, Refused
from services.scoring.schemas import IgnoredOut, InteractionsOut
from shared.errors import FieldError, Invalid
from shared.storage.tx import Uow


async def record_visits(uow: Uow, command: RecordVisits) -> InteractionsOut:
    """What a stranger's browser tells. The reply says nothing about who the visitor might be.

    A code that doesn't hold is ignored, and the reply says so: the visit took place whatever was on the paper."""
    body, bounds = command.body, Bounds.of(uow.now, OLDEST_PUBLIC)
    _check_times(body.visits, bounds, "visits")
    await hold_visitors(uow, [body.visitor_id])
    if body.consent is not None:
        await keep_words(uow, body.visitor_id, body.consent)
    followed = await may_follow(uow, [body.visitor_id], objects=command.objects)
    codes = await codes_of(uow, map(_code_of, body.visits))
    ignored, rows = [], []
    for visit in body.visits:
        source, refused = codes.read(_code_of(visit), visit.at)
        if refused is not None:
            ignored.append(IgnoredOut(id=visit.id, code=str(_code_of(visit))[:40], reason=refused))
        visitor = body.visitor_id if body.visitor_id in followed else None
        more = {"source": source, "mark": command.mark, "query": visit.query}
        rows.append(row_of(uow, visit, Origin.visit, visitor_id=visitor, **more))
    return await _recorded(uow, rows, ignored)


def _code_of(visit: Visit) -> str | None:
    """A code as typed, or as it stands in the address that was printed."""
    return visit.code or query_value(visit.query, "code")


async def record_interactions(uow: Uow, command: RecordInteractions) -> InteractionsOut:
    """Refused as a whole, with a pointer to each wrong one."""
    recorded = command.interactions
    _check_times(recorded, Bounds.of(uow.now, OLDEST_RECORDED), "interactions")
    visitors = {one.visitor_id for one in recorded if one.visitor_id}
    await hold_visitors(uow, visitors)
    await _check_people(uow, recorded)
    codes = await codes_of(uow, (one.code for one in recorded))
    _check_codes(codes, recorded)
    followed = await may_follow(uow, visitors, objects=False)
    rows = [_row(uow, one, codes, followed) for one in recorded]
    return await _recorded(uow, rows, [])


def _row(uow: Uow, one: Recorded, codes: Codes, followed: Collection[UUID]) -> Interaction:
    """A visitor who doesn't agree to be followed may still be written down as somebody who was met."""
    visitor = one.visitor_id if one.kind not in VISITS or one.visitor_id in followed else None
    source, _ = codes.read(one.code, one.at)
    about = {"visitor_id": visitor, "person_id": one.person_id}
    return row_of(uow, one, Origin.recorded, **about, source=source, mark=mark_told(one.user_agent))


async def _recorded(uow: Uow, rows: Sequence[Interaction], ignored: list[IgnoredOut]) -> InteractionsOut:
    new = await record(uow, rows)
    return InteractionsOut(recorded=new, repeated=len(rows) - new, ignored=ignored)


def _check_times(happenings: Sequence[Happening], bounds: Bounds, field: str) -> None:
    if errors := time_errors((one.at for one in happenings), bounds, field):
        raise Invalid("Some of these can't have happened then.", errors=errors)


async def _check_people(uow: Uow, recorded: Sequence[Recorded]) -> None:
    """Every person, and whoever a visitor is known to be, must be the caller's to see."""
    foreign = await foreign_people(uow, recorded)
    errors = [
        FieldError(f"#/interactions/{place}/{'person_id' if recorded[place].person_id else 'visitor_id'}", NOT_YOURS)
        for place in foreign
    ]
    if errors:
        raise Invalid("Some of these are not about people whom you look after.", errors=errors)


NOT_YOURS = "it is not yours, or unknown"


async def foreign_people(uow: Uow, recorded: Sequence[Recorded]) -> list[int]:
    """The places of those that are about people whom the caller doesn't look after."""
    owners = await owners_of(uow, (one.visitor_id for one in recorded))
    people = [one.person_id or owners.get(one.visitor_id) for one in recorded]
    wanted = {person for person in people if person}
    seen = set(await uow.rows(select(Lead.id).where(Lead.id.in_(wanted), leads_of(uow.caller))))  # type: ignore[attr-defined]
    return [place for place, person in enumerate(people) if person and person not in seen]


def _check_codes(codes: Codes, recorded: Iterable[Recorded]) -> None:
    """A manager reads the code off a paper: what doesn't hold, or is another entity's, is a mistake to be told."""
    found = [(place, codes.read(one.code, one.at, own=True)[1]) for place, one in enumerate(recorded)]
    errors = [FieldError(f"#/interactions/{place}/code", IN_WORDS[Refused(why)]) for place, why in found if why]
    if errors:
        raise Invalid("Some of these codes don't hold.", errors=errors)

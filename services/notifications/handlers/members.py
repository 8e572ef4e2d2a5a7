"""Copies of who works in which committee, whom tasks and messages for managers go to; and the members' own calendar."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.notifications.handlers.calendar import About, settle, slot_of
from services.notifications.handlers.happenings import held_about, start
from services.notifications.handlers.tasks import close_by
from services.notifications.model import Member, Touchpoint
from services.notifications.policy import FINAL, Happening, Kind, Reached, Row, State
from shared.contracts import parties
from shared.contracts.envelope import Envelope
from shared.storage.tx import Uow

STEPS: dict[type[parties.MemberFact], Happening] = {
    parties.MemberSelected: Happening.member_selected,
    parties.MemberActivated: Happening.member_activated,
}
LEFT = "member_left"


async def keep_member(uow: Uow, envelope: Envelope) -> None:
    """A membership began or ended; the event with the highest sequence has the last word."""
    fact = envelope.data
    assert isinstance(fact, parties.MemberFact)
    active = isinstance(fact, parties.MemberActivated)
    values: dict[str, Any] = {name: getattr(fact, name) for name in ("entity_id", "person_id", "role")}
    values |= {"active": active, "to_on": getattr(fact, "to_on", None), "sequence": envelope.sequence}
    if isinstance(fact, parties.MemberActivated):
        values["from_on"] = fact.from_on
    put = insert(Member).values(id=fact.member_id, **values)
    later = Member.sequence < put.excluded.sequence
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=values, where=later))


async def keep_member_details(uow: Uow, envelope: Envelope) -> None:
    """Name and address of a member; a tombstone erases them."""
    details = envelope.data
    assert details is None or isinstance(details, parties.MemberDetails)
    names = ("given_name", "family_name", "email")
    values = {name: getattr(details, name, None) for name in names}
    put = insert(Member).values(id=envelope.key, active=False, sequence=0, **values)
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=values))


async def hear_member_step(uow: Uow, envelope: Envelope) -> None:
    """A member's own calendar: what the plan starts at a step is due, and what waits falls away at the end."""
    fact = envelope.data
    assert isinstance(fact, parties.MemberFact)
    about = About(fact.member_id, None, fact.person_id, fact.entity_id, fact.entity_id)
    reached = Reached(envelope.sequence, envelope.time)
    if happening := STEPS.get(type(fact)):
        await start(uow, about, happening, reached)
    if isinstance(fact, parties.MemberApplied):
        await _end_tasks_of(uow, fact)
    if isinstance(fact, parties.MemberLeft):
        await _end_calendar(uow, about, envelope.sequence)
        if fact.was == "active":
            await start(uow, about, Happening.member_left, reached)
        if fact.was == "active" and fact.alumna is None:
            await start(uow, about, Happening.member_unasked, reached)


async def _end_calendar(uow: Uow, about: About, sequence: int) -> None:
    """What was planned before the member left comes no more; what is out stays."""
    held = [row for row in await held_about(uow, about) if row.state not in FINAL and row.state != State.skipped]
    before = [row for row in held if row.anchor_version != sequence]
    gone = [Row(row.code, State.cancelled, slot_of(row), LEFT, row.round) for row in before]
    await settle(uow, about, gone, before)


async def _end_tasks_of(uow: Uow, fact: parties.MemberApplied) -> None:
    """Who applies has been talked with: tasks about this person at this committee that an application ends are done."""
    if fact.person_id is None:
        return
    whose = select(Touchpoint).where(
        Touchpoint.person_id == fact.person_id, Touchpoint.hosting_entity_id == fact.entity_id,
        Touchpoint.kind == Kind.task, Touchpoint.application_id.is_(None),  # type: ignore[union-attr]
    )  # fmt: skip
    for held in await uow.rows(whose.order_by(Touchpoint.id)):
        await close_by(uow, held, Happening.member_applied)

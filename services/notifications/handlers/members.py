"""Copies of who works in which committee: whom tasks and messages for managers go to."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from services.notifications.model import Member
from shared.contracts import parties
from shared.contracts.envelope import Envelope
from shared.storage.tx import Uow


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

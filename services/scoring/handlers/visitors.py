"""Visitors: whom they are known to be; nobody changes this while visits are written; and how all that is forgotten."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlmodel import select

from services.scoring.model import Identity
from shared.storage.tx import Uow

# Two-part advisory locks are a space of their own, apart from the kernel's. Always taken before leads are locked, and
# in one order.
SPACE = 0x5C0E
HOLD = text("SELECT pg_advisory_xact_lock(:space, one) FROM unnest(CAST(:visitors AS int[])) AS one")

FORGET = text("""
WITH cut AS (DELETE FROM identity WHERE person_id = :person RETURNING visitor_id),
told AS (DELETE FROM interaction WHERE person_id = :person AND origin = 'told'),
words AS (DELETE FROM consent WHERE subject_id = :person OR subject_id IN (SELECT visitor_id FROM cut)),
refers AS (UPDATE source SET referrer_id = NULL, place = '' WHERE referrer_id = :person)
UPDATE interaction SET visitor_id = NULL, person_id = NULL, utm_term = NULL, utm_content = NULL, referrer = NULL
WHERE (person_id = :person AND origin <> 'told') OR visitor_id IN (SELECT visitor_id FROM cut)
""").bindparams(bindparam("person"))


async def hold_visitors(uow: Uow, visitors: Iterable[UUID | None]) -> None:
    """To the end of this transaction no other writes visits of these visitors, identifies or separates them."""
    if numbers := _numbers(visitors):
        await uow.execute(HOLD, {"space": SPACE, "visitors": numbers})


def _numbers(visitors: Iterable[UUID | None]) -> list[int]:
    """Lock numbers (signed, 32 bits), each once and sorted; two visitors of one number merely wait for each other."""
    return sorted({(visitor.int & 0xFFFFFFFF) - 0x80000000 for visitor in visitors if visitor})


async def owners_of(uow: Uow, visitors: Iterable[UUID | None]) -> dict[UUID | None, UUID]:
    """Which of these visitors are known to be somebody."""
    wanted = {visitor for visitor in visitors if visitor}
    if not wanted:
        return {}
    known = await uow.rows(select(Identity).where(Identity.visitor_id.in_(wanted)))  # type: ignore[attr-defined]
    return {row.visitor_id: row.person_id for row in known}


async def forget_interactions(uow: Uow, lead_id: UUID) -> None:
    """Nobody can tell any more which interactions were this lead's, nor which visitors it was. What other rooms told is
    gone; of the rest it stays known that it took place, and by which source and campaign."""
    await uow.execute(FORGET, {"person": lead_id})

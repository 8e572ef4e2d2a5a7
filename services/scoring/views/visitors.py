"""What a visitor allows, and how a visitor or a person came."""

from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import select

from services.scoring.model import Identity, Interaction, Lead, leads_of
from services.scoring.policy.interactions import Move
from services.scoring.schemas import TouchesOut, TouchOut, VisitorOut
from services.scoring.views.consents import consents
from services.scoring.views.interactions import check_visitor
from shared.errors import NotFound
from shared.storage.tx import Uow

TELLING = (
    Interaction.campaign, Interaction.utm_source, Interaction.utm_medium, Interaction.utm_term,
    Interaction.utm_content, Interaction.referrer, Interaction.source_id,
)  # fmt: skip


async def get_visitor(uow: Uow, visitor_id: UUID) -> VisitorOut:
    """How a visitor came, and what it allows."""
    owner = await check_visitor(uow, visitor_id)
    mine = Interaction.visitor_id == visitor_id
    query = select(func.count(), func.count(Interaction.mark)).where(mine)  # type: ignore[call-overload]
    visits, marked = (await uow.execute(query)).one()
    allowed = await consents(uow, visitor_id)
    if not visits and owner is None and not any(value is not None for value in allowed.model_dump().values()):
        raise NotFound(f"There is no visitor {visitor_id}, or it is nobody whom you look after.")
    touched = await _touches(uow, mine)
    seen = {"visitor_id": visitor_id, "person_id": owner, "consent": allowed, "visits": visits - marked}
    return VisitorOut(**touched.model_dump(), **seen, marked=marked)


async def get_touches(uow: Uow, person_id: UUID) -> TouchesOut:
    """The same of a person, over all visitors that the person is known to be."""
    await uow.get(Lead, person_id, leads_of(uow.caller))
    theirs = select(Identity.visitor_id).where(Identity.person_id == person_id)
    of_person = (Interaction.person_id == person_id) | Interaction.visitor_id.in_(theirs)  # type: ignore[union-attr]
    return await _touches(uow, of_person)


async def _touches(uow: Uow, where: object) -> TouchesOut:
    telling = or_(*(column.is_not(None) for column in TELLING))  # type: ignore[union-attr]
    theirs = Interaction.move == Move.theirs
    query = select(Interaction).where(where, telling, theirs, Interaction.mark.is_(None)).limit(1)  # type: ignore[arg-type, union-attr]
    first = await uow.rows(query.order_by(Interaction.at, Interaction.id))  # type: ignore[arg-type]
    last = await uow.rows(query.order_by(Interaction.at.desc(), Interaction.id.desc()))  # type: ignore[attr-defined]
    found = [TouchOut.model_validate(rows[0]) if rows else None for rows in (first, last)]
    return TouchesOut(first=found[0], last=found[1])

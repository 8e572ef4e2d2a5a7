"""Interactions as they were told, with their marks."""

from uuid import UUID

from sqlmodel import select

from services.scoring.model import Identity, Interaction, Lead, leads_of
from services.scoring.schemas import InteractionOut
from services.scoring.views.identities import owner_of
from shared.access import Caller, Role
from shared.errors import FieldError, Invalid, NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

ALL_SEEING = frozenset({Role.global_manager, Role.service, Role.auditor})


def interaction_out(row: Interaction) -> InteractionOut:
    return InteractionOut.model_validate(row)


async def list_interactions(uow: Uow, person_id: UUID | None, visitor_id: UUID | None, paging: Paging) -> Page:
    """Of a person (and of all visitors that the person is known to be), or of a visitor; the newest first."""
    if person_id is not None and visitor_id is None:
        await uow.get(Lead, person_id, leads_of(uow.caller))
        theirs = select(Identity.visitor_id).where(Identity.person_id == person_id)
        where = (Interaction.person_id == person_id) | Interaction.visitor_id.in_(theirs)  # type: ignore[union-attr]
    elif visitor_id is not None and person_id is None:
        await check_visitor(uow, visitor_id)
        where = Interaction.visitor_id == visitor_id  # type: ignore[assignment]
    else:
        raise Invalid(errors=[FieldError("query:person_id", "Name either person_id or visitor_id.")])
    query, order = select(Interaction).where(where), (Interaction.at.desc(), Interaction.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, changed=Interaction.known_at, shape=interaction_out)


async def check_visitor(uow: Uow, visitor_id: UUID) -> UUID | None:
    """Who the visitor is, if known. One of whom nobody knows is for those who see everything."""
    owner = await owner_of(uow, visitor_id)
    seen = owner is not None and await uow.find(Lead, Lead.id == owner, leads_of(uow.caller)) is not None
    if not (seen or (owner is None and sees_all(uow.caller))):
        raise NotFound(f"There is no visitor {visitor_id}, or it is nobody whom you look after.")
    return owner


def sees_all(caller: Caller) -> bool:
    return caller.role in ALL_SEEING

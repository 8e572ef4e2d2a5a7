"""Contests of metrics within the caller's scope."""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import select

from services.surveys.model import Tournament
from services.surveys.schemas import TournamentOut
from shared.access import Caller
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import visible
from shared.storage.tx import Uow


async def list_tournaments(uow: Uow, paging: Paging) -> Page:
    query = select(Tournament).where(tournaments_of(uow.caller))
    order = (Tournament.asked_at.desc(), Tournament.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, shape=TournamentOut.model_validate)


async def get_tournament(uow: Uow, tournament_id: UUID) -> TournamentOut:
    return TournamentOut.model_validate(await uow.get(Tournament, tournament_id, tournaments_of(uow.caller)))


def tournaments_of(caller: Caller) -> ColumnElement[bool]:
    """Those on the customers of one's own entity or below; all for who is above all."""
    return visible(caller, sending=Tournament.entity_id, hosting=Tournament.entity_id)

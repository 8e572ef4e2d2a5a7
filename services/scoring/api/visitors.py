"""What visitors and people allow, and how they came."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Identifier, Reader, Staff, Unnamed
from services.scoring.schemas import ConsentsOut, TouchesOut, VisitorOut

router = APIRouter(prefix="/v1", tags=["visitors"])


@router.post("/consents", response_model=ConsentsOut, operation_id="say_consent")
async def say_consent(body: commands.SayConsent, door: Unnamed) -> Response:
    """A visitor agrees to something, or takes it back: then its visits are unlinked at once, and it is nobody again."""
    return await door.execute(handlers.say_consent, body)


@router.post("/people/{person_id}/consents", response_model=ConsentsOut, operation_id="say_consent_of")
async def say_consent_of(person_id: UUID, body: commands.Allowing, door: Identifier) -> Response:
    """A person agrees to something, or takes it back; this stands above what the visitors behind said."""
    return await door.execute(handlers.say_consent_of, commands.SayConsentOf(person_id, body))


@router.get("/people/{person_id}/consents", response_model=ConsentsOut, operation_id="get_consents")
async def get_consents(person_id: UUID, door: Reader) -> Response:
    """What a person agreed to."""
    return await door.read(views.get_consents, person_id)


@router.get("/people/{person_id}/touches", response_model=TouchesOut, operation_id="get_touches")
async def get_touches(person_id: UUID, door: Reader) -> Response:
    """What brought a person: the first and the last touch over all visitors that the person is known to be."""
    return await door.read(views.get_touches, person_id)


@router.get("/visitors/{visitor_id}", response_model=VisitorOut, operation_id="get_visitor")
async def get_visitor(visitor_id: UUID, door: Staff) -> Response:
    """What brought a visitor, what it allows, and how many visits count. One whom nobody knows is seen by those who
    see everything."""
    return await door.read(views.get_visitor, visitor_id)

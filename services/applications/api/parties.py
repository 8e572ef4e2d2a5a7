"""Routes of committees, EPs and enablers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.applications import commands, handlers, views
from services.applications.api.doors import Anybody, R, Staff
from services.applications.schemas import EnablerOut, EntityOut, PersonOut
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1")


@router.post("/entities", status_code=201, response_model=EntityOut, operation_id="register_entity", tags=["entities"])
async def register_entity(body: commands.RegisterEntity, door: Annotated[Door, allow(R.global_manager)]) -> Response:
    """A committee joins the tree."""
    return await door.execute(handlers.register_entity, body, status=201, location=lambda out: f"/v1/entities/{out.id}")


@router.get("/entities", response_model=PageOf[EntityOut], operation_id="list_entities", tags=["entities"])
async def list_entities(door: Anybody, paging: Paging) -> Response:
    """All committees, in the order in which they last changed."""
    return await door.page(views.list_entities, paging=paging)


@router.get("/entities/{entity_id}", response_model=EntityOut, operation_id="get_entity", tags=["entities"])
async def get_entity(entity_id: UUID, door: Anybody) -> Response:
    """One committee."""
    return await door.read(views.get_entity, entity_id)


@router.post("/people", status_code=201, response_model=PersonOut, operation_id="register_person", tags=["people"])
async def register_person(
    body: commands.RegisterPerson, door: Annotated[Door, allow(R.participant, R.sending_manager)]
) -> Response:
    """Sign up: a visitor becomes a lead. A participant's account becomes the person; a manager enters one without."""
    return await door.execute(handlers.register_person, body, status=201, location=lambda out: f"/v1/people/{out.id}")


@router.get("/people", response_model=PageOf[PersonOut], operation_id="list_people", tags=["people"])
async def list_people(door: Staff, paging: Paging) -> Response:
    """The EPs that the caller looks after, with status and lead score."""
    return await door.page(views.list_people, paging=paging)


@router.get("/people/{person_id}", response_model=PersonOut, operation_id="get_person", tags=["people"])
async def get_person(person_id: UUID, door: Anybody) -> Response:
    """One EP."""
    return await door.read(views.get_person, person_id)


@router.post("/people/{person_id}/erasure", response_model=PersonOut, operation_id="erase_person", tags=["people"])
async def erase_person(
    person_id: UUID, door: Annotated[Door, allow(R.participant, R.sending_manager, R.global_manager)]
) -> Response:
    """Forget who this is, in every room. What happened stays, under a bare id. This can't be undone."""
    return await door.execute(handlers.erase_person, commands.ErasePerson(person_id))


@router.post(
    "/enablers", status_code=201, response_model=EnablerOut, operation_id="register_enabler", tags=["enablers"]
)
async def register_enabler(
    body: commands.RegisterEnabler, door: Annotated[Door, allow(R.enabler, R.hosting_manager)]
) -> Response:
    """A company, an NGO or a school joins."""
    return await door.execute(
        handlers.register_enabler, body, status=201, location=lambda out: f"/v1/enablers/{out.id}"
    )


@router.get("/enablers/{enabler_id}", response_model=EnablerOut, operation_id="get_enabler", tags=["enablers"])
async def get_enabler(enabler_id: UUID, door: Anybody) -> Response:
    """One enabler."""
    return await door.read(views.get_enabler, enabler_id)

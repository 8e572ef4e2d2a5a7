"""Fact sheets over HTTP: what holds for an entity, and how its managers write and publish it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import commands, handlers, views
from services.notifications.api.doors import Anybody
from services.notifications.policy.fact_sheets import Section
from services.notifications.schemas import (
    FactChangeOut,
    FactSheetDraftOut,
    FactSheetOut,
    FactSheetVersionOut,
    ReviewOut,
)
from shared.access import Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Count, Day, LanguageCode

router = APIRouter(prefix="/v1", tags=["fact sheets"])
KEEPING = (Role.sending_manager, Role.hosting_manager, Role.national_manager, Role.global_manager)
Keeper = Annotated[Door, allow(*KEEPING, changes=True)]
Staff = Annotated[Door, allow(*KEEPING, Role.auditor, Role.service)]
ONE = "/entities/{entity_id}/fact-sheet"


@router.get(ONE, response_model=FactSheetOut, operation_id="get_fact_sheet")
async def get_fact_sheet(
    entity_id: UUID, door: Anybody, language: Annotated[LanguageCode | None, Query(description="Preferred")] = None
) -> Response:
    """What holds for an entity, for its EPs and managers; where it says nothing, the committee above it is asked."""
    return await door.read(views.get_fact_sheet, entity_id, language)


@router.get(ONE + "/draft", response_model=FactSheetDraftOut, operation_id="get_fact_sheet_draft")
async def get_fact_sheet_draft(entity_id: UUID, door: Staff) -> Response:
    """The sheet as it is being written, with owners and review dates; its ETag is what changes are made against."""
    return await door.read(views.get_fact_sheet_draft, entity_id)


@router.put(ONE + "/sections/{section}", response_model=FactSheetDraftOut, operation_id="put_fact_section")
async def put_fact_section(entity_id: UUID, section: Section, body: commands.WriteSection, door: Keeper) -> Response:
    """Write a section, whole. A sheet that nobody has begun is at version 0."""
    command = commands.PutSection(entity_id, section, body.texts, body.owner_id, body.review_on)
    return await door.execute(handlers.put_section, command)


@router.post(ONE + "/publication", response_model=FactSheetDraftOut, operation_id="publish_fact_sheet")
async def publish_fact_sheet(entity_id: UUID, door: Keeper) -> Response:
    """The draft becomes the next version: readers get it, and documents quote it, from now on."""
    return await door.execute(handlers.publish_fact_sheet, commands.PublishFactSheet(entity_id))


@router.post(ONE + "/reversion", response_model=FactSheetDraftOut, operation_id="revert_fact_sheet")
async def revert_fact_sheet(entity_id: UUID, body: commands.Reversion, door: Keeper) -> Response:
    """An earlier version counts again, as a new one; the draft becomes the same."""
    return await door.execute(handlers.revert_fact_sheet, commands.RevertFactSheet(entity_id, body.number))


@router.get(ONE + "/versions", response_model=PageOf[FactSheetVersionOut], operation_id="list_fact_sheet_versions")
async def list_fact_sheet_versions(entity_id: UUID, door: Staff, paging: Paging) -> Response:
    """All that was ever published, newest first."""
    return await door.page(views.list_fact_sheet_versions, entity_id, paging=paging)


@router.get(ONE + "/versions/{number}", response_model=FactSheetVersionOut, operation_id="get_fact_sheet_version")
async def get_fact_sheet_version(entity_id: UUID, number: Count, door: Staff) -> Response:
    """One published version, as documents of its time quoted it."""
    return await door.read(views.get_fact_sheet_version, entity_id, number)


@router.get(ONE + "/history", response_model=PageOf[FactChangeOut], operation_id="list_fact_changes")
async def list_fact_changes(entity_id: UUID, door: Staff, paging: Paging) -> Response:
    """Who changed which section, from what to what."""
    return await door.page(views.list_fact_changes, entity_id, paging=paging)


@router.get("/fact-sheet-reviews", response_model=PageOf[ReviewOut], operation_id="list_fact_reviews")
async def list_fact_reviews(
    door: Staff,
    paging: Paging,
    until: Annotated[Day | None, Query(description="Until this day; today when left out")] = None,
) -> Response:
    """Sections that are to be looked at again, in the caller's entity and below."""
    return await door.page(views.list_reviews, until, paging=paging)

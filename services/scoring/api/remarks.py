"""Notes, contacts with their words, and who is one with whom."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import Merger, MergeReader, MergeUndoer, RemarkReader, RemarkUndoer, RemarkWriter
from services.scoring.schemas import MergeOut, MergePreviewOut, RemarkOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1")


@router.post(
    "/leads/{subject_id}/remarks", status_code=201, response_model=RemarkOut, operation_id="write_remark",
    tags=["remarks"],
)  # fmt: skip
async def write_remark(subject_id: UUID, body: commands.RemarkBody, door: RemarkWriter) -> Response:
    """Write a note about a lead of either side, or down that there was a call, a meeting or a message, with what it
    came to. A call that reached somebody stops the clock of the hand-over. No customer ever sees the words."""
    command = commands.WriteRemark(subject_id, body)
    return await door.execute(
        handlers.write_remark, command, status=201, location=lambda one: f"/v1/leads/{subject_id}/remarks"
    )


@router.get(
    "/leads/{subject_id}/remarks", response_model=PageOf[RemarkOut], operation_id="list_remarks", tags=["remarks"]
)
async def list_remarks(subject_id: UUID, door: RemarkReader, paging: Paging) -> Response:
    """What members wrote about a lead, as far as the caller may read it, the newest first."""
    return await door.page(views.list_remarks, subject_id, paging=paging)


@router.post("/remarks/{remark_id}/blanking", response_model=RemarkOut, operation_id="blank_remark", tags=["remarks"])
async def blank_remark(remark_id: UUID, door: RemarkUndoer) -> Response:
    """Take the words away for good, in every room; that there was a contact stays."""
    return await door.execute(handlers.blank_remark, commands.BlankRemark(remark_id))


@router.post(
    "/people/{person_id}/merges", status_code=201, response_model=MergeOut, operation_id="merge_people",
    tags=["identities"],
)  # fmt: skip
async def merge_people(person_id: UUID, body: commands.OtherPerson, door: Merger) -> Response:
    """Another person who signed up is the same human: one conversation over both. Each keeps its own id."""
    command = commands.MergePeople(person_id, body.other_id)
    return await door.execute(
        handlers.merge_people, command, status=201, location=lambda one: f"/v1/people/{person_id}/merges"
    )


@router.get(
    "/people/{person_id}/merges", response_model=list[MergeOut], operation_id="list_merges", tags=["identities"]
)
async def list_merges(person_id: UUID, door: MergeReader) -> Response:
    """With whom this person is one, or was taken to be, the newest first."""
    return await door.read(views.list_merges, person_id)


@router.get(
    "/people/{person_id}/merge-preview", response_model=MergePreviewOut, operation_id="preview_merge",
    tags=["identities"],
)  # fmt: skip
async def preview_merge(
    person_id: UUID, door: MergeReader, other_id: Annotated[UUID, Query(description="Who might be the same human")]
) -> Response:
    """What would come together if the two were merged, and whether they can be."""
    return await door.read(views.preview_merge, person_id, other_id)


@router.post("/merges/{merge_id}/parting", response_model=MergeOut, operation_id="part_people", tags=["identities"])
async def part_people(merge_id: UUID, door: MergeUndoer) -> Response:
    """Undo a merge: they are two again, and nothing of either was changed."""
    return await door.execute(handlers.part_people, commands.PartPeople(merge_id))

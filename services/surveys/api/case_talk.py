"""What is said and shown in a quality case: messages, files, refunds; and when the entities work."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.surveys import commands, files, handlers, views
from services.surveys.api.doors import CaseOwner, CaseReader, OfficeKeeper, Staff, Talker
from services.surveys.schemas import FileOut, MessageOut, OfficeOut, RefundOut
from services.surveys.settings import limits

router = APIRouter(prefix="/v1", tags=["cases"])
BINARY = {"schema": {"type": "string", "format": "binary"}}
BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}}
DOWNLOAD = {200: {"content": dict.fromkeys(files.Kind, BINARY), "description": "The file, as a download"}}


@router.post("/cases/{case_id}/messages", status_code=201, response_model=MessageOut, operation_id="write_in_case")
async def write_in_case(case_id: UUID, body: commands.Writing, door: Talker) -> Response:
    """Write to all in the case; a note (`internal`) is for those who work on it."""
    return await door.execute(handlers.write_message, commands.WriteMessage(case_id, body.text, body.internal))


@router.post(
    "/cases/{case_id}/attachments", status_code=201, response_model=FileOut, operation_id="attach_to_case",
    openapi_extra=BYTES,
)  # fmt: skip
async def attach_to_case(
    case_id: UUID,
    door: Talker,
    name: Annotated[str, Query(max_length=255, description="The file's name", examples=["room.jpg"])] = "",
    internal: Annotated[bool, Query(description="Only for those who work on the case")] = False,
) -> Response:
    """Attach the bytes of the body: a picture (drawn anew, without what it tells of its maker), a PDF, plain text."""
    await door.runtime.read(views.check_case, case_id, caller=door.caller)
    file = await files.guarded(name, await door.request.body(), guard_limits())
    return await door.execute(handlers.attach_file, commands.AttachFile(case_id, file, internal))


@router.get(
    "/cases/{case_id}/attachments/{file_id}", response_class=Response, responses=DOWNLOAD,
    operation_id="get_case_attachment",
)  # fmt: skip
async def get_case_attachment(case_id: UUID, file_id: UUID, door: CaseReader) -> Response:
    """The file, for those in the case; while a scanner is set up, once that has found nothing in it."""
    return download(await door.runtime.read(views.get_file, case_id, file_id, caller=door.caller))


@router.post("/cases/{case_id}/refunds", status_code=201, response_model=RefundOut, operation_id="record_refund")
async def record_refund(case_id: UUID, body: commands.Refund, door: CaseOwner) -> Response:
    """Record what was given back for an approval that was broken before the start, with its ground and proof."""
    return await door.execute(handlers.record_refund, commands.RecordRefund(case_id, body))


@router.get("/entities/{entity_id}/working-time", response_model=OfficeOut, operation_id="get_working_time")
async def get_working_time(entity_id: UUID, door: Staff) -> Response:
    """When an entity works: terms in working time are counted by it."""
    return await door.read(views.get_office, entity_id)


@router.put("/entities/{entity_id}/working-time", response_model=OfficeOut, operation_id="set_working_time")
async def set_working_time(entity_id: UUID, body: commands.WorkingTimeBody, door: OfficeKeeper) -> Response:
    """Tell when an entity works, whole; clocks that run keep their times."""
    return await door.execute(handlers.set_working_time, commands.SetWorkingTime(entity_id, body))


def guard_limits() -> files.Limits:
    return files.Limits(limits().attachment_bytes, limits().attachment_pixels)


SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}


def download(file: object) -> Response:
    """A file to be kept, never shown: its type is the one found in its bytes, and nothing in it may run."""
    name, kind, content = file.name, file.media_type, file.content  # type: ignore[attr-defined]
    headers = SANDBOX | {"Content-Disposition": files.disposition(name or "attachment"), "X-Robots-Tag": "noindex"}
    charset = "; charset=utf-8" if kind == files.Kind.text else ""
    return Response(content, media_type=f"{kind}{charset}", headers=headers)

"""Previews with a real application's data over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.notifications.api.doors import Manager
from services.notifications.commands.previews import Preview, PreviewWish
from services.notifications.handlers import previews
from services.notifications.schemas.letters import PreviewOut
from shared.web.door import Door

router = APIRouter(prefix="/v1", tags=["plan"])


@router.post("/plan/preview", response_model=PreviewOut, operation_id="preview_touchpoint")
async def preview_touchpoint(body: PreviewWish, door: Manager) -> Response:
    """A message of the plan in use with a real application's data: subject, text, HTML, PDF, and what is missing."""
    return await _preview(door, Preview(None, body))


@router.post("/plans/{version_id}/preview", response_model=PreviewOut, operation_id="preview_plan")
async def preview_plan(version_id: UUID, body: PreviewWish, door: Manager) -> Response:
    """The same as this version of a plan has it, a draft too."""
    return await _preview(door, Preview(version_id, body))


async def _preview(door: Door, command: Preview) -> Response:
    draft = await door.runtime.read(previews.draft_preview, command, caller=door.caller)
    shown = await previews.written(draft, door.runtime.kernel.mail_sender)
    return Response(shown.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})

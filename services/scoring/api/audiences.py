"""Audiences that leave the house, and what pages show to whom."""

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import (
    AudienceMaker,
    AudienceOwner,
    AudienceReader,
    ByLink,
    ContentMaker,
    ContentOwner,
    ContentReader,
    Page,
)
from services.scoring.policy.contents import Slot
from services.scoring.schemas import AudienceOut, ContentOut, ExportOut, NextContentOut, PageLinkOut, SeenOut
from shared.web import etag
from shared.web.paging import PageOf, Paging

router = APIRouter(tags=["audiences"])
Token = Annotated[str, Path(max_length=200, description="The token of the link")]
FILE = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "Digests, and what to do with each"}
}
SEEN = {304: {"description": "You have this already"}}
# Never in a cache that others share, and asked again after five minutes; the same for strangers, so that nothing of a
# reply tells whether it was made for somebody.
KEPT = "private, max-age=300"


@router.post("/v1/audiences", status_code=201, response_model=AudienceOut, operation_id="make_audience")
async def make_audience(body: commands.MakeAudience, door: AudienceMaker) -> Response:
    """Say who may leave the house, for whom and until when. Nothing leaves by this; the secret is told here alone."""
    return await door.execute(handlers.make_audience, body, location=lambda made: f"/v1/audiences/{made.id}")


@router.get("/v1/audiences", response_model=PageOf[AudienceOut], operation_id="list_audiences")
async def list_audiences(door: AudienceReader, paging: Paging) -> Response:
    """Audiences of the caller's entity and below, the newest first."""
    return await door.page(views.list_audiences, paging=paging)


@router.get("/v1/audiences/{audience_id}", response_model=AudienceOut, operation_id="get_audience")
async def get_audience(audience_id: UUID, door: AudienceReader) -> Response:
    """One audience, with how many are out there."""
    return await door.read(views.get_audience, audience_id)


@router.post("/v1/audiences/{audience_id}/end", response_model=AudienceOut, operation_id="end_audience")
async def end_audience(audience_id: UUID, door: AudienceOwner) -> Response:
    """End it before its time: no more exports, and nothing of it is kept here."""
    return await door.execute(handlers.stop_audience, commands.EndAudience(audience_id))


@router.post(
    "/v1/audiences/{audience_id}/exports", status_code=201, response_model=ExportOut, operation_id="export_audience"
)
async def export_audience(audience_id: UUID, door: AudienceOwner) -> Response:
    """Make an export of whoever is in, agrees and has an address; too few, and nothing is made."""
    command = commands.ExportAudience(audience_id)
    return await door.execute(
        handlers.export_audience, command, location=lambda made: f"/v1/audience-exports/{made.id}"
    )


@router.get("/v1/audiences/{audience_id}/exports", response_model=PageOf[ExportOut], operation_id="list_exports")
async def list_exports(audience_id: UUID, door: AudienceReader, paging: Paging) -> Response:
    """Every export of an audience, the newest first."""
    return await door.page(views.list_exports, audience_id, paging=paging)


@router.get("/v1/audience-exports/{export_id}", response_model=ExportOut, operation_id="get_export")
async def get_export(export_id: UUID, door: AudienceReader) -> Response:
    """The manifest of an export and its signature."""
    return await door.read(views.get_export, export_id)


@router.get("/v1/audience-exports/{export_id}/link", response_model=PageLinkOut, operation_id="get_export_link")
async def get_export_link(export_id: UUID, door: AudienceReader) -> Response:
    """Where its file can be fetched for a quarter of an hour."""
    return await door.read(views.export_link, export_id)


@router.post("/v1/audience-exports/{export_id}/confirmation", response_model=ExportOut, operation_id="confirm_export")
async def confirm_export(export_id: UUID, door: AudienceOwner) -> Response:
    """The recipient has taken it in: digests that were to be taken out are kept no longer."""
    return await door.execute(handlers.confirm_export, commands.ConfirmExport(export_id))


@router.get("/a/{token}", response_class=Response, responses=FILE, operation_id="fetch_audience_file")
async def fetch_audience_file(token: Token, door: ByLink) -> Response:
    """The file of an export, while its link is young and everybody in it still agrees."""
    row = await door.runtime.read(views.open_file, token, caller=door.caller)
    headers = {
        "Content-Disposition": f'attachment; filename="audience-{row.number}.csv"', "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox", "X-Robots-Tag": "noindex, nofollow",
    }  # fmt: skip
    return Response(row.content, headers=headers, media_type="text/csv; charset=utf-8")


# --- contents


@router.post("/v1/contents", status_code=201, response_model=ContentOut, operation_id="make_content")
async def make_content(body: commands.ContentBody, door: ContentMaker) -> Response:
    """A content for a slot: for members of a segment, or for anybody."""
    return await door.execute(handlers.make_content, body, location=lambda made: f"/v1/contents/{made.id}")


@router.get("/v1/contents", response_model=PageOf[ContentOut], operation_id="list_contents")
async def list_contents(
    door: ContentReader,
    paging: Paging,
    slot: Annotated[Slot | None, Query(description="Only for this slot")] = None,
) -> Response:
    """Contents of the caller's entity and below, the newest first, with what became of them."""
    return await door.page(views.list_contents, slot, paging=paging)


@router.get("/v1/contents/{content_id}", response_model=ContentOut, operation_id="get_content")
async def get_content(content_id: UUID, door: ContentReader) -> Response:
    """One content."""
    return await door.read(views.get_content, content_id)


@router.put("/v1/contents/{content_id}", response_model=ContentOut, operation_id="change_content")
async def change_content(content_id: UUID, body: commands.ContentBody, door: ContentOwner) -> Response:
    """Change a content as a whole."""
    return await door.execute(handlers.change_content, commands.ChangeContent(content_id, body))


@router.post("/v1/contents/{content_id}/retirement", response_model=ContentOut, operation_id="retire_content")
async def retire_content(content_id: UUID, door: ContentOwner) -> Response:
    """It is shown no more."""
    return await door.execute(handlers.retire_content, commands.RetireContent(content_id))


@router.get(
    "/v1/visitors/{visitor_id}/content", response_model=list[NextContentOut], operation_id="get_next_content",
    responses=SEEN,
)  # fmt: skip
async def get_next_content(
    visitor_id: UUID,
    door: Page,
    entity_id: Annotated[UUID | None, Query(description="Whose pages these are")] = None,
) -> Response:
    """What a page or the app shows next to this visitor, one content a slot. Without the visitor's consent to
    personalization it is what strangers see."""
    reply = await door.read(views.next_content, visitor_id, entity_id)
    tag = f'"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
    reply.headers.update({"Cache-Control": KEPT, "ETag": tag})
    if etag.unchanged(door.request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": KEPT})
    return reply


@router.post("/v1/contents-seen", response_model=SeenOut, operation_id="tell_contents_seen")
async def tell_contents_seen(body: commands.TellSeen, door: Page) -> Response:
    """What became of contents: shown, clicked. Nothing of who saw them is kept; each id counts once."""
    return await door.execute(handlers.tell_seen, body)

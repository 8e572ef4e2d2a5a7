"""Files that the rooms keep, for the browser: asked with the token of the cookie, passed on while they come."""

from urllib.parse import urlsplit
from uuid import UUID

import httpx
from starlette.responses import Response, StreamingResponse

from services.journeys.console.pages.doors import Client, Visitor, new_router, opened
from services.journeys.console.session import HOME
from services.journeys.console.texts import speaking
from shared.web.door import Door

FILES = f"{HOME}/files"
PASSED_ON = ("content-type", "content-length", "content-disposition")
DRAWN = (*PASSED_ON, "content-security-policy")  # of a page that a room draws
KEPT = {"Cache-Control": "private, no-store"}
SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox"}
router = new_router()


@router.get(f"{FILES}/documents/{{document_id}}", operation_id="console_document_file")
async def document(document_id: UUID, door: Visitor, client: Client) -> Response:
    """A PDF that we made, as it was attached: shown in place where the browser can."""
    reply = await _passed_on(door, client, "notifications", f"/v1/documents/{document_id}/content")
    named = reply.headers.get("content-disposition", "")
    reply.headers["content-disposition"] = named.replace("attachment", "inline", 1)
    return reply


@router.get(f"{FILES}/cases/{{case_id}}/{{file_id}}", operation_id="console_case_file")
async def of_case(case_id: UUID, file_id: UUID, door: Visitor, client: Client) -> Response:
    """What somebody attached to a quality case: to be saved, whatever it is."""
    path = f"/v1/cases/{case_id}/attachments/{file_id}"
    return await _passed_on(door, client, "surveys", path, SANDBOX)


@router.get(f"{FILES}/questions/{{question_id}}/{{file_id}}", operation_id="console_question_file")
async def of_question(question_id: UUID, file_id: UUID, door: Visitor, client: Client) -> Response:
    """What came with a question."""
    path = f"/v1/questions/{question_id}/files/{file_id}"
    return await _passed_on(door, client, "notifications", path, SANDBOX)


@router.get(f"{FILES}/sessions/{{session_id}}", operation_id="console_session_file")
async def of_session(session_id: UUID, door: Visitor, client: Client) -> Response:
    """A session for one's own calendar."""
    return await _passed_on(door, client, "notifications", f"/v1/sessions/{session_id}/calendar", SANDBOX)


@router.get(f"{FILES}/sheets", operation_id="console_sheets_file")
async def of_sheets(door: Visitor, client: Client) -> Response:
    """The answers of all benchmark sheets as CSV."""
    return await _passed_on(door, client, "scoring", "/v1/sheets/export?bom=true", SANDBOX)


@router.get(f"{FILES}/sheets/{{sheet_id}}", operation_id="console_sheet_page")
async def of_sheet(sheet_id: UUID, door: Visitor, client: Client) -> Response:
    """A benchmark sheet as the room draws it for paper, under the room's own policy."""
    return await _passed_on(
        door, client, "scoring", f"/v1/sheets/{sheet_id}/page?language={speaking.get()}", passed=DRAWN
    )


@router.get(f"{FILES}/markets/{{entity_id}}", operation_id="console_market_page")
async def of_market(entity_id: UUID, door: Visitor, client: Client) -> Response:
    """A market over time, for paper."""
    asked = f"entity_id={entity_id}&language={speaking.get()}"
    return await _passed_on(door, client, "scoring", f"/v1/sheets/comparison/page?{asked}", passed=DRAWN)


@router.get(f"{FILES}/models/{{model_id}}", operation_id="console_model_card")
async def of_model(model_id: UUID, door: Visitor, client: Client) -> Response:
    """The card of a model as the room draws it."""
    return await _passed_on(door, client, "scoring", f"/v1/models/{model_id}/card", passed=DRAWN)


@router.get(f"{FILES}/audience-exports/{{export_id}}", operation_id="console_audience_file")
async def of_audience(export_id: UUID, door: Visitor, client: Client) -> Response:
    """The digests of an export, by the link that the room signs for whoever may fetch them."""
    _signed_in, rooms = await opened(door, client)
    link = await rooms.get("scoring", f"/v1/audience-exports/{export_id}/link")
    token = urlsplit(link["address"]).path.rpartition("/")[2]
    return await _passed_on(door, client, "scoring", f"/a/{token}", SANDBOX)


async def _passed_on(
    door: Door, client: httpx.AsyncClient, room: str, path: str, more: dict[str, str] | None = None,
    passed: tuple[str, ...] = PASSED_ON,
) -> Response:  # fmt: skip
    """With the room's type and name; as big as it is, no more than a piece of it is held."""
    _signed_in, rooms = await opened(door, client)
    reply = await rooms.stream(room, path)
    named = {name: reply.headers[name] for name in passed if name in reply.headers}
    return StreamingResponse(reply.aiter_bytes(), headers=named | KEPT | (more or {}))

"""The web inbox of the development mail server: a list, a page per e-mail, and the same as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel
from starlette.middleware.trustedhost import TrustedHostMiddleware

from shared.embedded.mailbox import Attachment, Letter, Mailbox, Summary

PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'"
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class MessageLine(BaseModel):
    id: str
    received_at: datetime
    sender: str
    to: list[str]
    subject: str
    message_id: str


class MessagePage(BaseModel):
    """Oldest first; ask again with `after=next` for what came later."""

    items: list[MessageLine]
    next: str | None


class AttachmentLine(BaseModel):
    number: int
    name: str
    content_type: str
    size: int
    url: str


class MessageOut(MessageLine):
    headers: dict[str, str]
    text: str | None
    html: str | None
    attachments: list[AttachmentLine]


def create_inbox(mailbox: Mailbox, names: Sequence[str] = ()) -> FastAPI:
    """`names` are host names beside loopback's that the inbox answers to (a container's); all others are refused."""
    app = FastAPI(title="Sojourn development inbox", version="1", docs_url=None, redoc_url=None)
    app.state.mailbox = mailbox
    hosts = ["127.0.0.1", "localhost", *names]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)  # no rebinding from outside
    app.include_router(router)
    return app


router = APIRouter()


@router.get("/livez", include_in_schema=False)
@router.get("/readyz", include_in_schema=False)
def ready() -> dict[str, str]:
    return {"status": "ready"}


@router.get("/messages", response_model=MessagePage)
def messages(
    request: Request,
    to: str | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> MessagePage:
    found = list(_mailbox(request).listed(to, after))[:limit]
    return MessagePage(items=[_line(summary) for summary in found], next=found[-1].id if found else after)


@router.get("/messages/{identity}", response_model=MessageOut)
def message(request: Request, identity: str) -> MessageOut:
    letter = _letter(request, identity)
    return MessageOut(
        **_line(letter.summary).model_dump(),
        headers=letter.headers,
        text=letter.text,
        html=letter.html,
        attachments=_attachment_lines(letter),
    )


@router.get("/messages/{identity}/source", include_in_schema=False)
def source(request: Request, identity: str) -> Response:
    return _download(_letter(request, identity).raw, "message/rfc822", f"{identity}.eml")


@router.get("/messages/{identity}/attachments/{number}")
def attachment(request: Request, identity: str, number: int) -> Response:
    parts = _letter(request, identity).attachments
    if not 0 <= number < len(parts):
        raise HTTPException(404, "no such attachment")
    return _download(parts[number].content, _harmless(parts[number]), parts[number].name)


@router.get("/messages/{identity}/html", include_in_schema=False)
def html_part(request: Request, identity: str) -> HTMLResponse:
    """The sender's HTML: no scripts, nothing from elsewhere, links open in a tab of their own."""
    letter = _letter(request, identity)
    shown = _with_pictures(letter.html or "", identity, letter.attachments)
    return HTMLResponse(_with_base(shown), headers=_shield(LETTER_POLICY))


@router.get("/", include_in_schema=False)
def list_page(request: Request, to: str | None = None) -> HTMLResponse:
    found = list(_mailbox(request).listed(to or None))[::-1]
    page = PAGES.get_template("list.html").render(letters=found[:500], total=len(found), to=to or "")
    return HTMLResponse(page, headers=_shield(PAGE_POLICY))


@router.get("/view/{identity}", include_in_schema=False)
def letter_page(request: Request, identity: str) -> HTMLResponse:
    letter = _letter(request, identity)
    page = PAGES.get_template("letter.html").render(letter=letter, attachments=_attachment_lines(letter))
    return HTMLResponse(page, headers=_shield(PAGE_POLICY))


def _mailbox(request: Request) -> Mailbox:
    return request.app.state.mailbox


def _letter(request: Request, identity: str) -> Letter:
    letter = _mailbox(request).open(identity)
    if letter is None:
        raise HTTPException(404, "no such message")
    return letter


def _line(summary: Summary) -> MessageLine:
    return MessageLine.model_validate(summary, from_attributes=True)


def _attachment_lines(letter: Letter) -> list[AttachmentLine]:
    return [
        AttachmentLine(
            number=number,
            name=part.name,
            content_type=part.content_type,
            size=len(part.content),
            url=f"/messages/{letter.summary.id}/attachments/{number}",
        )
        for number, part in enumerate(letter.attachments)
    ]


def _shield(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def _download(content: bytes, content_type: str, name: str) -> Response:
    headers = _shield("default-src 'none'; sandbox")
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=content_type, headers=headers)


def _harmless(part: Attachment) -> str:
    """The declared type, if it is one; what could run in the inbox's origin is only ever downloaded."""
    return part.content_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", part.content_type) else "application/octet-stream"


def _with_pictures(html: str, identity: str, parts: list[Attachment]) -> str:
    for number, part in enumerate(parts):
        if part.content_id:
            html = html.replace(f"cid:{part.content_id}", f"/messages/{identity}/attachments/{number}")
    return html


def _with_base(html: str) -> str:
    base = '<base target="_blank">'
    head = re.search(r"<head[^>]*>", html, re.IGNORECASE)
    return html[: head.end()] + base + html[head.end() :] if head else base + html

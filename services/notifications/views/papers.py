"""Documents by their personal link, what was agreed, and what happened to a document after it was sent."""

from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import select

from services.notifications.model import (
    Delivery,
    Document,
    DocumentLink,
    Entity,
    Experience,
    Goals,
    Touchpoint,
    experiences_of,
    seen_by,
)
from services.notifications.policy import ACKNOWLEDGED
from services.notifications.schemas import GoalsOut, PaperOut, ReceiptOut
from shared import links
from shared.errors import NotFound
from shared.links import LinkRefused
from shared.settings import kernel
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

DOCUMENT, PASS = "document", "document-pass"
PASS_LASTS = timedelta(minutes=10)
KEPT = ("id", "delivery_id", "kind", "language", "file_name", "size", "application_id", "person_id", "made_at")
PAPER = [getattr(Document, name) for name in KEPT]  # all but the bytes


def document_token(delivery_id: UUID) -> str:
    """The token of a delivery's document: the same one whenever it is made. The room's row says when it ends."""
    return links.links().sign(DOCUMENT, delivery_id, links.LASTING)


def document_address(delivery_id: UUID) -> str:
    """The personal page of the document of a delivery."""
    return f"{kernel().notifications_url.rstrip('/')}/d/{document_token(delivery_id)}"


async def opened_link(uow: Uow, token: str, *, lock: bool = False) -> tuple[DocumentLink, Document]:
    """The link of a token and its document; LinkRefused (404) for one that we didn't make, or that is over."""
    row = await uow.find(DocumentLink, id=links.links().open(DOCUMENT, token).subject, lock=lock)
    if row is None or not links.same(row.token_digest, token):
        raise LinkRefused
    if row.expires_at <= uow.now:
        raise LinkRefused("It has expired.", code="link-expired")
    document = await uow.get(Document, row.document_id)
    if document.content is None:
        raise LinkRefused  # the person was forgotten
    return row, document


async def document_page(uow: Uow, token: str) -> tuple[str, dict[str, Any]]:
    """Language and values of the page of a document. Nothing changes by looking at it."""
    row, document = await opened_link(uow, token)
    by = row.sending_entity_id if row.kind in ACKNOWLEDGED else row.hosting_entity_id
    issuer = await uow.find(Entity, id=by)
    values = {
        "kind": document.kind, "document_id": str(document.id), "made_on": document.made_at.date(),
        "issuer": issuer.name if issuer and issuer.name else "", "kilobytes": max(1, round(document.size / 1024)),
        "acknowledges": row.kind in ACKNOWLEDGED, "opened": row.opened_at is not None,
        "policy_version": row.policy_version, "acknowledged_at": row.acknowledged_at, "name": row.name or "",
    }  # fmt: skip
    return document.language, values


async def document_pass(uow: Uow, token: str) -> str:
    """A token that lets the PDF be read for some minutes: given to who pressed the button."""
    row, _ = await opened_link(uow, token)
    until = (uow.clock.machine() + PASS_LASTS).astimezone(UTC)
    return links.links().sign(PASS, row.id, until)


async def passed_document(uow: Uow, token: str, given: str) -> Document:
    """The PDF of a link with a pass of its own; LinkRefused without."""
    row, document = await opened_link(uow, token)
    if links.links().open(PASS, given).subject != row.id:
        raise LinkRefused
    return document


async def get_goals(uow: Uow, application_id: UUID) -> GoalsOut:
    stay = await uow.get(Experience, application_id, experiences_of(uow.caller))
    return goals_out(stay.id, await uow.find(Goals, id=stay.id))


def goals_out(application_id: UUID, row: Goals | None) -> GoalsOut:
    names = ("responsibilities", "goals", "feedback", "agreed_on", "version")
    empty: dict[str, Any] = {"responsibilities": [], "goals": [], "feedback": None, "agreed_on": None, "version": 0}
    values = {name: getattr(row, name) for name in names} if row else empty
    return GoalsOut(application_id=application_id, **values)


async def list_documents(uow: Uow, application_id: UUID | None, person_id: UUID | None, paging: Paging) -> Page:
    """Documents that were sent, the newest first; of one that was set anew the last."""
    sent: Any = aliased(Delivery)  # the scope looks at deliveries by itself
    receipt = (DocumentLink.opened_at, DocumentLink.acknowledged_at, DocumentLink.policy_version, DocumentLink.name)
    erased: Any = Document.content.is_(None).label("erased")  # type: ignore[union-attr]
    query = (
        select(*PAPER, erased, Touchpoint.zone, sent.sent_at, sent.recipient_id, *receipt)  # type: ignore[call-overload]
        .join(sent, and_(sent.id == Document.delivery_id, sent.document_id == Document.id))
        .join(Touchpoint, Touchpoint.id == Document.touchpoint_id)
        .outerjoin(DocumentLink, and_(DocumentLink.id == sent.id, DocumentLink.expires_at > uow.now))
        .where(seen_by(uow.caller, Document), sent.sent_at.is_not(None))
    )
    for column, value in ((Document.application_id, application_id), (Document.person_id, person_id)):
        query = query if value is None else query.where(column == value)

    def shape(row: Any) -> PaperOut:
        acknowledged = row.kind in ACKNOWLEDGED
        paged = row.recipient_id == uow.caller.party and row.policy_version is not None and not row.erased
        told = {"to_acknowledge": acknowledged, "page": document_address(row.delivery_id) if paged else None}
        told |= {} if acknowledged else {"policy_version": None}
        return PaperOut.model_validate({**row._mapping, **told})

    order = (Document.made_at.desc(), Document.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, shape=shape)


async def list_receipts(uow: Uow, application_id: UUID | None, paging: Paging) -> Page:
    """What happened to the documents that were sent."""
    query = select(DocumentLink).where(seen_by(uow.caller, DocumentLink))
    if application_id is not None:
        query = query.where(DocumentLink.application_id == application_id)
    order = (DocumentLink.changed_at, DocumentLink.id)
    return await listing(uow, query, order=order, paging=paging, changed=DocumentLink.changed_at, shape=_receipt)


def _receipt(row: DocumentLink) -> ReceiptOut:
    names = ("document_id", "kind", "application_id", "person_id", "opened_at", "acknowledged_at", "name", "version")
    values = {name: getattr(row, name) for name in names}
    version = row.policy_version if row.acknowledged_at else None
    return ReceiptOut(delivery_id=row.id, policy_version=version, **values)


async def get_receipt(uow: Uow, document_id: UUID) -> ReceiptOut:
    query = select(DocumentLink).where(DocumentLink.document_id == document_id, seen_by(uow.caller, DocumentLink))
    row = next(iter(await uow.rows(query)), None)
    if row is None:
        raise NotFound(f"There is no document {document_id}, or it is not yours to see.")
    return _receipt(row)

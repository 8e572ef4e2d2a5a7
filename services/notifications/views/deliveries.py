"""What was sent, and the documents that went with it."""

from uuid import UUID

from sqlmodel import select

from services.notifications.model import Delivery, Document, Quotation, seen_by
from services.notifications.schemas import (
    DeliveryOut,
    DocumentOut,
)
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

# A document's bytes are read only where they are asked for.
DOCUMENT = [column for column in Document.__table__.columns if column.name != "content"]  # type: ignore[attr-defined]


async def list_deliveries(uow: Uow, touchpoint_id: UUID | None, application_id: UUID | None, paging: Paging) -> Page:
    query = select(Delivery).where(seen_by(uow.caller, Delivery))
    for column, value in ((Delivery.touchpoint_id, touchpoint_id), (Delivery.application_id, application_id)):
        query = query if value is None else query.where(column == value)
    order, shape = (Delivery.changed_at, Delivery.id), DeliveryOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=Delivery.changed_at, shape=shape)


async def get_document(uow: Uow, document_id: UUID) -> DocumentOut:
    erased = Document.content.is_(None).label("erased")  # type: ignore[union-attr]
    query = select(*DOCUMENT, erased).where(Document.id == document_id, seen_by(uow.caller, Document))  # type: ignore[call-overload]
    row = (await uow.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no document {document_id}, or it is not yours to see.")
    quoted = await uow.all(Quotation, delivery_id=row["delivery_id"])
    quotes = [{"entity_id": one.sheet_id, "number": one.number} for one in quoted]
    return DocumentOut.model_validate(dict(row) | {"quotes": quotes})


async def document_content(uow: Uow, document_id: UUID) -> Document:
    """The PDF itself; NotFound `document-erased` when its person was forgotten."""
    row = await uow.get(Document, document_id, seen_by(uow.caller, Document))
    if row.content is None:
        raise NotFound("The person was forgotten, and the content with them.", code="document-erased")
    return row

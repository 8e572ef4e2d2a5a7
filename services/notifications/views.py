"""Reads of the notifications room; every query carries the caller's scope."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from services.notifications import plan, texts
from services.notifications.model import Delivery, Document, Evidence, Touchpoint, seen_by
from services.notifications.policy import State, Weight
from services.notifications.schemas import (
    DeliveryOut,
    DocumentOut,
    EvidenceListOut,
    EvidenceOut,
    PlanOut,
    TouchpointOut,
)
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

# A document's bytes are read only where they are asked for.
DOCUMENT = [column for column in Document.__table__.columns if column.name != "content"]  # type: ignore[attr-defined]


async def get_touchpoint(uow: Uow, touchpoint_id: UUID) -> TouchpointOut:
    row = await uow.get(Touchpoint, touchpoint_id, seen_by(uow.caller, Touchpoint))
    return (await _touchpoints(uow, [row]))[0]


async def list_touchpoints(
    uow: Uow, application_id: UUID | None, person_id: UUID | None, state: State | None, paging: Paging
) -> Page:
    query = select(Touchpoint).where(seen_by(uow.caller, Touchpoint))
    for column, value in (
        (Touchpoint.application_id, application_id), (Touchpoint.person_id, person_id), (Touchpoint.state, state)
    ):  # fmt: skip
        query = query if value is None else query.where(column == value)
    order = (Touchpoint.changed_at, Touchpoint.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Touchpoint.changed_at)
    return Page(await _touchpoints(uow, page.items), page.next)


async def _touchpoints(uow: Uow, rows: Sequence[Touchpoint]) -> list[TouchpointOut]:
    """Touchpoints with what their open deliveries wait for."""
    open_ones = [row.id for row in rows if row.state == State.due]
    query = select(Delivery.touchpoint_id, Delivery.waiting_for).where(Delivery.touchpoint_id.in_(open_ones))  # type: ignore[attr-defined]
    found = (await uow.execute(query.where(Delivery.state == "pending"))).all() if open_ones else []
    waiting: dict[UUID, list[str]] = {row.touchpoint_id: row.waiting_for for row in found}
    return [_touchpoint(row, waiting.get(row.id, [])) for row in rows]


def _touchpoint(row: Touchpoint, waiting_for: list[str]) -> TouchpointOut:
    entry = plan.current().entry(row.code)
    more = {
        "title": entry.title if entry else row.code,
        "invitation_id": row.subject if row.subject != row.application_id else None,
        "waiting_for": waiting_for,
        "mandatory": entry is not None and entry.weight is Weight.mandatory,
        "proves": entry.proves.standard if entry and entry.proves else None,
    }
    return TouchpointOut.model_validate(row.model_dump() | more)


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
    return DocumentOut.model_validate(dict(row))


async def document_content(uow: Uow, document_id: UUID) -> Document:
    """The PDF itself; NotFound `document-erased` when its person was forgotten."""
    row = await uow.get(Document, document_id, seen_by(uow.caller, Document))
    if row.content is None:
        raise NotFound("The person was forgotten, and the content with them.", code="document-erased")
    return row


async def list_evidence(uow: Uow, application_id: UUID) -> EvidenceListOut:
    """The standards of one experience that messages have proved so far."""
    query = select(Evidence).where(Evidence.application_id == application_id, seen_by(uow.caller, Evidence))
    rows = await uow.rows(query.order_by(Evidence.evidenced_at, Evidence.id))
    return EvidenceListOut(items=[EvidenceOut.model_validate(row) for row in rows])


async def get_plan(_uow: Uow) -> PlanOut:
    return PlanOut.model_validate(plan.shown(plan.current()) | {"languages": list(texts.languages())})

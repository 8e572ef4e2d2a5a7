"""The suppression list."""

from uuid import UUID

from sqlmodel import select

from services.notifications.model import Suppression, seen_by
from services.notifications.schemas import SuppressionOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def list_suppressions(uow: Uow, recipient_id: UUID | None, active: bool | None, paging: Paging) -> Page:
    query = select(Suppression).where(seen_by(uow.caller, Suppression))
    if recipient_id is not None:
        query = query.where(Suppression.recipient_id == recipient_id)
    if active is not None:
        lifted = Suppression.lifted_at.is_(None)  # type: ignore[union-attr]
        query = query.where(lifted if active else ~lifted)
    order, shape = (Suppression.changed_at, Suppression.id), SuppressionOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=Suppression.changed_at, shape=shape)


async def get_suppression(uow: Uow, suppression_id: UUID) -> SuppressionOut:
    return SuppressionOut.model_validate(await uow.get(Suppression, suppression_id, seen_by(uow.caller, Suppression)))


async def active_of(uow: Uow, *recipients: UUID) -> list[Suppression]:
    """The entries that hold for these recipients now."""
    query = select(Suppression).where(Suppression.recipient_id.in_(recipients))  # type: ignore[attr-defined]
    query = query.where(Suppression.lifted_at.is_(None))  # type: ignore[union-attr]
    return list(await uow.rows(query.order_by(Suppression.since, Suppression.id)))

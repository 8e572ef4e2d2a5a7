"""What follows for applications when the terms of their opportunity change; replaced at the merge by the core's."""

from uuid import UUID

from sqlmodel import select

from services.applications.model import Application, Opportunity, Slot
from services.applications.policy import BEFORE_APPROVAL
from shared.storage.tx import Uow


async def hold_applications(uow: Uow, opportunity_id: UUID) -> list[Application]:
    """The applications of an opportunity that its terms still bind, locked.

    Call it before the opportunity or a slot is locked to be edited: everybody locks applications first.
    """
    query = select(Application).where(
        Application.opportunity_id == opportunity_id,
        Application.status.in_(BEFORE_APPROVAL),  # type: ignore[attr-defined]
    )
    return list(await uow.rows(query.order_by(Application.id).with_for_update()))  # type: ignore[arg-type]


async def terms_changed(uow: Uow, changed: Opportunity | Slot) -> int:
    """An opportunity or a slot was edited: applications that aren't approved yet get the new terms; how many did."""
    return 0

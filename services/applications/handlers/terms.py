"""What follows for applications when the terms of their opportunity change; replaced at the merge by the core's."""

from uuid import UUID

from shared.storage.tx import Uow


async def terms_changed(uow: Uow, opportunity_id: UUID) -> None:
    """The title, the description, the hours, the pay, the accommodation or the dates are others now."""

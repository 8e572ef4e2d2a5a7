"""The plan in use."""

from services.notifications import plan, texts
from services.notifications.schemas import (
    PlanOut,
)
from shared.storage.tx import Uow


async def get_plan(_uow: Uow) -> PlanOut:
    return PlanOut.model_validate(plan.shown(plan.current()) | {"languages": list(texts.languages())})

"""Who agreed to what: nobody, as long as nobody was asked."""

from collections.abc import Collection
from uuid import UUID

from shared.storage.tx import Uow


async def who_allow_marketing(uow: Uow, people: Collection[UUID]) -> set[UUID]:
    """Which of these people agreed to be in an audience that goes out."""
    return set()


async def allows_personalization(uow: Uow, visitor_id: UUID) -> bool:
    """Whether what this visitor sees next may depend on what it did."""
    return False

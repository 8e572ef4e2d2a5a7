"""Who agreed to what; who said nothing did not agree."""

from collections.abc import Collection
from uuid import UUID

from services.scoring.policy.consent import Purpose
from services.scoring.views.consents import people_who_allow, words_of
from services.scoring.views.identities import owner_of
from shared.storage.tx import Uow


async def who_allow_marketing(uow: Uow, people: Collection[UUID]) -> set[UUID]:
    """Which of these people agreed to be in an audience that goes out."""
    return await people_who_allow(uow, Purpose.marketing, people)


async def allows_personalization(uow: Uow, visitor_id: UUID) -> bool:
    """Whether what this visitor sees next may depend on what it did: by the word of the person whom it is known to be,
    else by its own."""
    owner = await owner_of(uow, visitor_id)
    words = await words_of(uow, [visitor_id, *([owner] if owner else [])])
    own = words.get((visitor_id, Purpose.personalization), False)
    return words.get((owner, Purpose.personalization), own) if owner else own

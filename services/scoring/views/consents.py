"""What visitors and people said, as it holds now."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlmodel import select

from services.scoring.model import Consent, Lead, leads_of
from services.scoring.policy.consent import Purpose
from services.scoring.schemas import ConsentsOut
from shared.storage.tx import Uow

# By a person's own word, else by the last one of the visitors that the person is known to be.
ALLOWING = """
SELECT DISTINCT ON (one.person_id) one.person_id, c.given
FROM (SELECT p AS person_id, p AS subject_id, 0 AS place FROM unnest($1::uuid[]) AS p
      UNION ALL SELECT person_id, visitor_id, 1 FROM identity WHERE person_id = ANY($1)) AS one
JOIN consent c ON c.subject_id = one.subject_id AND c.purpose = $2
ORDER BY one.person_id, one.place, c.at DESC, c.subject_id
"""


async def get_consents(uow: Uow, person_id: UUID) -> ConsentsOut:
    """What a person said; what was never said is not allowed."""
    await uow.get(Lead, person_id, leads_of(uow.caller))
    return await consents(uow, person_id)


async def words_of(uow: Uow, subjects: Iterable[UUID]) -> dict[tuple[UUID, Purpose], bool]:
    """What these visitors and people said, by subject and purpose; what is absent was never said."""
    query = select(Consent).where(Consent.subject_id.in_(set(subjects)))  # type: ignore[attr-defined]
    return {(row.subject_id, Purpose(row.purpose)): row.given for row in await uow.rows(query)}


async def consents(uow: Uow, subject: UUID) -> ConsentsOut:
    """What holds for a visitor or a person; None: never said."""
    words = await words_of(uow, [subject])
    return ConsentsOut(**{str(purpose): words.get((subject, purpose)) for purpose in Purpose})


async def people_who_allow(uow: Uow, purpose: Purpose, people: Collection[UUID]) -> set[UUID]:
    """Which of these people agreed to a purpose."""
    rows = await uow.fetch(ALLOWING, list(people), str(purpose))
    return {row["person_id"] for row in rows if row["given"]}


async def people_who_refuse(uow: Uow, purpose: Purpose, people: Collection[UUID]) -> set[UUID]:
    """Which of these people said no to a purpose; silence is neither."""
    rows = await uow.fetch(ALLOWING, list(people), str(purpose))
    return {row["person_id"] for row in rows if not row["given"]}

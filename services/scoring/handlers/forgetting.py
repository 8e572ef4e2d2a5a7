"""Somebody is forgotten: who was in which segment, what they wanted, and the digest of the address."""

from uuid import UUID

from services.scoring.handlers.audience_members import take_out
from services.scoring.handlers.stale import hold_members
from shared.contracts.segments import AudienceCause
from shared.storage.tx import Uow

# The course keeps that somebody came and left, so that sizes of then stay what they were.
FORGET = (
    "DELETE FROM segment_member WHERE subject_id = $1",
    "UPDATE segment_move SET subject_id = NULL WHERE subject_id = $1",
    "DELETE FROM wanted WHERE person_id = $1",
    "DELETE FROM address_digest WHERE person_id = $1",
    "DELETE FROM given_voice WHERE subject_id = $1",
)


async def forget_in_segments(uow: Uow, subject: UUID) -> None:
    """Nothing here leads to this person, or enabler, any more; audiences that went out have them taken out."""
    await hold_members(uow)
    await take_out(uow, [subject], AudienceCause.erased)
    for statement in FORGET:
        await uow.fetch(statement, subject)

"""What visitors and people allow is kept; what they take back is cut at once."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlmodel import delete, select

from services.scoring.commands import Allowing, Rescore, SayConsent, SayConsentOf
from services.scoring.handlers.audience_members import take_out_unwilling
from services.scoring.handlers.scoring import lead_of, rescore
from services.scoring.handlers.sharing import take_back_unwilling
from services.scoring.handlers.visitors import hold_visitors, owners_of
from services.scoring.model import Identity, Lead, leads_of
from services.scoring.policy.consent import Purpose, allowed
from services.scoring.schemas import ConsentsOut
from services.scoring.settings import limits
from services.scoring.views.consents import consents, words_of
from services.scoring.views.identities import owner_of
from shared.contracts.scoring import VisitorSeparated
from shared.errors import Conflict
from shared.storage.tx import Uow

KEEP = text("""
INSERT INTO consent (subject_id, purpose, given, at) VALUES (:subject, :purpose, :given, :at)
ON CONFLICT (subject_id, purpose) DO UPDATE SET given = excluded.given, at = excluded.at
""")
# What could tell one visitor's visits from another's goes with the id; how many came by a campaign stays known.
UNLINK = text("""
UPDATE interaction SET visitor_id = NULL, utm_term = NULL, utm_content = NULL, referrer = NULL
WHERE visitor_id = ANY(CAST(:visitors AS uuid[]))
""")


async def say_consent(uow: Uow, command: SayConsent) -> ConsentsOut:
    """A visitor's word. The reply says nothing about who the visitor might be."""
    await hold_visitors(uow, [command.visitor_id])
    await keep_words(uow, command.visitor_id, command)
    return await consents(uow, command.visitor_id)


async def say_consent_of(uow: Uow, command: SayConsentOf) -> ConsentsOut:
    """A person's word; it stands above those of the visitors that the person is known to be."""
    lead = await uow.get(Lead, command.person_id, leads_of(uow.caller))
    if lead.erased_at:
        raise Conflict("This person asked to be forgotten.", code="erased")
    visitors = await visitors_of(uow, lead.id)
    await hold_visitors(uow, visitors)
    await _keep(uow, lead.id, command.what)
    if command.what.analytics is False:
        await _cut(uow, visitors)
    await take_out_unwilling(uow, [lead.id])
    await take_back_unwilling(uow, [lead.id])
    return await consents(uow, lead.id)


async def keep_words(uow: Uow, visitor_id: UUID, said: Allowing) -> None:
    """What a visitor, who is held, says; what it takes back is cut."""
    owner = await owner_of(uow, visitor_id)
    await _keep(uow, visitor_id, said)
    if said.analytics is False:
        await _cut(uow, [visitor_id])
    if owner and False in (said.marketing, said.analytics):
        await take_out_unwilling(uow, [owner])
        await take_back_unwilling(uow, [owner])


async def _keep(uow: Uow, subject: UUID, said: Allowing) -> None:
    """Only what changes is written and noted: the notes are the proof of who agreed to what, and when."""
    before = await words_of(uow, [subject])
    for purpose in Purpose:
        given = getattr(said, purpose)
        if given is None or before.get((subject, purpose)) is given:
            continue
        await uow.execute(KEEP, {"subject": subject, "purpose": str(purpose), "given": given, "at": uow.now})
        uow.note("give_consent" if given else "withdraw_consent", subject, after={"purpose": str(purpose)})


async def _cut(uow: Uow, visitors: Collection[UUID]) -> None:
    """The visits are nobody's from now on, and can't be led back to anybody."""
    owners = await owners_of(uow, visitors)
    for person in sorted(set(owners.values())):
        await lead_of(uow, person)
    await uow.execute(UNLINK, {"visitors": list(visitors)})
    await uow.execute(delete(Identity).where(Identity.visitor_id.in_(visitors)))  # type: ignore[attr-defined]
    for visitor, person in owners.items():
        assert visitor is not None
        uow.say(VisitorSeparated(visitor_id=visitor, person_id=person))
    if owners:
        await rescore(uow, Rescore(tuple(sorted(set(owners.values()))), VisitorSeparated.TYPE))


async def may_follow(uow: Uow, visitors: Collection[UUID], *, objects: bool) -> set[UUID]:
    """Which of these visitors' visits may be kept with their id: by the word of the person whom one is known to be,
    else by the visitor's own. `objects`: the browser at the other end says that it objects."""
    if not visitors:
        return set()
    owners = await owners_of(uow, visitors)
    words = await words_of(uow, {*visitors, *owners.values()})
    return {visitor for visitor in visitors if _may(words, owners.get(visitor), visitor, objects)}


def _may(words: dict[tuple[UUID, Purpose], bool], owner: UUID | None, visitor: UUID, objects: bool) -> bool:
    own = words.get((visitor, Purpose.analytics))
    said = words.get((owner, Purpose.analytics), own) if owner else own
    return allowed(said, objects=objects, ask_first=limits().consent_first)


async def visitors_of(uow: Uow, person_id: UUID) -> list[UUID]:
    """The visitors that this person is known to be."""
    return list(await uow.rows(select(Identity.visitor_id).where(Identity.person_id == person_id)))

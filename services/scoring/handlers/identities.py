"""A visitor turns out to be a person; a mistake in that can be undone."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import delete, select

from services.scoring.commands import IdentifyVisitor, Rescore, SeparateVisitor
from services.scoring.handlers.scoring import lead_of, rescore
from services.scoring.handlers.visitors import hold_visitors
from services.scoring.model import Identity, Interaction, Lead, leads_of
from services.scoring.policy.consent import Purpose
from services.scoring.schemas import IdentityOut
from services.scoring.views.consents import words_of
from shared.access import Role
from shared.contracts.scoring import VisitorIdentified, VisitorSeparated
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.storage.tx import Uow


async def identify_visitor(uow: Uow, command: IdentifyVisitor) -> IdentityOut:
    """Visits keep their visitor; the person has them through this row. A second time changes nothing."""
    await _check_person(uow, command.person_id)
    await hold_visitors(uow, [command.visitor_id])
    lead = await lead_of(uow, command.person_id)
    if lead.erased_at:
        raise Conflict("This person asked to be forgotten.", code="erased")
    await _check_consent(uow, command)
    identity = Identity(visitor_id=command.visitor_id, person_id=command.person_id, known_at=uow.now)
    fresh = insert(Identity).values(**identity.model_dump()).on_conflict_do_nothing().returning(Identity.visitor_id)
    if (await uow.execute(fresh)).scalar() is None:
        return await _known_already(uow, command)
    await _tell(uow, VisitorIdentified(visitor_id=command.visitor_id, person_id=command.person_id), "identify_visitor")
    return IdentityOut.model_validate(identity)


async def _check_consent(uow: Uow, command: IdentifyVisitor) -> None:
    """Who said no to being followed is tied to no visitor; who said nothing may be: it is asked for here."""
    words = await words_of(uow, [command.visitor_id, command.person_id])
    own = words.get((command.visitor_id, Purpose.analytics))
    if words.get((command.person_id, Purpose.analytics), own) is False:
        raise Conflict("This visitor does not agree to be followed.", code="not-agreed")


async def _check_person(uow: Uow, person_id: UUID) -> None:
    """A participant may be ahead of the news of its own sign-up; managers name people they see."""
    if uow.caller.role is Role.participant:
        allowed = person_id == uow.caller.party
    else:
        allowed = await uow.scalar(select(Lead.id).where(Lead.id == person_id, leads_of(uow.caller))) is not None
    if not allowed:
        raise Invalid(errors=[FieldError("#/person_id", "there is no such person, or it is not yours")])


async def _known_already(uow: Uow, command: IdentifyVisitor) -> IdentityOut:
    known = await uow.find(Identity, visitor_id=command.visitor_id)
    if known is None or known.person_id != command.person_id:
        raise Conflict("This visitor is known to be somebody else; undo that first.", code="visitor-known")
    return IdentityOut.model_validate(known)


async def separate_visitor(uow: Uow, command: SeparateVisitor) -> None:
    """From now on the visits are nobody's again; what was scored with them stays in the course."""
    await hold_visitors(uow, [command.visitor_id])
    query = select(Identity.person_id).join(Lead, Lead.id == Identity.person_id)  # type: ignore[arg-type]
    person = await uow.scalar(query.where(Identity.visitor_id == command.visitor_id, leads_of(uow.caller)))
    if person is None:
        raise NotFound(f"Visitor {command.visitor_id} is not known to be anybody whom you look after.")
    await lead_of(uow, person)
    gone = delete(Identity).where(Identity.visitor_id == command.visitor_id, Identity.person_id == person)  # type: ignore[arg-type]
    if (await uow.execute(gone)).rowcount:
        await _tell(uow, VisitorSeparated(visitor_id=command.visitor_id, person_id=person), "separate_visitor")


async def _tell(uow: Uow, event: VisitorIdentified | VisitorSeparated, action: str) -> None:
    uow.say(event)
    uow.note(action, event.person_id, after={"visitor_id": str(event.visitor_id)})
    newest = select(func.max(Interaction.known_at)).where(Interaction.visitor_id == event.visitor_id)
    await rescore(uow, Rescore((event.person_id,), event.TYPE, seen=await uow.scalar(newest)))

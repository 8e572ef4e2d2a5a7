"""Entities, people, enablers and opportunities."""

from uuid import UUID

from sqlalchemy import true
from sqlmodel import select, update

from services.applications.commands import ErasePerson, RegisterEnabler, RegisterEntity, RegisterPerson
from services.applications.handlers.dossier import forget_words
from services.applications.handlers.enablers import enabler_details, first_contact
from services.applications.handlers.entities import entity_details
from services.applications.handlers.members import forget_members
from services.applications.handlers.profiles import person_details, profile_values, say_profile
from services.applications.model import Application, Enabler, Entity, Member, Person, entities_of, people_of
from services.applications.policy import BLANK, place_errors, profile_errors
from services.applications.schemas import EnablerOut, EntityOut, PersonOut
from services.applications.views import NEW_PERSON, enabler_out, entity_path, person_out, standing_of
from shared.access import Role
from shared.contracts import applications as facts
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.scope import remember_entity
from shared.storage.tx import Uow


async def register_entity(uow: Uow, command: RegisterEntity) -> EntityOut:
    entity = Entity(id=new_id(), **command.model_dump())
    parent = command.parent_id and await uow.find(Entity, id=command.parent_id)
    above = [] if command.parent_id is None else await entity_path(uow, command.parent_id)
    if (parent is None and command.parent_id) or above is None:
        raise Invalid(errors=[FieldError("#/parent_id", "there is no such entity")])
    if errors := place_errors(command.kind, parent and parent.kind):
        raise Invalid(errors=errors)
    path = [*above, entity.id]
    uow.add(entity)
    await remember_entity(uow, entity.id, path)
    about = {"entity_id": entity.id, "kind": entity.kind, "country": entity.country, "zone": entity.zone}
    uow.say(facts.EntityRegistered(path=path, **about))
    uow.say(entity_details(entity))
    uow.note("register_entity", entity.id)
    return EntityOut.model_validate(entity)


async def register_person(uow: Uow, command: RegisterPerson) -> PersonOut:
    """A participant signs up with the id of the account; a manager registers somebody who has none yet."""
    await _check_committee(uow, command.sending_entity_id, "sending_entity_id", Role.sending_manager)
    values = profile_values(command.model_dump(exclude={"referral"}))
    if errors := profile_errors(values):
        raise Invalid(errors=errors)
    own = uow.caller.party if uow.caller.role is Role.participant else None
    person = uow.add(Person(id=own or new_id(), registered_at=uow.now, **values))
    place = {"sending_entity_id": person.sending_entity_id, "country": person.country, "zone": person.zone}
    uow.say(
        facts.PersonRegistered(
            person_id=person.id, language=person.language, referral=command.referral, **place
        )
    )  # fmt: skip
    uow.say(person_details(person))
    say_profile(uow, person, values)
    uow.note("register_person", person.id)
    return person_out(person, NEW_PERSON)


async def _check_committee(uow: Uow, entity_id: UUID, field: str, manager: Role) -> None:
    """Customers choose a committee for themselves; its managers bring customers to their own ones only."""
    scope = entities_of(uow.caller) if uow.caller.role is manager else true()
    if await uow.find(Entity, Entity.id == entity_id, scope) is None:
        raise Invalid(errors=[FieldError(f"#/{field}", "there is no such entity, or it is not yours")])


async def erase_person(uow: Uow, command: ErasePerson) -> PersonOut:
    """Blank what names the person, here and, by tombstones, in every room; facts stay, under the bare id."""
    person = await uow.get(Person, command.person_id, people_of(uow.caller), lock=True)
    had = person.model_dump()
    nobody = {"given_name": "", "family_name": "", "email": f"erased-{person.id}@invalid", "phone": None}
    uow.change(person, **nobody, **BLANK)
    uow.erase(facts.PersonDetails, person.id)
    say_profile(uow, person, had)
    forget_members(uow, await uow.rows(select(Member).where(Member.person_id == person.id).with_for_update()))
    gone = update(Application).where(Application.person_id == person.id).values(dossier={}).returning(Application.id)
    for application_id in (await uow.execute(gone)).scalars():
        uow.erase(facts.ExperienceDossier, application_id)
    await forget_words(uow, person.id)
    uow.note("erase_person", person.id)
    return person_out(person, await standing_of(uow, person.id))


async def register_enabler(uow: Uow, command: RegisterEnabler) -> EnablerOut:
    await _check_committee(uow, command.hosting_entity_id, "hosting_entity_id", Role.hosting_manager)
    own = uow.caller.party if uow.caller.role is Role.enabler else None
    enabler = uow.add(Enabler(id=own or new_id(), **command.model_dump()))
    uow.say(
        facts.EnablerRegistered(enabler_id=enabler.id, hosting_entity_id=enabler.hosting_entity_id, kind=enabler.kind)
    )
    first_contact(uow, enabler)
    uow.say(enabler_details(enabler))
    uow.note("register_enabler", enabler.id)
    return enabler_out(enabler)

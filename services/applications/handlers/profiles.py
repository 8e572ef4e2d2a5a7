"""EPs' profiles: changed by who owns the attribute, told in codes, the name and the contact apart."""

from typing import Any

from services.applications.commands import ChangePerson, merged
from services.applications.model import Person, people_of
from services.applications.policy import BLANK, PERSON, TOLD, not_owned, profile_errors
from services.applications.schemas import PersonOut
from services.applications.views import get_person
from shared.contracts.applications import PersonDetails
from shared.contracts.parties import ProfileChanged
from shared.errors import Conflict, Forbidden, Invalid
from shared.storage.tx import Uow

CONTACT = frozenset({"given_name", "family_name", "email", "phone", "language"})


def person_details(person: Person) -> PersonDetails:
    return PersonDetails(person_id=person.id, **person.model_dump(include=CONTACT))


def profile_changed(person: Person) -> ProfileChanged:
    return ProfileChanged(person_id=person.id, **person.model_dump(include=set(TOLD)))


def profile_values(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a profile as a row keeps them: codes are plain texts."""
    plain: dict[str, Any] = {}
    if "levels" in values:
        plain["levels"] = {language: str(level) for language, level in values["levels"].items()}
    if "wanted_products" in values:
        plain["wanted_products"] = [str(product) for product in values["wanted_products"]]
    return values | plain


def say_profile(uow: Uow, person: Person, values: dict[str, Any]) -> None:
    """Tell the profile, unless it (`values`) was blank: such a one says nothing at sign-up, and nothing when erased."""
    blank = BLANK | {"looking": True}
    if any(values.get(name, blank[name]) != blank[name] for name in blank):
        uow.say(profile_changed(person))


async def change_person(uow: Uow, command: ChangePerson) -> PersonOut:
    """Only what differs is written and told; an attribute that is somebody else's is refused by the owner's name."""
    person = await uow.get(Person, command.person_id, people_of(uow.caller), lock=True)
    uow.expect(person.version)
    if foreign := not_owned(PERSON, command.changes, uow.caller.role):
        raise Forbidden("Not all of this is yours to change.", code="not-the-owner", errors=foreign)
    if not person.given_name:
        raise Conflict("This person was erased.", code="erased")
    values = _whole(person, command.changes)
    if errors := profile_errors(person.model_dump() | values):
        raise Invalid(errors=errors)
    changed = {name: value for name, value in values.items() if getattr(person, name) != value}
    if changed:
        uow.change(person, **changed)
        if changed.keys() & CONTACT:
            uow.say(person_details(person))
        if changed.keys() & set(TOLD):
            uow.say(profile_changed(person))
        uow.note("change_person", person.id, after={"changed": sorted(changed)})
    return await get_person(uow, person.id)


def _whole(person: Person, changes: dict[str, Any]) -> dict[str, Any]:
    """The patch with `levels` merged; the level of a language that is taken out goes with it."""
    sent = changes.get("levels", {})
    spoken = changes.get("languages", person.languages)
    levels = merged({name: level for name, level in person.levels.items() if name in spoken}, sent)
    return profile_values(changes | {"levels": levels})

"""Committees, enablers and people on their way in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from services.applications.exchange.given import Given, countries_among, languages_among, slug
from services.applications.exchange.intake import Draft, Intake, Read
from services.applications.exchange.names import ENTITIES, PRODUCTS
from services.applications.exchange.references import Place, References
from services.applications.exchange.searching import search_later
from services.applications.model import Enabler, Entity, Person
from services.applications.policy import BLANK, TOLD
from shared.contracts import applications as facts
from shared.contracts.applications import EntityKind
from shared.contracts.parties import ProfileChanged
from shared.ids import new_ids
from shared.storage import bulk
from shared.storage.bulk import Sheet
from shared.storage.tx import Uow

ENTITY = Sheet(Entity, "id", "parent_id", "kind", "name", "country", "zone", "email", "phone", "changed_at")
ENABLER = Sheet(
    Enabler, "id", "hosting_entity_id", "kind", "name", "contact_name", "email", "phone", "language", "changed_at"
)
PROFILE = ("study_field", "study_level", "university", "languages", "levels", "skills", "about", "available_from")
PROFILE += ("available_to", "wanted_products", "wanted_fields", "wanted_countries", "looking")
PERSON = Sheet(
    Person, "id", "sending_entity_id", "given_name", "family_name", "email", "phone", "country", "language", "zone",
    "registered_at", *PROFILE, "changed_at",
)  # fmt: skip
TAKEN_ADDRESSES = "SELECT email FROM person WHERE email = ANY($1::text[])"
PATHS = "SELECT entity_id, path FROM entity_path WHERE entity_id = ANY($1::uuid[])"
HOSTS = ("company", "ngo", "school")


@dataclass(slots=True)
class EntityItem:
    external: str
    parent: str
    kind: EntityKind
    name: str
    country: str | None
    zone: str | None
    email: str
    phone: str


class Entities:
    """The committees; a parent may stand before or after its children, as long as it stands in the same portion."""

    name = "entities"

    def read(self, given: Given) -> EntityItem | None:
        tag = given.text("tag") if given.has("tag") else given.text("kind")
        kind = ENTITIES.get(tag.lower())
        if kind is None:
            if tag:
                given.wrong("tag", f"{tag!r} is none of AI, MC, LC, world, national, local")
            return None
        parent = given.key("parent_id", needed=kind is not EntityKind.world)
        name, email, phone = given.text("name"), given.email("email", needed=False), given.phone("phone") or ""
        zone = given.zone("time_zone")
        return EntityItem(given.key("id"), parent, kind, name, given.country("country"), zone, email, phone)

    async def look_up(self, uow: Uow, refs: References, rows: list[Read]) -> None:
        """Parents stand in the same file: they are looked for when the portion before is stored."""

    def draft(self, refs: References, rows: list[Read], now: datetime) -> list[Draft]:
        return [Draft(row, id=id_) for id_, row in zip(new_ids(len(rows)), rows, strict=True)]

    async def store(self, intake: Intake, drafts: list[Draft]) -> None:
        uow, now = intake.uow, intake.uow.clock.machine()
        places = await intake.refs.entities.find(uow, (one.row.item.parent for one in drafts))
        above = {name: (place.id, place.country, place.zone) for name, place in places.items()}
        rows = await uow.fetch(PATHS, [place.id for place in places.values()])
        paths = {str(row["entity_id"]): [str(one) for one in row["path"]] for row in rows}
        records, trodden = [], []
        for draft in _from_the_root(drafts, intake):
            item: EntityItem = draft.row.item
            parent, country, zone = above.get(item.parent, (None, None, "UTC"))
            id_ = draft.id
            path = paths[id_] = [*(paths[parent] if parent else []), id_]
            country, zone = item.country or country, item.zone or zone
            above[item.external] = (id_, country, zone)
            records.append((id_, parent, item.kind.value, item.name, country, zone, item.email, item.phone, now))
            trodden.append((id_, path))
            about = {"entity_id": id_, "path": path, "kind": item.kind, "country": country, "zone": zone}
            draft.say(facts.EntityRegistered, id_, about, uow.now.date())
            contact = {"entity_id": id_, "name": item.name, "email": item.email, "phone": item.phone}
            draft.say(facts.EntityDetails, id_, contact, uow.now.date())
            intake.taking(self.name, draft)
        await ENTITY.copy(uow, records)
        await bulk.copy(uow, "entity_path", ("entity_id", "path"), trodden)
        await bulk.note_new(uow, "import_entity", (record[0] for record in records))


def _from_the_root(drafts: list[Draft], intake: Intake) -> list[Draft]:
    """Parents before their children; those whose parent is nowhere are refused, with all below them."""
    known = {name for name in (one.row.item.parent for one in drafts) if name in intake.refs.entities.found} | {""}
    waiting, ordered = drafts, []
    while ready := [one for one in waiting if one.row.item.parent in known]:
        ordered += ready
        waiting = [one for one in waiting if one.row.item.parent not in known]
        known |= {one.row.external for one in ready}
    for one in waiting:
        intake.refuse(one, ("parent_id", "there is no such entity"))
    return ordered


@dataclass(slots=True)
class EnablerItem:
    external: str
    entity: str
    kind: str
    name: str
    contact_name: str
    email: str
    phone: str | None
    language: str


class Enablers:
    """Companies, NGOs and schools."""

    name = "enablers"

    def read(self, given: Given) -> EnablerItem | None:
        kind = given.text("kind", needed=False).lower() or "company"
        if kind not in HOSTS:
            given.wrong("kind", f"{kind!r} is none of {', '.join(HOSTS)}")
        name, contact = given.text("name"), given.text("contact_name", needed=False)
        email, phone, language = given.email("email"), given.phone("phone"), given.language("language") or "en"
        return EnablerItem(given.key("id"), given.key("host_lc_id"), kind, name, contact, email, phone, language)

    async def look_up(self, uow: Uow, refs: References, rows: list[Read]) -> None:
        await refs.entities.find(uow, (row.item.entity for row in rows))

    def draft(self, refs: References, rows: list[Read], now: datetime) -> list[Draft]:
        return [_enabler(id_, refs, row, now) for id_, row in zip(new_ids(len(rows)), rows, strict=True)]

    async def store(self, intake: Intake, drafts: list[Draft]) -> None:
        for draft in drafts:
            intake.taking(self.name, draft)
        await ENABLER.copy(intake.uow, [(*one.record, intake.uow.clock.machine()) for one in drafts])
        await bulk.note_new(intake.uow, "import_enabler", (one.id for one in drafts))


def _enabler(id_: str, refs: References, row: Read, now: datetime) -> Draft:
    item: EnablerItem = row.item
    if (place := refs.entities.found.get(item.entity)) is None:
        return Draft(row, [("host_lc_id", "there is no such entity")])
    contact = (item.name, item.contact_name or item.name, item.email, item.phone, item.language)
    draft = Draft(row, id=id_, record=(id_, place.id, item.kind, *contact))
    about = {"enabler_id": id_, "hosting_entity_id": place.id, "kind": item.kind}
    draft.say(facts.EnablerRegistered, id_, about, now.date())
    words = dict(zip(("name", "contact_name", "email", "phone", "language"), contact, strict=True))
    draft.say(facts.EnablerDetails, id_, {"enabler_id": id_, **words}, now.date())
    return draft


@dataclass(slots=True)
class PersonItem:
    external: str
    entity: str
    given_name: str
    family_name: str
    email: str
    phone: str | None
    country: str | None
    language: str
    zone: str | None
    registered_at: datetime | None
    profile: tuple[Any, ...]


class People:
    """EPs with their profiles. An e-mail address belongs to one person."""

    name = "people"

    def read(self, given: Given) -> PersonItem | None:
        return PersonItem(
            given.key("id"), given.key("home_lc_id"), given.text("first_name"), given.text("last_name"),
            given.email("email"), given.phone("phone"), given.country("country"), given.language("language") or "en",
            given.zone("time_zone"), given.moment("created_at"), _profile(given),
        )  # fmt: skip

    async def look_up(self, uow: Uow, refs: References, rows: list[Read]) -> None:
        await refs.entities.find(uow, (row.item.entity for row in rows))

    def draft(self, refs: References, rows: list[Read], now: datetime) -> list[Draft]:
        return [_person(id_, refs, row, now) for id_, row in zip(new_ids(len(rows)), rows, strict=True)]

    async def store(self, intake: Intake, drafts: list[Draft]) -> None:
        uow, now, kept = intake.uow, intake.uow.clock.machine(), []
        await search_later(uow)
        addresses = {row["email"] for row in await uow.fetch(TAKEN_ADDRESSES, [one.row.item.email for one in drafts])}
        for draft in drafts:
            if draft.row.item.email in addresses:
                intake.refuse(draft, ("email", "somebody else has this address"))
                continue
            addresses.add(draft.row.item.email)
            intake.taking(self.name, draft)
            kept.append(draft)
        await PERSON.copy(uow, [(*one.record, now) for one in kept])
        await bulk.note_new(uow, "import_person", (one.id for one in kept))


def _person(id_: str, refs: References, row: Read, now: datetime) -> Draft:
    item: PersonItem = row.item
    place = refs.entities.found.get(item.entity)
    if reasons := _person_errors(item, place, now):
        return Draft(row, reasons)
    assert place is not None
    zone, since = item.zone or place.zone, item.registered_at or now
    country = item.country or place.country
    who = (item.given_name, item.family_name, item.email, item.phone)
    record = (id_, place.id, *who, country, item.language, zone, since, *item.profile)
    draft = Draft(row, id=id_, record=record)
    about = {"person_id": id_, "language": item.language}
    where = {"sending_entity_id": place.id, "country": country, "zone": zone}
    draft.say(facts.PersonRegistered, id_, about | where, since.date())
    names = dict(zip(("given_name", "family_name", "email", "phone"), who, strict=True))
    draft.say(facts.PersonDetails, id_, about | names, since.date())
    _say_profile(draft, {"person_id": id_, "country": country, "zone": zone}, item.profile, since.date())
    return draft


def _say_profile(draft: Draft, who: dict[str, Any], profile: tuple[Any, ...], day: date) -> None:
    """As at a sign-up: unless there is nothing to tell."""
    told = {name: value for name, value in zip(PROFILE, profile, strict=True) if name in TOLD}
    languages, levels = languages_among(told["languages"]), orjson.loads(told["levels"])
    told |= {"languages": languages, "levels": {name: levels[name] for name in languages if name in levels}}
    told |= {"wanted_countries": countries_among(told["wanted_countries"])}
    if any(value != BLANK[name] for name, value in told.items() if name != "looking"):
        draft.say(ProfileChanged, who["person_id"], who | told, day)


def _person_errors(item: PersonItem, place: Place | None, now: datetime) -> list[tuple[str, str]]:
    errors = []
    if place is None:
        errors.append(("home_lc_id", "there is no such entity"))
    elif not (item.country or place.country):
        errors.append(("country", "is missing, and the entity has none"))
    if item.registered_at and item.registered_at > now:
        errors.append(("created_at", "lies in the future"))
    return errors


def _profile(given: Given) -> tuple[Any, ...]:
    start, end = given.day("earliest_start_date"), given.day("latest_end_date")
    if start and end and end < start:
        given.wrong("latest_end_date", "is before earliest_start_date")
    products = [PRODUCTS.get(word.replace("_", " ")) for word in given.codes("programmes")]
    if None in products:
        given.strange("programmes", "holds words that are no programme: left out")
    countries = [code.upper() for code in given.codes("wanted_countries")]
    return (
        _code(given, "study_field"), _code(given, "study_level"), given.text("university", needed=False) or None,
        given.codes("languages"), _levels(given), given.codes("skills"),
        given.text("about", needed=False, longest=10_000, lines=True), start, end,
        [product.value for product in products if product], given.codes("wanted_fields"), countries,
        given.flag("looking", True),
    )  # fmt: skip


def _levels(given: Given) -> str:
    """How well each language is spoken, where `{"name": "en", "level": "c1"}` says so."""
    spoken = given.values.get("languages")
    if type(spoken) is not list or {*map(type, spoken)} != {dict}:
        return "{}"
    levels = {slug(str(one.get("name", ""))): slug(str(one["level"])) for one in spoken if one.get("level")}
    return orjson.dumps(levels).decode()


def _code(given: Given, name: str) -> str | None:
    return next(iter(given.codes(name)), None)

"""Rows that search can find, written past the handlers: only the triggers of the database see them."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.ids import derived_id
from shared.testing.rooms import Room
from tests.applications.world import World

TODAY = date(2026, 3, 2)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS, SKILLS = ("marketing", "engineering", "education"), ("python", "sql", "teaching", "first_aid")
LANGUAGES, COUNTRIES = ("en", "ro", "sv", "de"), ("RO", "SE", "DE", "GB")
WORDS = """data database energy energies Energie învățare invatare școală școli utveckling utvecklare utvecklingen
Prüfung Prüfungen pruefung müller C++ node.js teaching teacher teachers proiect proiecte barn children naïve""".split()  # noqa: SIM905
PRODUCTS = ("talent", "volunteer", "teacher")

OPPORTUNITY = """
INSERT INTO opportunity (id, enabler_id, hosting_entity_id, status, product, field, title, description, city, country,
    zone, weekly_hours, pay, accommodation, arrival, openings, start_on, end_on, requirements, skills, languages,
    selection_process, posted_at, version, changed_at)
VALUES (:id, :enabler_id, :hosting_entity_id, :status, :product, :field, :title, :description, :city, :country, :zone,
    :weekly_hours, 'pay', 'a room', 'the station', 1, :start_on, :end_on, :requirements, :skills, :languages, '{}',
    :posted_at, 1, :changed_at)
"""
SLOT = """
INSERT INTO slot (id, opportunity_id, start_on, end_on, close_on, capacity, openings, version, changed_at)
VALUES (:id, :opportunity_id, :start_on, :end_on, :close_on, 5, :openings, 1, now())
"""
PERSON = """
INSERT INTO person (id, sending_entity_id, given_name, family_name, email, phone, country, language, zone, study_field,
    study_level, university, languages, skills, about, available_from, available_to, wanted_products, wanted_fields,
    wanted_countries, looking, registered_at, version, changed_at)
VALUES (:id, :sending_entity_id, :given_name, :family_name, :email, '+40721999888', :country, :language,
    'Europe/Bucharest', :study_field, :study_level, :university, :languages, :skills, :about, :available_from,
    :available_to, :wanted_products, :wanted_fields, :wanted_countries, :looking, :registered_at, 1, :changed_at)
"""


async def sql(room: Room, statement: str, *rows: dict[str, Any], **values: Any) -> Any:
    """Run it in a transaction of its own."""
    async with room.runtime.database.engine.begin() as connection:
        return await connection.execute(text(statement), list(rows) or values)


def _some(chance: random.Random, values: tuple[str, ...], most: int) -> list[str]:
    return chance.sample(values, chance.randint(0, most))


def _prose(chance: random.Random, most: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))


async def opportunity(world: World, number: int, **values: Any) -> UUID:
    """One with a slot, or with these `slots`."""
    chance = random.Random(number)
    start = TODAY + timedelta(days=chance.randint(-20, 200))
    row = {
        "id": derived_id("opportunity", number), "enabler_id": world.enabler_id, "hosting_entity_id": world.hosting,
        "status": "open" if number % 9 else "closed", "product": chance.choice(PRODUCTS),
        "field": chance.choice((*FIELDS, None)), "title": _prose(chance, 3), "description": _prose(chance, 8),
        "city": "Uppsala", "country": chance.choice(COUNTRIES), "zone": "Europe/Stockholm",
        "weekly_hours": chance.randint(25, 40), "start_on": start, "end_on": start + timedelta(days=70),
        "requirements": "", "skills": _some(chance, SKILLS, 3), "languages": _some(chance, LANGUAGES, 2),
        "posted_at": MOMENT + timedelta(minutes=chance.randint(0, 40)),
        "changed_at": MOMENT + timedelta(minutes=chance.randint(0, 40)),
    } | values  # fmt: skip
    await sql(world.room, OPPORTUNITY, **row)
    for slot in range(chance.randint(0, 3)):
        begin = TODAY + timedelta(days=chance.randint(-20, 200))
        dates = {"start_on": begin, "end_on": begin + timedelta(days=chance.randint(41, 200)),
                 "close_on": begin - timedelta(days=10)}  # fmt: skip
        ids = {"id": derived_id("slot", number, slot), "opportunity_id": row["id"]}
        await sql(world.room, SLOT, **ids, **dates, openings=chance.choice((0, 1, 2)))
    return row["id"]


async def person(world: World, number: int, **values: Any) -> UUID:
    """Somebody with a profile made by chance."""
    chance = random.Random(number)
    begin = TODAY + timedelta(days=chance.randint(-50, 100))
    row = {
        "id": derived_id("person", number), "sending_entity_id": world.sending, "given_name": "Ioana",
        "family_name": f"Popescu{number}", "email": f"p{number}@secret.example", "country": chance.choice(COUNTRIES),
        "language": chance.choice(LANGUAGES), "study_field": chance.choice((*FIELDS, None)),
        "study_level": chance.choice(("bachelor", "master", None)), "university": "Babeș-Bolyai",
        "languages": _some(chance, LANGUAGES, 3), "skills": _some(chance, SKILLS, 3), "about": _prose(chance, 8),
        "available_from": chance.choice((begin, None)), "available_to": begin + timedelta(days=chance.randint(60, 200)),
        "wanted_products": _some(chance, PRODUCTS, 2), "wanted_fields": _some(chance, FIELDS, 2),
        "wanted_countries": _some(chance, COUNTRIES, 2), "looking": bool(number % 9),
        "registered_at": MOMENT + timedelta(minutes=chance.randint(0, 40)),
        "changed_at": MOMENT + timedelta(minutes=chance.randint(0, 40)),
    } | values  # fmt: skip
    await sql(world.room, PERSON, **row)
    return row["id"]

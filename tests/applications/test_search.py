"""Search over HTTP: who finds whom and is told what, words of several languages, pages while rows change, 10,000+."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.applications import commands, handlers
from services.applications.exchange.searching import catch_up
from shared.access import Caller
from shared.testing import callers
from shared.web.paging import encode
from tests.applications.findable import MOMENT, PERSON, TODAY, person, sql
from tests.applications.world import ENTITY, World

SLOT = "UPDATE slot SET openings = :openings WHERE opportunity_id = :id"
SECRETS = ("Popescu", "Ioana", "secret.example", "+40721999888", "+40 721 999 888", 'identity":{')
ABOUT = "I am Ioana Popescu7, write to p7@secret.example or +40 721 999 888. I like robots."


async def found(world: World, path: str, caller: Caller, **wish: Any) -> dict[str, Any]:
    reply = await (await world.room.client(caller)).get(f"/v1/{path}/search", params=wish)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def titles(world: World, **wish: Any) -> list[str]:
    return [item["title"] for item in (await found(world, "opportunities", world.ep, **wish))["items"]]


async def people(world: World, caller: Caller, **wish: Any) -> list[str]:
    return [item["id"] for item in (await found(world, "people", caller, **wish))["items"]]


async def offer(world: World, title: str, **values: Any) -> Any:
    return await world.opportunity(title=title, **values)


# --- opportunities


async def test_what_is_posted_is_found_at_once_and_by_everybody(world: World) -> None:
    made = await offer(world, "Wind turbine intern")
    for caller in (world.ep, world.he, world.se, callers.enabler(), callers.auditor()):
        page = await found(world, "opportunities", caller, text="turbine")
        assert [item["id"] for item in page["items"]] == [str(made.id)]
    assert page["total"] == {"count": 1, "more": False, "shown": "1"}
    assert page["facets"]["exact"] is True
    assert page["facets"]["country"] == [{"value": "SE", "count": 1}]
    assert page["items"][0]["slots"][0]["start_on"] == made.start_on.isoformat()


async def test_a_full_a_closed_and_an_outdated_one_are_not_found(world: World) -> None:
    full, closed, late = [await offer(world, title) for title in ("Full", "Closed", "Late")]
    assert await titles(world, sort="newest") == ["Late", "Closed", "Full"]
    await sql(world.room, SLOT, openings=0, id=full.id)
    await sql(world.room, "UPDATE opportunity SET status = 'closed' WHERE id = :id", id=closed.id)
    await sql(world.room, "UPDATE slot SET close_on = '2020-01-01' WHERE opportunity_id = :id", id=late.id)
    assert await titles(world) == []
    await sql(world.room, SLOT, openings=1, id=full.id)
    await sql(world.room, "UPDATE opportunity SET status = 'open' WHERE id = :id", id=closed.id)
    assert sorted(await titles(world)) == ["Closed", "Full"]


async def test_a_slot_takes_applications_to_the_end_of_its_day_where_the_work_is(world: World) -> None:
    made = await offer(world, "Night work", zone="Asia/Tokyo")
    today = world.room.clock.now()
    await sql(world.room, "UPDATE slot SET close_on = :day WHERE opportunity_id = :id", day=today.date(), id=made.id)
    left = (await found(world, "opportunities", world.ep))["items"][0]["slots"][0]["closes_at"]
    assert left.endswith("15:00:00Z")
    world.room.clock.advance(timedelta(days=1))
    assert await titles(world) == []


async def test_an_edit_is_found_by_its_new_words_only(world: World) -> None:
    made = await offer(world, "Accountant")
    await sql(world.room, "UPDATE opportunity SET title = 'Beekeeper' WHERE id = :id", id=made.id)
    assert await titles(world, text="accountant") == []
    assert await titles(world, text="beekeepers") == ["Beekeeper"]


async def test_words_are_found_in_the_language_of_the_country_with_or_without_marks(world: World) -> None:
    await offer(world, "Învățare în școală", country="RO")
    await offer(world, "Utvecklare för järnväg", country="SE")
    await offer(world, "Prüfungen in Zürich", country="DE")
    await offer(world, "Teaching children", country="GB")
    for asked, title in {
        "scoala": "Învățare în școală", "ȘCOALA": "Învățare în școală", "invatarea": "Învățare în școală",
        "utvecklarna": "Utvecklare för järnväg", "jarnvagen": "Utvecklare för järnväg",
        "Prufung": "Prüfungen in Zürich", "zurich": "Prüfungen in Zürich",
        "teaches child": "Teaching children", "teacher": "Teaching children",
    }.items():  # fmt: skip
        assert title in await titles(world, text=asked), asked


async def test_the_last_word_may_be_unfinished_unless_a_blank_follows(world: World) -> None:
    await offer(world, "Photovoltaics")
    assert await titles(world, text="photovol") == ["Photovoltaics"]
    assert await titles(world, text="photovol ") == []
    assert await titles(world, text="photovol intern") == []


async def test_titles_come_before_descriptions_and_new_before_old(world: World) -> None:
    await offer(world, "Old robots")
    await offer(world, "Other", description="Here are robots.")
    await offer(world, "New robots")
    assert await titles(world, text="robots") == ["New robots", "Old robots", "Other"]


@pytest.mark.parametrize(
    "asked",
    ["!!!", "a & | b", "':*", "'); DROP TABLE person; --", "\\", "<->", "((((", "a:ABCD*", "=", "''", "%_", "𝔘ni", "ﷺ"],
)
async def test_signs_in_the_words_are_only_signs(world: World, asked: str) -> None:
    await offer(world, "Uni work")
    page = await found(world, "opportunities", world.ep, text=asked)
    assert page["total"]["count"] in (0, 1)
    assert (await sql(world.room, "SELECT count(*) FROM person")).scalar() == 1


async def test_the_dates_must_fit_one_slot(world: World) -> None:
    made = await offer(world, "Two slots")
    dates = "'2027-01-01', '2027-06-30', '2026-12-01', 1, 1, 1, now()"
    await sql(world.room, f"INSERT INTO slot SELECT gen_random_uuid(), opportunity_id, {dates} FROM slot")
    assert await titles(world, start_from="2026-12-01") == ["Two slots"]
    assert await titles(world, start_from="2026-12-01", end_by="2027-05-31") == []
    assert await titles(world, weeks_from=20, start_to="2026-06-01") == []
    assert made.openings == 1


@pytest.mark.parametrize(
    "wish",
    [{"sort": "luck"}, {"colour": "blue"}, {"limit": 101}, {"text": "x" * 201}, {"text": "a\x00b"},
     {"country": "Sweden"}, {"start_from": "soon"}, {"cursor": "bm9uc2Vuc2U"}],
)  # fmt: skip
async def test_a_bad_wish_hears_what_is_wrong(world: World, wish: dict[str, Any]) -> None:
    client = await world.room.client(world.ep)
    refused = await client.get("/v1/opportunities/search", params=wish)
    assert (refused.status_code, refused.headers["Content-Type"]) == (422, "application/problem+json")


async def test_a_cursor_is_good_for_its_own_order_only(world: World) -> None:
    for title in ("One", "Two"):
        await offer(world, title)
    following = (await found(world, "opportunities", world.ep, limit=1, sort="newest"))["next"]
    client, id_ = await world.room.client(world.ep), str(world.enabler_id)
    refused = await client.get("/v1/opportunities/search", params={"sort": "start", "cursor": following})
    assert refused.status_code == 422
    for values in (
        ("newest", False, "2026-01-01T00:00:00", id_), ("newest", False, "0001-01-01T00:00:00+14:00", id_),
        ("newest", "no", "2026-01-01T00:00:00+00:00", id_), ("newest", False, 7, id_), ("newest", False, "x", "y"),
        ("newest", False, "2026-01-01T00:00:00+00:00", 3), ("newest",),
    ):  # fmt: skip
        wrong = {"sort": "newest", "cursor": encode(MOMENT, values)}
        assert (await client.get("/v1/opportunities/search", params=wrong)).status_code == 422, values


@pytest.mark.parametrize("letter", ["x", "㍿", "ﷺ", "ß", "𝔘"])
async def test_words_without_end_can_be_posted(world: World, letter: str) -> None:
    made = await offer(world, letter * 500, description=letter * 2000)
    assert [item["id"] for item in (await found(world, "opportunities", world.ep))["items"]] == [str(made.id)]


async def test_a_language_with_a_region_is_stemmed_as_that_language(world: World) -> None:
    who = await person(world, 7, looking=True, language="pt-BR", about="desenvolvimentos de sistemas")
    assert await people(world, world.he, text="desenvolvimento sistema", text_language="pt") == [str(who)]


async def test_pages_stay_right_while_rows_come_and_go(world: World) -> None:
    """Nobody is shown twice, and nobody who was there all the time is left out."""
    for number in range(12):
        await person(world, 1000 + number, looking=True, registered_at=MOMENT + timedelta(hours=number))
    he = world.he
    page = await found(world, "people", he, sort="newest", limit=4)
    before, seen, newcomer = set(await people(world, he, limit=100)), [], 0
    while True:
        seen += [item["id"] for item in page["items"]]
        await person(world, 2000 + newcomer, looking=True, registered_at=MOMENT + timedelta(hours=6, seconds=newcomer))
        newcomer += 1
        await sql(world.room, "UPDATE person SET looking = false WHERE id = CAST(:id AS uuid)", id=seen[0])
        if page["next"] is None:
            break
        assert page["total"] is not None or page["facets"] is None
        page = await found(world, "people", he, sort="newest", limit=4, cursor=page["next"])
        assert (page["total"], page["facets"]) == (None, None)
    assert len(seen) == len(set(seen))
    assert set(seen) >= before


async def test_two_who_change_two_slots_at_once_leave_a_true_row(world: World) -> None:
    made = await offer(world, "Two slots")
    dates = "'2026-09-01', '2026-12-31', '2026-08-01', 1, 1, 1, now()"
    await sql(world.room, f"INSERT INTO slot SELECT gen_random_uuid(), opportunity_id, {dates} FROM slot")
    slots = (await sql(world.room, "SELECT id FROM slot ORDER BY start_on")).scalars().all()
    engine, full = world.room.runtime.database.engine, text("UPDATE slot SET openings = 0 WHERE id = :id")
    async with engine.connect() as first, engine.connect() as second:
        await first.execute(full, {"id": slots[0]})
        waiting = asyncio.create_task(second.execute(full, {"id": slots[1]}))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await first.commit()
        await waiting
        await second.commit()
    assert await titles(world) == []
    await sql(world.room, SLOT, openings=1, id=made.id)
    assert await titles(world) == ["Two slots"]


# --- people


async def elsewhere(world: World) -> Any:
    """Another committee, of another country."""
    above = (await sql(world.room, "SELECT id FROM entity WHERE kind = 'world'")).scalar()
    command = commands.RegisterEntity(name="Portugal", kind="national", parent_id=above, **ENTITY)
    return await world.room.do(handlers.register_entity, command, callers.global_manager())


async def test_enablers_and_hosts_see_profiles_and_never_who_it_is(world: World) -> None:
    who = await person(world, 7, looking=True, about=ABOUT, skills=["python"])
    foreign = callers.national_manager((await elsewhere(world)).id)
    for caller in (callers.enabler(world.enabler_id), world.he, foreign):
        page = await found(world, "people", caller, skill="python")
        (item,) = page["items"]
        assert (item["id"], item["identity"]) == (str(who), None)
        assert item["about"] == "I am … …, write to … or …. I like robots."
        told = json.dumps(page, ensure_ascii=False)
        assert [secret for secret in SECRETS if secret in told] == []


async def test_nobody_learns_a_name_by_searching_for_it(world: World) -> None:
    who = await person(world, 7, looking=True, about=ABOUT)
    for asked in ("Popescu7", "popes", "ioana", "p7@secret.example", "secret", "40721999888"):
        for caller in (callers.enabler(world.enabler_id), world.he):
            assert await people(world, caller, text=asked) == [], asked
    assert await people(world, world.se, text="popescu7") == [str(who)]
    assert await people(world, world.he, text="robots") == [str(who)]


async def test_the_persons_own_committee_and_those_above_know_who_it_is(world: World) -> None:
    who = await person(world, 7, looking=True, about=ABOUT, skills=["python"])
    above = (await sql(world.room, "SELECT parent_id FROM entity WHERE id = :id", id=world.sending)).scalar()
    for caller in (world.se, callers.sending_manager(above), callers.national_manager(above), callers.auditor()):
        (item,) = (await found(world, "people", caller, skill="python"))["items"]
        assert item["id"] == str(who)
        assert (item["identity"]["family_name"], item["identity"]["about"]) == ("Popescu7", ABOUT)
    national = callers.national_manager(above)
    assert await people(world, national, text="popescu7") == []
    assert await people(world, national, text="popescu7", entity_id=str(world.sending)) == [str(who)]


async def test_sending_managers_find_their_own_people_only(world: World) -> None:
    porto = await elsewhere(world)
    own, other = await person(world, 7, looking=True), await person(world, 8, looking=True, sending_entity_id=porto.id)
    assert str(other) not in await people(world, world.se)
    assert str(own) in await people(world, world.se)
    assert await people(world, world.se, entity_id=str(porto.id)) == []
    assert await people(world, callers.sending_manager(porto.id)) == [str(other)]
    assert await people(world, world.he, entity_id=str(porto.id)) == [str(other)]


async def test_who_is_not_looking_or_was_erased_is_not_found(world: World) -> None:
    who = await person(world, 7, looking=True)
    assert str(who) in await people(world, world.he)
    await sql(world.room, "UPDATE person SET looking = false WHERE id = :id", id=who)
    assert str(who) not in await people(world, world.he)
    await world.room.do(handlers.erase_person, commands.ErasePerson(world.ep.party), world.ep)
    assert await people(world, world.he) == []
    rows = "SELECT (SELECT count(*) FROM person_search) + (SELECT count(*) FROM person_sample)"
    assert (await sql(world.room, rows)).scalar() == 0


async def test_participants_find_no_people(world: World) -> None:
    client = await world.room.client(world.ep)
    assert (await client.get("/v1/people/search")).status_code == 403


async def test_the_days_must_lie_in_the_time_that_somebody_is_free(world: World) -> None:
    who = await person(world, 7, looking=True, available_from=TODAY, available_to=TODAY + timedelta(days=100))
    await sql(world.room, "UPDATE person SET looking = false WHERE id = :id", id=world.ep.party)
    fits = {"start_on": "2026-03-10", "end_on": "2026-05-10"}
    assert await people(world, world.he, **fits) == [str(who)]
    assert await people(world, world.he, **fits | {"end_on": "2026-12-10"}) == []
    assert await people(world, world.he, **fits | {"start_on": "2026-02-10"}) == []


async def test_a_new_score_leaves_the_search_row_alone(world: World) -> None:
    row = "SELECT xmin::text FROM person_search"
    before = (await sql(world.room, row)).scalar()
    await sql(world.room, "UPDATE person SET score = 0.5, version = version + 1, changed_at = now()")
    assert (await sql(world.room, row)).scalar() == before


# --- very many

MANY = PERSON.replace("VALUES (:id, ", "SELECT gen_random_uuid(), ").replace(":email,", "n || '@many.example',")
MANY = MANY.rstrip().removesuffix(")") + " FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n"


async def test_beyond_ten_thousand_the_count_says_so_and_facets_are_estimates(world: World) -> None:
    row = {
        "sending_entity_id": world.sending, "given_name": "A", "family_name": "B", "country": "RO", "language": "en",
        "study_field": None, "study_level": None, "university": None, "languages": [], "skills": ["sql"], "about": "",
        "available_from": None, "available_to": None, "wanted_products": ["talent"], "wanted_fields": [],
        "wanted_countries": [], "looking": True, "registered_at": MOMENT, "changed_at": MOMENT,
    }  # fmt: skip
    for first in range(1, 9_999, 1_111):  # in portions: one statement of all is cut off on a slow machine
        await sql(world.room, MANY, **row, first=first, last=first + 1_110)
    exact = await found(world, "people", world.he)
    assert (exact["total"], exact["facets"]["exact"]) == ({"count": 10_000, "more": False, "shown": "10,000"}, True)
    assert exact["facets"]["skill"] == [{"value": "sql", "count": 9_999}]
    await person(world, 7, looking=True, registered_at=MOMENT + timedelta(days=1))
    beyond = await found(world, "people", world.he, sort="newest")
    assert beyond["total"] == {"count": 10_000, "more": True, "shown": "10,000+"}
    assert (beyond["facets"]["exact"], beyond["facets"]["every"]) == (False, 32)
    assert 7_000 < beyond["facets"]["skill"][0]["count"] < 13_000
    assert len(beyond["items"]) == 20


async def test_an_import_may_put_its_rows_off_and_catch_up(world: World) -> None:
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.exec_driver_sql("SET LOCAL sojourn.search_later = 'on'")
        await connection.exec_driver_sql(
            "INSERT INTO person SELECT gen_random_uuid(), sending_entity_id, given_name, family_name, 'late@x.example',"
            " phone, country, language, zone, score, registered_at, version, changed_at FROM person"
        )
    assert len(await people(world, world.he)) == 1
    assert (await sql(world.room, "SELECT count(*) FROM search_waiting")).scalar() == 1
    assert not await world.room.runtime.execute(catch_up, 100, caller=callers.service())
    assert (await sql(world.room, "SELECT count(*) FROM search_waiting")).scalar() == 0
    assert len(await people(world, world.he)) == 2

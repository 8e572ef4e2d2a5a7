"""The unit of work: rows found, added and changed over the bare driver, beside queries that SQLAlchemy composes."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, literal, text, update
from sqlalchemy.orm import aliased
from sqlmodel import select

from services.applications.model import Application, Enabler, Entity, Opportunity, Person, Slot
from services.applications.policy import Status
from shared.access import Caller
from shared.contracts.applications import EntityKind
from shared.contracts.fields import Product
from shared.errors import NotFound, Stale
from shared.ids import new_id
from shared.storage.engine import Database
from shared.storage.rows import entity_of, selects_entities, shape_of
from shared.storage.trouble import Trouble, diagnose
from shared.storage.tx import Cause
from shared.testing.rooms import Room

CALLER = Caller.system("applications")
PLACE = {"name": "Uppsala", "country": "SE", "zone": "Europe/Stockholm", "email": "u@sojourn.example", "phone": "+46"}
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
ZONES = st.sampled_from(["Europe/Stockholm", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"])  # PostgreSQL reads them


@pytest.fixture
async def room(rooms) -> Room:
    return await rooms("applications")


def transaction(room: Room) -> Any:
    return room.runtime.database.transaction(CALLER, Cause.new(), room.clock)


def entity(**values: Any) -> Entity:
    return Entity(**{"id": new_id(), "parent_id": None, "kind": EntityKind.local, **PLACE, **values})


def person(home: Entity, **values: Any) -> Person:
    given = {"id": new_id(), "sending_entity_id": home.id, "given_name": "Ana", "family_name": "Pop", "country": "RO"}
    given |= {"email": f"{new_id()}@sojourn.example", "phone": None, "language": "ro", "zone": "UTC"}
    return Person(**{**given, "registered_at": datetime(2026, 2, 2, tzinfo=UTC), **values})


async def test_parents_are_written_before_their_children(room: Room) -> None:
    world = entity(kind=EntityKind.world)
    local = entity(parent_id=world.id)
    async with transaction(room) as uow:
        someone = uow.add(person(local))
        uow.add(world)
        uow.add(local)
    async with transaction(room) as uow:
        assert (await uow.get(Person, someone.id)).sending_entity_id == local.id


async def test_a_row_that_is_found_again_is_the_same_with_the_newest_values(room: Room) -> None:
    async with transaction(room) as uow:
        added = uow.add(entity())
        assert await uow.get(Entity, added.id) is added
        await uow.execute(text("UPDATE entity SET name = 'Lund'"))
        (listed,) = await uow.rows(select(Entity))
        assert listed is added
        assert added.name == "Lund"


async def test_what_was_set_is_written_and_nothing_else(room: Room) -> None:
    async with transaction(room) as uow:
        id_ = uow.add(entity()).id
    async with transaction(room) as uow:
        row = await uow.get(Entity, id_)
        await uow.execute(text("UPDATE entity SET phone = 'changed beside it'"))
        row.name = "Lund"
        assert await uow.scalar(select(Entity.name)) == "Lund"
        uow.change(row, name="Visby")
    async with transaction(room) as uow:
        row = await uow.get(Entity, id_)
        assert (row.name, row.phone, row.version) == ("Visby", "changed beside it", 2)


async def test_the_database_may_work_a_value_out(room: Room) -> None:
    async with transaction(room) as uow:
        row = uow.add(entity())
        await uow.flush()
        row.name = func.upper("lund")
        await uow.flush()
        assert row.name == "LUND"


async def test_none_is_found_as_null_and_several_are_too_many(room: Room) -> None:
    async with transaction(room) as uow:
        first = uow.add(entity(country=None))
        assert await uow.find(Entity, Entity.country == None) is first  # noqa: E711
        assert await uow.find(Entity, Entity.country.is_(None), id=first.id) is first
        uow.add(entity())
        with pytest.raises(ValueError, match="2 rows of entity"):
            await uow.find(Entity, name="Uppsala")
        assert await uow.find(Entity, name="nowhere") is None
        with pytest.raises(NotFound):
            await uow.get(Entity, new_id())


async def test_a_row_that_went_away_is_not_changed_in_silence(room: Room) -> None:
    with pytest.raises(Stale):  # noqa: PT012
        async with transaction(room) as uow:
            row = uow.add(entity())
            await uow.execute(text("DELETE FROM entity"))
            uow.change(row, name="Lund")


async def test_a_row_knows_its_attributes(room: Room) -> None:
    with pytest.raises(TypeError, match="Entity has no colour"):
        entity(colour="red")


async def test_many_rows_go_together_and_in_their_order(room: Room) -> None:
    async with transaction(room) as uow:
        home = uow.add(entity())
        people = [uow.add(person(home, family_name=str(n))) for n in range(200)]
        found = await uow.rows(select(Person).order_by(Person.id))
    assert found == sorted(people, key=lambda row: row.id)


async def test_a_constraint_speaks_and_undoes_all(room: Room) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError) as caught:  # noqa: PT012
        async with transaction(room) as uow:
            uow.add(entity(name="Gone"))
            uow.add(entity(parent_id=new_id()))
    assert diagnose(caught.value) is Trouble.clash
    async with transaction(room) as uow:
        assert await uow.scalar(select(func.count()).select_from(Entity)) == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {
            "product": st.sampled_from(Product), "status": st.sampled_from([Status.open, Status.rejected]),
            "reason": st.none() | WORDS, "zone": ZONES, "terms": WORDS, "start_on": st.dates(date(1900, 1, 1)),
            "dossier": st.dictionaries(WORDS, st.none() | WORDS | st.integers(-(2**53), 2**53) | st.lists(WORDS)),
            "submitted_at": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
            "open_cases": st.integers(0, 2**31 - 1),
        }
    )
)  # fmt: skip
async def test_values_come_back_as_they_went_and_as_the_orm_reads_them(room: Room, values: dict[str, Any]) -> None:
    async with transaction(room) as uow:
        row = uow.add(await application(uow, values))
    async with transaction(room) as uow:
        found = await uow.get(Application, row.id)
        by_orm = (await uow.execute(select(Application).where(Application.id == row.id))).scalar_one()
    names = shape_of(Application).names
    assert {name: getattr(found, name) for name in names} == {name: getattr(row, name) for name in names}
    assert {name: getattr(by_orm, name) for name in names} == {name: getattr(row, name) for name in names}
    assert {name: getattr(found, name) for name in values} == values
    assert type(found.product) is Product


async def application(uow: Any, values: dict[str, Any]) -> Application:
    home = uow.add(entity())
    someone = uow.add(person(home))
    company = {"kind": "company", "name": "N", "contact_name": "M", "email": "m@n.example", "phone": None}
    host = uow.add(Enabler(id=new_id(), hosting_entity_id=home.id, language="sv", **company))
    words = dict.fromkeys(("title", "description", "city", "country", "pay", "accommodation", "arrival"), "x")
    words["zone"] = "UTC"
    days = {"start_on": date(2026, 3, 2), "end_on": date(2026, 5, 24), "weekly_hours": 38, "openings": 1}
    ids = {"enabler_id": host.id, "hosting_entity_id": home.id}
    job = uow.add(Opportunity(id=new_id(), product=Product.talent, **ids, **words, **days))
    dates = {"start_on": days["start_on"], "end_on": days["end_on"], "close_on": days["start_on"]}
    slot = uow.add(Slot(id=new_id(), opportunity_id=job.id, capacity=1, openings=1, **dates))
    given = {
        "id": new_id(),
        "slot_id": slot.id,
        "person_id": someone.id,
        "opportunity_id": job.id,
        "sending_entity_id": home.id,
        **ids,
    }
    return Application(**given, country="SE", end_on=values["start_on"], **values)


# --- connections


async def test_a_connection_that_was_cut_is_replaced(room: Room) -> None:
    database = Database(room.runtime.database.dsn, pool_size=1)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as caught:
        async with database.transaction(CALLER, Cause.new(), room.clock) as uow:
            await uow.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
    assert diagnose(caught.value) is Trouble.away
    async with database.transaction(CALLER, Cause.new(), room.clock) as uow:
        assert await uow.scalar(select(func.count()).select_from(Entity)) == 0
    await database.close()


async def test_who_gives_up_in_the_middle_leaves_the_connection_to_others(room: Room) -> None:
    database = Database(room.runtime.database.dsn, pool_size=1)

    async def slow() -> None:
        async with database.transaction(CALLER, Cause.new(), room.clock) as uow:
            uow.add(entity())
            await uow.fetch("SELECT pg_sleep(30)")

    task = asyncio.create_task(slow())
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(20), database.transaction(CALLER, Cause.new(), room.clock) as uow:
        assert await uow.scalar(select(func.count()).select_from(Entity)) == 0
    await database.close()


async def test_reading_writes_nothing(room: Room) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):  # noqa: PT012
        async with room.runtime.database.reading(CALLER, room.clock) as uow:
            uow.add(entity())
            await uow.flush()
    async with room.runtime.database.reading(CALLER, room.clock) as uow:
        assert (await uow.execute(select(Entity))).scalars().all() == []


async def test_nothing_of_a_composed_query_stays_in_the_connection(room: Room) -> None:
    database = Database(room.runtime.database.dsn, pool_size=1)
    for _ in range(3):
        async with database.reading(CALLER, room.clock) as uow:
            assert (await uow.execute(select(Entity))).scalars().all() == []
        async with database.transaction(CALLER, Cause.new(), room.clock) as uow:
            assert await uow.rows(select(Entity.name)) == []
    await database.close()


@pytest.mark.parametrize(
    "statement",
    [
        select(Person), select(Person).where(Person.country == "RO"), select(Person.id), select(Person, Entity),
        select(Person.id, Entity), select(func.count()), select(literal(1)), select(Person.__table__),
        select(aliased(Person)),
        text("SELECT 1"), insert(Person), update(Person),
    ],
)  # fmt: skip
def test_a_query_on_whole_rows_of_one_model_is_told_from_others_as_sqlalchemy_tells_it(statement: Any) -> None:
    described = getattr(statement, "column_descriptions", ())
    models = [one["expr"] for one in described if isinstance(one["expr"], type)]
    assert entity_of(statement) is (models[0] if models and len(described) == 1 else None)
    assert selects_entities(statement) is bool(models)

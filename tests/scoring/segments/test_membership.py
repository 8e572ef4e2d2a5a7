"""Members of segments: who comes in and who leaves, by every event and at midnight, as a fresh look would say."""

import asyncio
from datetime import UTC, date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.scoring import commands, handlers, views
from services.scoring.handlers.membership import rules_of
from services.scoring.model import AddressDigest, GivenVoice, Wanted
from services.scoring.policy.interactions import Kind
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.membership import belongs_to
from services.scoring.views.segment_rows import all_rows, paths_of
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.parties import OpportunityChanged, ProfileChanged
from shared.contracts.segments import SegmentChanged
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.storage.tx import Uow
from shared.testing import builders, callers
from shared.testing.loops import running
from shared.testing.rooms import Room
from tests.scoring.world import ELSEWHERE, HOSTING, NATIONAL, SENDING, WORLD, World

BUSY = {"field": "visits.14", "op": "ge", "value": 3}
TALENT = {"field": "wants.products", "op": "has_any", "value": ["talent"]}
APPLIED = {"field": "stage", "op": "is", "value": "applied"}


def profile(person_id: UUID, **values: Any) -> ProfileChanged:
    given: dict[str, Any] = {
        "country": "RO", "zone": "Europe/Bucharest", "study_field": "it", "study_level": "bachelor",
        "languages": ["en"],
        "available_from": date(2026, 6, 1), "available_to": date(2026, 8, 30), "wanted_products": ["talent"],
        "wanted_fields": ["it"], "wanted_countries": ["SE"], "looking": True,
    }  # fmt: skip
    return ProfileChanged(person_id=person_id, **{**given, **values})


async def made(room: Room, condition: Any, caller: Caller | None = None, party: Party = Party.ep) -> UUID:
    command = commands.MakeSegment(party=party, name="Some", condition=condition)
    segment = await room.do(handlers.make_segment, command, caller or callers.sending_manager(SENDING))
    await handlers.refresh_all(room.runtime)
    return segment.id


async def members(room: Room, segment: UUID) -> set[UUID]:
    await handlers.refresh_all(room.runtime)
    page = await room.read(views.list_members, segment, Paging(limit=200))
    return {one.subject_id for one in page.items}


async def course(room: Room, segment: UUID) -> list[tuple[UUID | None, str]]:
    page = await room.read(views.list_moves, segment, Paging(limit=200))
    return [(one.subject_id, str(one.move)) for one in reversed(page.items)]


async def test_visits_bring_somebody_in_and_time_takes_them_out(world: World) -> None:
    room = world.room
    segment = await made(room, BUSY)
    await world.identify()
    await world.browse(Kind.page_view, Kind.page_view)
    assert await members(room, segment) == set()
    await world.browse(Kind.opportunity_view)
    assert await members(room, segment) == {world.person_id}
    room.clock.advance(timedelta(days=13))
    assert await members(room, segment) == {world.person_id}
    room.clock.advance(timedelta(days=1))
    assert await members(room, segment) == set()
    assert await course(room, segment) == [(world.person_id, "entered"), (world.person_id, "left")]
    said = await room.said(SegmentChanged)
    assert [(one.person_id, one.enabler_id, one.segment_id, str(one.move)) for one in said] == [
        (world.person_id, None, segment, "entered"), (world.person_id, None, segment, "left"),
    ]  # fmt: skip


async def test_wishes_and_applications_count_and_what_is_unknown_does_not(world: World) -> None:
    room = world.room
    wants, not_wants = await made(room, TALENT), await made(room, {"not": TALENT})
    assert await members(room, wants) == await members(room, not_wants) == set()
    await room.hear(profile(world.person_id, wanted_products=["teacher"]))
    assert (await members(room, wants), await members(room, not_wants)) == (set(), {world.person_id})
    await world.apply()
    assert (await members(room, wants), await members(room, not_wants)) == ({world.person_id}, set())


async def test_a_new_rule_moves_people_and_keeps_its_versions(world: World) -> None:
    room = world.room
    await world.apply()
    segment = await made(room, APPLIED)
    assert await members(room, segment) == {world.person_id}
    change = commands.ChangeRule(segment, BUSY)
    changed = await room.do(handlers.change_rule, change, world.se, expected=1)
    assert (changed.rule, changed.version) == (2, 2)
    assert await members(room, segment) == set()
    rules = (await room.read(views.list_rules, segment, Paging())).items
    assert [(one.number, one.condition) for one in rules] == [(2, BUSY), (1, APPLIED)]
    assert (await room.do(handlers.change_rule, change, world.se)).rule == 2


async def test_a_retired_segment_is_left_by_all(world: World) -> None:
    room = world.room
    await world.apply()
    segment = await made(room, APPLIED)
    await room.do(handlers.retire_segment, commands.RetireSegment(segment), world.se)
    assert await members(room, segment) == set()
    assert await course(room, segment) == [(world.person_id, "entered"), (world.person_id, "left")]
    with pytest.raises(Conflict):
        await room.do(handlers.change_rule, commands.ChangeRule(segment, BUSY), world.se)


async def test_a_segment_is_about_its_owners_entity_and_below(world: World) -> None:
    room = world.room
    await world.apply()
    above = await made(room, APPLIED, callers.national_manager(NATIONAL))
    beside = await made(room, APPLIED, callers.national_manager(ELSEWHERE))
    everywhere = await made(room, APPLIED, callers.global_manager())
    found = [await members(room, one) for one in (above, beside, everywhere)]
    assert found == [{world.person_id}, set(), {world.person_id}]
    with pytest.raises(NotFound):
        await room.read(views.get_segment, above, caller=world.se)
    assert (await room.read(views.get_segment, above, caller=callers.national_manager(NATIONAL))).members == 1
    with pytest.raises(NotFound):
        await room.read(views.get_segment, above, caller=callers.hosting_manager(NATIONAL))


async def test_a_hosting_manager_has_no_segments_of_eps(world: World) -> None:
    with pytest.raises(Invalid):
        await made(world.room, APPLIED, callers.hosting_manager(SENDING))


async def test_the_forgotten_are_in_no_segment_and_nothing_leads_to_them(world: World) -> None:
    room = world.room
    await world.apply()
    await room.hear(profile(world.person_id))
    await room.hear(builders.person_details(world.person_id))
    await room.hear(builders.answered(world.stay, {"nps": 9}))
    await room.do(handlers.note_budget, commands.NoteBudget(world.person_id, 400.0), world.se)
    segment = await made(room, APPLIED)
    said = len(await room.said(SegmentChanged))
    await room.hear_erased(facts.PersonDetails, world.person_id)
    assert await members(room, segment) == set()
    assert await course(room, segment) == [(None, "entered")]
    assert len(await room.said(SegmentChanged)) == said
    await room.hear(profile(world.person_id))
    await room.hear(builders.person_details(world.person_id))
    assert await members(room, segment) == set()
    for table, column in ((Wanted, "person_id"), (AddressDigest, "person_id"), (GivenVoice, "subject_id")):
        query = text(f"SELECT count(*) FROM {table.__tablename__} WHERE {column} = :who")
        async with room.runtime.database.engine.connect() as connection:
            assert (await connection.execute(query, {"who": world.person_id})).scalar_one() == 0


async def test_a_budget_is_noted_by_managers_and_asked_for_by_rules(world: World) -> None:
    room = world.room
    segment = await made(room, {"field": "wants.budget", "op": "lt", "value": 500})
    assert await members(room, segment) == set()
    await room.do(handlers.note_budget, commands.NoteBudget(world.person_id, 400.0), world.se)
    assert await members(room, segment) == {world.person_id}
    await room.hear(profile(world.person_id))
    assert await members(room, segment) == {world.person_id}
    await room.do(handlers.note_budget, commands.NoteBudget(world.person_id, None), world.se)
    assert await members(room, segment) == set()
    command = commands.NoteBudget(world.person_id, 1.0)
    with pytest.raises(NotFound):
        await room.do(handlers.note_budget, command, callers.sending_manager(ELSEWHERE))


async def test_enablers_have_segments_of_their_own_side(world: World) -> None:
    room, enabler = world.room, new_id()
    await room.hear(builders.entity(HOSTING, path=[WORLD, HOSTING]))
    he = callers.hosting_manager(HOSTING)
    sweden = {"field": "offers.countries", "op": "has_any", "value": ["SE"]}
    rule = {"all": [sweden, {"field": "offers", "op": "ge", "value": 2}]}
    segment = await made(room, rule, he, Party.enabler)
    await room.hear(facts.EnablerRegistered(enabler_id=enabler, hosting_entity_id=HOSTING, kind="company"))
    await room.hear(builders.opportunity(new_id(), enabler_id=enabler))
    assert await members(room, segment) == set()
    await room.hear(builders.opportunity(new_id(), enabler_id=enabler))
    assert await members(room, segment) == {enabler}
    (said,) = await room.said(SegmentChanged)
    assert (said.person_id, said.enabler_id, said.subject_id) == (None, enabler, enabler)
    with pytest.raises(NotFound):
        await room.read(views.get_segment, segment, caller=callers.sending_manager(HOSTING))
    with pytest.raises(Invalid):
        await made(room, rule, callers.sending_manager(SENDING), Party.enabler)
    fields = await made(room, {"field": "offers.fields", "op": "has_any", "value": ["it"]}, he, Party.enabler)
    assert await members(room, fields) == set()
    offer = builders.opportunity(new_id(), enabler_id=enabler)
    await room.hear(offer)
    terms = {"changed": ["field"], "product": "talent", "weekly_hours": 38, "field": "it", "openings": 1}
    dates = {"start_on": date(2026, 6, 1), "end_on": date(2026, 8, 1)}
    ids = {"opportunity_id": offer.opportunity_id, "enabler_id": enabler, "hosting_entity_id": HOSTING}
    await room.hear(OpportunityChanged(**ids, **terms, **dates))
    assert await members(room, fields) == {enabler}
    await room.hear_erased(facts.EnablerDetails, enabler)
    assert await members(room, segment) == set()
    assert await course(room, segment) == [(None, "entered")]


async def test_a_lifecycle_can_be_asked_for(world: World) -> None:
    room = world.room
    first = await made(room, {"field": "lifecycle", "op": "is", "value": "first_purchase"})
    assert await members(room, first) == set()
    await world.to_approval()
    assert await members(room, first) == {world.person_id}


async def test_the_workers_loop_keeps_members_up_by_itself(world: World) -> None:
    room = world.room
    command = commands.MakeSegment(party=Party.ep, name="Some", condition=APPLIED)
    segment = (await room.do(handlers.make_segment, command, world.se)).id
    async with running(handlers.keep_segments(room.runtime)), asyncio.timeout(20):
        await world.apply()
        while (await room.read(views.get_segment, segment)).members == 0:
            await asyncio.sleep(0.05)
        while (await room.read(views.get_sheet, segment)).figures is None:
            await asyncio.sleep(0.05)


# --- kept up = looked at afresh

RULES = [
    BUSY, TALENT, APPLIED, {"not": TALENT},
    {"all": [TALENT, {"field": "silent_days", "op": "le", "value": 3}]},
    {"any": [{"field": "nps", "op": "ge", "value": 9}, {"field": "rejections", "op": "ge", "value": 1}]},
    {"field": "channels", "op": "has_any", "value": ["phone"]},
    {"all": [{"field": "wants.in_days", "op": "le", "value": 20}, {"not": APPLIED}]},
    {"field": "lifecycle", "op": "one_of", "value": ["indecisive", "lapsed", "first_purchase"]},
]  # fmt: skip


async def afresh(uow: Uow) -> set[tuple[UUID, UUID]]:
    """Who is in what when everybody is looked at now."""
    day = uow.now.astimezone(UTC).date()
    rows = {one: row async for one, row in all_rows(uow, Party.ep, None, day, 10_000)}
    paths = await paths_of(uow, Party.ep, list(rows))
    rules = await rules_of(uow, Party.ep)
    return {(rule.segment_id, one) for rule in rules for one, row in rows.items() if belongs_to(rule, paths[one], row)}


async def kept(uow: Uow) -> set[tuple[UUID, UUID]]:
    return {(row[0], row[1]) for row in await uow.fetch("SELECT segment_id, subject_id FROM segment_member")}


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_kept_up_is_what_a_fresh_look_says(world: World, seed: int) -> None:
    room, chance = world.room, Random(seed)
    people = [world] + [World(room, opportunity_id=world.opportunity_id) for _ in range(4)]
    for one in people[1:]:
        await one.sign_up()
    for rule in RULES:
        await made(room, rule, callers.global_manager())
    seen = set()
    for _ in range(28):
        one = chance.choice(people)
        stay = {**one.stay, "application_id": new_id()}
        ids = {name: stay[name] for name in facts.ApplicationFact.model_fields}
        match chance.randrange(9):
            case 0:
                await one.browse(*[Kind.page_view] * chance.randint(1, 4))
            case 1:
                await one.identify(one.ep)
            case 2:
                await room.hear(profile(one.person_id, wanted_products=chance.sample(["talent", "teacher"], 1)))
            case 3:
                await room.hear(facts.ApplicationSubmitted(**ids, product="talent"))
            case 4:
                await room.hear(facts.ApplicationRejected(**one.ids, reason="skills", ours=False))
            case 5:
                await room.hear(builders.answered(stay, {"nps": chance.randint(0, 10)}))
            case 6:
                await one.record(Kind.call)
            case 7 if one is people[-1] and chance.random() < 0.5:
                await room.hear_erased(facts.PersonDetails, one.person_id)
                people.pop()
            case _:
                room.clock.advance(timedelta(days=chance.choice([1, 4, 10, 40])))
                await room.due()
        if chance.random() < 0.7:
            await handlers.refresh_all(room.runtime)
            fresh = await room.read(afresh)
            assert await room.read(kept) == fresh
            seen |= {(segment, len(fresh)) for segment, _ in fresh}
    assert len(seen) > 10

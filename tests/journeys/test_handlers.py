"""What heard events leave behind on a real database: the conversation, where a person stands, and nothing of chance."""

import itertools
import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from services.journeys import views
from services.journeys.consumer import HEARS, NOT_KEPT
from services.journeys.schemas import EntryOut
from services.journeys.views import Order
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import notifications, scoring, surveys
from shared.contracts.envelope import CATALOGUE, Envelope
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.migrate import differences
from shared.storage.paging import Paging
from shared.testing import builders, callers
from shared.testing.rooms import Room, Rooms
from tests.journeys.world import CLUJ, WORLD, World

READ_MODEL = (
    "enabler_subject",
    "remark_text",
    "merge",
    "way_in",
    "milestone",
    "answer",
    "occasion",
    "contact",
    "course",
    "enabler_course",
    "offer",
    "segment_member",
    "lapse",
    "entry",
    "subject",
    "person_name",
    "label",
    "comment",
    "entity",
    "application",
    "touchpoint",
    "quality_case",
    "visitor",
    "pulse_result",
    "both_sides",
    "asking",
    "standards_book",
    "case_clock",
    "judgement",
    "proof",
)


async def timeline(
    world: World, caller: Caller | None = None, room: str | None = None, **paging: int
) -> list[EntryOut]:
    page = await world.room.read(
        views.get_timeline,
        views.Whose(world.person_id),
        views.Wanted(room),
        Order.oldest,
        Paging(**paging),
        caller=caller,
    )
    return list(page.items)


async def test_the_migrations_make_what_the_models_say(room: Room) -> None:
    assert await differences(room.runtime.database, room.service.tables) == []


def test_every_event_that_names_a_person_is_heard() -> None:
    named = {
        kind
        for kind in CATALOGUE.values()
        if "person_id" in kind.model_fields and kind.__module__.startswith("shared.")
    }
    assert named - set(HEARS) == NOT_KEPT


async def test_a_person_goes_from_lead_to_promoter(world: World) -> None:
    await world.signs_up()
    person = await world.person()
    assert (person.status, person.phase, person.profile) == ("open", "attraction", "lead")
    assert (person.given_name, person.sending_entity, person.score) == ("Ioana", "Cluj", 0.12)
    await world.applies()
    person = await world.person()
    assert (person.status, person.phase, person.score) == ("open", "consideration", 0.31)
    await world.is_approved()
    person = await world.person()
    assert (person.status, person.phase, person.profile) == ("approved", "value_delivery", "customer")
    _, departure = await world.gets_touchpoints()
    person = await world.person()
    assert person.next_touchpoint.touchpoint == "departure-document"
    assert person.next_touchpoint.due_at == datetime(2026, 5, 10, 7, tzinfo=UTC)
    await world.stays(departure)
    person = await world.person()
    assert (person.status, person.profile, person.next_touchpoint) == ("completed", "promoter", None)
    by_title = {line.opportunity: (line.status, line.reason) for line in person.applications}
    assert by_title == {"Data intern": ("completed", None), "Solar lab assistant": ("rejected", "timeline")}


@pytest.mark.parametrize(("late", "status"), [(False, "completed"), (True, "open")])
async def test_the_last_application_that_ended_decides_not_any_that_did(world: World, late: bool, status: str) -> None:
    await world.signs_up()
    await world.applies()
    rejection = facts.ApplicationRejected(**world.other, reason="timeline", ours=False)
    if not late:
        await world.at(2026, 1, 20, rejection)
    await world.at(2026, 5, 25, builders.approved(world.stay), facts.ExperienceCompleted(**world.stay))
    if late:
        assert (await world.person()).status == "open"  # the other one is still live
        await world.at(2026, 6, 20, rejection)
    assert (await world.person()).status == status


async def test_the_timeline_holds_every_room_in_the_order_of_what_happened(world: World) -> None:
    await world.whole_story()
    entries = await timeline(world)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert {entry.room for entry in entries} == {"applications", "scoring", "notifications", "surveys"}
    assert len(entries) == len({entry.id for entry in entries}) == 22
    sent = [entry for entry in entries if entry.type == "notifications.touchpoint-sent.v2"]
    assert [(entry.facts["touchpoint"], entry.channel, entry.phase) for entry in sent] == [
        ("pickup-information", "email", "value_delivery"),
        ("departure-document", "email", "value_delivery"),
    ]
    rejected = next(entry for entry in entries if entry.type == "applications.application-rejected.v1")
    assert (rejected.side, rejected.phase, rejected.facts["reason"]) == ("hosting", "consideration", "timeline")
    answered = next(entry for entry in entries if entry.type == "surveys.survey-answered.v2")
    assert (answered.side, answered.phase, answered.comment) == ("customer", "brand_advocacy", "Nobody met me.")


async def test_a_timeline_is_read_page_by_page_from_either_end_and_by_room(world: World) -> None:
    await world.whole_story()
    everything = await timeline(world)
    for order, expected in ((Order.oldest, everything), (Order.newest, everything[::-1])):
        seen, cursor = [], None
        while True:
            asked = Paging(cursor=cursor, limit=7)
            page = await world.room.read(views.get_timeline, views.Whose(world.person_id), views.Wanted(), order, asked)
            seen += page.items
            if (cursor := page.next) is None:
                break
        assert [entry.id for entry in seen] == [entry.id for entry in expected]
    assert {entry.room for entry in await timeline(world, room="surveys")} == {"surveys"}


async def test_a_touchpoint_that_moves_or_is_skipped_changes_what_is_due_next(world: World) -> None:
    await world.signs_up()
    _, departure = await world.gets_touchpoints()
    later = datetime(2026, 6, 7, 7, tzinfo=UTC)
    await world.at(
        2026, 2, 1, world.touchpoint(notifications.TouchpointMoved, "departure-document", departure, due_at=later)
    )
    assert (await world.person()).next_touchpoint.due_at == later
    skipped = world.touchpoint(notifications.TouchpointSkipped, "departure-document", departure, reason="cancelled")
    await world.at(2026, 2, 2, skipped)
    assert (await world.person()).next_touchpoint is None


async def test_a_case_counts_until_it_is_closed(world: World) -> None:
    await world.signs_up()
    case = await world.is_not_happy()
    assert (await world.person()).open_cases == 1
    await world.at(2026, 6, 2, world.case(surveys.QualityCaseClosed, case, outcome="solved"))
    assert (await world.person()).open_cases == 0


async def test_a_visitor_is_a_stranger_again_when_the_identification_is_undone(world: World) -> None:
    visitor = {"visitor_id": new_id(), "person_id": world.person_id}
    await world.room.hear(scoring.VisitorIdentified(**visitor))
    assert (await world.person()).profile == "visitor"
    await world.room.hear(scoring.VisitorSeparated(**visitor))
    assert (await world.person()).profile == "stranger"


async def test_a_tombstone_erases_the_name_and_leaves_the_facts(world: World) -> None:
    await world.whole_story()
    before = len(await timeline(world))
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    person = await world.person()
    assert (person.given_name, person.family_name) == (None, None)
    assert len(await timeline(world)) == before
    async with world.room.runtime.database.engine.connect() as connection:
        for table in READ_MODEL:
            rows = (await connection.execute(text(f"SELECT t::text FROM {table} t"))).scalars().all()
            assert not [row for row in rows if "Ioana" in row or "Șerban" in row or "ioana" in row]


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        (callers.global_manager(), True),
        (callers.auditor(), True),
        (callers.sending_manager(CLUJ), True),
        (callers.sending_manager(new_id()), False),
        (callers.hosting_manager(new_id()), False),
        (callers.hosting_manager(CLUJ), False),
        (callers.enabler(), False),
        (callers.participant(), False),
    ],
)
async def test_somebody_elses_person_is_not_there(world: World, caller: Caller, sees: bool) -> None:
    await world.whole_story()
    listed = await world.room.read(views.list_people, None, None, Paging(), caller=caller)
    assert len(listed.items) == int(sees)
    if sees:
        assert len(await timeline(world, caller)) == 22
        return
    for read in (world.person(caller), timeline(world, caller)):
        with pytest.raises(NotFound):
            await read


async def test_the_hosting_side_and_the_enabler_see_their_own_part(world: World) -> None:
    await world.whole_story()
    theirs = {entry.type for entry in await timeline(world, world.he)}
    assert "applications.application-approved.v1" in theirs
    assert "surveys.survey-answered.v2" in theirs
    assert not {kind for kind in theirs if kind.startswith("scoring.") or "person-registered" in kind}
    enabler = callers.enabler(world.stay["enabler_id"])
    assert {entry.room for entry in await timeline(world, enabler)} == {"applications"}
    person = await world.person(enabler)
    assert (person.score, person.open_cases, person.next_touchpoint) == (None, 0, None)
    assert [line.opportunity for line in person.applications] == ["Data intern"]


async def test_the_hosting_side_sees_its_own_cases_and_touchpoints_and_no_score(world: World) -> None:
    await world.signs_up()
    await world.applies()
    await world.gets_touchpoints()
    await world.is_not_happy()
    theirs = await world.person(world.he)
    assert (theirs.score, theirs.open_cases) == (None, 1)
    assert theirs.next_touchpoint.touchpoint == "departure-document"
    elsewhere = {"application_id": new_id(), "hosting_entity_id": new_id()}
    another = {**world.about, **elsewhere, "product": "talent"}
    await world.at(2026, 6, 1, facts.ApplicationSubmitted(**another))
    stranger = await world.person(callers.enabler(world.stay["enabler_id"]))
    assert (stranger.open_cases, stranger.next_touchpoint) == (0, None)
    await world.room.hear(builders.entity(elsewhere["hosting_entity_id"], path=[WORLD, elsewhere["hosting_entity_id"]]))
    other_host = await world.person(callers.hosting_manager(elsewhere["hosting_entity_id"]))
    assert (other_host.score, other_host.open_cases, other_host.next_touchpoint) == (None, 0, None)
    assert len(other_host.applications) == 1


async def test_names_are_searched_without_accents_and_wildcards_are_letters(world: World) -> None:
    await world.signs_up()
    found = {}
    for words in ("serban", "IOANA șer", "ioana x", "%", "_"):
        page = await world.room.read(views.list_people, words, None, Paging())
        found[words] = len(page.items)
    assert found == {"serban": 1, "IOANA șer": 1, "ioana x": 0, "%": 0, "_": 0}


async def test_the_funnel_counts_and_tells_no_shares_of_a_few(world: World) -> None:
    await world.whole_story()
    funnel = await world.room.read(views.get_funnel)
    assert (funnel.people_by_profile.n, funnel.people_by_profile.note) == (1, "not enough data")
    counts = {part.code: part.count for part in funnel.applications_by_status.parts}
    assert (counts["completed"], counts["rejected"], sum(counts.values())) == (1, 1, 2)
    assert {part.share for part in funnel.applications_by_status.parts} == {None}
    for _ in range(29):
        await world.room.hear(builders.person(new_id(), sending_entity_id=CLUJ))
    funnel = await world.room.read(views.get_funnel)
    assert funnel.people_by_profile.note is None
    assert {part.code: part.share for part in funnel.people_by_profile.parts}["lead"] == round(29 / 30, 4)


async def test_a_replay_in_other_orders_and_other_batches_makes_the_same_bytes(world: World, rooms: Rooms) -> None:
    """Topics and keys arrive interleaved at will, in portions of any size; only the order within a key holds."""
    told = await told_by(world)
    expected = await heard_by(await rooms("journeys"), [[envelope] for envelope in told])
    assert expected["entry"]
    assert await heard_by(await rooms("journeys"), [told]) == expected
    for seed in range(4):
        chance = random.Random(seed)
        batches = portions(interleaved(told, chance), chance)
        assert await heard_by(await rooms("journeys"), batches) == expected


async def told_by(world: World) -> list[Envelope]:
    """Everything that the other rooms tell in the whole story, with a visitor that was taken for the wrong person, a
    touchpoint that moves and a person who asks to be forgotten."""
    told: list[Envelope] = []
    original = world.room.take

    async def remember(envelopes: list[Envelope]) -> None:
        told.extend(envelopes)
        await original(envelopes)

    world.room.take = remember  # type: ignore[method-assign,assignment]
    await world.whole_story()
    await wrong_turns(world)
    return told


async def wrong_turns(world: World) -> None:
    visitor, touchpoint, other = new_id(), new_id(), new_id()
    wrong = {"visitor_id": visitor, "person_id": other}
    await world.at(2026, 5, 26, scoring.VisitorIdentified(**wrong), scoring.VisitorSeparated(**wrong))
    await world.at(2026, 5, 27, scoring.VisitorIdentified(visitor_id=visitor, person_id=world.person_id))
    for day in (1, 2):
        kind = notifications.TouchpointScheduled if day == 1 else notifications.TouchpointMoved
        due = datetime(2026, 7, day, tzinfo=UTC)
        await world.at(2026, 6, day, world.touchpoint(kind, "re-integration", touchpoint, due_at=due))
    for to in ({}, {"enabler_id": world.stay["enabler_id"]}):  # as told before, and as told now
        asked = world.touchpoint(kind, "company-evaluation", new_id(), due_at=due, audience="enabler", **to)
        await world.at(2026, 6, 2, asked)
    await world.at(
        2026, 6, 3,
        world.to_enabler(notifications.EnablerTouchpointMoved, "re-raise", new_id(), due_at=due),
        world.to_enabler(notifications.EnablerTouchpointSkipped, "enabler-welcome", new_id(), reason="late"),
    )  # fmt: skip
    case = new_id()
    soon = {"owner": "hosting", "acknowledge_by": datetime(2026, 6, 5, tzinfo=UTC)}
    await world.at(2026, 6, 3, world.case(surveys.QualityCaseOpened, case, **soon))
    await world.at(2026, 6, 4, world.case(surveys.QualityCaseClosed, case, outcome="solved"))
    await world.at(2026, 6, 5, builders.person(other), builders.person_details(other))
    await world.room.hear_erased(facts.PersonDetails, other)
    await world.room.hear(builders.enabler_details(world.stay["enabler_id"], name="Norrsken"))


async def heard_by(room: Room, batches: list[list[Envelope]]) -> dict[str, list[str]]:
    """The read model after these batches."""
    for batch in batches:
        await room.take(batch)
    return await read_model(room)


def portions(envelopes: list[Envelope], chance: random.Random) -> list[list[Envelope]]:
    """The same in batches of any size."""
    cuts = sorted(chance.sample(range(1, len(envelopes)), chance.randint(1, len(envelopes) - 1)))
    return [envelopes[start:end] for start, end in itertools.pairwise([0, *cuts, len(envelopes)])]


def interleaved(told: list[Envelope], chance: random.Random) -> list[Envelope]:
    queues: dict[tuple[str, object], list[Envelope]] = {}
    for envelope in told:
        queues.setdefault((CATALOGUE[envelope.type].TOPIC, envelope.key), []).append(envelope)
    waiting, mixed = list(queues.values()), []
    while waiting:
        queue = chance.choice(waiting)
        mixed.append(queue.pop(0))
        waiting = [queue for queue in waiting if queue]
    return mixed


async def read_model(room: Room) -> dict[str, list[str]]:
    """Every row of the read model as text; only the bookkeeping of the machine clock is left out."""
    async with room.runtime.database.engine.connect() as connection:
        return {
            table: sorted((await connection.execute(text(f"SELECT t::text FROM {table} t"))).scalars().all())
            for table in READ_MODEL
        }

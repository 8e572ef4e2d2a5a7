"""One conversation: of an enabler too, over people who are one, filtered, and live."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.journeys import views
from services.journeys.api.streams import sound
from services.journeys.model import Contact
from services.journeys.policy import Phase, enabler_profile
from services.journeys.views import Actor, Order, Wanted, Whose
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import contacts, conversations, surveys, tasks
from shared.contracts import notifications as told
from shared.contracts.fields import Product, Side
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from shared.testing.rooms import Rooms
from tests.browsers import served
from tests.journeys.test_facts import rows
from tests.journeys.test_handlers import heard_by, interleaved, portions, told_by
from tests.journeys.world import CLUJ, UPPSALA, WORLD, World


async def entries(world: World, whose: Whose, caller: Caller | None = None, **wanted: Any) -> list[Any]:
    page = await world.room.read(
        views.get_timeline, whose, Wanted(**wanted), Order.oldest, Paging(limit=200), caller=caller
    )
    return list(page.items)


def types(found: list[Any]) -> list[str]:
    return [one.type.split(".")[1] for one in found]


@pytest.fixture
async def enabler(world: World) -> UUID:
    """The enabler of the stay registers, is met, posts, and answers about the intern when the story is over."""
    id_: UUID = world.stay["enabler_id"]
    about = {"enabler_id": id_, "hosting_entity_id": UPPSALA}
    await world.at(2026, 1, 2, facts.EnablerRegistered(**about, kind="company", country="SE", zone="Europe/Stockholm"))
    met = {"channel": "in_person", "kind": "meeting", "source_id": None, "imported": False, "side": Side.hosting}
    met |= {"interaction_id": new_id(), "at": datetime(2026, 1, 3, tzinfo=UTC)}
    await world.at(2026, 1, 3, conversations.EnablerMet(**about, **met))
    await world.at(2026, 1, 4, builders.opportunity(world.stay["opportunity_id"], **about))
    return id_


async def enabler_answers(world: World) -> UUID:
    invitation = new_id()
    said = builders.answered(world.stay, {"nps": 9}, invitation_id=invitation)
    await world.at(2026, 5, 26, said.model_copy(update={"party": surveys.Party.enabler}))
    return invitation


async def test_an_enabler_has_a_conversation_of_its_own(world: World, enabler: UUID) -> None:
    await world.signs_up()
    await world.applies()
    await enabler_answers(world)
    found = types(await entries(world, Whose(enabler_id=enabler)))
    assert found == [
        "enabler-registered", "enabler-met", "opportunity-posted", "application-submitted", "survey-answered",
    ]  # fmt: skip
    assert "enabler-met" not in types(await entries(world, Whose(world.person_id)))
    shown = await world.room.read(views.get_enabler, enabler, caller=world.he)
    assert (shown.name, shown.hosting_entity, shown.profile, shown.own) == ("Norrsken Lab", "Uppsala", "customer", True)
    assert [line.opportunity for line in shown.lines] == ["Data intern"]


async def test_what_goes_to_an_enabler_is_in_its_conversation(world: World, enabler: UUID) -> None:
    """With what is due next. Of messages about the intern only those to the enabler are; of one from before events
    named the enabler, the application tells whose it is."""
    welcome, booklet, feedback, letter = new_id(), new_id(), new_id(), new_id()
    due = datetime(2026, 3, 9, 8, tzinfo=UTC)
    sent: dict[str, Any] = {"channel": "email", "language": "sv", "document": None, "proves": None}
    await world.signs_up()
    old = world.touchpoint(told.TouchpointScheduled, "company-feedback-first", feedback, due_at=due, audience="enabler")
    await world.at(2026, 1, 7, old)
    await world.at(
        2026, 1, 8,
        world.to_enabler(told.EnablerTouchpointScheduled, "enabler-welcome", welcome, due_at=due),
        world.to_enabler(told.EnablerTouchpointSent, "enabler-welcome", welcome, **sent),
        world.touchpoint(told.TouchpointScheduled, "departure-document", letter, due_at=due),
    )  # fmt: skip
    await world.applies()
    about = {"audience": "enabler", "enabler_id": enabler}
    late = world.touchpoint(told.TouchpointSkipped, "company-booklet", booklet, reason="late", **about)
    await world.at(2026, 1, 10, late)
    found = await entries(world, Whose(enabler_id=enabler), world.he, kind="touchpoint")
    assert [(one.type.split(".")[1], one.facts["touchpoint"]) for one in found] == [
        ("touchpoint-scheduled", "company-feedback-first"), ("enabler-touchpoint-scheduled", "enabler-welcome"),
        ("enabler-touchpoint-sent", "enabler-welcome"), ("touchpoint-skipped", "company-booklet"),
    ]  # fmt: skip
    shown = await world.room.read(views.get_enabler, enabler, caller=world.he)
    assert (shown.next_touchpoint.touchpoint, shown.next_touchpoint.due_at) == ("company-feedback-first", due)
    theirs = await entries(world, Whose(world.person_id), kind="touchpoint")
    assert "enabler-welcome" not in {one.facts["touchpoint"] for one in theirs}
    met = [one for one in await rows(world.room, Contact, enabler_id=enabler) if one.kind == "touchpoint"]
    assert [(one.channel, one.direction, one.entity_id) for one in met] == [("email", "out", UPPSALA)]


async def test_of_an_enabler_each_side_sees_what_is_its_own(world: World, enabler: UUID) -> None:
    await world.signs_up()
    await world.applies()
    await enabler_answers(world)
    foreign = builders.about(enabler_id=enabler, hosting_entity_id=UPPSALA, sending_entity_id=new_id())
    await world.at(2026, 2, 1, facts.ApplicationSubmitted(**foreign, product=Product.talent))
    whole = len(await entries(world, Whose(enabler_id=enabler), world.he))
    assert whole == 6
    assert types(await entries(world, Whose(enabler_id=enabler), world.se)) == ["application-submitted"]
    assert len(await entries(world, Whose(enabler_id=enabler), callers.enabler(enabler))) == whole
    for nobody in (callers.hosting_manager(new_id()), callers.sending_manager(new_id()), world.ep, callers.enabler()):
        with pytest.raises(NotFound):
            await entries(world, Whose(enabler_id=enabler), nobody)
        with pytest.raises(NotFound):
            await world.room.read(views.get_enabler, enabler, caller=nobody)
    listed = {}
    for name, caller in (("se", world.se), ("he", world.he), ("ep", world.ep)):
        listed[name] = [
            line.own for line in (await world.room.read(views.list_enablers, "norr", Paging(), caller=caller)).items
        ]
    assert listed == {"se": [False], "he": [True], "ep": []}


async def test_what_members_do_among_themselves_no_customer_sees(world: World, enabler: UUID) -> None:
    await world.signs_up()
    task = {"task_id": new_id(), "touchpoint": "call-enabler", "touchpoint_id": new_id(), "application_id": None}
    task |= {"entity_id": UPPSALA, "side": Side.hosting, "due_on": datetime(2026, 1, 9, tzinfo=UTC).date()}
    note = {"application_id": None, "side": Side.sending, "hosting_entity_id": None, "enabler_id": None}
    note_id = new_id()
    await world.at(
        2026, 1, 8,
        tasks.TaskOpened(**task, person_id=None, enabler_id=enabler),
        conversations.NoteWritten(note_id=note_id, person_id=world.person_id, **note),
        conversations.RemarkWords(remark_id=note_id, subject_id=world.person_id, text="Call after five."),
    )  # fmt: skip
    assert "task-opened" in types(await entries(world, Whose(enabler_id=enabler), world.he))
    assert "task-opened" not in types(await entries(world, Whose(enabler_id=enabler), callers.enabler(enabler)))
    assert "note-written" not in types(await entries(world, Whose(world.person_id), world.ep))
    (told,) = await entries(world, Whose(world.person_id), world.se, kind="note")
    assert told.remark == "Call after five."
    await world.room.hear_erased(conversations.RemarkWords, note_id)
    (told,) = await entries(world, Whose(world.person_id), world.se, kind="note")
    assert told.remark is None


async def test_the_words_of_a_logged_call_are_for_members_alone(world: World) -> None:
    await world.signs_up()
    call = {"interaction_id": new_id(), "person_id": world.person_id, "channel": "phone", "kind": "call"}
    call |= {"at": datetime(2026, 1, 7, 12, tzinfo=UTC), "source_id": None, "imported": False, "direction": "out"}
    words = {"remark_id": call["interaction_id"], "subject_id": world.person_id, "text": "Wants to go north."}
    await world.at(2026, 1, 8, contacts.ContactRecorded(**call), conversations.RemarkWords(**words))
    for caller, expected in ((world.se, "Wants to go north."), (world.ep, None)):
        (told,) = await entries(world, Whose(world.person_id), caller, kind="contact")
        assert (told.remark, told.at) == (expected, call["at"])


async def test_a_conversation_is_filtered_by_whatever_an_entry_tells(world: World) -> None:
    await world.whole_story()
    whose, other = Whose(world.person_id), world.other["application_id"]
    every = await entries(world, whose)
    for wanted, holds in (
        ({"room": "notifications"}, lambda one: one.room == "notifications"),
        ({"channel": "email"}, lambda one: one.channel == "email"),
        ({"kind": "touchpoint-sent"}, lambda one: "touchpoint-sent" in one.type),
        ({"side": Actor.hosting}, lambda one: one.side == "hosting"),
        ({"side": Actor.system}, lambda one: one.side is None),
        ({"phase": Phase.value_delivery}, lambda one: one.phase is Phase.value_delivery),
        ({"application_id": other}, lambda one: one.application_id == other),
        ({"since": datetime(2026, 1, 15, tzinfo=UTC), "until": datetime(2026, 3, 3, tzinfo=UTC)},
         lambda one: datetime(2026, 1, 15, tzinfo=UTC) <= one.at < datetime(2026, 3, 3, tzinfo=UTC)),
        ({"room": "surveys", "side": Actor.customer}, lambda one: (one.room, one.side) == ("surveys", "customer")),
    ):  # fmt: skip
        found = await entries(world, whose, **wanted)  # type: ignore[arg-type]
        assert [one.id for one in found] == [one.id for one in every if holds(one)]  # type: ignore[no-untyped-call]
        assert 0 < len(found) < len(every)


async def merged(world: World, live: bool = True) -> UUID:
    """Somebody who signed up at Cluj under another address turns out to be the same person."""
    other = new_id()
    await world.at(2026, 1, 6, builders.person(other, sending_entity_id=CLUJ), builders.person_details(other))
    merge = {"merge_id": new_id(), "person_id": world.person_id, "other_id": other}
    await world.at(2026, 1, 7, conversations.PeopleMerged(**merge))
    if not live:
        await world.at(2026, 1, 8, conversations.PeopleParted(**merge))
    return other


async def test_people_who_are_one_have_one_conversation_until_they_are_parted(world: World) -> None:
    await world.signs_up()
    other = await merged(world)
    mine, theirs = [await entries(world, Whose(one), world.se) for one in (world.person_id, other)]
    assert [one.id for one in mine] == [one.id for one in theirs]
    assert {one.person_id for one in mine} == {world.person_id, other}
    shown = await world.person(world.se)
    assert [one.id for one in shown.one_with] == [other]
    assert {one.person_id for one in await entries(world, Whose(world.person_id), world.ep)} == {world.person_id}


async def test_parted_people_are_as_they_were_before(world: World) -> None:
    await world.signs_up()
    before = {one.id for one in await entries(world, Whose(world.person_id), world.se)}
    other = await merged(world, live=False)
    after = await entries(world, Whose(world.person_id), world.se)
    assert types(after)[-2:] == ["people-merged", "people-parted"]
    assert {one.id for one in after[:-2]} == before
    assert types(await entries(world, Whose(other), world.se)) == ["person-registered"]
    assert (await world.person(world.se)).one_with == []


async def test_of_people_who_are_one_each_side_still_sees_its_own(world: World) -> None:
    elsewhere, other = new_id(), new_id()
    await world.room.hear(builders.entity(elsewhere, path=[WORLD, elsewhere]))
    await world.signs_up()
    await world.at(2026, 1, 6, builders.person(other, sending_entity_id=elsewhere))
    merge = {"merge_id": new_id(), "person_id": world.person_id, "other_id": other}
    await world.at(2026, 1, 7, conversations.PeopleMerged(**merge))
    assert {one.person_id for one in await entries(world, Whose(world.person_id), world.se)} == {world.person_id}
    assert (await world.person(world.se)).one_with == []
    both = await entries(world, Whose(other), callers.global_manager())
    assert {one.person_id for one in both} == {world.person_id, other}


async def test_conversations_are_the_same_in_whatever_order_they_are_heard(
    world: World, enabler: UUID, rooms: Rooms
) -> None:
    told = await told_by(world)  # and goes on remembering
    await merged(world, live=False)
    await enabler_answers(world)
    about = {"enabler_id": new_id(), "hosting_entity_id": UPPSALA}
    for day in (9, 8):
        await world.at(2026, 2, day, builders.opportunity(new_id(), **about))
    came = {"interaction_id": new_id(), "at": datetime(2026, 2, 1, tzinfo=UTC), "channel": "web", "source_id": None}
    came |= {"source_kind": None, "campaign": "spring", "medium": None, "origin": None}
    await world.at(2026, 2, 9, conversations.VisitorCame(visitor_id=new_id(), **came))
    expected = await heard_by(await rooms("journeys"), [[envelope] for envelope in told])
    assert all(expected[table] for table in ("enabler_subject", "merge", "way_in", "entry"))
    for seed in range(2):
        chance = random.Random(seed)
        assert await heard_by(await rooms("journeys"), portions(interleaved(told, chance), chance)) == expected


async def listen(
    world: World, base: str, count: int, last: str | None = None, opened: asyncio.Event | None = None
) -> list[dict[str, str]]:
    """The next so many events of the person's stream, which is then cut off."""
    headers = {"Authorization": f"Bearer {callers.token(world.se)}", "Accept": "text/event-stream"}
    headers |= {"Last-Event-ID": last} if last else {}
    path, found, event = f"/v1/people/{world.person_id}/timeline/stream", [], {}
    async with (
        asyncio.timeout(20), httpx.AsyncClient(base_url=base, headers=headers, timeout=20) as client,
        client.stream("GET", path) as reply,
    ):  # fmt: skip
        assert reply.headers["content-type"].startswith("text/event-stream")
        async for line in reply.aiter_lines():
            if opened:
                opened.set()
            name, _, value = line.partition(": ")
            if line:
                event[name] = value
                continue
            if "event" in event:
                found.append(event)
            event = {}
            if len(found) == count:
                return found
    return found


async def test_a_stream_tells_what_comes_however_late_it_stands_and_goes_on_where_it_broke(world: World) -> None:
    await world.signs_up()
    async with served(world.room) as base:
        opened = asyncio.Event()
        listening = asyncio.create_task(listen(world, base, 2, opened=opened))
        async with asyncio.timeout(20):
            await opened.wait()
        old = {"interaction_id": new_id(), "person_id": world.person_id, "channel": "in_person", "kind": "booth"}
        old |= {"at": datetime(2025, 11, 1, tzinfo=UTC), "source_id": None, "imported": True}
        await world.at(2026, 1, 9, contacts.ContactRecorded(**old))
        await world.at(2026, 1, 9, facts.ApplicationSubmitted(**world.about, product=Product.talent))
        first, second = await listening
        assert '"scoring.contact-recorded.v1"' in first["data"]
        assert '"applications.application-submitted.v1"' in second["data"]
        await world.at(2026, 1, 10, world.scored(0.4, ("applied", 0.9)))  # while nobody listens
        (third,) = await listen(world, base, 1, second["id"])
        assert '"scoring.lead-scored.v1"' in third["data"]


async def test_a_stream_is_for_those_who_may_read_the_conversation(world: World) -> None:
    await world.signs_up()
    for caller in (world.he, callers.enabler()):
        reply = await (await world.room.client(caller)).get(f"/v1/people/{world.person_id}/timeline/stream")
        assert reply.status_code == 404


async def test_a_stream_ends_with_the_token(world: World) -> None:
    await world.signs_up()
    client = await world.room.client(world.se)
    short = {
        "Accept": "text/event-stream",
        "Authorization": f"Bearer {callers.token(world.se, exp=int(datetime.now(UTC).timestamp()) + 2)}",
    }
    async with asyncio.timeout(30):
        reply: httpx.Response = await client.get(f"/v1/people/{world.person_id}/timeline/stream", headers=short)
    assert reply.status_code == 200
    assert reply.text.startswith("retry: 2000")


async def test_who_asks_for_no_stream_gets_what_is_new_and_the_end(world: World) -> None:
    await world.signs_up()
    client, path = await world.room.client(world.se), f"/v1/people/{world.person_id}/timeline/stream"
    first = await client.get(path)
    assert "event:" not in first.text
    now = (await world.room.read(views.get_entries_after, Whose(world.person_id), Wanted(), None))[0]
    await world.at(2026, 1, 10, world.scored(0.4, ("applied", 0.9)))
    then = await client.get(path, headers={"Last-Event-ID": now})
    assert then.text.count("event: entry") == 1


@pytest.mark.parametrize(
    ("text", "holds"),
    [("10:12:10,11", True), ("10:10:", True), ("12:10:", False), ("10:12:11,10", False), ("10:12:12", False),
     ("0:1:", False), ("x", False), ("1:2:1;drop table", False), ("1:2:" + "1," * 3000, False)],
)  # fmt: skip
def test_only_a_snapshot_is_taken_for_a_place(text: str, holds: bool) -> None:
    assert sound(text) is holds


def test_an_enabler_comes_further_with_what_it_does() -> None:
    steps = [(False,) * 4, (True, False, False, False), (False, True, False, False), (True, True, True, False)]
    assert [enabler_profile(*step, completed=False) for step in steps] == ["visitor", "lead", "lead", "customer"]
    assert enabler_profile(True, True, True, True, completed=False) == "promoter"
    assert enabler_profile(True, False, True, False, completed=True) == "promoter"

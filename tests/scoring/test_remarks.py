"""Notes, contacts with their words, and people who are one: written down here, told to everybody, undone again."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.scoring import commands, handlers, views
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.contacts import ContactRecorded
from shared.contracts.conversations import (
    EnablerMet,
    NoteWritten,
    PeopleMerged,
    PeopleParted,
    PersonCame,
    RemarkWords,
    VisitorCame,
)
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.scoring.leads_world import Leads
from tests.scoring.world import ELSEWHERE, HOSTING, SENDING, World


async def write(world: World, subject: Any = None, caller: Caller | None = None, **body: Any) -> Any:
    command = commands.WriteRemark(subject or world.person_id, commands.RemarkBody(**body))
    return await world.room.do(handlers.write_remark, command, caller or world.se)


async def remarks(world: World, caller: Caller | None = None) -> list[Any]:
    page = await world.room.read(views.list_remarks, world.person_id, Paging(), caller=caller or world.se)
    return list(page.items)


async def test_a_logged_call_is_told_without_its_words_and_the_words_by_themselves(world: World) -> None:
    call = await write(world, kind="call", direction="out", outcome="interested", words="Would go in March.")
    (told,) = await world.room.said(ContactRecorded)
    assert (told.interaction_id, told.kind, told.channel) == (call.id, "call", "phone")
    assert (told.direction, told.outcome, told.side) == ("out", "interested", "sending")
    (words,) = await world.room.said(RemarkWords)
    assert (words.remark_id, words.subject_id, words.text) == (call.id, world.person_id, "Would go in March.")
    assert [one.words for one in await remarks(world)] == ["Would go in March."]


async def test_a_call_that_reached_nobody_moves_no_score(world: World) -> None:
    before = await world.course()
    await write(world, kind="call", direction="out", outcome="voicemail")
    assert await world.course() == before
    (told,) = await world.room.said(ContactRecorded)
    assert (told.kind, told.outcome) == ("attempt", "voicemail")


async def test_a_note_is_no_contact(world: World) -> None:
    await write(world, kind="note", words="Exams until June.")
    assert await world.room.said(ContactRecorded) == []
    (note,) = await world.room.said(NoteWritten)
    assert (note.person_id, note.enabler_id, note.side) == (world.person_id, None, "sending")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "note"},
        {"kind": "note", "words": "x", "channel": "phone"},
        {"kind": "meeting", "outcome": "voicemail"},
        {"kind": "call", "direction": "in", "outcome": "not_reached"},
    ],
)
def test_what_does_not_go_together_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        commands.RemarkBody.model_validate(body)


async def test_a_remark_of_tomorrow_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        await write(world, kind="call", at=world.room.clock.now() + timedelta(days=1))


async def test_the_hosting_side_writes_of_an_ep_by_an_application_of_its_own(world: World) -> None:
    he, stranger = callers.hosting_manager(HOSTING), callers.hosting_manager(ELSEWHERE)
    await world.room.hear(builders.entity(HOSTING, path=[HOSTING]))
    await world.apply()
    for caller, application in ((he, None), (stranger, world.ids["application_id"]), (he, new_id())):
        with pytest.raises(NotFound):
            await write(world, caller=caller, kind="note", words="x", application_id=application)
    about = {"application_id": world.ids["application_id"]}
    await write(world, caller=he, kind="call", words="Arrives on Sunday.", **about)
    (told,) = await world.room.said(ContactRecorded)
    assert (told.side, told.hosting_entity_id) == ("hosting", HOSTING)
    await write(world, kind="note", words="Paid.")
    assert [one.words for one in await remarks(world, he)] == ["Arrives on Sunday."]
    assert len(await remarks(world)) == 2
    assert await remarks(world, stranger) == await remarks(world, world.ep) == []


async def test_words_are_blanked_one_by_one_and_with_the_person(world: World) -> None:
    note = await write(world, kind="note", words="Ana's mother called.")
    await world.room.do(handlers.blank_remark, commands.BlankRemark(note.id), world.se)
    assert [one.words for one in await remarks(world)] == [None]
    await write(world, kind="call", words="Is ill.")
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    rows = await world.room.runtime.read(_words, caller=Caller.system("scoring"))
    assert rows == []
    assert len([one for one in await world.room.said(RemarkWords) if isinstance(one, tuple)]) == 2  # tombstones


async def _words(uow: Any) -> list[Any]:
    return list(await uow.fetch("SELECT words FROM remark WHERE words IS NOT NULL"))


async def test_a_meeting_with_an_enabler_is_told_to_those_who_show_it(leads: Leads) -> None:
    enabler = await leads.enabler()
    body = commands.RemarkBody(kind="meeting", direction="out", words="Two interns in autumn.")
    await leads.room.do(handlers.write_remark, commands.WriteRemark(enabler, body), leads.he)
    (told,) = await leads.room.said(EnablerMet)
    assert (told.enabler_id, told.kind, told.side) == (enabler, "meeting", "hosting")


async def test_ways_in_are_told_of_visitors_who_may_be_followed_and_of_sign_ups(world: World) -> None:
    await world.send(world.visit(utm_campaign="Spring 2026", utm_medium="social"), world.visit())
    (came,) = await world.room.said(VisitorCame)
    assert (came.visitor_id, came.campaign, came.medium) == (world.visitor_id, "spring-2026", "social")
    await world.send(world.visit(utm_campaign="Spring 2026"), analytics=False)
    assert len(await world.room.said(VisitorCame)) == 1
    made = commands.MakeSource(
        kind="flyer", channel="in_person", entity_id=SENDING, place="Dorm 16",
        starts_on=world.room.clock.now().date(), zone="UTC",
    )  # fmt: skip
    source = await world.room.do(handlers.make_source, made, world.se)
    await world.room.hear(builders.person(new_id(), referral=source.code.lower()))
    (signed,) = await world.room.said(PersonCame)
    assert (signed.source_id, signed.source_kind) == (source.id, "flyer")


async def merge(world: World, other: Any, caller: Caller | None = None, person: Any = None) -> Any:
    command = commands.MergePeople(person or world.person_id, other)
    return await world.room.do(handlers.merge_people, command, caller or world.se)


async def test_two_people_become_one_and_two_again(world: World) -> None:
    other, third = new_id(), new_id()
    for one in (other, third):
        await world.room.hear(builders.person(one))
    before = await world.room.read(views.preview_merge, world.person_id, other, caller=world.se)
    assert before.refusal is None
    made = await merge(world, other)
    told = {"merge_id": made.id, "person_id": world.person_id, "other_id": other}
    assert await world.room.said(PeopleMerged) == [PeopleMerged(**told)]
    with pytest.raises(Conflict):
        await merge(world, other)
    with pytest.raises(Conflict):
        await merge(world, third, person=other)  # merges are made at the top
    await world.room.do(handlers.part_people, commands.PartPeople(made.id), world.se)
    assert await world.room.said(PeopleParted) == [PeopleParted(**told)]
    again = await merge(world, other)
    history = await world.room.read(views.list_merges, other, caller=world.se)
    assert {one["id"]: one["parted_at"] is None for one in history} == {str(made.id): False, str(again.id): True}


async def test_only_who_looks_after_both_makes_them_one(world: World) -> None:
    other = new_id()
    await world.room.hear(builders.person(other, sending_entity_id=ELSEWHERE))
    with pytest.raises(Invalid):
        await merge(world, other)
    with pytest.raises(NotFound):
        await merge(world, world.person_id, callers.sending_manager(ELSEWHERE), other and new_id())
    await merge(world, other, callers.global_manager())


async def test_a_forgotten_person_is_one_with_nobody(world: World) -> None:
    other = new_id()
    await world.room.hear(builders.person(other))
    await merge(world, other)
    await world.room.hear_erased(facts.PersonDetails, other)
    assert len(await world.room.said(PeopleParted)) == 1

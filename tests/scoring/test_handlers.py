"""The scoring room on a real database: what each event changes, says and keeps, and what leaves no trace."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from math import isclose, log
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.scoring import commands, handlers, views
from services.scoring.handlers.facts import MOST_INTERACTIONS, facts_of
from services.scoring.policy.features import Features, features
from services.scoring.policy.interactions import Channel, Kind
from services.scoring.policy.rules import BASE, score
from services.scoring.settings import limits
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import notifications, surveys
from shared.contracts.contacts import ContactRecorded
from shared.contracts.envelope import Envelope, Event
from shared.contracts.fields import Side
from shared.contracts.scoring import LeadQualified, LeadScored, VisitorIdentified, VisitorSeparated
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.storage.migrate import differences
from shared.storage.tx import Cause, Uow
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.scoring.world import ELSEWHERE, NATIONAL, World, codes

DAY = timedelta(days=1)
LOOKS = "SELECT count(*) FROM due WHERE kind = 'rescore-lead' AND state = 'done'"


async def test_the_migrations_make_what_the_models_say(room: Room) -> None:
    assert await differences(room.runtime.database, room.service.tables) == []


async def _count(room: Room, query: str, **values: object) -> int:
    async with room.runtime.database.engine.connect() as connection:
        return (await connection.execute(text(query), values)).scalar_one()


# --- the way of a lead


async def test_a_sign_up_is_scored_at_the_base_rate(world: World) -> None:
    scored = await world.score()
    assert (scored.base_log_odds, scored.reasons, scored.model, scored.state) == (BASE, [], "rules-1", "open")
    assert (scored.evidence, scored.outcomes, scored.interval) == ("rules, no own outcomes yet", 0, None)
    (said,) = await world.room.said(LeadScored)
    assert (said.person_id, said.score, said.reasons) == (world.person_id, scored.score, [])


async def test_the_score_climbs_to_the_approval_and_every_point_adds_up(world: World) -> None:
    await world.to_approval()
    course = await world.course()
    assert [point.cause.split(".")[1] for point in course] == [
        "person-registered",
        "application-submitted",
        "application-accepted",
        "acceptance-note-signed",
        "approval-given",
        "application-approved",
    ]
    scores = [point.score for point in course]
    assert scores == sorted(scores)
    for point in course:
        total = point.base_log_odds + sum(reason.log_odds for reason in point.reasons)
        assert isclose(log(point.score / (1 - point.score)), total, abs_tol=1e-9)


async def test_an_approval_is_the_outcome_and_keeps_what_the_model_said_before(world: World) -> None:
    await world.to_approval()
    before, after = (await world.course())[-2:]
    assert (before.outcome, after.outcome, after.score) == (None, "converted", before.score)
    scored = await world.score()
    assert (scored.state, scored.outcomes) == ("converted", 1)
    assert scored.evidence == "rules; 1 own outcome seen, none learned from yet"
    query = "SELECT count(*) FROM outcome WHERE person_id = :person AND score_before = :score AND outcome = 'converted'"
    assert await _count(world.room, query, person=world.person_id, score=before.score) == 1


async def test_after_the_approval_the_course_goes_on_and_the_score_stands(world: World) -> None:
    await world.to_approval()
    scored = await world.score()
    await world.room.hear(facts.ExperienceRealized(**world.stay))
    await world.room.hear(facts.ExperienceCompleted(**world.stay))
    await world.record(Kind.call)
    causes = [(point.cause.split(".")[1], point.outcome, point.score) for point in (await world.course())[-2:]]
    assert causes == [
        ("experience-realized", "converted", scored.score),
        ("experience-completed", "converted", scored.score),
    ]
    assert (await world.room.said())[-1].TYPE == ContactRecorded.TYPE
    assert len(await world.room.said(LeadScored)) == len([point for point in await world.course() if not point.outcome])
    assert (await world.score()).score == scored.score


async def test_a_second_approval_changes_neither_outcome_nor_date(world: World) -> None:
    await world.to_approval()
    first = (await world.score()).converted_at
    await world.room.hear(builders.approved(builders.experience(person_id=world.person_id)))
    assert (await world.score()).converted_at == first
    assert await _count(world.room, "SELECT count(*) FROM outcome") == 1


async def test_rejections_tell_their_side_from_ours(world: World) -> None:
    await world.apply()
    applied = await world.score()
    reason = facts.RejectionReason
    await world.room.hear(facts.ApplicationRejected(**world.ids, reason=reason.position_filled, ours=True))
    ours = await world.score()
    other = builders.about(person_id=world.person_id)
    await world.room.hear(facts.ApplicationSubmitted(**other, product="talent"))
    await world.room.hear(facts.ApplicationRejected(**other, reason=reason.skills, ours=False))
    theirs = await world.score()
    assert applied.score > ours.score > theirs.score
    assert codes(theirs) == {"rejected_our_side", "rejected_candidate_side"}


async def test_a_lead_qualifies_once(world: World) -> None:
    await world.apply()
    await world.accept()
    await world.sign()
    (qualified,) = await world.room.said(LeadQualified)
    assert (qualified.person_id, (await world.score()).qualified_at) == (world.person_id, world.room.clock.now())
    await world.room.hear(facts.ApplicationWithdrawn(**world.ids, reason="own_wish"))
    assert (await world.score()).score < 0.35
    again = builders.about(person_id=world.person_id)
    await world.room.hear(facts.ApplicationAccepted(**again))
    assert (await world.score()).score > 0.35
    assert len(await world.room.said(LeadQualified)) == 1


@pytest.fixture
def strict_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SOJOURN_SCORING_QUALIFIED_FROM", "0.9")
    limits.cache_clear()
    yield
    monkeypatch.undo()
    limits.cache_clear()


@pytest.mark.usefixtures("strict_limit")
async def test_the_limit_is_a_setting(world: World) -> None:
    for step in (world.apply, world.accept, world.sign):
        await step()
    assert await world.room.said(LeadQualified) == []
    await world.approve()
    (qualified,) = await world.room.said(LeadQualified)
    assert qualified.score >= 0.9


async def test_surveys_cases_and_touchpoints_are_kept_and_heard(world: World) -> None:
    await world.room.hear(builders.answered(world.ids, {"nps": 3}))
    await world.room.hear(builders.survey(surveys.DetractorFound, world.ids, about="experience", score=3))
    of_the_enabler = builders.answered(world.ids, {"nps": 2}, party="enabler")
    await world.room.hear(of_the_enabler)
    case, opened = new_id(), {"owner": Side.sending, "acknowledge_by": world.room.clock.now()}
    await world.room.hear(builders.case(surveys.QualityCaseOpened, world.ids, case_id=case, **opened))
    assert codes(await world.score()) == {"survey_answered", "detractor", "quality_case"}
    await world.room.hear(builders.case(surveys.QualityCaseClosed, world.ids, case_id=case, outcome="solved"))
    assert codes(await world.score()) == {"survey_answered", "detractor"}
    said = len(await world.room.said())
    await world.room.hear(_sent(world.person_id))
    assert len(await world.room.said()) == said


def _about(world: World) -> dict[str, object]:
    return {name: value for name, value in world.ids.items() if name not in {"opportunity_id", "enabler_id"}}


def _sent(person_id: UUID) -> notifications.TouchpointSent:
    return notifications.TouchpointSent(
        touchpoint_id=new_id(), touchpoint="welcome", person_id=person_id, application_id=None,
        sending_entity_id=None, hosting_entity_id=None, channel="email", language="ro", document=None, proves=None,
    )  # fmt: skip


# --- any order, any number of times


async def test_facts_that_come_before_the_sign_up_wait_for_nothing(world: World) -> None:
    early = builders.about()
    await world.room.hear(_sent(early["person_id"]))
    await world.room.hear(facts.ApplicationAccepted(**early))
    await world.room.hear(facts.ApplicationSubmitted(**early, product="talent"))
    await world.room.hear(builders.person(early["person_id"]))
    last = (await world.room.said(LeadScored))[-1]
    assert (last.person_id, {reason.code for reason in last.reasons}) == (early["person_id"], {"applied", "accepted"})


async def test_an_event_that_is_heard_again_changes_nothing(world: World) -> None:
    envelope = _envelope(world.room, facts.ApplicationSubmitted(**world.ids, product="talent"))
    await world.room.do(handlers.keep_facts, [envelope])
    said, version = len(await world.room.said()), (await world.score()).version
    await world.room.do(handlers.keep_facts, [envelope])
    assert (len(await world.room.said()), (await world.score()).version) == (said, version)
    assert len(await world.course()) == 2
    await world.approve()
    points = len(await world.course())
    await world.room.do(handlers.keep_facts, [envelope])
    assert len(await world.course()) == points


def _envelope(room: Room, event: Event, time: datetime | None = None) -> Envelope:
    time = time or room.clock.now()
    head = (new_id(), event.TYPE, "/sojourn/applications", event.key, time, time.date(), 1, new_id(), None, None)
    return Envelope(*head, data=event)


async def test_an_event_of_a_process_whose_clock_moved_first_counts_at_once(world: World) -> None:
    ahead = world.room.clock.now() + timedelta(seconds=1)
    event = facts.ApplicationSubmitted(**world.ids, product="talent")
    await world.room.do(handlers.keep_facts, [_envelope(world.room, event, ahead)])
    assert codes(await world.score()) == {"applied"}
    assert (await world.score()).scored_at == ahead


async def test_facts_of_one_person_at_the_same_time_are_all_in_the_last_score(world: World) -> None:
    stays = [builders.about(person_id=world.person_id) for _ in range(6)]
    await asyncio.gather(*(world.room.hear(facts.ApplicationSubmitted(**stay, product="talent")) for stay in stays))
    assert "6 applications at the same time (+0.45)" in [reason.text for reason in (await world.score()).reasons]


async def test_facts_taken_together_make_the_same_course_as_one_by_one(world: World) -> None:
    """Of several people in turn, up to an approval; what is said of a score names the fact that moved it."""
    one, many = [await _exchange(world.room) for _ in range(2)], [await _exchange(world.room) for _ in range(2)]
    for envelope in (envelope for step in zip(*one, strict=True) for envelope in step):
        await world.room.take([envelope])
    await world.room.take([envelope for step in zip(*many, strict=True) for envelope in step])
    expected = [await _told(world.room, told) for told in one]
    found = [await _told(world.room, told) for told in many]
    assert [kinds for kinds, _, _ in found] == [kinds for kinds, _, _ in expected]
    for (_, before, caused), told in zip(found, many, strict=True):
        assert [code for code, _ in before] == [envelope.type for envelope in told]
        assert set(caused) <= {envelope.id for envelope in told}
        assert len(caused) > 3
    assert [[score for _, score in course] for _, course, _ in found] == [
        [score for _, score in course] for _, course, _ in expected
    ]


async def _exchange(room: Room) -> list[Envelope]:
    """All that applications tells of one new person, in order."""
    ids = builders.about()
    signed = {"terms": builders.TERMS}
    stay = builders.experience(**ids)
    events = [
        builders.person(ids["person_id"]),
        facts.ApplicationSubmitted(**ids, product="talent"),
        facts.ApplicationAccepted(**ids),
        facts.AcceptanceNoteSigned(**ids, **signed),
        facts.ApprovalGiven(**ids, side=Side.sending, **signed),
        builders.approved(stay),
        facts.ExperienceRealized(**stay),
    ]
    return [_envelope(room, event) for event in events]


async def _told(room: Room, told: list[Envelope]) -> tuple[list[str], list[tuple[str, float]], list[UUID]]:
    """Of a person: the types of what was said, the course with its causes, and the facts that caused what was said."""
    person = told[0].key
    said = "SELECT type, headers->>'ce_causationid' FROM outbox WHERE aggregateid = :person ORDER BY position"
    course = "SELECT cause, score FROM score_change WHERE person_id = :person ORDER BY id"
    async with room.runtime.database.engine.connect() as connection:
        types = (await connection.execute(text(said), {"person": person})).all()
        points = (await connection.execute(text(course), {"person": person})).all()
    caused = [UUID(cause) for _, cause in types]
    return [type_ for type_, _ in types], [(cause, score) for cause, score in points], caused


# --- visits and identities


async def test_visits_count_when_the_visitor_turns_out_to_be_the_person(world: World) -> None:
    await world.browse(Kind.page_view, Kind.opportunity_view, Kind.opportunity_view)
    assert (await world.score()).reasons == []
    await world.identify()
    texts = [reason.text for reason in (await world.score()).reasons]
    assert texts == [
        "3 visits in the last 14 days (+0.28)",
        "visited 1 opportunity in the last 14 days (+0.24)",
    ]
    assert await world.room.said(VisitorIdentified) == [
        VisitorIdentified(visitor_id=world.visitor_id, person_id=world.person_id)
    ]


async def test_later_visits_of_a_known_visitor_move_the_score_at_once(world: World) -> None:
    await world.identify()
    before = (await world.score()).score
    await world.browse(Kind.page_view)
    assert (await world.score()).score > before
    assert (await world.course())[-1].cause == "scoring.interactions-recorded"


async def test_an_identification_can_be_undone_and_done_again(world: World) -> None:
    before = (await world.score()).score
    await world.browse(Kind.page_view, Kind.form_start)
    await world.identify()
    known = (await world.score()).score
    await world.room.do(handlers.separate_visitor, commands.SeparateVisitor(world.visitor_id), world.se)
    assert (await world.score()).score == before
    assert len(await world.room.said(VisitorSeparated)) == 1
    await world.identify()
    assert (await world.score()).score == known


async def test_identifying_twice_says_it_once_and_somebody_elses_visitor_is_refused(world: World) -> None:
    await world.identify()
    await world.identify(world.se)
    assert len(await world.room.said(VisitorIdentified)) == 1
    other = World(world.room, visitor_id=world.visitor_id)
    await other.sign_up()
    with pytest.raises(Conflict) as refusal:
        await other.identify()
    assert refusal.value.code == "visitor-known"


async def test_a_person_may_identify_before_the_news_of_the_sign_up_is_here(world: World) -> None:
    early = World(world.room)
    early.opportunity_id = world.opportunity_id
    await early.browse(Kind.opportunity_view)
    await early.identify()
    with pytest.raises(NotFound):
        await early.score()
    await early.sign_up()
    assert codes(await early.score()) == {"visits", "opportunities_viewed"}


async def test_nobody_identifies_or_separates_people_they_do_not_see(world: World) -> None:
    for caller in (callers.participant(), callers.sending_manager(ELSEWHERE)):
        with pytest.raises(Invalid):
            await world.identify(caller)
        with pytest.raises(NotFound):
            await world.room.do(handlers.separate_visitor, commands.SeparateVisitor(world.visitor_id), caller)
    assert await world.room.said(VisitorIdentified) == []
    await world.identify(callers.national_manager(NATIONAL))


async def test_the_same_interaction_is_recorded_once_whoever_sends_it_how_often(world: World) -> None:
    await world.identify()
    one, two = world.visit(Kind.page_view), world.visit(Kind.page_view)
    results = []
    for batch in ([one, one], [one, two], [two, one]):
        done = await world.send(*batch)
        results.append((done.recorded, done.repeated))
    assert results == [(1, 1), (1, 1), (0, 2)]
    assert [reason.text for reason in (await world.score()).reasons] == ["2 visits in the last 14 days (+0.22)"]


@pytest.mark.parametrize("downwards", [True, False])
async def test_a_batch_takes_its_ids_in_one_order_so_that_two_can_not_wait_for_each_other(
    world: World, downwards: bool
) -> None:
    batch = _calls(world, world.room.clock.now(), 2)
    low, high = sorted(one.id for one in batch.interactions)
    batch.interactions.sort(key=lambda one: one.id, reverse=downwards)
    async with world.room.runtime.database.engine.connect() as other:
        await other.execute(PUT, {"id": low})
        ours = asyncio.create_task(world.room.do(handlers.record_interactions, batch, world.se))
        await _until_one_waits(world.room)
        await other.execute(PUT, {"id": high})  # a batch that held this one already would be waited for in a circle
        await other.commit()
    done = await ours
    assert (done.recorded, done.repeated) == (0, 2)


PUT = text("""INSERT INTO interaction (id, visitor_id, channel, kind, at, known_at, bot)
    VALUES (:id, gen_random_uuid(), 'web', 'page_view', now(), now(), false)""")
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def _until_one_waits(room: Room) -> None:
    async with asyncio.timeout(20):
        while not await _count(room, WAITING):
            await asyncio.sleep(0.02)


async def test_what_a_machine_sent_is_kept_and_never_counts(world: World) -> None:
    await world.identify()
    said = len(await world.room.said())
    await world.browse(Kind.page_view, Kind.opportunity_view, bot=True)
    assert (await world.score()).reasons == []
    assert len(await world.room.said()) == said
    assert await _count(world.room, "SELECT count(*) FROM interaction WHERE bot") == 2


async def test_views_of_opportunities_that_nobody_posted_count_as_visits_only(world: World) -> None:
    await world.identify()
    before = [world.room.clock.now() - timedelta(minutes=minutes) for minutes in range(20)]
    await world.send(*(world.visit(at=at, opportunity_id=new_id()) for at in before))
    assert codes(await world.score()) == {"visits"}


async def test_a_call_is_recorded_by_the_manager_and_noted(world: World) -> None:
    await world.record(Kind.call)
    assert [reason.text for reason in (await world.score()).reasons] == [
        "1 personal contact in the last 30 days (+0.24)"
    ]
    query = "SELECT count(*) FROM audit WHERE action = 'record_interactions' AND subject = :person AND actor = :actor"
    assert await _count(world.room, query, person=world.person_id, actor=world.se.subject) == 1


async def test_a_batch_about_a_person_of_another_entity_is_refused_whole(world: World) -> None:
    foreign = callers.sending_manager(ELSEWHERE)
    await world.identify()
    for about in ({}, {"person_id": None, "visitor_id": world.visitor_id}, {"person_id": new_id()}):
        with pytest.raises(Invalid) as refusal:
            await world.record(Kind.call, foreign, **about)
        assert refusal.value.errors[0].pointer.startswith("#/interactions/0/")
    assert await _count(world.room, "SELECT count(*) FROM interaction WHERE origin <> 'told'") == 0


async def test_a_batch_of_five_hundred_about_many_people_scores_each_of_them(world: World) -> None:
    people = [World(world.room) for _ in range(50)]
    for one in people:
        await one.sign_up()
    now = world.room.clock.now()
    batch = [
        commands.Recorded(
            id=new_id(), channel=Channel.in_person, kind=Kind.class_visit, at=now, person_id=one.person_id
        )
        for one in people
        for _ in range(10)
    ]
    await world.room.do(handlers.record_interactions, commands.RecordInteractions(interactions=batch), world.se)
    for one in people:
        assert [reason.text for reason in (await one.score()).reasons] == [
            "10 personal contacts in the last 30 days (+0.84)"
        ]


# --- transactions that overlap: each has its own `now`, taken when it began


async def test_an_identification_that_overtakes_the_sign_up_is_in_the_first_score(world: World) -> None:
    early = World(world.room)
    await early.browse(Kind.page_view)
    signed_up = _envelope(world.room, builders.person(early.person_id))
    await _overtaken(world.room, handlers.keep_facts, [signed_up], early.identify)
    assert codes(await early.score()) == {"visits"}


async def test_a_visit_that_overtakes_the_identification_is_in_the_score(world: World) -> None:
    command = commands.IdentifyVisitor(visitor_id=world.visitor_id, person_id=world.person_id)
    await _overtaken(world.room, handlers.identify_visitor, command, lambda: world.browse(Kind.page_view))
    assert codes(await world.score()) == {"visits"}


async def test_a_visit_and_an_identification_never_miss_each_other(world: World) -> None:
    allowing = commands.Allowing(analytics=True)
    body = commands.Visits(visitor_id=world.visitor_id, visits=[world.visit(Kind.page_view)], consent=allowing)
    command = commands.IdentifyVisitor(visitor_id=world.visitor_id, person_id=world.person_id)
    async with _begun(world.room) as uow:
        await handlers.record_visits(uow, commands.RecordVisits(body))  # finished, not committed yet
        other = asyncio.create_task(world.room.do(handlers.identify_visitor, command, world.ep))
        await _until_one_waits(world.room)
    await other
    assert codes(await world.score()) == {"visits"}


def _begun(room: Room) -> AbstractAsyncContextManager[Uow]:
    return room.runtime.database.transaction(Caller.system("scoring"), Cause.new(), room.clock)


async def _overtaken(room: Room, handler: Any, command: Any, other: Callable[[], Awaitable[Any]]) -> None:
    """Run a handler whose transaction began before `other` did its work, and that looks only after it."""
    async with _begun(room) as uow:
        room.clock.advance(timedelta(milliseconds=5))
        await other()
        await handler(uow, command)


# --- time


async def test_a_visit_fades_and_silence_is_noticed_without_any_event(world: World) -> None:
    await world.identify()
    await world.browse(Kind.page_view, Kind.form_start)
    fresh = (await world.score()).score
    for _ in range(5):
        world.room.clock.advance(7 * DAY)
        await world.room.due()
    scored = await world.score()
    assert codes(scored) == {"silence"}
    assert scored.score < fresh
    assert {point.cause for point in (await world.course())[-3:]} == {"scoring.time-passed"}


async def test_a_lead_that_can_not_change_by_itself_is_left_alone_until_it_moves(world: World) -> None:
    for days, looks in ((200, 1), (200, 1)):
        world.room.clock.advance(days * DAY)
        await world.room.due()
        assert await _count(world.room, LOOKS) == looks
    await world.record(Kind.call)
    world.room.clock.advance(8 * DAY)
    await world.room.due()
    assert await _count(world.room, LOOKS) == 2


async def test_an_approved_lead_is_not_looked_at_again(world: World) -> None:
    await world.to_approval()
    waiting = "SELECT count(*) FROM due WHERE kind = 'rescore-lead' AND state = 'waiting'"
    assert await _count(world.room, waiting) == 0


# --- nothing from the future


async def test_corrupting_the_future_changes_no_score(world: World) -> None:
    await world.identify()
    await world.browse(Kind.page_view, Kind.opportunity_view)
    world.room.clock.advance(timedelta(hours=1))
    await world.apply()
    then, scored = world.room.clock.now(), await world.score()
    await _corrupt_after(world, then)
    again = score(await _features(world, then))
    assert again.score == scored.score
    assert [(term.code, term.log_odds) for term in again.reasons] == [
        (reason.code, reason.log_odds) for reason in scored.reasons
    ]
    assert score(await _features(world, then + 3 * DAY)).score != scored.score


async def _corrupt_after(world: World, then: datetime) -> None:
    """Later steps; and of three kinds more than are ever read, so that they would crowd out what was known:

    visits of then by a visitor who is identified later, later visits, and contacts of then that are told later.
    """
    stranger = World(world.room, person_id=world.person_id)
    await _flood(stranger, then)
    world.room.clock.set(then + DAY)
    await stranger.identify()
    await _flood(world, then + DAY)
    await _told_late(world, then)
    await world.accept()
    await world.room.hear(facts.ApplicationRejected(**world.ids, reason=facts.RejectionReason.skills, ours=False))


async def _flood(world: World, at: datetime) -> None:
    for _ in range(MOST_INTERACTIONS // 50 + 1):
        await world.browse(*[Kind.page_view] * 50, at=at)


async def _told_late(world: World, at: datetime) -> None:
    for _ in range(2):
        await world.room.do(handlers.record_interactions, _calls(world, at, MOST_INTERACTIONS), world.se)


def _calls(world: World, at: datetime, count: int) -> commands.RecordInteractions:
    about = {"channel": Channel.phone, "kind": Kind.call, "at": at, "person_id": world.person_id}
    return commands.RecordInteractions(interactions=[commands.Recorded(id=new_id(), **about) for _ in range(count)])


async def _features(world: World, moment: datetime) -> Features:
    async def read(uow: Uow) -> Features:
        found = await facts_of(uow, [world.person_id], moment)
        return features(found[world.person_id], moment)

    return await world.room.read(read)


async def test_a_score_that_was_kept_can_be_made_again_from_what_is_stored(world: World) -> None:
    await world.identify()
    for step in (world.apply, world.accept, world.sign):
        world.room.clock.advance(3 * DAY)
        await world.browse(Kind.page_view)
        await step()
    course = await world.course()
    last_of_moment = {point.at: point for point in course}
    for moment, point in last_of_moment.items():
        assert score(await _features(world, moment)).score == point.score
    assert [point.at for point in await world.course(as_of=course[3].at)] == [
        p.at for p in course if p.at <= course[3].at
    ]


# --- erasure


async def test_an_erased_person_leaves_anonymous_interactions_and_no_score_to_see(world: World) -> None:
    await world.browse(Kind.page_view)
    await world.identify()
    await world.record(Kind.call)
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    assert await _count(world.room, "SELECT count(*) FROM identity") == 0
    query = "SELECT count(*) FROM interaction WHERE visitor_id IS NULL AND person_id IS NULL"
    assert await _count(world.room, query) == 2
    for caller in (world.ep, world.se, callers.auditor()):
        with pytest.raises(NotFound):
            await world.room.read(views.get_score, world.person_id, caller=caller)


async def test_nothing_is_said_of_an_erased_person_any_more(world: World) -> None:
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    said = len(await world.room.said())
    await world.browse(Kind.page_view)
    await world.to_approval()
    with pytest.raises(Conflict):
        await world.identify()
    with pytest.raises(Invalid):
        await world.record(Kind.call)
    world.room.clock.advance(30 * DAY)
    await world.room.due()
    assert await _count(world.room, LOOKS) == 0
    assert len(await world.room.said()) == said


async def test_a_tombstone_that_comes_before_the_sign_up_holds(world: World) -> None:
    early = World(world.room)
    await world.room.hear_erased(facts.PersonDetails, early.person_id)
    await early.sign_up()
    with pytest.raises(NotFound):
        await early.score()


async def test_names_are_not_kept(world: World) -> None:
    await world.room.hear(builders.person_details(world.person_id))
    assert (await world.score()).reasons == []
    assert await _count(world.room, "SELECT count(*) FROM lead WHERE erased_at IS NOT NULL") == 0

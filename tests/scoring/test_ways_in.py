"""Interactions come in: machines marked, visitors followed by consent only, contacts told by rooms, all erased."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.scoring import commands, handlers, views
from services.scoring.handlers.facts import facts_of
from services.scoring.policy.consent import Purpose
from services.scoring.policy.features import features
from services.scoring.policy.interactions import COUNTED, Channel, Kind
from services.scoring.policy.machines import FAST_MANY, Mark
from services.scoring.settings import limits
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import notifications, papers, questions, seminars, showcasing
from shared.contracts.contacts import ContactRecorded
from shared.contracts.scoring import VisitorSeparated
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.scoring.world import BROWSER, ELSEWHERE, World, codes

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


async def listed(world: World, caller: Caller | None = None, **about: UUID) -> list[Any]:
    asked = {"person_id": None, "visitor_id": None, **about}
    page = await world.room.read(views.list_interactions, *asked.values(), Paging(limit=200), caller=caller)
    return list(page.items)


async def linked(world: World) -> int:
    return await world.room.read(_count, "SELECT count(*) FROM interaction WHERE visitor_id IS NOT NULL")


async def _count(uow: Any, query: str) -> int:
    return await uow.scalar(text(query))


# --- consent


async def test_without_consent_a_visit_counts_for_nobody(world: World) -> None:
    await world.identify()
    done = await world.send(world.visit(Kind.page_view), analytics=None)
    assert (done.recorded, await linked(world)) == (1, 0)
    assert (await world.score()).reasons == []
    again = world.visit(Kind.page_view)
    assert [(await world.send(again, analytics=None)).recorded for _ in range(2)] == [1, 0]


async def test_a_word_once_given_holds_against_the_browsers_standing_objection(world: World) -> None:
    await world.send(world.visit(Kind.page_view), analytics=None, objects=True)
    assert await linked(world) == 0
    await world.send(world.visit(Kind.page_view), analytics=True, objects=True)
    await world.send(world.visit(Kind.page_view), analytics=None, objects=True)
    assert await linked(world) == 2


@pytest.fixture
def followed_until_a_no(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SOJOURN_SCORING_CONSENT_FIRST", "false")
    limits.cache_clear()
    yield
    monkeypatch.undo()
    limits.cache_clear()


@pytest.mark.usefixtures("followed_until_a_no")
async def test_where_nobody_has_to_be_asked_an_objection_of_the_browser_is_a_no(world: World) -> None:
    await world.send(world.visit(Kind.page_view), analytics=None, objects=True)
    assert await linked(world) == 0
    await world.send(world.visit(Kind.page_view), analytics=None)
    assert await linked(world) == 1


async def test_a_consent_that_is_taken_back_unlinks_what_was_and_what_comes(world: World) -> None:
    await world.browse(Kind.page_view)
    await world.identify()
    assert codes(await world.score()) == {"visits"}
    said = commands.SayConsent(visitor_id=world.visitor_id, analytics=False)
    held = await world.room.do(handlers.say_consent, said, Caller.anonymous())
    assert (held.analytics, held.marketing) == (False, None)
    await world.send(world.visit(Kind.page_view), analytics=None)
    assert (await linked(world), (await world.score()).reasons) == (0, [])
    assert await world.room.read(views.list_identities, world.person_id) == []
    (separated,) = await world.room.said(VisitorSeparated)
    assert separated.visitor_id == world.visitor_id
    assert await world.room.read(_count, "SELECT count(*) FROM interaction WHERE origin = 'visit'") == 2


async def test_a_persons_word_stands_above_that_of_the_visitors_behind(world: World) -> None:
    await world.browse(Kind.page_view)
    await world.identify()
    no, yes = (commands.SayConsentOf(world.person_id, commands.Allowing(analytics=word)) for word in (False, True))
    await world.room.do(handlers.say_consent_of, no, world.ep)
    assert await linked(world) == 0
    with pytest.raises(Conflict, match="does not agree"):
        await world.identify()
    await world.room.do(handlers.say_consent_of, yes)
    await world.identify()
    await world.browse(Kind.page_view)
    assert await linked(world) == 1
    with pytest.raises(NotFound):
        await world.room.do(handlers.say_consent_of, no, callers.participant())


async def test_who_may_be_in_an_audience_is_told_by_their_own_last_word(world: World) -> None:
    other, purpose = World(world.room), Purpose.marketing

    async def allowing() -> set[UUID]:
        people = [world.person_id, other.person_id]
        return await world.room.read(views.people_who_allow, purpose, people)

    assert await allowing() == set()
    yes = commands.SayConsent(visitor_id=world.visitor_id, marketing=True)
    await world.room.do(handlers.say_consent, yes, Caller.anonymous())
    await world.identify()
    assert await allowing() == {world.person_id}
    no = commands.SayConsentOf(world.person_id, commands.Allowing(marketing=False))
    await world.room.do(handlers.say_consent_of, no, world.ep)
    assert await allowing() == set()


async def test_every_word_is_noted_once_as_proof(world: World) -> None:
    for _ in range(2):
        await world.browse(Kind.page_view)
    query = f"SELECT count(*) FROM audit WHERE action = 'give_consent' AND subject = '{world.visitor_id}'"
    assert await world.room.read(_count, query) == 1


# --- several visitors of one person


async def test_a_person_may_be_several_visitors_and_one_can_be_taken_away_again(world: World) -> None:
    phone = World(world.room, person_id=world.person_id)
    for visitor in (world, phone):
        await visitor.browse(Kind.page_view)
        await visitor.identify()
    assert [reason.text for reason in (await world.score()).reasons] == ["2 visits in the last 14 days (+0.22)"]
    assert len(await listed(world, person_id=world.person_id)) == 3
    await world.room.do(handlers.separate_visitor, commands.SeparateVisitor(phone.visitor_id), world.ep)
    assert [reason.text for reason in (await world.score()).reasons] == ["1 visit in the last 14 days (+0.14)"]
    assert len(await listed(world, world.se, person_id=world.person_id)) == 2


# --- what brought them


async def test_first_and_last_touch_are_those_of_all_visitors_behind(world: World) -> None:
    now, phone = world.room.clock.now(), World(world.room, person_id=world.person_id)
    await world.send(world.visit(Kind.page_view, now, query="?utm_source=Poster&gclid=abc&utm_campaign=Spring 2026"))
    await phone.send(phone.visit(Kind.page_view, now - DAY, referrer="https://www.uni.example/a?b=c"))
    await phone.send(phone.visit(Kind.page_view, now - DAY / 2))
    for visitor in (world, phone):
        await visitor.identify()
    touches = await world.room.read(views.get_touches, world.person_id, caller=world.se)
    assert (touches.first.referrer, touches.first.utm_source) == ("uni.example", None)
    assert (touches.last.utm_source, touches.last.campaign) == ("poster", "spring-2026")
    seen = await world.room.read(views.get_visitor, phone.visitor_id, caller=world.se)
    assert (seen.person_id, seen.visits, seen.marked, seen.consent.analytics) == (world.person_id, 2, 0, True)
    assert seen.first == seen.last == touches.first


async def test_a_visitor_is_shown_to_those_who_look_after_the_person_and_a_stranger_to_nobody_below(
    world: World,
) -> None:
    await world.browse(Kind.page_view)
    for asked in ((views.get_visitor, world.visitor_id), (views.list_interactions, None, world.visitor_id, Paging())):
        with pytest.raises(NotFound):
            await world.room.read(*asked, caller=world.se)
        await world.room.read(*asked, caller=callers.global_manager())
    await world.identify()
    await world.room.read(views.get_visitor, world.visitor_id, caller=world.se)
    for foreign in (callers.sending_manager(ELSEWHERE), callers.participant()):
        with pytest.raises(NotFound):
            await listed(world, foreign, visitor_id=world.visitor_id)
        with pytest.raises(NotFound):
            await listed(world, foreign, person_id=world.person_id)
    with pytest.raises(Invalid):
        await listed(world)


# --- machines


async def test_a_sequence_too_fast_for_a_hand_counts_no_more_even_when_it_comes_in_pieces(world: World) -> None:
    await world.identify()
    start = world.room.clock.now() - timedelta(hours=1)
    fast = [world.visit(Kind.page_view, start + SECOND * n / 20) for n in range(FAST_MANY + 1)]
    await world.send(*fast[:8])
    assert codes(await world.score()) == {"visits"}
    await world.send(*fast[8:])
    assert (await world.score()).reasons == []
    found = await listed(world, visitor_id=world.visitor_id)
    assert {(one.mark, one.bot) for one in found} == {(Mark.too_fast, True)}


async def test_what_was_found_out_later_changes_no_score_of_before(world: World) -> None:
    await world.browse(Kind.page_view)
    await world.identify()
    before, then = await world.score(), world.room.clock.now()
    world.room.clock.advance(timedelta(minutes=5))
    await world.browse(Kind.honeypot)
    assert (await world.score()).reasons == []
    as_of = await world.room.read(facts_of, [world.person_id], then)
    assert features(as_of[world.person_id], then).visits == 1
    assert before.reasons


async def test_a_page_that_a_browser_fetched_ahead_of_time_was_looked_at_by_nobody(world: World) -> None:
    client = await world.room.client()
    visit = {"id": str(new_id()), "channel": "web", "kind": "page_view", "at": world.room.clock.now().isoformat()}
    body = {"visitor_id": str(world.visitor_id), "visits": [visit], "consent": {"analytics": True}}
    headers = {"User-Agent": BROWSER, "Sec-Purpose": "prefetch;prerender"}
    assert (await client.post("/v1/visits", json=body, headers=headers)).status_code == 200
    (found,) = await listed(world, visitor_id=world.visitor_id)
    assert (found.mark, found.bot) == (Mark.prefetch, True)


async def test_a_scanner_that_opened_a_mail_is_marked_by_the_agent_that_the_mailer_saw(world: World) -> None:
    await world.record(Kind.call)
    await world.record(Kind.email_open, channel=Channel.email, user_agent="Mimecast scanner")
    assert codes(await world.score()) == {"personal_contact"}
    await world.record(Kind.email_open, channel=Channel.email, user_agent=BROWSER)
    assert codes(await world.score()) == {"personal_contact", "mail_read"}
    marked = [one.mark for one in await listed(world, person_id=world.person_id) if one.kind == "email_open"]
    assert sorted(map(str, marked)) == ["None", "user_agent"]


# --- contacts that rooms tell of


def _seat(world: World) -> dict[str, Any]:
    about = {"seat_id": new_id(), "session_id": new_id(), "session_kind": "ops", "entity_id": builders.SENDING}
    return about | {name: world.ids[name] for name in ("person_id", "application_id", *_SIDES)}


_SIDES = ("sending_entity_id", "hosting_entity_id")


async def test_what_a_person_does_elsewhere_is_an_interaction_and_our_messages_are_ours(world: World) -> None:
    who = {name: world.ids[name] for name in ("person_id", "application_id", *_SIDES)}
    await world.apply()
    ask = {"question_id": new_id(), "side": "sending", "entity_id": builders.SENDING, "touchpoint": "welcome"}
    await world.room.hear(questions.QuestionAsked(**who, **ask, channel="whatsapp", due_at=world.room.clock.now()))
    await world.room.hear(questions.QuestionAnswered(**who, **ask, first=True, late=False))
    sent = {"touchpoint_id": new_id(), "touchpoint": "welcome", "channel": "sms", "language": "ro"}
    await world.room.hear(notifications.TouchpointSent(**who, **sent, document=None, proves=None))
    to_the_host = notifications.TouchpointSent(**who, **sent, document=None, proves=None, audience="host")
    await world.room.hear(to_the_host.model_copy(update={"touchpoint_id": new_id()}))
    paper = {"document_id": new_id(), "kind": "departure", "document": "ab" * 32, "language": "ro"}
    paper |= {"touchpoint_id": new_id(), "touchpoint": "departure-document"}
    await world.room.hear(papers.DocumentOpened(**who, **paper))
    found = {(one.kind, one.channel, one.move, one.what) for one in await listed(world, person_id=world.person_id)}
    assert found == {
        ("signed_up", "web", "theirs", None),
        ("applied", "web", "theirs", None),
        ("question", "chat", "theirs", "welcome"),
        ("reply", "email", "ours", "welcome"),
        ("touchpoint", "sms", "ours", "welcome"),
        ("document_opened", "web", "theirs", "departure"),
    }
    assert codes(await world.score()) == {"applied", "personal_contact"}  # the question, and nothing twice
    assert (await world.course())[-1].cause == "notifications.question-asked.v1"


async def test_a_presence_that_is_undone_counts_no_more_from_then_on(world: World) -> None:
    seat, now = _seat(world), world.room.clock.now()
    attended = {"attended_at": now, "checked_by": "code", "proves": []}
    await world.room.hear(seminars.SessionAttended(**seat, **attended))
    assert codes(await world.score()) == {"personal_contact"}
    world.room.clock.advance(DAY)
    await world.room.hear(seminars.PresenceUndone(**seat, was_at=now, reason="mistake", lost=[]))
    assert (await world.score()).reasons == []
    (found, _) = await listed(world, person_id=world.person_id)
    assert (found.kind, found.mark, found.bot) == ("session", Mark.undone, False)
    (then, *_) = [point for point in await world.course() if point.reasons]
    assert then.cause == "notifications.session-attended.v1"


async def test_a_referral_is_an_interaction_of_who_came_by_it(world: World) -> None:
    ids = {"person_id": world.person_id, "referrer_id": new_id(), "showcase_id": new_id()}
    await world.room.hear(showcasing.ReferralAttributed(**ids, code="7kq2mx"))
    (found, _) = await listed(world, person_id=world.person_id)
    assert (found.kind, found.channel, found.move) == ("referral", "web", "theirs")
    assert codes(await world.score()) == {"personal_contact"}


async def test_silence_is_broken_by_an_opened_document_and_by_no_message_of_ours(world: World) -> None:
    world.room.clock.advance(20 * DAY)
    await world.room.due()
    assert codes(await world.score()) == {"silence"}
    who = {name: world.ids[name] for name in ("person_id", "application_id", *_SIDES)}
    sent = {"touchpoint_id": new_id(), "touchpoint": "welcome", "channel": "email", "language": "ro"}
    await world.room.hear(notifications.TouchpointSent(**who, **sent, document=None, proves=None))
    assert codes(await world.score()) == {"silence"}
    paper = {"document_id": new_id(), "kind": "departure", "document": "ab" * 32, "language": "ro"}
    await world.room.hear(papers.DocumentOpened(**who, **paper, touchpoint_id=new_id(), touchpoint="x"))
    assert (await world.score()).reasons == []


async def test_a_contact_that_was_written_down_is_told_to_those_who_show_them_all(world: World) -> None:
    await world.record(Kind.call)
    await world.record(Kind.page_view, channel=Channel.web)
    (said,) = await world.room.said(ContactRecorded)
    assert (said.person_id, said.channel, said.kind, said.imported) == (world.person_id, "phone", "call", False)


async def test_nobody_writes_down_what_rooms_tell(world: World) -> None:
    for kind in (Kind.survey_answered, Kind.touchpoint, Kind.honeypot):
        with pytest.raises(ValueError, match="told by rooms"):
            await world.record(kind)


# --- to be forgotten


async def test_nothing_of_an_erased_person_leads_back(world: World) -> None:
    await world.send(world.visit(Kind.page_view, utm_content="row-7", referrer="https://rare.example/"))
    await world.identify()
    await world.record(Kind.call)
    await world.apply()
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    await world.room.hear(facts.ApplicationAccepted(**world.ids))
    tables = {
        "interaction WHERE person_id IS NOT NULL OR visitor_id IS NOT NULL": 0,
        "interaction WHERE origin = 'told'": 0,
        "interaction WHERE utm_content IS NOT NULL OR referrer IS NOT NULL": 0,
        "interaction": 2,
        "identity": 0,
        "consent": 0,
    }
    for what, count in tables.items():
        assert await world.room.read(_count, f"SELECT count(*) FROM {what}") == count, what


# --- any order, any number of times


moments = st.integers(0, 6 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
whose = st.sampled_from(["visitor", "person"])
happenings = st.lists(st.tuples(whose, st.sampled_from(sorted(COUNTED)), moments), min_size=9, max_size=9)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(told=happenings, order=st.permutations(range(9)), again=st.lists(st.integers(0, 8), max_size=4))
async def test_order_and_repetition_of_interactions_change_neither_features_nor_totals(
    world: World, told: list[tuple[str, Kind, timedelta]], order: list[int], again: list[int]
) -> None:
    people = [World(world.room, opportunity_id=world.opportunity_id) for _ in range(2)]
    for one in people:
        await one.sign_up()
        await one.identify()
    world.room.clock.advance(10 * DAY)
    found = []
    for one, places in zip(people, (range(9), [*order, *again]), strict=True):
        ids = [new_id() for _ in told]
        for place in places:
            who, kind, age = told[place]
            await _happen(one, ids[place], who, kind, world.room.clock.now() - age)
        marks = {row.id: row.mark for row in await listed(one, person_id=one.person_id)}
        now = world.room.clock.now()
        numbers = features((await world.room.read(facts_of, [one.person_id], now))[one.person_id], now)
        found.append(((await one.score()).score, numbers, [marks.get(id_, "absent") for id_ in ids]))
    assert found[0] == found[1]


async def _happen(world: World, id_: UUID, who: str, kind: Kind, at: Any) -> None:
    values = {"id": id_, "opportunity_id": world.opportunity_id if kind is Kind.opportunity_view else None}
    if kind in commands.interactions.PUBLIC_KINDS and who == "visitor":
        await world.send(world.visit(kind, at, **values))
    elif kind in commands.interactions.RECORDED_KINDS:
        await world.record(kind, at=at, **values)

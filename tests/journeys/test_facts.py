"""Facts from events: stages of customers' courses, answers, touchpoints and contacts, in whatever order they arrive."""

import random
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from services.journeys.model import (
    Answer,
    Application,
    Contact,
    Course,
    EnablerCourse,
    Judgement,
    Lapse,
    Milestone,
    Occasion,
    Proof,
)
from shared.contracts import applications as facts
from shared.contracts import conversations, leads, notifications, parties, questions, seminars, surveys, tasks
from shared.contracts.fields import Product
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import builders
from shared.testing.rooms import Room, Rooms
from tests.journeys.test_handlers import heard_by, interleaved, portions
from tests.journeys.world import CLUJ, UPPSALA, World


async def rows(room: Room, model: Any, **equal: Any) -> list[Any]:
    async def read(uow: Uow) -> list[Any]:
        return await uow.all(model, **equal)

    return await room.read(read)


async def row(room: Room, model: Any, **equal: Any) -> Any:
    (found,) = await rows(room, model, **equal)
    return found


async def test_a_course_has_the_first_time_at_every_stage(world: World) -> None:
    await world.whole_story()
    course = await row(world.room, Course, person_id=world.person_id)
    days = [
        getattr(course, name).date().isoformat()
        for name in ("signed_up_at", "visited_at", "applied_at", "accepted_at", "signed_at", "approved_at")
    ]
    assert days == ["2026-01-05", "2026-01-05", "2026-01-09", "2026-01-14", "2026-01-15", "2026-01-20"]
    assert (course.completed_at.date().isoformat(), course.promoted_at) == ("2026-05-24", None)
    assert (course.sending_entity_id, course.country, course.product, course.channel) == (CLUJ, "RO", "talent", "web")
    assert (course.nps, course.csat, course.first_score) == (4, None, 0.12)


async def test_a_milestone_keeps_both_clocks_and_the_product_of_its_time(world: World) -> None:
    await world.applies()
    await world.is_approved()
    await world.room.hear(facts.ExperienceRealized(**world.stay), effective_on=builders.START)
    found = sorted(await rows(world.room, Milestone, application_id=world.stay["application_id"]), key=_sequence)
    assert [one.status for one in found] == ["open", "accepted", "in_progress", "approved", "realized"]
    assert {one.product for one in found} == {"talent"}
    assert found[-1].effective_on == builders.START
    rejected = await rows(world.room, Milestone, application_id=world.other["application_id"], status="rejected")
    assert [one.reason for one in rejected] == ["timeline"]
    application = await row(world.room, Application, id=world.stay["application_id"])
    assert application.signed_at == found[2].at


def _sequence(one: Milestone) -> int:
    return one.sequence


async def test_a_promoter_answers_after_the_experience_and_applies_again(world: World) -> None:
    await world.applies()
    await world.at(2026, 2, 1, builders.answered(world.stay, {"nps": 10}))
    await world.at(2026, 5, 25, builders.approved(world.stay), facts.ExperienceCompleted(**world.stay))
    assert (await row(world.room, Course, person_id=world.person_id)).promoted_at is None
    await world.at(2026, 6, 1, builders.answered(world.stay, {"nps": 9, "csat": 5}))
    again = {**world.about, "application_id": new_id()}
    await world.at(2026, 7, 1, facts.ApplicationSubmitted(**again, product=Product.teacher))
    course = await row(world.room, Course, person_id=world.person_id)
    assert (course.promoted_at.day, course.again_at.month, course.product) == (1, 7, "talent")
    assert (course.nps, course.csat) == (9, 5)
    answers = await rows(world.room, Answer, person_id=world.person_id)
    assert sorted((one.measure, one.score) for one in answers) == [("csat", 5), ("nps", 9), ("nps", 10)]


async def test_an_enabler_has_a_course_of_its_own(world: World) -> None:
    enabler, first, second = world.stay["enabler_id"], new_id(), new_id()
    about = {"enabler_id": enabler, "hosting_entity_id": UPPSALA}
    await world.at(2026, 1, 1, facts.EnablerRegistered(**about, kind="company"))
    await world.at(2026, 1, 2, builders.opportunity(first, **about, field="data"))
    await world.whole_story()
    answered = {"party": "enabler", "person_id": None}
    await world.at(2026, 6, 1, builders.answered(world.stay, {"nps": 10}, **answered))
    dates = {"start_on": builders.START, "end_on": builders.END, "openings": 1, "product": Product.talent}
    again = parties.OpportunityReraised(opportunity_id=second, raised_from=first, **about, **dates)
    await world.at(2026, 7, 1, builders.opportunity(second, **about), again)
    course = await row(world.room, EnablerCourse, enabler_id=enabler)
    assert (course.hosting_entity_id, course.kind, course.country, course.field) == (UPPSALA, "company", "SE", "data")
    months = [getattr(course, f"{stage}_at").month for stage in ("raised", "completed", "promoted", "reraised")]
    assert months == [1, 5, 6, 7]
    assert (await row(world.room, Course, person_id=world.person_id)).nps == 4


async def test_an_occasion_knows_how_late_it_was_and_the_task_that_it_became(world: World) -> None:
    letter, call = new_id(), new_id()
    due, later = datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 3, 8, 9, tzinfo=UTC)
    point = world.touchpoint
    await world.at(2026, 2, 1, point(notifications.TouchpointScheduled, "letter", letter, due_at=due))
    await world.at(2026, 2, 2, point(notifications.TouchpointMoved, "letter", letter, due_at=later))
    sent = {"channel": "whatsapp", "language": "ro", "document": None, "proves": None}
    await world.at(2026, 3, 9, point(notifications.TouchpointSent, "letter", letter, **sent))
    ids = {name: world.stay[name] for name in ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")}
    came_back = {"delivery_id": new_id(), "channel": "email", "code": "5.1.1", "permanent": True}
    await world.at(
        2026, 3, 10, questions.DeliveryBounced(touchpoint_id=letter, touchpoint="letter", **came_back, **ids)
    )
    told = await row(world.room, Occasion, touchpoint_id=letter)
    assert told.bounced == 1
    assert (told.state, told.moves, told.first_due_at, told.due_at) == ("sent", 1, due, later)
    assert (told.done_at - told.due_at).days == 1
    about = {"touchpoint_id": call, "touchpoint": "welcome-call", "person_id": world.person_id, "task_id": new_id()}
    about |= {"application_id": None, "enabler_id": None, "entity_id": CLUJ, "side": "sending"}
    await world.at(2026, 2, 20, tasks.TaskOpened(**about, due_on=builders.START))
    await world.at(2026, 3, 1, tasks.TaskMoved(**about, due_on=date(2026, 3, 3), zone="Europe/Bucharest"))
    await world.at(2026, 3, 5, tasks.TaskDone(**about, how="ticked", late=True))
    await world.at(2026, 3, 1, point(notifications.TouchpointScheduled, "welcome-call", call, due_at=due))
    task = await row(world.room, Occasion, touchpoint_id=call)
    assert (task.task, task.late, task.done_at.day, task.sending_entity_id) == ("done", True, 5, CLUJ)
    assert (task.due_at, task.first_due_at) == (datetime(2026, 3, 3, 10, tzinfo=UTC), due)
    dropped = about | {"touchpoint_id": new_id(), "task_id": new_id()}
    await world.at(2026, 3, 6, tasks.TaskOpened(**dropped, due_on=builders.START))
    await world.at(2026, 3, 7, tasks.TaskCancelled(**dropped, reason="withdrawn"))
    gone = await row(world.room, Occasion, touchpoint_id=dropped["touchpoint_id"])
    assert (gone.task, gone.state, gone.reason) == ("cancelled", "skipped", "withdrawn")
    met = [one for one in await rows(world.room, Contact, person_id=world.person_id) if one.kind == "touchpoint"]
    assert [(one.channel, one.direction, one.self_service) for one in met] == [("chat", "out", False)]


async def test_a_lapse_and_a_seat_that_was_empty_leave_no_trace_of_a_contact(world: World) -> None:
    about = {"lead_id": world.person_id, "party": "ep", "person_id": world.person_id, "enabler_id": None}
    lapsed = leads.LeadLapsed(**about, entity_id=CLUJ, stage="lead", silent_since=datetime(2026, 1, 1, tzinfo=UTC))
    back = leads.LeadWonBack(**about, entity_id=CLUJ, lapsed_at=datetime(2026, 3, 1, tzinfo=UTC), contacted=True)
    await world.at(2026, 3, 1, lapsed)
    await world.at(2026, 4, 1, back)
    course = await row(world.room, Course, person_id=world.person_id)
    assert (course.lapsed_at.month, course.won_back_at.month) == (3, 4)
    assert sorted(one.back for one in await rows(world.room, Lapse)) == [False, True]
    seat = {name: world.stay[name] for name in facts.ApplicationFact.model_fields if name in
            seminars.SeatFact.model_fields}  # fmt: skip
    seat |= {"seat_id": new_id(), "session_id": new_id(), "session_kind": "ops", "entity_id": CLUJ}
    was = datetime(2026, 4, 2, 10, tzinfo=UTC)
    await world.at(2026, 4, 2, seminars.SessionAttended(**seat, attended_at=was, checked_by="staff", proves=[]))
    assert [one.kind for one in await rows(world.room, Contact)] == ["session"]
    await world.at(2026, 4, 3, seminars.PresenceUndone(**seat, was_at=was, reason="absent", lost=[]))
    assert await rows(world.room, Contact) == []


async def test_of_a_standard_the_last_word_of_the_provider_and_the_word_of_each_customer_are_kept(world: World) -> None:
    names = ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")
    standard, due = new_id(), builders.START
    about = {"standard_id": standard, "standard": "insurance", **{name: world.stay[name] for name in names}}
    await world.at(2026, 3, 1, notifications.StandardMissed(**about, due_on=due))
    shown = {"source": "statement", "source_id": None, "due_on": due, "done_on": due, "late": True}
    await world.at(2026, 3, 5, notifications.StandardEvidenced(**about, **shown))
    assert [(one.standard, one.state) for one in await rows(world.room, Proof)] == [("insurance", "late")]
    items = {"expectations": [{"item": "support", "value": 6}], "perceptions": []}
    await world.at(2026, 6, 1, builders.answered(world.stay, standards={"insurance": "yes"}, **items))
    await world.at(2026, 6, 2, builders.answered(world.stay, party="enabler", standards={"enabler_next": "no"}))
    await world.at(2026, 6, 3, builders.answered(world.stay, {"nps": 9}))
    told = sorted((one.party, one.standards, one.expected, one.found) for one in await rows(world.room, Judgement))
    assert told == [("enabler", {"enabler_next": "no"}, {}, {}), ("ep", {"insurance": "yes"}, {"support": 6}, {})]


async def test_facts_are_the_same_in_whatever_order_topics_arrive(world: World, rooms: Rooms) -> None:
    """Two partitions tell of one enabler and one touchpoint: what they leave is merged, not overwritten."""
    told: list[Any] = []
    original = world.room.take

    async def remember(envelopes: Any) -> None:
        told.extend(envelopes)
        await original(envelopes)

    world.room.take = remember  # type: ignore[method-assign,assignment]
    await test_an_occasion_knows_how_late_it_was_and_the_task_that_it_became(world)
    await test_an_enabler_has_a_course_of_its_own(world)
    await test_of_a_standard_the_last_word_of_the_provider_and_the_word_of_each_customer_are_kept(world)
    again = {**world.about, "application_id": new_id()}
    await world.at(2026, 6, 2, builders.answered(world.stay, {"nps": 9, "csat": 5}))
    await world.at(2026, 7, 1, facts.ApplicationSubmitted(**again, product=Product.teacher))
    expected = await heard_by(await rooms("journeys"), [told])
    assert expected["enabler_course"]
    for seed in range(3):
        chance = random.Random(seed)
        batches = portions(interleaved(told, chance), chance)
        assert await heard_by(await rooms("journeys"), batches) == expected


async def test_no_fact_holds_a_name_or_a_word(world: World) -> None:
    await world.whole_story()
    async with world.room.runtime.database.engine.connect() as connection:
        for table in ("milestone", "answer", "occasion", "contact", "course", "enabler_course", "offer", "judgement"):
            told = " ".join((await connection.execute(text(f"SELECT t::text FROM {table} t"))).scalars().all())
            assert not [word for word in ("Ioana", "Norrsken", "Nobody met me") if word in told]
    assert surveys.SurveyComment.PERSONAL


async def test_a_code_that_was_brought_to_the_sign_up_tells_of_the_first_contact(world: World) -> None:
    source = new_id()
    way = {"interaction_id": new_id(), "channel": "in_person", "source_id": source, "source_kind": "booth"}
    way |= {"campaign": "spring", "medium": None, "person_id": world.person_id}
    await world.signs_up()
    assert (await row(world.room, Course, person_id=world.person_id)).channel == "web"
    came = conversations.PersonCame(**way, at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    await world.at(2026, 1, 5, came)
    course = await row(world.room, Course, person_id=world.person_id)
    assert (course.channel, course.source, course.campaign) == ("in_person", str(source), "spring")


async def test_a_talk_with_an_enabler_is_a_contact_of_its_own(world: World) -> None:
    enabler, at = new_id(), datetime(2025, 12, 1, 9, tzinfo=UTC)
    what = {"interaction_id": new_id(), "channel": "phone", "kind": "call", "source_id": None, "imported": False}
    met = conversations.EnablerMet(enabler_id=enabler, hosting_entity_id=UPPSALA, at=at, direction="out", **what)
    await world.at(2026, 1, 1, met)
    contact = await row(world.room, Contact, enabler_id=enabler)
    assert (contact.direction, contact.at, contact.entity_id) == ("out", at, UPPSALA)
    assert (await row(world.room, EnablerCourse, enabler_id=enabler)).first_contact_at == at

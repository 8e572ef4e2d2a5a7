"""One flow per pair of rooms that talk: said here, heard there, seen there."""

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.applications import commands, handlers
from services.applications import views as applications
from services.journeys import views as journeys
from services.journeys.views import Order
from services.notifications import views as notifications
from services.scoring import views as scoring
from services.surveys import commands as surveys_commands
from services.surveys import handlers as surveys
from services.surveys.views import list_cases, list_invitations
from shared.contracts import applications as facts
from shared.contracts.notifications import TouchpointSent
from shared.contracts.scoring import LeadScored, Reason
from shared.contracts.surveys import CaseCause, QualityCaseOpened, SurveyAnswered, SurveyInvited
from shared.ids import new_id
from shared.links import survey_token
from shared.service import discover, load
from shared.storage.paging import Paging
from shared.testing import builders
from shared.testing.flows import Flow, Flows
from tests.applications.world import World, build

PAIRS: dict[frozenset[str], str] = {}


def between(one: str, other: str) -> Any:
    """Mark a test as the flow between two rooms."""

    def mark(test: Any) -> Any:
        PAIRS[frozenset({one, other})] = test.__name__
        return test

    return mark


def test_every_pair_of_rooms_that_talk_has_its_flow() -> None:
    talking = set()
    for room in discover():
        for event in load(room).hears:
            speaker = event.TOPIC.partition(".")[0]
            talking |= {frozenset({speaker, room})} if speaker != room else set()
    assert talking == set(PAIRS)


async def begun(flow: Flow) -> dict[str, Any]:
    """Somebody signed up and was approved, told in the name of applications; the ids and dates of the stay."""
    stay = builders.experience()
    person, opportunity = stay["person_id"], stay["opportunity_id"]
    await flow.say(builders.entity(), builders.entity_details(), builders.entity(builders.SENDING))
    await flow.say(builders.person(person), builders.person_details(person))
    await flow.say(builders.opportunity(opportunity, enabler_id=stay["enabler_id"]))
    await flow.say(builders.opportunity_details(opportunity), builders.enabler_details(stay["enabler_id"]))
    await flow.say(builders.approved(stay))
    return stay


def survey_of(stay: dict[str, Any], invitation_id: UUID | None = None) -> dict[str, Any]:
    names = ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")
    found = {name: stay[name] for name in names}
    return found | {"invitation_id": invitation_id or new_id(), "questionnaire": "after-completion"}


async def touchpoints(flow: Flow, stay: dict[str, Any]) -> dict[str, Any]:
    asked = (stay["application_id"], None, None, None, Paging(limit=200))
    page = await flow["notifications"].read(notifications.list_touchpoints, *asked)
    return {item.code: item for item in page.items}


async def timeline(flow: Flow, person_id: UUID) -> list[str]:
    page = await flow["journeys"].read(
        journeys.get_timeline, journeys.Whose(person_id), journeys.Wanted(), Order.oldest, Paging(limit=200)
    )
    return [entry.type for entry in page.items]


async def completed(world: World) -> Any:
    """The whole way of one application, up to COMPLETED."""
    world.room.clock.set(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    application = await world.realized()
    world.room.clock.set(datetime(2026, 5, 25, 0, 0, tzinfo=UTC))
    await world.room.due()
    return application


@between("applications", "surveys")
async def test_a_completed_experience_is_asked_about_and_a_detractor_shows_in_the_list(flows: Flows) -> None:
    flow = await flows("applications", "surveys")
    world = await build(flow["applications"])
    application = await completed(world)
    await flow.settle()
    (invitation,) = (await flow["surveys"].read(list_invitations, *_all(list_invitations))).items
    assert (invitation.application_id, invitation.language) == (application.id, "ro")
    answer = surveys_commands.AnswerSurvey(survey_token(invitation.id), {"nps": 3, "ces2": 6})
    await flow["surveys"].do(surveys.answer_survey, answer)
    await flow.settle()
    assert (await flow["applications"].read(applications.get_application, application.id)).open_cases == 1


def _all(view: Any) -> list[Any]:
    """No filters, first page, for a view of any number of filters."""
    return [None] * (len(inspect.signature(view).parameters) - 2) + [Paging(limit=200)]


@between("applications", "notifications")
async def test_the_calendar_of_an_internship_moves_with_its_dates(flows: Flows) -> None:
    flow = await flows("applications", "notifications")
    world = await build(flow["applications"])
    application = await world.approved()
    await flow.settle()
    stay = {"application_id": application.id}
    departure = (await touchpoints(flow, stay))["departure-document"]
    assert departure.local_at.isoformat() == "2026-05-10T09:00:00"
    later = application.end_on + timedelta(days=14)
    command = commands.ChangeExperienceDates(application.id, application.start_on, later)
    await flow["applications"].do(handlers.change_experience_dates, command, world.he)
    await flow.settle()
    moved = (await touchpoints(flow, stay))["departure-document"]
    assert (moved.id, moved.local_at.isoformat()) == (departure.id, "2026-05-24T09:00:00")


@between("applications", "scoring")
async def test_a_lead_is_scored_at_each_step_and_the_list_shows_it(flows: Flows) -> None:
    flow = await flows("applications", "scoring")
    world = await build(flow["applications"])
    await flow.settle()
    before = (await flow["applications"].read(applications.get_person, world.ep.party)).score
    await world.accept(await world.apply())
    await flow.settle()
    after = (await flow["applications"].read(applications.get_person, world.ep.party)).score
    assert before is not None
    assert after is not None
    assert after > before


@between("applications", "journeys")
async def test_the_timeline_tells_the_whole_way(flows: Flows) -> None:
    flow = await flows("applications", "journeys")
    world = await build(flow["applications"])
    await completed(world)
    await flow.settle()
    told = await timeline(flow, world.ep.party)
    assert told[0] == facts.PersonRegistered.TYPE
    assert told[-1] == facts.ExperienceCompleted.TYPE


@between("surveys", "notifications")
async def test_an_invitation_becomes_a_touchpoint_and_its_delivery_is_known(flows: Flows) -> None:
    flow = await flows("surveys", "notifications")
    stay = await begun(flow)
    await flow.say(facts.ExperienceCompleted(**stay))
    await flow.due()
    (invitation,) = (await flow["surveys"].read(list_invitations, *_all(list_invitations))).items
    touchpoint = (await touchpoints(flow, stay))["survey-invitation"]
    assert touchpoint.invitation_id == invitation.id


@between("surveys", "scoring")
async def test_an_answer_is_part_of_what_scoring_knows(flows: Flows) -> None:
    flow = await flows("surveys", "scoring")
    stay = await begun(flow)
    await flow.say(facts.ExperienceCompleted(**stay))
    (invitation,) = (await flow["surveys"].read(list_invitations, *_all(list_invitations))).items
    answer = surveys_commands.AnswerSurvey(survey_token(invitation.id), {"nps": 10, "ces2": 7})
    await flow["surveys"].do(surveys.answer_survey, answer)
    await flow.settle()
    course = await flow["scoring"].read(scoring.get_course, stay["person_id"], None, Paging(limit=200))
    assert SurveyAnswered.TYPE in [point.cause for point in course.items]


@between("surveys", "journeys")
async def test_a_case_and_the_answer_before_it_are_on_the_timeline(flows: Flows) -> None:
    flow = await flows("surveys", "journeys")
    stay = await begun(flow)
    await flow.say(facts.ExperienceCompleted(**stay))
    (invitation,) = (await flow["surveys"].read(list_invitations, *_all(list_invitations))).items
    answer = surveys_commands.AnswerSurvey(survey_token(invitation.id), {"nps": 2, "ces2": 2, "comment": "No heating."})
    await flow["surveys"].do(surveys.answer_survey, answer)
    await flow.settle()
    told = await timeline(flow, stay["person_id"])
    assert {SurveyInvited.TYPE, SurveyAnswered.TYPE, QualityCaseOpened.TYPE} <= set(told)
    (case,) = (await flow["surveys"].read(list_cases, *_all(list_cases))).items
    assert case.cause is CaseCause.detractor


@between("notifications", "scoring")
async def test_a_sent_touchpoint_is_a_contact(flows: Flows) -> None:
    flow = await flows("notifications", "scoring")
    stay = await begun(flow)
    await flow.say(_sent(stay))
    assert (await flow["scoring"].read(scoring.get_score, stay["person_id"])).person_id == stay["person_id"]


def _sent(stay: dict[str, Any]) -> TouchpointSent:
    ids = {name: stay[name] for name in ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")}
    more = {"channel": "email", "language": "ro", "document": "ab" * 32, "proves": "departure_info"}
    return TouchpointSent(touchpoint_id=new_id(), touchpoint="departure-document", **ids, **more)


@between("notifications", "journeys")
async def test_the_next_touchpoint_stands_beside_the_name(flows: Flows) -> None:
    flow = await flows("notifications", "journeys")
    stay = await begun(flow)
    person = await flow["journeys"].read(journeys.get_person, stay["person_id"])
    assert person.next_touchpoint is not None


@between("scoring", "journeys")
async def test_the_score_stands_beside_the_name(flows: Flows) -> None:
    flow = await flows("scoring", "journeys")
    stay = builders.experience()
    await flow.say(builders.person(stay["person_id"]), builders.person_details(stay["person_id"]))
    person = await flow["journeys"].read(journeys.get_person, stay["person_id"])
    assert person.score is not None
    reasons = [Reason(code="applied", log_odds=0.3)]
    assert LeadScored(person_id=person.id, score=0.2, base_log_odds=-1.1, reasons=reasons, model="rules-1").score

"""The first versions of survey facts stand on the topics from before: every room that hears the second hears them."""

from datetime import timedelta
from typing import Any

import pytest

from services.applications.views import get_application
from services.scoring import views as scoring
from shared.contracts import surveys as said
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing.flows import Flows
from tests.applications.world import build
from tests.flows.test_pairs import timeline
from tests.flows.test_standards import states

IDS = ("person_id", "sending_entity_id", "hosting_entity_id")


@pytest.mark.timeout(300)
async def test_what_was_said_before_enablers_were_asked_is_still_understood(flows: Flows) -> None:
    flow = await flows("applications", "notifications", "scoring", "journeys")
    world = await build(flow["applications"])
    application = await world.approved()
    await flow.settle()
    stay: dict[str, Any] = {name: getattr(application, name) for name in IDS} | {"application_id": application.id}
    asked = stay | {"invitation_id": new_id(), "questionnaire": "after-completion"}
    soon = flow.clock.now() + timedelta(days=2)
    await flow.say(said.StayAsked(**asked, language="ro", expires_at=soon))
    words = {"duration": said.StandardWord.yes}
    await flow.say(said.StayAnswered(**asked, scores={"nps": 3, "ces2": 2}, standards=words))
    await flow.say(said.StayDetractor(**asked, score=3))
    case = stay | {"case_id": new_id(), "cause": "detractor"}
    await flow.say(said.StayCaseOpened(**case, owner="hosting", acknowledge_by=soon))

    rooms = flow.rooms
    assert (await rooms["applications"].read(get_application, application.id)).open_cases == 1
    assert (await states(flow, application.id))["duration"] == "confirmed"
    course = await rooms["scoring"].read(scoring.get_course, application.person_id, None, Paging(limit=200))
    causes = {point.cause for point in course.items}
    assert {said.StayAnswered.TYPE, said.StayDetractor.TYPE, said.StayCaseOpened.TYPE} <= causes
    told = await timeline(flow, application.person_id)
    assert {said.StayAsked.TYPE, said.StayAnswered.TYPE, said.StayCaseOpened.TYPE} <= set(told)

    await flow.say(said.StayCaseClosed(**case, outcome="solved"))
    assert (await rooms["applications"].read(get_application, application.id)).open_cases == 0

"""A promoter's whole way over four rooms: asked by e-mail, and whom their link brings is known in each."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.applications import commands, handlers
from services.surveys import commands as answers
from services.surveys import handlers as surveys
from services.surveys import views
from services.surveys.policy.showcasing import referral_code
from shared.contracts import applications as facts
from shared.contracts.showcasing import PromoterFound, ReferralAttributed
from shared.ids import derived_id
from shared.links import survey_token
from shared.storage.paging import Paging
from shared.testing import callers
from shared.testing.flows import Flows
from tests.applications.world import build
from tests.flows.test_pairs import completed, timeline, touchpoints

FRIEND = {"given_name": "Radu", "family_name": "Ene", "email": "radu@sojourn.example", "country": "RO"}


@pytest.mark.timeout(300)
async def test_a_promoter_gets_the_letter_and_brings_a_friend(flows: Flows) -> None:
    flow = await flows("applications", "surveys", "notifications", "journeys")
    world = await build(flow["applications"])
    application: Any = await completed(world)
    await flow.settle()
    invitations = await flow["surveys"].read(views.list_invitations, None, Paging())
    token = survey_token(invitations.items[0].id)
    await flow["surveys"].do(surveys.answer_survey, answers.AnswerSurvey(token, {"nps": 10, "ces2": 7}))
    flow.clock.advance(timedelta(days=30))
    await flow.due()
    stay = {"application_id": application.id}
    assert "showcasing-invitation" in await touchpoints(flow, stay)
    assert PromoterFound.TYPE in await timeline(flow, world.ep.party)

    code = referral_code(derived_id("showcase", application.id))
    friend = callers.participant()
    sign_up = commands.RegisterPerson(
        sending_entity_id=world.sending, zone="Europe/Bucharest", referral=code, **FRIEND
    )  # fmt: skip
    await flow["applications"].do(handlers.register_person, sign_up, friend)
    await flow.settle()
    brought = await flow["surveys"].read(views.count_referrals)
    assert (brought.promoters, brought.signed_up, brought.applied) == (1, 1, 0)
    assert isinstance(friend.party, UUID)
    told = await timeline(flow, friend.party)
    assert {facts.PersonRegistered.TYPE, ReferralAttributed.TYPE} <= set(told)

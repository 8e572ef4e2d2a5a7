"""Leads of both sides as they become known: stages with their course, lifecycle, lapses and coming back."""

import pytest

from services.scoring import commands, handlers, views
from services.scoring.policy.handover import Ending
from services.scoring.policy.interactions import Kind
from services.scoring.policy.lead_stages import LeadStage
from services.scoring.policy.lifecycle import Lifecycle
from services.scoring.schemas import LeadSort, LeadState
from services.scoring.views import LeadFilter
from shared.contracts import applications as facts
from shared.contracts import leads as said
from shared.contracts import parties
from shared.contracts.fields import Product
from shared.contracts.scoring import LeadQualified
from shared.contracts.surveys import DetractorFound, Party, QualityCaseOpened
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders
from tests.scoring.leads_world import Leads
from tests.scoring.world import HOSTING, SENDING, World

ENABLER = Party.enabler


async def test_an_ep_goes_from_lead_to_qualified_to_customer_and_each_step_is_kept_with_its_reason(
    leads: Leads,
) -> None:
    world = World(leads.room)
    await world.sign_up()
    await leads.sleep(hours=1)
    await world.apply()
    await world.accept()
    await world.sign()
    await world.approve()
    course = (await leads.lead(world.person_id)).course
    assert [(str(one.stage), one.why) for one in course] == [
        ("lead", "registered"), ("qualified", "score_passed"), ("converted", "became_customer"),
    ]  # fmt: skip
    assert course[1].cause == facts.ApplicationAccepted.TYPE
    assert [one.former for one in course] == [None, LeadStage.lead, LeadStage.qualified]
    lead = await leads.lead(world.person_id)
    assert (lead.party, lead.person_id, lead.enabler_id, lead.entity_id) == (Party.ep, lead.id, None, SENDING)
    assert lead.lifecycle is Lifecycle.first_purchase


async def test_an_enabler_is_a_lead_of_its_hosting_entity_and_becomes_a_customer_by_posting(leads: Leads) -> None:
    enabler_id = await leads.enabler()
    assert await leads.stages(enabler_id) == ["qualified"]
    await leads.post(enabler_id)
    lead = await leads.lead(enabler_id)
    assert [str(one.stage) for one in lead.course] == ["qualified", "converted"]
    assert (lead.party, lead.enabler_id, lead.person_id, lead.entity_id) == (ENABLER, enabler_id, None, HOSTING)
    assert lead.lifecycle is Lifecycle.first_purchase
    assert lead.model == "enabler-rules-1"
    await leads.post(enabler_id)
    assert (await leads.lead(enabler_id)).lifecycle is Lifecycle.repeat


async def test_applications_answers_and_cases_of_an_enabler_move_its_score(leads: Leads) -> None:
    enabler_id = await leads.enabler()
    opportunity_id = await leads.post(enabler_id)
    stay = builders.experience(enabler_id=enabler_id, opportunity_id=opportunity_id)
    ids = {name: stay[name] for name in facts.ApplicationFact.model_fields}
    posted = (await leads.lead(enabler_id)).score
    await leads.room.hear(facts.ApplicationSubmitted(**ids, product=Product.talent))
    await leads.room.hear(facts.ApplicationAccepted(**ids))
    quick = await leads.lead(enabler_id)
    assert quick.score > posted
    assert quick.top_reasons == ["answers most candidates within a week (+0.30)"]
    of_enabler = {"party": ENABLER, "person_id": None}
    await leads.room.hear(
        builders.survey(DetractorFound, {**stay, **of_enabler}, about="experience", score=2, **of_enabler)
    )
    unhappy = await leads.lead(enabler_id)
    assert unhappy.score < posted
    case = builders.case(
        QualityCaseOpened, {**stay, **of_enabler}, owner="hosting", acknowledge_by=leads.room.clock.now(), **of_enabler
    )
    await leads.room.hear(case)
    assert "quality cases open: 1 (-0.30)" in (await leads.lead(enabler_id)).top_reasons


async def test_what_an_ep_says_is_no_word_of_the_enabler(leads: Leads) -> None:
    enabler_id = await leads.enabler()
    await leads.post(enabler_id)
    before = await leads.lead(enabler_id)
    stay = builders.experience(enabler_id=enabler_id)
    await leads.room.hear(builders.survey(DetractorFound, stay, about="experience", score=2))
    assert (await leads.lead(enabler_id)).score == before.score


async def test_facts_of_an_enabler_count_once_and_in_any_order(leads: Leads) -> None:
    enabler_id, opportunity_id = new_id(), new_id()
    ids = {"opportunity_id": opportunity_id, "enabler_id": enabler_id, "hosting_entity_id": HOSTING}
    await leads.room.hear(parties.OpportunityClosed(**ids))
    await leads.room.hear(builders.opportunity(opportunity_id, enabler_id=enabler_id))
    await leads.room.hear(facts.EnablerRegistered(enabler_id=enabler_id, hosting_entity_id=HOSTING, kind="company"))
    lead = await leads.lead(enabler_id)
    assert (lead.stage, lead.entity_id) == (LeadStage.converted, HOSTING)


# --- the list


async def test_leads_are_filtered_and_counted_by_stage_lifecycle_and_party(leads: Leads) -> None:
    qualified, cold = await leads.person(), await leads.person(applied=False)
    enabler_id = await leads.enabler()
    await leads.post(enabler_id)
    assert set(await leads.listed()) > {qualified, cold, enabler_id}, "and the enabler that was applied to"
    assert await leads.listed(stage=LeadStage.lead) == [cold]
    assert enabler_id in await leads.listed(party=ENABLER)
    assert await leads.listed(lifecycle=Lifecycle.first_purchase) == [enabler_id]
    assert set(await leads.listed(entity_id=SENDING)) == {qualified, cold}
    assert await leads.listed(party=Party.ep) == [qualified, cold]
    asked = LeadFilter(party=Party.ep, stage=LeadStage.lead)
    counts = (await leads.room.read(views.list_leads, asked, Paging())).about["counts"]
    assert counts.stages == {"lead": 1, "qualified": 1}
    assert counts.parties == {"ep": 1}
    newest = await leads.listed(sort=LeadSort.newest, party=Party.ep)
    assert set(newest) == {qualified, cold}
    assert await leads.listed(sort=LeadSort.due) == []
    assert await leads.listed(state=LeadState.converted) == []


async def test_strangers_and_visitors_are_counted_and_named_nowhere(leads: Leads) -> None:
    world = World(leads.room)
    await world.browse(Kind.page_view)
    await World(leads.room).browse(Kind.flyer)
    await World(leads.room).browse(Kind.page_view, bot=True)
    person = await leads.person(applied=False)
    funnel = await leads.room.read(views.get_funnel, Party.ep, None, 30)
    assert {stage: n for stage, n in funnel.stages.items() if n} == {"stranger": 1, "visitor": 1, "lead": 1}
    await leads.room.do(
        handlers.identify_visitor, commands.IdentifyVisitor(visitor_id=world.visitor_id, person_id=person), leads.se
    )
    funnel = await leads.room.read(views.get_funnel, Party.ep, None, 30)
    assert funnel.stages["visitor"] == 0


# --- silence


async def test_who_is_silent_for_too_long_has_lapsed_and_a_sign_of_life_wins_them_back(leads: Leads) -> None:
    person = await leads.person()
    await leads.sleep(days=59)
    assert await leads.listed(stage=LeadStage.lapsed) == []
    await leads.sleep(days=3)
    lapsed = await leads.lead(person)
    assert (lapsed.stage, lapsed.lifecycle) == (LeadStage.lapsed, Lifecycle.lapsed)
    (told,) = await leads.room.said(said.LeadLapsed)
    assert (told.person_id, told.stage, told.entity_id) == (person, "qualified", SENDING)
    await leads.talk(person)
    assert (await leads.lead(person)).stage is LeadStage.lapsed, "our own call wins nobody back"
    await leads.sleep(hours=1)
    await leads.room.hear(facts.ApplicationSubmitted(**builders.about(person_id=person), product=Product.talent))
    back = await leads.lead(person)
    assert back.stage is LeadStage.won_back
    (won,) = await leads.room.said(said.LeadWonBack)
    assert (won.person_id, won.contacted) == (person, True)
    figures = await leads.room.read(views.get_win_backs, Party.ep, None, 365)
    assert (figures.all.part, figures.all.n, figures.contacted.n, figures.left_alone.n) == (1, 1, 1, 0)
    assert figures.all.low == pytest.approx(0.2065, abs=1e-4)


async def test_a_lapse_is_said_once_however_often_somebody_looks(leads: Leads) -> None:
    person = await leads.person()
    for _ in range(5):
        await leads.sleep(days=61)
    assert [one.lead_id for one in await leads.room.said(said.LeadLapsed)].count(person) == 1
    assert [one.person_id for one in await leads.room.said(LeadQualified)] == [person]


async def test_a_lapsed_lead_can_be_given_to_a_member_to_win_it_back(leads: Leads) -> None:
    member, person = await leads.member(), await leads.person()
    await leads.sleep(days=61)
    await leads.assign(person, member)
    assert (await leads.lead(person)).stage is LeadStage.lapsed
    await leads.talk(person)
    (row,) = await leads.hand_overs()
    assert (row.ending, (await leads.lead(person)).stage) == (Ending.contacted, LeadStage.lapsed)
    await leads.sleep(hours=1)
    await leads.room.hear(facts.ApplicationSubmitted(**builders.about(person_id=person), product=Product.talent))
    (won,) = await leads.room.said(said.LeadWonBack)
    assert (won.person_id, won.contacted) == (person, True)


async def test_enablers_lapse_too_and_come_back_by_posting(leads: Leads) -> None:
    enabler_id = await leads.enabler()
    await leads.sleep(days=92)
    assert (await leads.lead(enabler_id)).stage is LeadStage.lapsed
    await leads.post(enabler_id)
    assert await leads.stages(enabler_id) == ["qualified", "lapsed", "won_back"]
    (won,) = await leads.room.said(said.LeadWonBack)
    assert (won.enabler_id, won.person_id, won.contacted) == (enabler_id, None, False)


async def test_the_erased_are_in_no_list_and_what_became_of_them_stays(leads: Leads) -> None:
    person, enabler_id = await leads.person(applied=False), await leads.enabler()
    await leads.room.hear_erased(facts.PersonDetails, person)
    await leads.room.hear_erased(facts.EnablerDetails, enabler_id)
    assert await leads.listed(state=LeadState.any) == []
    for gone in (person, enabler_id):
        with pytest.raises(NotFound):
            await leads.lead(gone)
    await leads.sleep(days=100)
    assert await leads.room.said(said.LeadLapsed) == []

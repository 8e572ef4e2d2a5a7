"""Companies that managers enter: from stranger to lead, linked to the enabler they turn out to be, and forgotten."""

from typing import Any

import pytest
from sqlalchemy import text

from services.scoring import commands, handlers, views
from services.scoring.policy.handover import Ending
from services.scoring.policy.lead_stages import LeadStage
from services.scoring.schemas import LeadState, ProspectOut
from shared.contracts import applications as facts
from shared.contracts import leads as said
from shared.contracts.surveys import Party
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.scoring.leads_world import Leads
from tests.scoring.world import HOSTING, SENDING

PERSONAL = ("company", "contact_name", "email", "phone", "note")


async def link(leads: Leads, prospect: ProspectOut, enabler_id: Any) -> ProspectOut:
    command = commands.LinkProspect(prospect.id, enabler_id)
    return await leads.room.do(handlers.link_prospect, command, leads.he)


async def test_a_prospect_is_a_stranger_until_somebody_talks_with_it_and_a_lead_after_a_meeting(leads: Leads) -> None:
    prospect = await leads.prospect()
    await leads.talk(prospect.id, leads.he)
    await leads.sleep(days=1)
    await leads.talk(prospect.id, leads.he, "meeting", channel="in_person")
    lead = await leads.lead(prospect.id)
    assert [str(one.stage) for one in lead.course] == ["stranger", "visitor", "contacted"]
    assert (lead.prospect, lead.enabler_id, lead.party, lead.entity_id) == (True, None, Party.enabler, HOSTING)
    await leads.sleep(days=200)
    assert (await leads.lead(prospect.id)).stage is LeadStage.lapsed


async def test_no_word_of_who_it_is_leaves_the_room(leads: Leads) -> None:
    member = await leads.member("opportunity_manager", HOSTING)
    prospect = await leads.prospect()
    await leads.assign(prospect.id, member, leads.he)
    (told,) = await leads.room.said(said.LeadHandedOver)
    assert (told.lead_id, told.enabler_id, told.person_id) == (prospect.id, None, None)
    async with leads.room.runtime.database.engine.connect() as connection:
        left = (await connection.execute(text("SELECT payload::text FROM outbox"))).scalars().all()
        noted = (await connection.execute(text("SELECT audit::text FROM audit"))).scalars().all()
    assert left
    assert not [one for one in [*left, *noted] if "Norrsken" in one or "maja" in one]


async def test_talks_with_a_prospect_count_for_the_enabler_that_it_turned_out_to_be_and_can_be_taken_back(
    leads: Leads,
) -> None:
    prospect, enabler_id = await leads.prospect(), await leads.enabler()
    await leads.talk(prospect.id, leads.he)
    alone = await leads.lead(enabler_id)
    linked = await link(leads, prospect, enabler_id)
    assert linked.linked_to == enabler_id
    both = await leads.lead(enabler_id)
    assert both.score > alone.score
    assert both.stage is LeadStage.contacted
    assert await leads.listed(party=Party.enabler) == [enabler_id]
    with pytest.raises(NotFound):
        await leads.lead(prospect.id)
    command = commands.UnlinkProspect(prospect.id)
    await leads.room.do(handlers.unlink_prospect, command, leads.he)
    assert (await leads.lead(enabler_id)).score == alone.score
    assert set(await leads.listed(party=Party.enabler)) == {prospect.id, enabler_id}


async def test_who_had_the_prospect_in_hand_goes_on_with_the_enabler(leads: Leads) -> None:
    member = await leads.member("opportunity_manager", HOSTING)
    prospect, enabler_id = await leads.prospect(), await leads.enabler()
    await leads.assign(prospect.id, member, leads.he)
    await link(leads, prospect, enabler_id)
    assert await leads.open_ones() == {enabler_id: member}
    first, _ = await leads.hand_overs()
    assert first.ending is Ending.linked
    assert (await leads.lead(enabler_id)).stage is LeadStage.handed_over


async def test_a_prospect_links_to_a_registered_enabler_of_ones_own_and_once(leads: Leads) -> None:
    prospect, other, enabler_id = await leads.prospect(), await leads.prospect(), await leads.enabler()
    person, foreign = await leads.person(), await leads.enabler(hosting_entity_id=SENDING)
    for wrong in (other.id, person, foreign, new_id()):
        with pytest.raises(Invalid) as refused:
            await link(leads, prospect, wrong)
        assert refused.value.errors[0].pointer == "#/enabler_id"
    await link(leads, prospect, enabler_id)
    with pytest.raises(Conflict):
        await link(leads, prospect, enabler_id)


@pytest.mark.parametrize("how", ["asked for", "tombstone"])
async def test_an_erased_prospect_holds_no_word_and_is_in_no_list(leads: Leads, how: str) -> None:
    prospect = await leads.prospect(phone="+46700000001")
    if how == "asked for":
        await leads.room.do(handlers.erase_prospect, commands.EraseProspect(prospect.id), leads.he)
    else:
        enabler_id = await leads.enabler()
        await link(leads, prospect, enabler_id)
        await leads.room.hear_erased(facts.EnablerDetails, enabler_id)
    gone = await leads.room.read(views.get_prospect, prospect.id)
    assert {name: getattr(gone, name) for name in PERSONAL} == dict.fromkeys(PERSONAL)
    assert gone.erased_at is not None
    assert await leads.listed(state=LeadState.any) == []
    assert (await leads.room.read(views.list_prospects, None, Paging())).items == []


@pytest.mark.parametrize(
    ("name", "about", "host", "blanked"),
    [
        ("NORRSKEN LAB, spring", "prospect", HOSTING, True),
        ("Norrsken", "prospect", HOSTING, False),  # part of its name only: somebody else, perhaps
        ("Norrsken Lab", "market", HOSTING, False),
        ("Norrsken Lab", "prospect", SENDING, False),  # of the same name, in another committee
    ],
    ids=["its sheet", "another", "no prospect", "elsewhere"],
)
async def test_an_erased_prospect_takes_its_name_off_sheets(
    leads: Leads, name: str, about: str, host: Any, blanked: bool
) -> None:
    prospect = await leads.prospect()
    client = await leads.room.client(callers.hosting_manager(host))
    template = "go-no-go" if about == "prospect" else "digital-maturity"
    body = {"template": template, "about": about, "name": name, "rivals": ["Fjord AB"] if about == "prospect" else []}
    reply = await client.post("/v1/sheets", json=body)
    assert reply.status_code == 201, reply.text
    await leads.room.do(handlers.erase_prospect, commands.EraseProspect(prospect.id), leads.he)
    sheet = (await client.get(f"/v1/sheets/{reply.json()['id']}")).json()
    assert (sheet["name"] is None, sheet["erased_at"] is not None) == (blanked, blanked)


async def test_details_of_an_enabler_erase_nothing(leads: Leads) -> None:
    prospect, enabler_id = await leads.prospect(), await leads.enabler()
    await link(leads, prospect, enabler_id)
    await leads.room.hear(builders.enabler_details(enabler_id))
    assert (await leads.room.read(views.get_prospect, prospect.id)).company == "Norrsken Lab"


async def test_another_committee_neither_sees_nor_enters_prospects_there(leads: Leads) -> None:
    prospect = await leads.prospect()
    stranger = callers.hosting_manager(SENDING)
    with pytest.raises(NotFound):
        await leads.room.read(views.get_prospect, prospect.id, caller=stranger)
    with pytest.raises(NotFound):
        await leads.room.do(handlers.erase_prospect, commands.EraseProspect(prospect.id), stranger)
    body = commands.EnterProspect(hosting_entity_id=HOSTING, company="Acme")
    with pytest.raises(Invalid) as refused:
        await leads.room.do(handlers.enter_prospect, body, stranger)
    assert refused.value.errors[0].pointer == "#/hosting_entity_id"

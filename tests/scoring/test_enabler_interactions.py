"""Contacts with enablers come in by the same doors as those with EPs, and are forgotten with them."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.scoring import commands, handlers, views
from services.scoring.policy.interactions import Kind
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.contacts import ContactRecorded
from shared.errors import Invalid
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import callers
from tests.scoring.leads_world import Leads
from tests.scoring.world import ELSEWHERE


async def met(leads: Leads, enabler: UUID, kind: Kind = Kind.meeting, caller: Caller | None = None) -> None:
    at = leads.room.clock.now() - timedelta(hours=1)
    one = commands.Recorded(id=new_id(), person_id=enabler, channel="in_person", kind=kind, at=at)
    command = commands.RecordInteractions(interactions=[one])
    await leads.room.do(handlers.record_interactions, command, caller or leads.he)


async def test_a_meeting_with_an_enabler_is_written_down_and_moves_its_score(leads: Leads) -> None:
    enabler = await leads.enabler()
    before = await leads.room.read(views.get_lead, enabler, caller=leads.he)
    await met(leads, enabler)
    after = await leads.room.read(views.get_lead, enabler, caller=leads.he)
    assert after.score > before.score
    (listed,) = (await leads.room.read(views.list_interactions, enabler, None, Paging(), caller=leads.he)).items
    assert (listed.kind, listed.person_id, listed.move) == ("meeting", enabler, "theirs")
    assert await leads.room.said(ContactRecorded) == []  # journeys of EPs show it nowhere


async def test_an_enabler_is_met_by_those_who_look_after_it(leads: Leads) -> None:
    enabler = await leads.enabler()
    for foreign in (callers.hosting_manager(ELSEWHERE), leads.se):
        with pytest.raises(Invalid):
            await met(leads, enabler, caller=foreign)


async def test_a_file_holds_contacts_with_enablers_too(leads: Leads) -> None:
    enabler, client = await leads.enabler(), await leads.room.client(leads.he)
    text = f"date,person,channel,kind\n{leads.room.clock.now().isoformat()},{enabler},phone,call\n"
    path, headers = "/v1/imports/interactions?system=crm", {"Content-Type": "text/csv"}
    for taken, known in ((1, 0), (0, 1)):
        told = (await client.post(path, content=text, headers=headers)).json()
        assert (told["taken"], told["known"], told["faults"]) == (taken, known, [])


async def test_an_erased_enabler_is_linked_to_no_contact(leads: Leads) -> None:
    enabler = await leads.enabler()
    await met(leads, enabler)
    await leads.room.hear_erased(facts.EnablerDetails, enabler)
    rows = await leads.room.runtime.read(_linked, enabler, caller=Caller.system("scoring"))
    assert rows == []


async def _linked(uow: object, enabler: UUID) -> list[object]:
    return await uow.fetch("SELECT id FROM interaction WHERE person_id = $1", enabler)  # type: ignore[attr-defined]

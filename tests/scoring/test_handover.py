"""Leads in somebody's hands: shared out by capacity, contacted in time or given back, and never in two hands."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.scoring import commands, handlers, views
from services.scoring.policy.handover import Ending, HandOverState, Refusal, Why
from services.scoring.policy.lead_stages import LeadStage
from shared.contracts import applications as facts
from shared.contracts import leads as said
from shared.contracts import notifications, parties
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.ids import new_id
from shared.testing import builders, callers
from tests.scoring.leads_world import MONDAY, Leads
from tests.scoring.world import HOSTING, SENDING, World

OPEN = HandOverState.open


async def monday(leads: Leads) -> None:
    """The coming Monday morning."""
    leads.room.clock.set(MONDAY)
    await leads.room.due()


async def refuse(leads: Leads, hand_over_id: Any, reason: Refusal = Refusal.knows_personally, version: int = 1) -> Any:
    return await leads.room.do(handlers.refuse_lead, commands.RefuseLead(hand_over_id, reason), leads.se, version)


# --- each Monday


async def test_each_monday_the_best_leads_go_to_the_members_up_to_their_capacity(leads: Leads) -> None:
    one, other = await leads.member(), await leads.member()
    people = [await leads.person() for _ in range(5)]
    await leads.person(applied=False)
    await leads.calls(2)
    await leads.room.due()
    assert len(await leads.open_ones()) == 4, "at once when the capacity is set"
    given = await leads.open_ones()
    assert set(given) < set(people)
    assert sorted(given.values()) == sorted([one, one, other, other])
    await monday(leads)
    assert len(await leads.open_ones()) == 4, "what is still in hand counts"
    told = await leads.room.said(said.LeadHandedOver)
    assert {(event.person_id, event.member_id) for event in told} == set(given.items())
    lead = await leads.lead(told[0].person_id)
    assert (lead.stage, lead.member_id, lead.contact_due_at) == (
        LeadStage.handed_over, told[0].member_id, told[0].due_at,
    )  # fmt: skip


async def test_without_a_capacity_nothing_is_handed_over_by_itself(leads: Leads) -> None:
    await leads.member()
    await leads.person()
    await monday(leads)
    assert await leads.hand_overs() == []


async def test_the_week_begins_on_monday_morning_of_the_entity(leads: Leads) -> None:
    await leads.member()
    await leads.calls(1)
    await leads.room.due()
    person = await leads.person()
    leads.room.clock.set(MONDAY - timedelta(hours=1, minutes=1))
    await leads.room.due()
    assert await leads.open_ones() == {}
    leads.room.clock.set(MONDAY - timedelta(hours=1))
    await leads.room.due()
    (row,) = await leads.hand_overs()
    assert (row.lead_id, row.why, row.week, row.zone) == (person, Why.weekly, date(2026, 3, 2), "Europe/Bucharest")
    assert row.due_at.isoformat() == "2026-03-03T15:00:00+00:00", "16 working hours: two days from nine to five"


async def test_enablers_go_to_opportunity_managers_of_the_host_and_eps_to_ep_managers_of_the_sender(
    leads: Leads,
) -> None:
    manager, host = await leads.member(), await leads.member("opportunity_manager", HOSTING)
    person, enabler_id = await leads.person(applied=True), await leads.enabler()
    await leads.calls(9)
    await leads.calls(9, HOSTING)
    await leads.room.due()
    given = await leads.open_ones()
    assert (given[person], given[enabler_id]) == (manager, host)
    (told,) = [one for one in await leads.room.said(said.LeadHandedOver) if one.lead_id == enabler_id]
    assert (told.enabler_id, told.person_id, told.entity_id) == (enabler_id, None, HOSTING)


async def test_leads_below_the_limit_are_handed_over_only_where_the_entity_wants_that(leads: Leads) -> None:
    await leads.member()
    cold = await leads.person(applied=False)
    await leads.calls(3)
    await leads.room.due()
    assert await leads.open_ones() == {}
    await leads.calls(3, version=1, least_score=0.1)
    await leads.room.due()
    assert set(await leads.open_ones()) == {cold}


async def test_who_is_away_gets_nothing_until_the_day_of_coming_back(leads: Leads) -> None:
    member = await leads.member()
    person = await leads.person()
    away = {"from_on": date(2026, 3, 1), "to_on": date(2026, 3, 3)}
    caller = await leads.caller(member, calls_per_week=5, absences=[away])
    assert (caller.capacity, caller.left) == (5, 5)
    await leads.room.due()
    leads.room.clock.set(MONDAY)
    assert (await leads.room.read(views.get_caller, member)).capacity == 3
    await leads.room.due()
    assert set(await leads.open_ones()) == {person}, "handed over on Friday, when the member was there"
    other = await leads.person()
    await leads.sleep(days=1)
    assert other not in await leads.open_ones()
    await leads.sleep(days=1)
    assert other in await leads.open_ones()


# --- the clock


async def test_the_first_talk_after_the_hand_over_stops_the_clock(leads: Leads) -> None:
    member = await leads.member()
    world = World(leads.room)
    await world.sign_up()
    person = world.person_id
    await leads.assign(person, member)
    (row,) = await leads.hand_overs()
    leads.room.clock.advance(timedelta(hours=4))
    await world.record("flyer")
    assert (await leads.hand_overs())[0].state is OPEN, "a leaflet is no talk"
    await world.record("message", at=leads.room.clock.now() - timedelta(hours=5))
    assert (await leads.hand_overs())[0].state is OPEN, "that was before"
    await world.record("call")
    (row,) = await leads.hand_overs()
    assert (row.state, row.ending, row.hours) == (HandOverState.contacted, Ending.contacted, 3.0)
    (told,) = await leads.room.said(said.LeadContacted)
    assert (told.hand_over_id, told.in_time, told.contacted_at) == (row.id, True, leads.room.clock.now())
    lead = await leads.lead(person)
    assert (lead.stage, lead.member_id, lead.hand_over_id) == (LeadStage.contacted, member, None)


async def test_what_nobody_called_in_time_goes_back_and_to_somebody_else(leads: Leads) -> None:
    one = await leads.member()
    person = await leads.person()
    await leads.calls(1)
    await leads.room.due()
    assert await leads.open_ones() == {person: one}
    other = await leads.member()
    await leads.sleep(days=3, hours=10)
    (overdue,) = await leads.room.said(said.LeadOverdue)
    assert (overdue.person_id, overdue.member_id) == (person, one)
    assert await leads.open_ones() == {person: other}
    first, second = await leads.hand_overs()
    assert (first.ending, first.hours, second.why) == (Ending.overdue, 16.0, Why.freed)
    assert await leads.stages(person) == ["lead", "qualified", "handed_over", "qualified", "handed_over"]


async def test_a_lead_that_becomes_a_customer_needs_no_call_any_more(leads: Leads) -> None:
    member = await leads.member()
    world = World(leads.room)
    await world.sign_up()
    await leads.assign(world.person_id, member)
    await world.to_approval()
    (row,) = await leads.hand_overs()
    assert (row.state, row.ending) == (HandOverState.returned, Ending.became_customer)
    (told,) = await leads.room.said(said.LeadReturned)
    assert (told.reason, told.refusal) == ("became_customer", None)


async def test_times_to_contact_are_told_with_their_number_and_those_still_waiting(leads: Leads) -> None:
    member = await leads.member()
    people = [await leads.person() for _ in range(7)]
    leads.room.clock.set(MONDAY)
    for person in people:
        await leads.assign(person, member)
    for hours, person in enumerate(people[:6], 1):
        leads.room.clock.set(MONDAY + timedelta(hours=1 + hours))
        await leads.talk(person)
    found = await leads.room.read(views.get_contact_times, None, 90)
    assert (found.n, found.contacted, found.open, found.overdue) == (7, 6, 1, 0)
    assert (found.p50.hours, found.p90.hours) == (4.0, None)
    assert (found.in_time.part, found.in_time.n) == (6, 6)
    assert found.in_time.low == pytest.approx(0.6097, abs=1e-4)
    assert [(one.entity_id, one.n) for one in found.by_entity] == [(SENDING, 7)]
    elsewhere = await leads.room.read(views.get_contact_times, HOSTING, 90)
    assert (elsewhere.n, elsewhere.p50.hours, elsewhere.in_time.share) == (0, None, None)


# --- by hand


async def test_a_refused_lead_is_open_for_the_others_and_never_for_this_member_again(leads: Leads) -> None:
    one = await leads.member()
    person = await leads.person()
    await leads.calls(1)
    await leads.room.due()
    (row,) = await leads.hand_overs()
    await refuse(leads, row.id)
    await leads.room.due()
    assert await leads.open_ones() == {}
    await leads.sleep(days=7)
    assert await leads.open_ones() == {}
    other = await leads.member()
    await leads.sleep(days=7)
    assert await leads.open_ones() == {person: other} != {person: one}
    (told,) = await leads.room.said(said.LeadReturned)
    assert (told.reason, told.refusal) == ("refused", "knows_personally")


async def test_refusing_makes_room_for_the_next_lead(leads: Leads) -> None:
    await leads.member()
    people = {await leads.person() for _ in range(2)}
    await leads.calls(1)
    await leads.room.due()
    (row,) = await leads.hand_overs()
    await refuse(leads, row.id, Refusal.unreachable)
    await leads.room.due()
    assert set(await leads.open_ones()) == people - {row.lead_id}


async def test_a_manager_reassigns_and_the_clock_begins_anew(leads: Leads) -> None:
    one, other = await leads.member(), await leads.member()
    person = await leads.person()
    first = await leads.assign(person, one)
    leads.room.clock.advance(timedelta(days=4))
    command = commands.ReassignLead(first.id, other)
    second = await leads.room.do(handlers.reassign_lead, command, leads.se, 1)
    assert (second.member_id, second.why, second.state) == (other, Why.reassigned, OPEN)
    assert second.due_at > first.due_at
    assert await leads.open_ones() == {person: other}
    with pytest.raises(Conflict) as ended:
        await leads.room.do(handlers.reassign_lead, command, leads.se)
    assert ended.value.code == "ended"


async def test_a_lead_is_never_in_two_hands_whoever_is_quicker(leads: Leads) -> None:
    members = [await leads.member() for _ in range(4)]
    person = await leads.person()
    command = [commands.AssignLead(person, member) for member in members]
    done = await asyncio.gather(
        *(leads.room.do(handlers.assign_lead, one, leads.se) for one in command), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in done) == 3
    assert len(await leads.open_ones()) == 1


async def test_an_older_version_is_refused(leads: Leads) -> None:
    member, person = await leads.member(), await leads.person()
    version = (await leads.lead(person)).version
    await leads.room.do(handlers.assign_lead, commands.AssignLead(person, member), leads.se, version)
    (row,) = await leads.hand_overs()
    with pytest.raises(Stale):
        await leads.room.do(handlers.refuse_lead, commands.RefuseLead(row.id, Refusal.no_time), leads.se, 9)
    with pytest.raises(Stale):
        await leads.calls(3, version=7)


async def test_two_workers_that_share_out_at_once_give_each_lead_once(leads: Leads) -> None:
    for _ in range(3):
        await leads.member()
    people = [await leads.person() for _ in range(6)]
    await leads.calls(2)
    await leads.calls(2, version=1)
    await asyncio.gather(leads.room.due(), leads.room.due())
    rows = await leads.hand_overs()
    assert sorted(row.lead_id for row in rows) == sorted(people)
    assert sorted(Counter(row.member_id for row in rows).values()) == [2, 2, 2]


@pytest.mark.parametrize("whose", ["stranger", "left", "wrong side", "elsewhere"])
async def test_only_a_member_of_the_entity_who_calls_that_side_gets_it(leads: Leads, whose: str) -> None:
    person = await leads.person()
    member = new_id() if whose == "stranger" else await leads.member(
        "opportunity_manager" if whose == "wrong side" else "ep_manager",
        HOSTING if whose == "elsewhere" else SENDING,
    )  # fmt: skip
    if whose == "left":
        await leads.leave(member)
    with pytest.raises(Invalid) as wrong:
        await leads.assign(person, member)
    assert wrong.value.errors[0].pointer == "#/member_id"


async def test_leads_of_somebody_who_leaves_are_open_again(leads: Leads) -> None:
    member, person = await leads.member(), await leads.person()
    await leads.assign(person, member)
    await leads.leave(member)
    assert (await leads.lead(person)).stage is LeadStage.qualified
    (row,) = await leads.hand_overs()
    assert row.ending is Ending.member_left


# --- who doesn't want to be called


async def test_who_took_back_contact_is_handed_to_nobody(leads: Leads) -> None:
    member = await leads.member()
    silent, mail_only, fine = [await leads.person() for _ in range(3)]
    await leads.stop(silent)
    await leads.stop(mail_only, channel="email")
    await leads.calls(9)
    await leads.room.due()
    assert set(await leads.open_ones()) == {mail_only, fine}
    with pytest.raises(Conflict) as stopped:
        await leads.assign(silent, member)
    assert stopped.value.code == "contact-stopped"


async def test_taking_contact_back_ends_a_hand_over_and_giving_it_again_opens_the_lead(leads: Leads) -> None:
    member, person = await leads.member(), await leads.person()
    await leads.assign(person, member)
    stop = await leads.stop(person)
    (row,) = await leads.hand_overs()
    assert row.ending is Ending.contact_stopped
    ids = {"suppression_id": stop, "recipient_id": person, "person_id": person, "sending_entity_id": SENDING}
    more = {"hosting_entity_id": None, "channel": None, "budget": None, "reason": "wish"}
    await leads.room.hear(notifications.ContactRestored(**ids, **more))
    await leads.calls(1)
    await leads.room.due()
    assert set(await leads.open_ones()) == {person}


async def test_who_takes_back_the_consent_to_marketing_is_called_by_nobody(leads: Leads) -> None:
    member, person, other = await leads.member(), await leads.person(), await leads.person()
    await leads.assign(person, member)
    for marketing in (True, False):
        said_ = commands.SayConsentOf(person, commands.Allowing(marketing=marketing))
        await leads.room.do(handlers.say_consent_of, said_, leads.se)
        assert len(await leads.open_ones()) == int(marketing)
    await leads.calls(9)
    await leads.room.due()
    assert set(await leads.open_ones()) == {other}
    with pytest.raises(Conflict):
        await leads.assign(person, member)


async def test_an_enabler_takes_contact_back_as_a_recipient(leads: Leads) -> None:
    await leads.member("opportunity_manager", HOSTING)
    enabler_id, other = await leads.enabler(), await leads.enabler()
    await leads.stop(enabler_id, person_id=None, channel="phone", sending_entity_id=None, hosting_entity_id=HOSTING)
    await leads.calls(9, HOSTING)
    await leads.room.due()
    assert set(await leads.open_ones()) == {other}


async def test_a_forgotten_member_leaves_no_absences(leads: Leads) -> None:
    member = await leads.member()
    await leads.caller(member, calls_per_week=3, absences=[{"from_on": date(2026, 4, 1), "to_on": date(2026, 4, 9)}])
    await leads.room.hear_erased(parties.MemberDetails, member)
    caller = await leads.room.read(views.get_caller, member)
    assert (caller.absences, caller.calls_per_week) == ([], None)


async def test_an_erased_lead_is_in_nobodys_hands(leads: Leads) -> None:
    member, person = await leads.member(), await leads.person()
    await leads.assign(person, member)
    await leads.room.hear_erased(facts.PersonDetails, person)
    (row,) = await leads.hand_overs()
    assert row.ending is Ending.erased
    await leads.calls(5)
    await leads.room.due()
    assert person not in await leads.open_ones()


# --- what is set


async def test_what_is_set_above_holds_below_and_the_nearest_word_wins(leads: Leads) -> None:
    member = await leads.member()
    world_ = builders.WORLD
    await leads.room.hear(builders.entity(world_, path=[world_], kind="world", country=None, zone="UTC"))
    top = callers.global_manager()
    body = commands.CallingBody(calls_per_week=7, holidays=[date(2026, 5, 1)], opens="08:00", closes="12:00")
    await leads.room.do(handlers.set_calling, commands.SetCalling(world_, body), top, 0)
    inherited = await leads.room.read(views.get_calling, SENDING)
    assert (inherited.calls_per_week, inherited.own, inherited.version) == (7, {}, 0)
    assert (await leads.room.read(views.get_caller, member)).capacity == 7
    own = await leads.calls(3)
    assert (own.calls_per_week, own.holidays, str(own.opens), own.version) == (3, [date(2026, 5, 1)], "08:00:00", 1)
    assert own.own == {"calls_per_week": 3}
    with pytest.raises(Invalid) as wrong:
        await leads.calls(3, version=1, opens="13:00")
    assert wrong.value.errors[0].pointer == "#/closes"


async def test_absences_that_overlap_are_pointed_to(leads: Leads) -> None:
    member = await leads.member()
    days = [
        {"from_on": date(2026, 4, 1), "to_on": date(2026, 4, 9)},
        {"from_on": date(2026, 4, 9), "to_on": date(2026, 4, 9)},
    ]
    with pytest.raises(Invalid) as wrong:
        await leads.caller(member, absences=days)
    assert wrong.value.errors[0].pointer == "#/absences/1/from_on"


async def test_another_committee_sees_and_changes_nothing(leads: Leads) -> None:
    member, person = await leads.member(), await leads.person()
    given = await leads.assign(person, member)
    stranger, host = callers.sending_manager(new_id()), leads.he
    refusal = commands.RefuseLead(given.id, Refusal.no_time)
    calling = commands.SetCalling(SENDING, commands.CallingBody(calls_per_week=1))
    own = commands.SetCaller(member, commands.CallerBody())
    for caller in (stranger, host):
        for handler, command in (
            (handlers.refuse_lead, refusal), (handlers.set_calling, calling), (handlers.set_caller, own),
            (handlers.assign_lead, commands.AssignLead(person, member)),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                await leads.room.do(handler, command, caller)
        for view, key in ((views.get_hand_over, given.id), (views.get_lead, person), (views.list_callers, SENDING)):
            with pytest.raises(NotFound):
                await leads.room.read(view, key, caller=caller)

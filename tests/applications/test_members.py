"""Members of committees: applying, selected, at work, gone; whose they are to see, and what is told."""

from datetime import date

import pytest

from services.applications import commands, handlers, views
from services.applications.policy import MEMBER_MOVES, MemberStatus, check_member_move, possible_member_moves
from shared.access import Role
from shared.contracts import parties
from shared.errors import Conflict, Invalid, NotFound
from shared.storage.paging import Paging
from shared.testing import callers
from tests.applications.world import World

STRANGER = {"given_name": "Noor", "family_name": "Haddad", "email": "noor@sojourn.example"}


async def test_an_ep_becomes_a_member_works_and_leaves(world: World) -> None:
    ep, se = await world.room.client(world.ep), await world.room.client(world.se)
    made = await ep.post("/v1/members", json={"entity_id": str(world.sending), "role": "ep_manager"})
    assert (made.status_code, made.json()["given_name"], made.json()["possible_moves"]) == (201, "Ioana", ["leave"])
    path = made.headers["Location"]
    seen = await se.get(path)
    assert seen.json()["possible_moves"] == ["select", "leave"]
    selected = await se.post(f"{path}/selection", headers={"If-Match": seen.headers["ETag"]})
    period = {"from_on": "2026-02-01", "to_on": "2027-01-31"}
    active = await se.post(f"{path}/activation", json=period, headers={"If-Match": selected.headers["ETag"]})
    assert (active.json()["status"], active.json()["from_on"], active.json()["to_on"]) == ("active", *period.values())
    left = await ep.post(f"{path}/leaving", json={"to_on": "2026-06-30"}, headers={"If-Match": active.headers["ETag"]})
    assert (left.json()["status"], left.json()["to_on"], left.json()["possible_moves"]) == ("left", "2026-06-30", [])
    told = [fact for fact in await world.room.said() if isinstance(fact, parties.MemberFact)]
    assert [type(fact).__name__ for fact in told] == [
        "MemberApplied",
        "MemberSelected",
        "MemberActivated",
        "MemberLeft",
    ]
    assert (told[0].person_id, told[-1].was, told[-1].to_on) == (world.ep.party, "active", date(2026, 6, 30))


async def test_a_stranger_with_an_account_says_who_it_is(world: World) -> None:
    stranger = callers.participant()
    with pytest.raises(Invalid) as refusal:
        await _apply(world, stranger)
    assert [error.pointer for error in refusal.value.errors] == ["#/given_name", "#/family_name", "#/email"]
    member = await _apply(world, stranger, **STRANGER)
    assert (member.person_id, member.family_name) == (None, "Haddad")
    (words,) = await world.room.said(parties.MemberDetails)
    assert (words.member_id, words.email) == (member.id, "noor@sojourn.example")
    assert (await world.room.read(views.get_member, member.id, caller=stranger)).id == member.id


async def test_an_illegal_move_says_what_is_possible(world: World) -> None:
    member = await _apply(world)
    with pytest.raises(Conflict) as refusal:
        await world.room.do(handlers.activate_member, commands.ActivateMember(member.id), world.se)
    assert refusal.value.extra == {"status": "applied", "possible_moves": ["select", "leave"]}
    assert (await world.room.read(views.get_member, member.id)).status == "applied"


async def test_the_work_begins_today_unless_a_day_was_agreed_and_never_after_its_end(world: World) -> None:
    member = await _selected(world)
    command = commands.ActivateMember(member.id, date(2026, 5, 1), date(2026, 4, 1))
    with pytest.raises(Invalid) as refusal:
        await world.room.do(handlers.activate_member, command, world.se)
    assert [error.pointer for error in refusal.value.errors] == ["#/to_on"]
    active = await world.room.do(handlers.activate_member, commands.ActivateMember(member.id), world.se)
    assert (active.from_on, active.to_on) == (date(2026, 2, 2), None)


async def test_an_application_that_comes_to_nothing_keeps_no_period(world: World) -> None:
    member = await _apply(world, from_on=date(2026, 3, 1))
    gone = await world.room.do(handlers.leave_entity, commands.LeaveEntity(member.id), world.se)
    assert (gone.status, gone.from_on, gone.to_on) == ("left", None, None)
    assert await _listed(world, on=date(2026, 3, 2)) == []


async def test_who_leaves_after_work_may_stay_in_touch_and_an_applicant_may_not(world: World) -> None:
    applied = await _apply(world)
    with pytest.raises(Invalid) as refusal:
        await world.room.do(handlers.leave_entity, commands.LeaveEntity(applied.id, alumna=True), world.se)
    assert [error.pointer for error in refusal.value.errors] == ["#/alumna"]
    await world.room.do(handlers.select_member, commands.SelectMember(applied.id), world.se)
    await world.room.do(handlers.activate_member, commands.ActivateMember(applied.id), world.se)
    gone = await world.room.do(handlers.leave_entity, commands.LeaveEntity(applied.id, alumna=True), world.se)
    assert (gone.status, gone.alumna) == ("left", True)
    (told,) = await world.room.said(parties.MemberLeft)
    assert (told.was, told.alumna) == ("active", True)


async def test_once_per_committee_and_role_until_one_left(world: World) -> None:
    member = await _apply(world)
    with pytest.raises(Conflict):
        await _apply(world)
    await _apply(world, role="team_leader")
    await world.room.do(handlers.leave_entity, commands.LeaveEntity(member.id), world.ep)
    assert (await _apply(world)).id != member.id


async def test_lists_are_filtered_and_end_at_the_callers_committee(world: World) -> None:
    member = await _selected(world)
    period = commands.ActivateMember(member.id, date(2026, 2, 1), date(2026, 6, 30))
    await world.room.do(handlers.activate_member, period, world.se)
    other = await _apply(world, callers.participant(), role="president", **STRANGER)
    national = (await world.room.read(views.get_entity, world.sending)).parent_id
    both = [member.id, other.id]
    assert sorted(await _listed(world, caller=callers.national_manager(national))) == sorted(both)
    assert sorted(await _listed(world, caller=callers.hosting_manager(world.sending))) == sorted(both)
    assert await _listed(world, caller=world.he) == []
    assert await _listed(world, caller=world.ep) == [member.id]
    assert await _listed(world, status=MemberStatus.applied) == [other.id]
    assert await _listed(world, role="president") == [other.id]
    assert await _listed(world, entity_id=world.hosting) == []
    days = {day: await _listed(world, on=date(2026, *day)) for day in ((1, 31), (2, 1), (6, 30), (7, 1))}
    assert days == {(1, 31): [], (2, 1): [member.id], (6, 30): [member.id], (7, 1): []}


async def test_a_foreign_membership_is_not_there(world: World) -> None:
    member = await _apply(world)
    for caller in (world.he, callers.national_manager(world.hosting)):
        with pytest.raises(NotFound):
            await world.room.do(handlers.select_member, commands.SelectMember(member.id), caller)
    with pytest.raises(NotFound):
        await world.room.do(handlers.leave_entity, commands.LeaveEntity(member.id), callers.participant())


async def test_an_erased_member_leaves_a_tombstone_and_no_name(world: World) -> None:
    stranger = callers.participant()
    member = await _apply(world, stranger, **STRANGER)
    erased = await world.room.do(handlers.erase_member, commands.EraseMember(member.id), stranger)
    assert (erased.given_name, erased.family_name, erased.status) == ("", "", "applied")
    assert (await world.room.said())[-1] == (parties.MemberDetails.TYPE, member.id)


def test_the_table_leads_from_applied_to_left_and_nowhere_else() -> None:
    for status in MemberStatus:
        for name, move in MEMBER_MOVES.items():
            if status in move.sources:
                assert check_member_move(name, status, Role.global_manager).target is move.target
            else:
                with pytest.raises(Conflict):
                    check_member_move(name, status, Role.global_manager)
    assert possible_member_moves(MemberStatus.active, Role.participant) == ["leave"]
    assert possible_member_moves(MemberStatus.left, Role.global_manager) == []


async def _apply(world: World, caller: object = None, role: str = "member", **values: object) -> object:
    command = commands.ApplyAsMember(entity_id=world.sending, role=role, **values)
    return await world.room.do(handlers.apply_as_member, command, caller or world.ep)


async def _selected(world: World) -> object:
    member = await _apply(world)
    return await world.room.do(handlers.select_member, commands.SelectMember(member.id), world.se)


async def _listed(world: World, caller: object = None, **filters: object) -> list[object]:
    wanted = [filters.get(name) for name in ("entity_id", "status", "role", "on")]
    page = await world.room.read(views.list_members, *wanted, Paging(), caller=caller or world.se)
    return [member.id for member in page.items]

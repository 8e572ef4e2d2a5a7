"""Exits, breaks and returns: what they give back, what they cost, and what they must not bring back."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.applications import commands, handlers, views
from services.applications.model import Slot
from services.applications.policy import REFUNDED, BreakReason, NoteBreakReason, Status, refunded
from services.applications.settings import limits
from shared.contracts import applications as facts
from shared.errors import Conflict, Invalid, Stale
from shared.testing import callers
from tests.applications.course import BEGUN, after, at, make
from tests.applications.world import END, START, World

PROOF = "cd" * 32


async def openings(world: World, application: Any) -> tuple[int, int]:
    """What is left of the opportunity and of the slot."""
    opportunity = await world.room.read(views.get_opportunity, application.opportunity_id)

    async def slot(uow: Any) -> int:
        return (await uow.get(Slot, application.slot_id)).openings

    return opportunity.openings, await world.room.read(slot)


async def states(world: World, application: Any) -> list[tuple[str, date]]:
    """(status, effective day) of all that the application has been."""
    query = text("SELECT status, effective_on FROM application_state WHERE application_id = :id ORDER BY id")
    async with world.room.runtime.database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query, {"id": application.id})]


@pytest.mark.parametrize("reason", BreakReason)
def test_four_reasons_pay_back_with_proof_and_not_after_the_start(reason: BreakReason) -> None:
    pays = reason in REFUNDED
    assert refunded(reason, PROOF, START, START) is pays
    if not pays:
        assert refunded(reason, None, END, START) is False
        return
    with pytest.raises(Invalid) as unproved:
        refunded(reason, None, START, START)
    assert [error.pointer for error in unproved.value.errors] == ["#/proof"]
    with pytest.raises(Conflict, match="nothing is paid back") as late:
        refunded(reason, PROOF, START + timedelta(days=1), START)
    assert late.value.code == "no-refund"


async def test_a_broken_approval_gives_the_opening_back_and_says_whether_it_pays(world: World) -> None:
    application = await world.approved()
    assert await openings(world, application) == (0, 0)
    se = await world.room.client(world.se)
    path, body = f"/v1/applications/{application.id}/approval-break", {"reason": "serious_illness"}
    headers = {"If-Match": f'"{application.version}"'}
    assert (await se.post(path, json=body, headers=headers)).status_code == 422
    done = await se.post(path, json=body | {"proof": PROOF}, headers=headers)
    assert (done.status_code, done.json()["status"], done.json()["refund"]) == (200, "approval_broken", True)
    assert await openings(world, application) == (1, 1)
    (broken,) = await world.room.said(facts.ApprovalBroken)
    assert (broken.reason, broken.refund, broken.side) == ("serious_illness", True, "sending")
    assert PROOF not in broken.model_dump_json()


async def test_a_broken_realization_never_completes(world: World) -> None:
    application = await at(world, Status.realization_broken)
    assert await openings(world, application) == (1, 1)
    world.room.clock.set(after(END))
    assert await world.room.due() == 0
    assert await world.room.said(facts.ExperienceCompleted) == []


async def test_a_repaired_break_completes_once_and_counts_no_more(world: World) -> None:
    application = await at(world, Status.realization_broken)
    for move, caller in (("reinstate", world.se), ("approve", world.he), ("approve", world.se), ("realize", world.he)):
        application = await make(world, move, application, caller)
    assert await openings(world, application) == (0, 0)
    world.room.clock.set(after(END))
    assert await world.room.due() == 1
    assert len(await world.room.said(facts.ExperienceCompleted)) == 1
    history = [Status(status) for status, _ in await states(world, application)]
    assert history.count(Status.realization_broken) == 1


async def test_a_returned_application_is_as_if_just_submitted(world: World) -> None:
    application = await at(world, Status.withdrawn, await world.signed(await world.accept(await world.apply())))
    again = await make(world, "reopen", application, world.ep)
    assert (again.status, again.accepted_at, again.signed_at, again.ended_at) == ("open", None, None, None)
    (told,) = await world.room.said(facts.ApplicationReopened)
    assert (told.former, told.status, told.side) == ("withdrawn", "open", None)
    assert [status for status, _ in await states(world, application)][-2:] == ["withdrawn", "open"]


async def test_an_application_does_not_return_beside_a_live_one_for_the_same(world: World) -> None:
    opportunity = await world.opportunity()
    first = await at(world, Status.rejected, await world.apply(opportunity))
    await world.apply(opportunity)
    with pytest.raises(Conflict) as refusal:
        await make(world, "unreject", first, world.he)
    assert refusal.value.code == "applied-again"


async def test_an_application_does_not_return_where_nothing_is_left(world: World) -> None:
    opportunity = await world.opportunity()
    other = callers.participant()
    await world.sign_up(other, "other@sojourn.example")
    turned_down = await make(world, "reject", await world.apply(opportunity, other), world.he)
    await world.approved(await world.apply(opportunity))
    with pytest.raises(Conflict) as refusal:
        await make(world, "unreject", turned_down, world.he)
    assert refusal.value.code == "no-openings"


async def test_an_application_does_not_return_after_the_last_day_to_apply(world: World) -> None:
    application = await make(world, "reject", await world.apply(), world.he)
    world.room.clock.set(BEGUN + timedelta(days=1))
    with pytest.raises(Conflict) as refusal:
        await make(world, "unreject", application, world.he)
    assert refusal.value.code == "not-offered"


async def test_two_returns_at_the_same_moment_leave_one_live_application(world: World) -> None:
    """The guard may let both through: then the constraint speaks, and as clearly."""
    opportunity = await world.opportunity()
    one = await make(world, "withdraw", await world.apply(opportunity), world.ep)
    two = await make(world, "withdraw", await world.apply(opportunity), world.ep)
    done = await asyncio.gather(*(make(world, "reopen", row, world.ep) for row in (one, two)), return_exceptions=True)
    (refused,) = [outcome for outcome in done if isinstance(outcome, Exception)]
    assert isinstance(refused, Conflict)
    assert refused.code == "applied-again"


async def test_two_notes_signed_at_the_same_moment_are_one(world: World) -> None:
    rows = [await world.accept(await world.apply()) for _ in range(3)]
    done = await asyncio.gather(*(world.signed(row) for row in rows), return_exceptions=True)
    refused = [outcome for outcome in done if isinstance(outcome, Exception)]
    assert [(type(one), getattr(one, "code", one)) for one in refused] == [(Conflict, "an-signed")] * 2


async def test_a_side_breaks_a_signed_note_and_the_ep_may_sign_another(world: World) -> None:
    first, second = await world.accept(await world.apply()), await world.accept(await world.apply())
    first = await world.approve(await world.signed(first), world.he)
    command = commands.BreakAcceptanceNote(first.id, NoteBreakReason.ep_unresponsive)
    broken = await world.room.do(handlers.break_acceptance_note, command, world.se)
    assert (broken.status, broken.reason, broken.hosting_approved) == ("withdrawn", "ep_unresponsive", False)
    (told,) = await world.room.said(facts.ApplicationWithdrawn)
    assert told.side == "sending"
    assert (await world.signed(second)).status == "in_progress"


async def test_a_withdrawal_may_say_why(world: World) -> None:
    ep = await world.room.client(world.ep)
    for body, reason in (({}, "own_wish"), ({"json": {"reason": "studies"}}, "studies")):
        application = await world.apply()
        path, headers = f"/v1/applications/{application.id}/withdrawal", {"If-Match": f'"{application.version}"'}
        assert (await ep.post(path, headers=headers, **body)).json()["reason"] == reason
    bad = await ep.post(path, headers=headers, json={"reason": "boredom"})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "#/reason")


@pytest.fixture
def _others_stay(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that was started with the other policy."""
    monkeypatch.setenv("SOJOURN_APPLICATIONS_WITHDRAW_OTHERS_AT_APPROVAL", "false")
    limits.cache_clear()
    yield
    limits.cache_clear()


@pytest.mark.usefixtures("_others_stay")
async def test_the_other_applications_stay_when_the_room_is_set_so(world: World) -> None:
    other = await world.apply()
    await world.approved()
    assert (await world.room.read(views.get_application, other.id)).status == "open"
    assert await world.room.said(facts.ApplicationWithdrawn) == []


async def test_a_return_names_the_version_that_was_read(world: World) -> None:
    application = await world.apply()
    await make(world, "reject", application, world.he)
    with pytest.raises(Stale):
        await make(world, "unreject", application, world.he, expected=application.version)


async def test_every_change_of_status_is_kept_with_its_day(world: World) -> None:
    world.room.clock.set(datetime(2026, 2, 2, 9, tzinfo=UTC))
    application = await world.approved()
    world.room.clock.set(datetime(2026, 3, 10, 9, tzinfo=UTC))
    application = await make(world, "realize", application, world.he)
    world.room.clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    await world.room.due()
    applied = date(2026, 2, 2)
    assert await states(world, application) == [
        ("open", applied),
        ("accepted", applied),
        ("in_progress", applied),
        ("approved", applied),
        ("realized", START),
        ("completed", END + timedelta(days=1)),
    ]

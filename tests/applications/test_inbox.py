"""Both sides' inbox: what waits for whom, since when, how urgent; whose it is; pages that lose and double nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.applications import commands, handlers
from services.applications.policy.inbox import LINES, SCOPES, Scope, Waiting, lines_of, overdue_since
from shared.access import Caller, Role
from shared.testing import callers
from tests.applications.test_requirements import FEE, record
from tests.applications.world import START, World

DAY = datetime(2026, 1, 10, 12, tzinfo=UTC)


async def inbox(world: World, caller: Caller, **asked: Any) -> dict[str, Any]:
    reply = await (await world.room.client(caller)).get("/v1/inbox", params=asked)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def waiting(world: World, caller: Caller, **asked: Any) -> list[tuple[str, str | None, str]]:
    found = (await inbox(world, caller, **asked))["items"]
    return [(item["kind"], item["requirement"], item["due_on"]) for item in found]


@pytest.fixture
def enabler(world: World) -> Caller:
    return callers.enabler(world.enabler_id)


async def test_each_step_waits_for_whose_turn_it_is(world: World, enabler: Caller) -> None:
    world.room.clock.set(DAY)
    interview = ("requirement", "se_interview", "2026-01-17")
    application = await world.apply()
    assert await waiting(world, world.he) == [("answer", None, "2026-01-17")]
    assert await waiting(world, world.se) == [interview]
    assert await waiting(world, world.ep) == []
    await world.accept(application)
    sign = ("sign", None, "2026-01-17")
    assert await waiting(world, world.he) == []
    assert await waiting(world, world.ep) == [sign]
    assert await waiting(world, world.se) == [sign, interview]
    await world.sign(application)
    approve = ("approve", None, "2026-01-17")
    assert await waiting(world, world.he) == [approve]
    assert await waiting(world, world.se, kind="approve") == [approve]
    await world.pay(application)
    await world.approve(application, world.se)
    assert await waiting(world, world.se) == [interview]
    await world.approve(application, world.he)
    passport = ("requirement", "passport_copy", "2026-01-17")
    papers, policies = (
        ("requirement", "visa_filing", "2026-02-14"),
        ("requirement", "policies_acknowledged", "2026-03-01"),
    )
    assert await waiting(world, world.ep) == [passport, papers, policies]
    assert await waiting(world, enabler) == []
    assert await waiting(world, world.he, kind="realize") == []
    world.room.clock.set(datetime(2026, 3, 1, 23, 0, tzinfo=UTC))  # the first day of work has begun in Stockholm
    assert await waiting(world, world.he, kind="realize") == [("realize", None, "2026-03-02")]
    await world.room.do(handlers.realize_experience, commands.RealizeExperience(application.id), world.he)
    assert await waiting(world, world.he, kind="realize") == []


async def test_ageing_counts_days_at_the_host_and_since_when_it_is_late(world: World) -> None:
    world.room.clock.set(datetime(2026, 1, 10, 23, 30, tzinfo=UTC))  # the 11th in Stockholm
    await world.apply()
    world.room.clock.set(datetime(2026, 1, 18, 22, 59, tzinfo=UTC))
    found = await inbox(world, world.he)
    (item,) = found["items"]
    assert (item["since"], item["days_waiting"], item["due_on"], item["overdue_since"]) == (
        "2026-01-11", 7, "2026-01-18", None,
    )  # fmt: skip
    assert found["counts"] == [
        {"kind": "realize", "waiting": 0, "overdue": 0, "more": False},
        {"kind": "approve", "waiting": 0, "overdue": 0, "more": False},
        {"kind": "answer", "waiting": 1, "overdue": 0, "more": False},
        {"kind": "requirement", "waiting": 0, "overdue": 0, "more": False},
    ]
    assert await waiting(world, world.he, overdue=True) == []
    world.room.clock.advance(timedelta(minutes=1))  # midnight there
    (item,) = (await inbox(world, world.he, overdue=True))["items"]
    assert (item["days_waiting"], item["overdue_since"]) == (8, "2026-01-19")
    assert (await inbox(world, world.he))["counts"][2] == {"kind": "answer", "waiting": 1, "overdue": 1, "more": False}


async def test_an_inbox_is_ones_own(world: World, enabler: Caller) -> None:
    opportunity = await world.opportunity()
    for name in ("one", "two"):
        ep = callers.participant()
        await world.sign_up(ep, f"{name}@sojourn.example")
        await world.accept(await world.apply(opportunity, ep))
    await world.accept(await world.apply(opportunity))
    assert len(await waiting(world, world.ep)) == 1
    assert len(await waiting(world, world.se, kind="sign")) == 3
    for stranger in (
        callers.participant(),
        callers.enabler(),
        callers.sending_manager(world.hosting),
        callers.hosting_manager(world.sending),
        callers.national_manager(world.ep.party or world.sending),
    ):
        found = await inbox(world, stranger)
        assert found["items"] == []
        assert [count for count in found["counts"] if count["waiting"]] == []
    assert len(await waiting(world, callers.national_manager(world.sending))) == 6
    assert len(await waiting(world, callers.global_manager())) == 6
    auditor = await world.room.client(callers.auditor())
    assert (await auditor.get("/v1/inbox")).status_code == 403


async def test_what_ended_waits_for_nobody(world: World) -> None:
    application = await world.apply()
    await world.room.do(handlers.withdraw_application, commands.WithdrawApplication(application.id), world.ep)
    for caller in (world.ep, world.se, world.he):
        assert await waiting(world, caller) == []


async def test_pages_go_on_behind_the_last_row_over_all_kinds(world: World) -> None:
    for number in range(6):
        world.room.clock.set(DAY + timedelta(days=number // 2))
        ep = callers.participant()
        await world.sign_up(ep, f"ep{number}@sojourn.example")
        application = await world.apply(ep=ep)
        if number % 2:
            await world.accept(application)
            await world.sign(application, ep)
    everything = callers.global_manager()
    whole = (await inbox(world, everything))["items"]
    assert len(whole) == 3 + 3 * 2 + 6 + 3 * 2
    assert [item["due_on"] for item in whole] == sorted(item["due_on"] for item in whole)
    walked, cursor = [], None
    while True:
        page = await inbox(world, everything, limit=4, **({"cursor": cursor} if cursor else {}))
        assert (page["counts"] is None) if "counts" in page and cursor else True
        walked += page["items"]
        if (cursor := page["next"]) is None:
            break
    assert walked == whole
    client = await world.room.client(everything)
    for broken in ("AAAA", "WzEsMl0", "WzEsIjIwMjYtMDEtMDEiLDEsIngiXQ"):
        refused = await client.get("/v1/inbox", params={"cursor": broken})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-cursor")
    refused = await client.get("/v1/inbox", params={"changed_since": "2026-01-01T00:00:00Z"})
    assert refused.status_code == 422


async def test_a_recorded_requirement_leaves_the_inbox_and_new_dates_move_the_rest(world: World) -> None:
    world.room.clock.set(DAY)
    application = await world.apply()
    await world.accept(application)
    await world.sign(application)
    await record(world, application, "fee_paid", world.se, **FEE)
    names = [name for _, name, _ in await waiting(world, world.se, kind="requirement")]
    assert sorted(names) == ["contract_signed", "se_interview"]
    await record(world, application, "contract_signed", world.se)
    await world.approve(application, world.se)
    await world.approve(application, world.he)
    later = timedelta(days=7)
    dates = commands.ChangeExperienceDates(application.id, START + later, START + later + timedelta(days=83))
    await world.room.do(handlers.change_experience_dates, dates, world.he)
    found = await waiting(world, world.se, kind="requirement")
    assert found == [("requirement", "se_interview", "2026-01-17"), ("requirement", "insurance", "2026-03-08")]


# --- the lines, pure


def test_no_line_is_seen_by_nobody_and_nobody_sees_a_line_twice() -> None:
    assert {scope for seen in SCOPES.values() for scope in seen} == set(Scope)
    assert len({line.rank for line in LINES}) == len(LINES)
    assert {line.kind for line in lines_of(Role.hosting_manager)} == set(Waiting) - {Waiting.sign}
    assert lines_of(Role.auditor) == []
    assert [line.rank for line in lines_of(Role.participant, Waiting.sign)] == [3]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_late_begins_on_the_day_after(due: date, days: int) -> None:
    today = due + timedelta(days=days)
    assert overdue_since(due, today) == (due + timedelta(days=1) if days > 0 else None)

"""The member journey: rows in any order, stages, recruitment with intervals, days in a role; what is erased."""

import itertools
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from services.journeys import views
from services.journeys.policy.incidence import ENDED, OPEN, REACHED, Estimate
from services.journeys.policy.members import Course, Ending, MemberStage, horizons, median_stay, stage_of
from shared.contracts import parties
from shared.contracts.envelope import Event
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import callers
from tests.journeys.world import CLUJ, UPPSALA, World

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def membership(**more: Any) -> dict[str, Any]:
    return {"member_id": new_id(), "entity_id": CLUJ, "person_id": None, "role": "ep_manager", **more}


def life(about: dict[str, Any], alumna: bool | None = True) -> list[Event]:
    details = {"given_name": "Dan", "family_name": "Pop", "email": "dan@sojourn.example"}
    return [
        parties.MemberApplied(**about),
        parties.MemberDetails(member_id=about["member_id"], **details),
        parties.MemberSelected(**about),
        parties.MemberActivated(**about, from_on=date(2026, 2, 1), to_on=None),
        parties.MemberLeft(**about, was="active", to_on=date(2026, 5, 1), alumna=alumna),
    ]


async def listed(world: World, caller: Any = None, **asked: Any) -> list[Any]:
    given = {"entity_id": None, "stage": None, "role": None} | asked
    page = await world.room.read(views.list_member_journeys, *given.values(), Paging(), caller=caller)
    return list(page.items)


async def test_a_member_is_followed_from_applying_to_the_alumni(world: World) -> None:
    about = membership()
    seen = []
    for month, event in enumerate(life(about), 1):
        await world.at(2026, month, 1, event)
        (one,) = await listed(world)
        seen.append((one.stage, one.family_name))
    assert seen == [
        ("applied", None), ("applied", "Pop"), ("selected", "Pop"), ("active", "Pop"), ("alumna", "Pop"),
    ]  # fmt: skip
    assert (one.entity, one.days_in_role, one.to_on) == ("Cluj", 89, date(2026, 5, 1))


async def test_the_rows_are_the_same_wherever_the_name_comes_between(world: World) -> None:
    """Names come from another topic: at any place among the steps."""
    found = set()
    for place in range(5):
        about = membership()
        steps = life(about)
        details = steps.pop(1)
        steps.insert(place, details)
        for month, event in enumerate(steps):
            await world.at(2026, 1 + month, 1, event)
        one = await world.room.read(views.get_member_journey, about["member_id"])
        found.add((one.stage, one.given_name, one.to_on))
    assert found == {("alumna", "Dan", date(2026, 5, 1))}


async def test_a_tombstone_forgets_the_name_and_keeps_the_course(world: World) -> None:
    about = membership()
    for event in life(about)[:3]:
        await world.at(2026, 1, 5, event)
    await world.room.hear_erased(parties.MemberDetails, about["member_id"])
    (one,) = await listed(world)
    assert (one.given_name, one.family_name, one.stage) == (None, None, "selected")


async def test_members_end_at_the_callers_committee(world: World) -> None:
    mine, other = membership(person_id=new_id()), membership(entity_id=UPPSALA)
    await world.at(2026, 1, 5, parties.MemberApplied(**mine), parties.MemberApplied(**other))
    for caller in (
        callers.sending_manager(CLUJ),
        callers.hosting_manager(CLUJ),
        callers.participant(mine["person_id"]),
    ):
        assert [one.id for one in await listed(world, caller)] == [mine["member_id"]]
        with pytest.raises(NotFound):
            await world.room.read(views.get_member_journey, other["member_id"], caller=caller)
    assert await listed(world, callers.enabler()) == []
    client = await world.room.client(callers.participant(mine["person_id"]))
    assert (await client.get("/v1/recruitment")).status_code == 403


async def test_lists_are_filtered_by_stage_and_each_member_is_at_one(world: World) -> None:
    ids: dict[MemberStage, UUID] = {}
    for stage, steps, was in (
        (MemberStage.applied, 1, None), (MemberStage.selected, 3, None), (MemberStage.active, 4, None),
        (MemberStage.alumna, 5, True), (MemberStage.former, 5, False),
    ):  # fmt: skip
        about = membership()
        ids[stage] = about["member_id"]
        await world.at(2026, 1, 5, *life(about, was)[:steps])
    refused = membership()
    ids[MemberStage.not_taken] = refused["member_id"]
    left = parties.MemberLeft(**refused, was="selected", to_on=None)
    await world.at(2026, 1, 6, parties.MemberApplied(**refused), parties.MemberSelected(**refused), left)
    for stage, id_ in ids.items():
        assert [(one.id, one.stage) for one in await listed(world, stage=stage)] == [(id_, stage)]


async def test_recruitment_counts_and_says_too_few(world: World) -> None:
    for number in range(40):
        about = membership()
        await world.at(2026, 1, 5, *life(about, alumna=number % 2 == 0)[: 5 if number < 30 else 1])
    world.room.clock.set(NOW)
    reply = await (await world.room.client(world.se)).get("/v1/recruitment", params={"entity_id": str(CLUJ)})
    found = reply.json()
    assert (found["n"], found["reached"]["activated"]["count"], found["note"]) == (40, 30, None)
    assert found["reached"]["activated"]["share"] == 0.75
    assert found["reached"]["activated"]["low"] < 0.75 < found["reached"]["activated"]["high"]
    assert (found["alumni"]["count"], found["alumni"]["n"]) == (15, 30)
    assert found["time_in_role"]["median_days"] == 89
    later = (await (await world.room.client(world.se)).get("/v1/recruitment", params={"since": "2026-02-01"})).json()
    assert (later["n"], later["note"], later["reached"]["activated"]["share"]) == (0, "not enough data", None)


def test_who_waits_is_no_failure_and_nothing_is_said_beyond_what_was_watched() -> None:
    """Without open cases the share is the plain one; with them the open are left where they are."""
    known = {(one.days, one.ending): one for one in horizons([(20, REACHED, 30), (10, ENDED, 10)])}
    assert known[30, Ending.activated].share == approx(0.75)
    assert known[30, Ending.not_taken].share == approx(0.25)
    assert (known[30, Ending.activated].count, known[30, Ending.activated].n) == (30, 40)
    waiting = {(one.days, one.ending): one for one in horizons([(20, REACHED, 30), (10, OPEN, 10), (60, OPEN, 5)])}
    assert waiting[30, Ending.activated].share == approx(30 / 35)
    assert waiting[90, Ending.activated].share is None


class approx:  # noqa: N801 - reads like pytest's
    """Equal to an estimate of about this value."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Estimate) and abs(other.value - self.value) < 1e-9

    __hash__ = None  # type: ignore[assignment]


def test_a_stage_follows_from_every_combination_of_steps() -> None:
    for selected, activated, left, alumna in itertools.product((None, NOW), (None, NOW), (None, NOW), (None, True)):
        was = ("active" if activated else "applied") if left else None
        stage = stage_of(Course(NOW, selected, activated, left, was, alumna))
        assert (stage in (MemberStage.alumna, MemberStage.former)) == bool(left and activated)
        assert (stage is MemberStage.active) == bool(activated and not left)


def test_the_median_and_its_bounds_are_those_of_statsmodels_and_unknown_while_most_are_there() -> None:
    days = [3, 9, 9, 15, 21, 21, 21, 30, 42, 60, 75, 90, 90, 120]
    ended = [True, True, False, True, True, False, True, True, False, True, True, True, False, False]
    fitted = SurvfuncRight(np.array(days), np.array(ended).astype(int))
    low, high = fitted.quantile_ci(0.5, method="cloglog")
    found = median_stay([(*one, 1) for one in zip(days, ended, strict=True)])
    assert (found.value, found.low, found.high) == (fitted.quantile(0.5), low, high)
    assert median_stay([(10, False, 5), (3, True, 1)]).value is None

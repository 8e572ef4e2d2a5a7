"""Letters of a quality case: each carries the customer's own page, and what happens twice is told twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.notifications import plan
from shared.contracts import cases, surveys
from shared.contracts.surveys import Party
from shared.ids import new_id
from shared.links import case_link
from shared.testing import builders
from shared.testing.rooms import Room
from tests.notifications.world import World


@pytest.fixture(autouse=True)
def _shipped(room: Room) -> Iterator[None]:
    """The shipped plan, not the small one of the other tests."""
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        yield


NEWS = {"by": "hosting", "solution": False}


async def about(world: World, kind: Any, case_id: Any, **values: Any) -> None:
    soon = world.room.clock.now() + timedelta(days=1)
    given = {
        surveys.QualityCaseOpened: {"owner": "hosting", "acknowledge_by": soon},
        cases.QualityCaseReopened: {"owner": "hosting", "level": "local", "acknowledge_by": soon},
        cases.QualityCaseAnswered: {**NEWS, "message_id": new_id()},
        cases.QualityCaseEscalated: {
            "level": "national", "why": "contested", "deciders": [new_id()], "answer_by": None, "decide_by": soon,
        },
        surveys.QualityCaseClosed: {"outcome": "solved"},
    }[kind]  # fmt: skip
    await world.room.hear(builders.case(kind, world.stay, **{**given, "case_id": case_id, **values}))
    await world.run()


CASE = ("Your case: what happens now", "There is an answer in your case", "Your case goes to the next level")


def subjects(world: World) -> list[str]:
    return sorted(str(letter.headers["Subject"]) for letter in world.inbox() if letter.headers["Subject"] in CASE)


async def test_the_ep_gets_the_link_to_the_own_page_of_the_case(world: World) -> None:
    await world.hear_people(language="sv")
    await world.hear_places()
    case_id = new_id()
    await about(world, surveys.QualityCaseOpened, case_id)
    (letter,) = [one for one in world.inbox() if one.headers["Subject"] == "Ditt ärende: vad som händer nu"]
    assert case_link(case_id) in (letter.text or "")
    assert f'href="{case_link(case_id)}"' in (letter.html or "")


async def test_every_answer_and_every_step_up_is_told(world: World) -> None:
    await world.hear_people(language="en")
    await world.hear_places()
    case_id = new_id()
    for kind in (surveys.QualityCaseOpened, *[cases.QualityCaseAnswered] * 2, *[cases.QualityCaseEscalated] * 2,
                 cases.QualityCaseReopened):  # fmt: skip
        await about(world, kind, case_id)
    assert subjects(world) == sorted(CASE * 2)
    for letter in world.inbox():
        if letter.headers["Subject"] in CASE:
            assert case_link(case_id) in (letter.text or "")


async def test_an_enablers_case_is_told_to_the_enabler_alone(world: World) -> None:
    await world.hear_people(language="en")
    await world.hear_places()
    case_id = new_id()
    values = {"party": Party.enabler, "person_id": None}
    await about(world, surveys.QualityCaseOpened, case_id, **values)
    await about(world, cases.QualityCaseAnswered, case_id, **values)
    letters = world.inbox()
    assert {letter.headers["To"] for letter in letters} == {letters[0].headers["To"]}
    assert "maja@norrsken.example" in letters[0].headers["To"]
    assert len(letters) == 2
    assert all(case_link(case_id) in (letter.text or "") for letter in letters)


async def test_helpers_of_both_sides_have_a_task_until_the_case_is_closed(world: World) -> None:
    await world.hear_people()
    await world.hear_places()
    case_id = new_id()
    await about(world, surveys.QualityCaseOpened, case_id)
    calendar = await world.calendar()
    helping = {code: calendar[code] for code in ("help-in-quality-case", "help-in-quality-case-host")}
    for touchpoint in helping.values():
        assert touchpoint.sending_entity_id == world.stay["sending_entity_id"]
        assert touchpoint.hosting_entity_id == world.stay["hosting_entity_id"]
    await about(world, surveys.QualityCaseClosed, case_id)
    assert {(await world.states())[code] for code in helping} <= {"done", "sent", "cancelled"}

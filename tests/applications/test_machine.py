"""Random courses of applications on a real database, held against the second opinion of `model.py`: no divergence.

CI runs 200 courses of 30 steps, the same ones each time; `SOJOURN_TEST_COURSES=10000` runs so many of 50 steps, other
ones each time: two at once with 5,000 each take half an hour on two cores.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.applications import commands, handlers
from services.applications.model import Opportunity, Person, Requirement, Slot
from services.applications.policy import Status, person_status
from shared.access import Caller, Role
from shared.errors import Refusal
from shared.ids import new_id
from shared.runtime import Runtime
from shared.testing import callers
from tests.applications.course import COMMANDS
from tests.applications.model import ALLOWED, Model, Offer, One
from tests.applications.world import END, START, World

FULL = int(os.environ.get("SOJOURN_TEST_COURSES", "0"))
COURSES, STEPS = (FULL, 50) if FULL else (200, 30)
MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)
PEOPLE = 2
OPENINGS = (1, 2)
ROLES = ("participant", "sending_manager", "hosting_manager")
MAIN_WAY = {"accept": 5, "sign": 8, "approve": 6, "realize": 12, "reinstate": 3}
PICK = st.integers(0, 2**20)
REACHED: Counter[Status] = Counter()
SEEN = ("status", "sending", "hosting", "start_on", "end_on")
ROWS = """
SELECT id, person_id, status, terms, start_on, end_on, sending_approval IS NOT DISTINCT FROM terms AS sending,
    hosting_approval IS NOT DISTINCT FROM terms AS hosting, changed_at,
    coalesce(completed_at, ended_at, changed_at) AS over
FROM application WHERE id = ANY($1)
"""
LEFT = """
SELECT o.id, o.openings, s.openings FROM opportunity o JOIN slot s ON s.opportunity_id = o.id WHERE o.id = ANY($1)
"""


class Courses(RuleBasedStateMachine):
    """Two EPs and two opportunities; every step is made in the room and in the model, and both must answer alike."""

    world: World
    loop: asyncio.AbstractEventLoop
    known: Any  # an EP and an opportunity, to be copied

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def answer(self, handler: Any, command: Any, caller: Caller) -> Any:
        """What the room answers: the result, or the code of its refusal."""
        try:
            return self.run(self.world.room.do(handler, command, caller))
        except Refusal as refusal:
            return refusal.code

    @initialize()
    def begin(self) -> None:
        self.world.room.clock.set(MORNING)
        self.model = Model(MORNING.date(), [Offer(count, START, END) for count in OPENINGS])
        self.people, self.offers = self.run(self.world.room.do(_fresh, self.known))
        self.ids: list[Any] = []
        self.rows: list[dict[str, Any]] = []
        for person, offer in ((0, 0), (0, 1), (1, 0)):
            self.apply(person, offer)

    def caller(self, role: Role, one: One) -> Caller:
        if role is Role.participant:
            return callers.participant(self.people[one.person])
        return {Role.sending_manager: self.world.se, Role.hosting_manager: self.world.he}[role]

    @rule(person=st.integers(0, PEOPLE - 1), offer=st.integers(0, len(OPENINGS) - 1))
    def submit(self, person: int, offer: int) -> None:
        self.apply(person, offer)

    def apply(self, person: int, offer: int) -> None:
        expected = self.model.submit(person, self.model.offers[offer])
        command = commands.SubmitApplication(opportunity_id=self.offers[offer])
        made = self.answer(handlers.submit_application, command, callers.participant(self.people[person]))
        assert expected == (made if isinstance(made, str) else None)
        if expected is None:
            self.ids.append(made.id)

    @precondition(lambda self: self.model.ones)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3))
    def go_on(self, picks: list[int]) -> None:
        """Moves that the model knows for where the applications are, mostly of the main way."""
        for pick in picks:
            if fits := self.fitting():
                self.make(*fits[pick % len(fits)])

    def fitting(self) -> list[tuple[int, str, str]]:
        """(application, move, role), as often as it should be tried."""
        fits = [
            (at, name, role)
            for at, one in enumerate(self.model.ones)
            for name, (sources, roles) in ALLOWED.items()
            if one.status in sources
            for role in roles
            for _ in range(MAIN_WAY.get(name, 1))
        ]
        return sorted(fits)

    @precondition(lambda self: self.model.ones)
    @rule(pick=PICK, name=st.sampled_from(sorted(ALLOWED)), role=st.sampled_from(ROLES), stale=st.booleans())
    def try_anything(self, pick: int, name: str, role: str, stale: bool) -> None:
        self.make(pick % len(self.model.ones), name, role, stale)

    def make(self, at: int, name: str, role: str, stale: bool = False) -> None:
        one, application = self.model.ones[at], SimpleNamespace(**self.rows[at])
        if stale:
            application.terms = "0" * 64
        expected = self.model.move(name, role, one, stale)
        handler, command = COMMANDS[name]
        made = self.answer(handler, command(application), self.caller(Role(role), one))
        assert expected == (made if isinstance(made, str) else None), (name, role, one)
        if expected is None:
            self.rows[at] |= {term: getattr(made, term) for term in ("terms", "start_on", "end_on")}
            REACHED[Status(one.status)] += 1
            self.run(self.world.room.do(_paid, application.id))  # requirements are another test's

    @rule(offer=st.integers(0, len(OPENINGS) - 1))
    def edit(self, offer: int) -> None:
        self.model.edit(self.model.offers[offer])
        hours = 38 + self.model.offers[offer].edition
        self.run(self.world.room.do(_edited, (self.offers[offer], hours), self.world.he))

    @precondition(lambda self: any(one.status in ("approved", "realized") for one in self.model.ones))
    @rule(days=st.sampled_from([1, 7, 90, 90]))
    def wait(self, days: int) -> None:
        completed = self.model.wait(days)
        REACHED[Status.completed] += completed
        self.world.room.clock.advance(timedelta(days=days))
        assert self.run(self.world.room.due()) == completed

    @invariant()
    def the_room_is_as_the_model(self) -> None:
        if not hasattr(self, "ids"):
            return
        self.rows, openings, people = self.run(self.world.room.read(_seen, self.ids, self.people, self.offers))
        seen = [tuple(row[name] for name in SEEN) for row in self.rows]
        assert seen == [
            (one.status, "sending_manager" in one.approved, "hosting_manager" in one.approved, one.start, one.end)
            for one in self.model.ones
        ]
        assert openings == [(offer.openings, offer.openings) for offer in self.model.offers]
        assert people == [self.model.person(number) for number in range(PEOPLE)]

    def teardown(self) -> None:
        if hasattr(self, "ids"):
            self.run(self.world.room.do(_settled, None))


async def _fresh(uow: Any, known: Any) -> tuple[list[Any], list[Any]]:
    """EPs and opportunities of this course's own."""
    person, opportunity, slot = known
    people = [uow.add(Person(**person | {"id": (id_ := new_id()), "email": f"{id_}@x.example"})) for _ in range(PEOPLE)]
    offers = []
    for count in OPENINGS:
        offer = uow.add(Opportunity(**opportunity | {"id": new_id(), "openings": count}))
        uow.add(Slot(**slot | {"id": new_id(), "opportunity_id": offer.id, "openings": count, "capacity": count}))
        offers.append(offer.id)
    return [row.id for row in people], offers


async def _paid(uow: Any, application_id: Any) -> None:
    for requirement in await uow.all(Requirement, application_id=application_id, state="open"):
        requirement.state = "done"


async def _edited(uow: Any, command: Any) -> None:
    id_, hours = command
    await handlers.hold_applications(uow, id_)
    row = await uow.get(Opportunity, id_, lock=True)
    await handlers.terms_changed(uow, uow.change(row, weekly_hours=hours))


async def _settled(uow: Any, _: Any) -> None:
    await uow.fetch("DELETE FROM due")


async def _seen(
    uow: Any, ids: list[Any], people: list[Any], offers: list[Any]
) -> tuple[list[Any], list[Any], list[Any]]:
    """The applications, what is left of opportunity and slot, and the people's statuses."""
    rows = {row["id"]: dict(row) for row in await uow.fetch(ROWS, ids)}
    left = {row[0]: (row[1], row[2]) for row in await uow.fetch(LEFT, offers)}
    statuses: dict[Any, list[Status]] = {id_: [] for id_ in people}
    for row in sorted(rows.values(), key=lambda row: (row["over"], row["changed_at"])):
        statuses[row["person_id"]].append(Status(row["status"]))
    return [rows[id_] for id_ in ids], [left[id_] for id_ in offers], [person_status(statuses[id_]) for id_ in people]


async def _known(uow: Any, world: World, opportunity_id: Any) -> Any:
    person, opportunity = await uow.get(Person, world.ep.party), await uow.get(Opportunity, opportunity_id)
    slot = await uow.find(Slot, opportunity_id=opportunity_id)
    return person.model_dump(), opportunity.model_dump(), slot.model_dump()


@pytest.mark.timeout(0 if FULL else 600)
async def test_random_courses_go_as_the_model_says(world: World) -> None:
    opportunity = await world.opportunity()
    known = await world.room.read(_known, world, opportunity.id)
    await asyncio.to_thread(_walk, world, known)
    assert {one for one in Status if REACHED[one]} == set(Status)


def _the_long_way(course: Courses) -> None:
    """A stay that falls through, is taken up again and completes: chance alone comes that far in some runs only."""
    course.begin()
    approved = [("approve", "sending_manager"), ("approve", "hosting_manager")]
    begun = [("accept", "hosting_manager"), ("sign", "participant"), *approved, 1, ("realize", "hosting_manager")]
    again = [("break_realization", "hosting_manager"), ("reinstate", "sending_manager"), *approved]
    for step in [*begun, *again, ("realize", "hosting_manager"), 90]:
        course.the_room_is_as_the_model()
        if isinstance(step, int):
            course.wait(step)
        else:
            course.make(0, *step)
    course.the_room_is_as_the_model()
    assert course.model.ones[0].status == "completed"
    course.teardown()


def _walk(world: World, known: Any) -> None:
    """All courses, in a thread with an event loop and database connections of its own: hypothesis knows no await."""
    room, of = world.room, world.room.runtime
    with asyncio.Runner() as runner:
        runtime = Runtime(room.service, kernel_settings=of.kernel, settings=of.settings, clock=room.clock)
        here = {"world": replace(world, room=replace(room, runtime=runtime)), "loop": runner.get_loop(), "known": known}
        quick = settings(
            max_examples=COURSES, stateful_step_count=STEPS, deadline=None, database=None, derandomize=not FULL,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        )  # fmt: skip
        kind = type("CoursesHere", (Courses,), here)
        try:
            _the_long_way(kind())
            run_state_machine_as_test(kind, settings=quick)
        finally:
            runner.run(runtime.database.close())

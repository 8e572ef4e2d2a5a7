"""Roll-ups tell what the answers tell, for any slice, whatever came in which order; and they can be made again."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.surveys.model import Answer, Invitation, Score
from services.surveys.policy.invitations import State
from services.surveys.policy.slices import Dimension, Slice
from services.surveys.questionnaires import LIBRARY
from services.surveys.rollups.folding import fold, fold_all
from services.surveys.rollups.moving import place_entity
from services.surveys.rollups.rebuilding import differences, rebuild
from services.surveys.views import raw
from services.surveys.views.slices import slice_counts, slice_responses
from shared.access import Caller, Role
from shared.contracts.fields import Product
from shared.contracts.surveys import Metric, Party
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import callers
from shared.testing.builders import entity as registered
from shared.testing.rooms import Room

ENTITIES = [UUID(int=n + 1) for n in range(7)]
# Two of them are global, two national in turn, and what is below them may go from one to the other.
PARENTS: dict[int, tuple[int | None, ...]] = {
    0: (None,),
    1: (0, None),
    2: (0,),
    3: (1, 2),
    4: (1, 2),
    5: (2, 3),
    6: (1,),
}
SEEN: Counter[bool] = Counter()
COURSES = int(os.environ.get("SOJOURN_TEST_ROLLUPS", "25"))  # more by hand
FIRST_DAY = date(2025, 12, 20)
QUESTIONNAIRE = next(iter(LIBRARY.measuring(Metric.nps)))
CLEAN = "TRUNCATE roll, roll_delta, roll_series, score, given, answer, invitation, entity_path CASCADE"

mostly_ep = st.sampled_from([Party.ep, Party.ep, Party.ep, Party.enabler])
places = st.sampled_from([*range(7), None])
wide = st.sampled_from([None, None, None, *ENTITIES[:5]])
asked = st.fixed_dictionaries({
    "sides": st.tuples(places, places), "day": st.integers(0, 75), "party": mostly_ep,
    "product": st.sampled_from([*Product, None]), "country": st.sampled_from(["SE", "RO", None]),
    "language": st.sampled_from(["en", "ro"]), "programme": st.sampled_from(["p", "q"]),
    "occasion": st.sampled_from(["w1", "w2", None]),
    "far": st.sampled_from([0, 1, 2, 2, 2, 3]), "nps": st.integers(0, 10),
    "ces2": st.integers(1, 7), "imported": st.booleans(),
})  # fmt: skip
asking = st.tuples(st.just("ask"), st.lists(asked, min_size=8, max_size=16))
steps = st.one_of(
    asking,
    asking,
    st.tuples(st.just("place"), st.tuples(st.integers(0, 6), st.integers(0, 1))),
    st.tuples(st.just("deliver"), st.none()),
    st.tuples(st.just("fold"), st.integers(1, 20)),
    st.tuples(st.just("rebuild"), st.none()),
)
scripts = st.tuples(asking, st.lists(steps, min_size=3, max_size=8))
days = st.one_of(st.none(), st.none(), st.integers(0, 75).map(lambda n: FIRST_DAY + timedelta(days=n)))


def seldom(value: Any) -> st.SearchStrategy[Any]:
    return st.integers(0, 5).map(lambda n: value if n == 5 else None)


slices = st.builds(
    Slice, metric=st.sampled_from([Metric.nps, Metric.ces2]), about=st.just("experience"),
    entity_id=wide, since=days, until=days, party=mostly_ep,
    product=seldom(Product.talent), country=seldom("SE"), language=seldom("ro"), programme=seldom("p"),
    wave=seldom("w1"),
)  # fmt: skip
who = st.tuples(st.sampled_from(["all", "all", "sending", "hosting", "national"]), st.sampled_from(ENTITIES[:5]))
questions = st.tuples(slices.map(lambda wanted: ordered(wanted)), st.sampled_from([None, *Dimension]), wide, who)


def ordered(wanted: Slice) -> Slice:
    """Its days in their order."""
    if wanted.since and wanted.until and wanted.until < wanted.since:
        return replace(wanted, since=wanted.until, until=wanted.since)
    return wanted


def caller_of(role: str, entity: UUID) -> Caller:
    if role == "all":
        return Caller("auditor", Role.auditor)
    made: dict[str, Callable[[UUID], Caller]] = {
        "sending": callers.sending_manager, "hosting": callers.hosting_manager, "national": callers.national_manager,
    }  # fmt: skip
    return made[role](entity)


async def clean(uow: Uow, _: None) -> None:
    await uow.fetch(CLEAN)


async def ask(uow: Uow, many: list[dict[str, Any]]) -> None:
    for one in many:
        id_, at = new_id(), datetime.combine(FIRST_DAY + timedelta(days=one["day"]), datetime.min.time(), UTC)
        sending, hosting = (None if side is None else ENTITIES[side] for side in one["sides"])
        about = {name: one[name] for name in ("party", "product", "country", "language", "programme", "imported")}
        about |= {
            "recipient_id": id_, "occasion": one["occasion"] or str(id_), "questionnaire": QUESTIONNAIRE,
            "questionnaire_version": 1, "sending_entity_id": sending, "hosting_entity_id": hosting,
        }  # fmt: skip
        delivered, answered = one["far"] in (1, 2), one["far"] >= 2
        row = Invitation(
            id=id_, **about, state=State.answered if answered else State.invited, token_digest="", invited_at=at,
            expires_at=at, delivered_at=at if delivered else None, answered_at=at if answered else None,
        )  # fmt: skip
        uow.add(row)
        if answered:
            await uow.flush()
            uow.add(Answer(id=id_, invitation_id=id_, answered_at=at + timedelta(days=3, hours=23), **about))
            await uow.flush()
            uow.add(Score(answer_id=id_, metric=Metric.nps, about="experience", score=one["nps"]))
            uow.add(Score(answer_id=id_, metric=Metric.ces2, about="experience", score=one["ces2"]))


async def deliver(uow: Uow, _: None) -> None:
    await uow.fetch("UPDATE invitation SET delivered_at = invited_at WHERE delivered_at IS NULL")


async def place(uow: Uow, where: tuple[int, int]) -> None:
    """An entity is heard of: as yet unknown, once more, or elsewhere; those below it are told by their own events."""
    number, choice = where
    parent = PARENTS[number][choice % len(PARENTS[number])]
    above = (
        [] if parent is None else await uow.fetch("SELECT path FROM entity_path WHERE entity_id = $1", ENTITIES[parent])
    )
    path = [*(above[0]["path"] if above else [] if parent is None else [ENTITIES[parent]]), ENTITIES[number]]
    await place_entity(uow, ENTITIES[number], path)


async def play(room: Room, script: list[Any], asked_for: list[Any]) -> None:
    await room.do(clean, None)
    if len(script) % 3:
        await tree(room)
    for name, value in script:
        if name == "rebuild":
            await rebuild(room.runtime)
        else:
            await room.do({"ask": ask, "deliver": deliver, "place": place, "fold": fold}[name], value)
        await compare(room, asked_for)
    await fold_all(room.runtime)
    assert await differences(room.runtime) == []
    await compare(room, asked_for)


async def compare(room: Room, asked_for: list[Any]) -> None:
    for wanted, by, below, (role, entity) in asked_for:
        caller = caller_of(role, entity)
        found = await room.read(slice_counts, wanted, by and by.value, below, caller=caller)
        expected = await room.read(raw.histograms, wanted, by, below, caller=caller)
        told: dict[str, tuple[int, ...]] = {}
        for key, histogram in expected.items():
            name = "none" if by is Dimension.wave and len(key) == 36 else key
            told[name] = tuple(map(sum, zip(told.get(name, (0,) * 11), histogram.counts, strict=False)))
        assert found == told, (wanted, by, below, role, entity)
        SEEN[bool(found)] += 1
        response = await room.read(slice_responses, wanted, [QUESTIONNAIRE], caller=caller)
        rows = await room.read(invited, wanted, caller=caller)
        if any(rows):
            assert (response[""].asked, response[""].delivered, response[""].answered) == rows
        else:
            assert response == {}


async def invited(uow: Uow, wanted: Slice) -> tuple[int, int, int]:
    """Asked, delivered, answered, counted one by one."""
    from sqlmodel import select

    from services.surveys.model import invitations_of

    query = select(Invitation).where(
        invitations_of(uow.caller), *raw.conditions(wanted, Invitation, Invitation.invited_at), ~Invitation.imported
    )
    rows = await uow.rows(query)
    return (
        len(rows),
        sum(row.delivered_at is not None for row in rows),
        sum(row.answered_at is not None for row in rows),
    )


async def in_turn(run: Callable[[Callable[[Coroutine[Any, Any, None]], None]], None]) -> None:
    """Hypothesis runs beside the loop, and the loop runs what it makes up."""
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(run, lambda work: asyncio.run_coroutine_threadsafe(work, loop).result())


async def test_any_slice_is_what_the_answers_say_after_whatever_happened(room: Room) -> None:
    @settings(
        max_examples=COURSES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        st.tuples(asking, st.lists(steps, min_size=3, max_size=8)),
        st.lists(questions, min_size=12, max_size=12),
        st.just(room),
    )
    def course(script: tuple[Any, list[Any]], asked_for: list[Any], room: Room) -> None:
        do(play(room, [script[0], *script[1]], asked_for))

    def run(work: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        nonlocal do
        do = work
        course()

    do: Callable[[Coroutine[Any, Any, None]], None] = asyncio.run
    await in_turn(run)
    assert SEEN[True] > SEEN[False] / 2  # most questions mean something


def one(sending: int, hosting: int, **more: Any) -> dict[str, Any]:
    values = {"sides": (sending, hosting), "day": 30, "party": Party.ep, "product": Product.talent, "country": "SE"}
    values |= {"language": "en", "programme": "p", "occasion": None, "far": 2, "nps": 9, "ces2": 6, "imported": False}
    return values | more


async def nps(room: Room, entity: int | None = None, **more: Any) -> int:
    wanted = Slice(Metric.nps, entity_id=None if entity is None else ENTITIES[entity], **more)
    return sum((await room.read(slice_counts, wanted)).get("", ()))


async def tree(room: Room) -> None:
    for number in range(7):
        await room.do(place, (number, 1 if number == 5 else 0))


async def test_an_answer_counts_once_where_both_of_its_sides_are(room: Room) -> None:
    await tree(room)
    await room.do(ask, [one(3, 4), one(3, 3), one(3, 2)])
    for _ in range(2):
        assert [await nps(room, n) for n in (None, 0, 1, 2, 3, 4)] == [3, 3, 3, 1, 3, 1]
        assert await fold_all(room.runtime) or True


async def test_what_is_heard_of_an_entity_late_moves_its_answers(room: Room) -> None:
    await room.do(ask, [one(3, 2)])
    await fold_all(room.runtime)
    assert [await nps(room, n) for n in (None, 0, 1, 3)] == [1, 0, 0, 0]
    await tree(room)
    assert [await nps(room, n) for n in (None, 0, 1, 3)] == [1, 1, 1, 1]
    await room.hear(registered(ENTITIES[3], path=[ENTITIES[0], ENTITIES[2], ENTITIES[3]]))
    assert [await nps(room, n) for n in (1, 2, 3)] == [0, 1, 1]
    assert await differences(room.runtime) == []


async def test_a_wrong_cell_is_found_and_a_rebuild_mends_it(room: Room) -> None:
    await tree(room)
    await room.do(ask, [one(3, 4), one(5, 6)])
    await fold_all(room.runtime)

    async def spoil(uow: Uow, _: None) -> None:
        await uow.fetch(
            "UPDATE roll SET n9 = n9 + 1 WHERE grain = 0 AND series = (SELECT id FROM roll_series WHERE kind = 'nps')"
        )

    await room.do(spoil, None)
    assert await differences(room.runtime)
    await rebuild(room.runtime)
    assert await differences(room.runtime) == []
    assert await nps(room) == 2


async def test_imported_answers_count_but_say_nothing_of_who_responds(room: Room) -> None:
    await tree(room)
    await room.do(ask, [one(3, 4, imported=True), one(3, 4, far=0)])
    found = await room.read(slice_responses, Slice(Metric.nps), [QUESTIONNAIRE])
    assert (await nps(room), found[""].asked, found[""].answered) == (1, 1, 0)


async def test_while_answers_come_and_are_folded_nothing_is_ever_counted_twice_or_not_at_all(room: Room) -> None:
    await tree(room)
    seen, come = [], 0

    async def answer() -> None:
        nonlocal come
        for _ in range(25):
            await room.do(ask, [one(3, 4), one(5, 2)])
            come += 2

    async def keep_folding(task: asyncio.Task[None]) -> None:
        while not task.done():
            await room.do(fold, 3)

    async def look(task: asyncio.Task[None]) -> None:
        while not task.done():
            least = come
            seen.append((least, await nps(room, 0), come + 2))

    writing = asyncio.create_task(answer())
    await asyncio.gather(writing, keep_folding(writing), look(writing))
    assert [entry for entry in seen if not entry[0] <= entry[1] <= entry[2]] == []
    assert len(seen) > 3
    assert await nps(room, 0) == 50


async def test_a_rebuild_holds_up_no_answers(room: Room) -> None:
    await tree(room)
    await room.do(ask, [one(3, 4) for _ in range(30)])
    building = asyncio.create_task(rebuild(room.runtime))
    count = 30
    while not building.done():
        await room.do(ask, [one(3, 4)])
        count += 1
        assert await nps(room, 3) == count
    await building
    assert await nps(room, 3) == count > 30
    assert await differences(room.runtime) == []


async def test_an_entity_that_moves_waits_for_a_rebuild_and_no_longer(room: Room) -> None:
    await tree(room)
    await room.do(ask, [one(3, 4)])
    building = asyncio.create_task(rebuild(room.runtime))
    await room.do(place, (3, 1))
    await building
    assert await nps(room, 2) == 1
    assert await differences(room.runtime) == []

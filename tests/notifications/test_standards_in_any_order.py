"""A standards board is a function of the set of events: any order and any repetition of them end in the same board."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifications import views
from services.notifications.plan.standards import catalogue
from services.notifications.policy.board import Claim, Kept, Known, Ruling, Standing, Word, figure, judge, wakes_on
from services.notifications.policy.standards import Days
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope, Event
from shared.contracts.surveys import StandardWord, SurveyAnswered
from shared.ids import new_id
from shared.messaging.together import is_together
from shared.testing import builders
from tests.notifications.world import World

SOURCE = UUID(int=7)
PLACES = (
    "whose",
    "standard",
    "state",
    "reason",
    "late",
    "conflict",
    "due_on",
    "next_on",
    "done_on",
    "word",
    "closes_on",
)
FIGURES = (
    "kept",
    "late",
    "missed",
    "denied",
    "not_needed",
    "open",
    "conflicts",
    "asked",
    "flag",
    "broken",
    "closes_on",
)


def requirement(event: type[facts.RequirementFact], stay: dict[str, Any], kind: str, **more: Any) -> Event:
    ids = {name: stay[name] for name in facts.ApplicationFact.model_fields}
    return event(**ids, kind=kind, owner="ep", due_on=date(2026, 3, 1), **more)


def heard(stay: dict[str, Any]) -> list[tuple[int, Event]]:
    """What other rooms said of one stay, each with the sequence of its key."""
    longer = {**stay, "end_on": date(2026, 6, 21)}
    shorter = {**longer, "end_on": date(2026, 6, 7)}

    def answer(**words: str) -> SurveyAnswered:
        return builders.answered(stay, standards={code: StandardWord(word) for code, word in words.items()})

    done = {"done_on": date(2026, 2, 20), "late": False}
    return [
        (1, builders.opportunity(stay["opportunity_id"], enabler_id=stay["enabler_id"])),
        (2, requirement(facts.RequirementFulfilled, stay, "contract_signed", **done)),
        (3, builders.approved(stay)),
        (4, requirement(facts.RequirementFulfilled, stay, "passport_copy", **done)),
        (5, requirement(facts.RequirementFulfilled, stay, "insurance", **done)),
        (6, facts.ExperienceDatesChanged(**longer, move="extended")),
        (7, requirement(facts.RequirementReopened, stay, "insurance")),
        (8, requirement(facts.RequirementFulfilled, stay, "insurance", done_on=date(2026, 2, 24), late=False)),
        (9, requirement(facts.RequirementWaived, stay, "visa_filing")),
        (10, facts.ExperienceDatesChanged(**shorter, move="shortened")),
        (11, answer(insurance="no", first_day_of_work="yes", duration="no")),
        (12, answer(duration="yes", arrival_pickup="not_needed")),
        (13, facts.ApprovalBroken(**shorter, reason="serious_illness", refund=True)),
        (14, builders.approved(shorter)),
    ]


async def board(world: World, stay: dict[str, Any]) -> tuple[Any, ...]:
    shown = await world.room.read(views.get_board, stay["application_id"])
    async with world.room.runtime.database.engine.connect() as connection:
        query = f"SELECT {', '.join(FIGURES)} FROM standards_board WHERE id = '{stay['application_id']}'"
        (line,) = (await connection.exec_driver_sql(query)).all()
    rows = [*shown.standards, *shown.enabler]
    cells = [tuple(getattr(row, name) for name in PLACES) for row in rows]
    parts = [tuple((p.code, p.due_on, p.done_on, p.late, p.by, p.waived) for p in row.parts) for row in rows]
    return tuple(line), tuple(cells), tuple(parts)


async def tell(world: World, stay: dict[str, Any], order: list[int]) -> tuple[Any, ...]:
    """Hear the events in this order, past the inbox that would keep it."""
    said = heard(stay)
    for position in order:
        sequence, event = said[position]
        at = datetime(2026, 2, 2, 9, sequence, tzinfo=UTC)
        head = (UUID(int=sequence), event.TYPE, "/sojourn/test", event.key, at, at.date(), sequence, new_id())
        envelope = Envelope(*head, None, None, event)
        handler = world.room.service.hears[type(event)]
        await world.room.do(handler, [envelope] if is_together(handler) else envelope)
    return await board(world, stay)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(order=st.permutations(range(14)), again=st.lists(st.integers(0, 13), max_size=6))
async def test_events_in_any_order_and_repeated_end_in_the_same_board(
    world: World, order: list[int], again: list[int]
) -> None:
    straight = await tell(world, builders.experience(), list(range(14)))
    assert straight[1][0][2] == "open"  # the visa: one paper is there, one isn't needed, two are open
    assert await tell(world, builders.experience(), [*order, *again]) == straight


# --- what holds of every board, whatever is known

LISTS = (*catalogue().standards, *catalogue().enabler)
KEYS = sorted({key for one in LISTS for part in one.parts for key in part.evidence if key != "proves"})
START = date(2026, 3, 2)
some_days = st.integers(-40, 160).map(lambda days: START + timedelta(days=days))


def moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


@st.composite
def knowledge(draw: st.DrawFn) -> Known:
    claims = {}
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        on, standing = draw(some_days), draw(st.sampled_from(Standing))
        claims[key] = Claim(key, standing, on, SOURCE, moment(on))
    words = {}
    for code in draw(st.lists(st.sampled_from(sorted(catalogue().codes)), unique=True)):
        on = draw(some_days)
        words[code] = [Word(draw(st.sampled_from(StandardWord)), on, moment(on), SOURCE)]
    rulings = {}
    for code in draw(st.lists(st.sampled_from(sorted(catalogue().codes)), unique=True)):
        on, stated = draw(some_days), draw(st.none() | st.booleans())
        rulings[code] = Ruling(draw(st.booleans()), stated, on if stated else None, moment(on))
    length = draw(st.integers(6 * 7, 12 * 7))
    approval = START - timedelta(days=draw(st.integers(1, 60)))
    days = Days(
        approval, START, START + timedelta(days=length), draw(st.none() | some_days), draw(st.none() | some_days)
    )
    return Known(days, claims, words, rulings, draw(st.none() | st.just("approval_broken")))


@given(known=knowledge(), today=some_days)
def test_what_holds_of_every_board(known: Known, today: date) -> None:
    judged = {one.code: judge(one, catalogue().closing, known, today) for one in catalogue().standards}
    for code, one in judged.items():
        answered = [word for word in known.words.get(code, ()) if word.on <= one.closes_on]
        assert (one.state is Kept.denied) == (one.word is StandardWord.no)  # no answer is never a no
        assert (one.word is None) == (not answered)
        assert not one.conflict or (one.done_on is not None and one.word is StandardWord.no)
        assert one.closes_on >= known.days.end + timedelta(days=14)
        assert one.closes_on >= one.due_on + timedelta(days=14) or one.done_on is not None
        assert one.state is not Kept.missed or (one.next_on is not None and one.next_on < today)
        assert one.state is not Kept.open or (one.next_on is not None and one.next_on >= today)
        assert one.state is not Kept.lapsed or known.broken is not None
    found = figure(catalogue(), judged, final=True)
    states = [one.state for one in judged.values()]
    assert (
        found.kept
        + found.late
        + found.missed
        + found.denied
        + found.not_needed
        + found.open
        + states.count(Kept.lapsed)
        == 16
    )
    assert found.of == 16 - found.not_needed
    assert found.flag == (found.kept >= found.least and all(_may_lack(code) for code in found.unkept))


def _may_lack(code: str) -> bool:
    standard = catalogue().find(code)
    assert standard is not None
    return standard.may_be_missed


@given(known=knowledge(), today=some_days)
def test_a_board_that_sleeps_changes_on_no_day_before_it_wakes(known: Known, today: date) -> None:
    def states(on: date) -> dict[str, Kept]:
        return {one.code: judge(one, catalogue().closing, known, on).state for one in LISTS}

    wakes = wakes_on([judge(one, catalogue().closing, known, today) for one in LISTS], today)
    last = wakes - timedelta(days=1) if wakes else today + timedelta(days=400)
    assert states(last) == states(today)


@given(known=knowledge(), key=st.sampled_from(KEYS), on=some_days, today=some_days)
def test_more_evidence_never_makes_a_standard_worse(known: Known, key: str, on: date, today: date) -> None:
    if key in known.claims:
        return
    more = Known(
        known.days, {**known.claims, key: Claim(key, Standing.done, on, SOURCE, moment(date.max - timedelta(days=2)))},
        known.words, known.rulings, known.broken,
    )  # fmt: skip
    for one in catalogue().standards:
        before, after = (judge(one, catalogue().closing, each, today) for each in (known, more))
        assert not before.kept or after.kept or after.state in (Kept.done_late, Kept.confirmed)
        assert before.done_on is None or after.done_on is not None

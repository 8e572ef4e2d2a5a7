"""The calendar heals: what is wanted follows from the final dates and what is out, whatever happened on the way."""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from services.notifications import plan
from services.notifications.handlers.calendar import gone, row_of
from services.notifications.handlers.experiences import hear_experience, stay_of
from services.notifications.handlers.surroundings import surroundings
from services.notifications.model import Experience, Touchpoint
from services.notifications.policy import (
    FINAL,
    Anchor,
    Around,
    Audience,
    Fact,
    Gone,
    Happening,
    Heard,
    Key,
    Row,
    State,
    Status,
    Stay,
    anchor_day,
    due_at,
    learn,
    plan_calendar,
    steps,
)
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.fields import Side
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import builders
from tests.notifications.world import World

PLAN = plan.shipped()
ENTRIES = PLAN.for_applications()
SAID = datetime(2026, 2, 2, 9, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2027, 6, 30))
ZONES = st.sampled_from(["Europe/Stockholm", "Europe/Bucharest", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kolkata"])
UNDATED = {Status.withdrawn, Status.rejected, Status.submitted, Status.accepted, Status.signed, Status.declined}
AROUND = Around("Europe/Stockholm", {Audience.ep: "Europe/Bucharest"}, {Fact.abroad: "yes"})


@st.composite
def histories(draw: st.DrawFn) -> list[Heard]:
    """What applications may say of one stay, each event with its sequence; the approval is among it, or not."""
    told = []
    for sequence in range(1, draw(st.integers(1, 8)) + 1):
        status = draw(st.sampled_from([None, Status.approved, *Status]))
        start = draw(DAYS)
        dates = {"start_on": start, "end_on": start + timedelta(days=draw(st.integers(0, 500))), "zone": draw(ZONES)}
        told.append(Heard(sequence, SAID + timedelta(hours=sequence), status, **({} if status in UNDATED else dates)))
    return told


class Path:
    """One way through a history: events are heard, some rows go out in between."""

    def __init__(self) -> None:
        self.stay, self.held, self.gone = Stay(), dict[Key, Row](), dict[Key, Gone]()

    def hear(self, heard: Heard) -> None:
        self.stay = learn(self.stay, heard)
        self.settle()

    def settle(self) -> None:
        for step in steps(plan_calendar(ENTRIES, self.stay, list(self.gone.values()), AROUND), self.held):
            self.held[step.row.key] = step.row

    def send(self, key: Key) -> None:
        row, entry = self.held[key], PLAN.entry(key[0])
        assert entry is not None
        told = {anchor: anchor_day(anchor, self.stay) for anchor in entry.tells} if self.stay.end_on else {}
        self.held[key] = Row(row.code, State.sent, row.slot, None, row.round)
        version, at = row.slot.anchor_version, SAID + timedelta(days=len(self.gone))
        self.gone[key] = Gone(*key, version, entry.audience, at, told)
        self.settle()

    @property
    def open(self) -> list[Row]:
        return [row for row in self.held.values() if row.state is State.waiting]


def waiting(rows: Iterable[Row]) -> dict[Key, Row]:
    return {row.key: row for row in rows if row.state is State.waiting}


@settings(max_examples=150)
@given(histories(), st.randoms(use_true_random=False))
def test_what_waits_follows_from_the_final_dates_and_what_is_out(history: list[Heard], chance: random.Random) -> None:
    order = history + [chance.choice(history) for _ in range(chance.randint(0, 5))]
    chance.shuffle(order)
    path = Path()
    for heard in order:
        path.hear(heard)
        for row in chance.sample(path.open, min(len(path.open), chance.randint(0, 2))):
            path.send(row.key)
    final = Stay()
    for heard in history:
        final = learn(final, heard)
    assert path.stay == final
    wanted = plan_calendar(ENTRIES, final, list(path.gone.values()), AROUND)
    assert waiting(path.held.values()) == waiting(wanted)
    assert {row.key for row in wanted} & path.gone.keys() == set()


@given(histories(), st.randoms(use_true_random=False))
def test_repeating_everything_changes_nothing(history: list[Heard], chance: random.Random) -> None:
    path = Path()
    for heard in history:
        path.hear(heard)
    before = dict(path.held)
    for heard in chance.sample(history, len(history)):
        path.hear(heard)
    assert path.held == before


@given(histories(), st.randoms(use_true_random=False))
def test_a_correction_is_owed_only_while_the_last_word_is_wrong(history: list[Heard], chance: random.Random) -> None:
    path = Path()
    for heard in history:
        path.hear(heard)
        for row in chance.sample(path.open, min(len(path.open), chance.randint(0, 3))):
            path.send(row.key)
    for audience in (Audience.ep, Audience.enabler):
        told: dict[Anchor, date] = {}
        for one in sorted(path.gone.values(), key=lambda one: one.at):
            told |= one.told if one.audience is audience else {}
        wrong = any(anchor_day(anchor, path.stay) != day for anchor, day in told.items())
        owed = [
            row
            for row in path.held.values()
            if row.state is State.waiting
            and (entry := PLAN.entry(row.code)) is not None
            and (entry.trigger.event, entry.audience) == (Happening.dates_changed, audience)
        ]
        assert len(owed) <= 1
        assert not owed or wrong


# --- the room itself

END, LATER = date(2026, 5, 24), date(2026, 6, 21)
DEPARTURE = datetime(2026, 5, 10, 7, tzinfo=UTC)


@pytest.fixture
async def shipped(world: World) -> Any:
    with plan.using(PLAN):
        yield world


async def titles(world: World, code: str) -> list[str]:
    return [row.state for row in await rows(world) if row.code == code]


async def rows(world: World) -> list[Touchpoint]:
    return await world.room.do(_rows, world.application_id)


async def _rows(uow: Uow, application_id: Any) -> list[Touchpoint]:
    return list(await uow.rows(select(Touchpoint).where(Touchpoint.application_id == application_id)))


async def test_an_extension_after_the_departure_document_leads_to_exactly_one_correction(shipped: World) -> None:
    await shipped.known()
    await shipped.at(DEPARTURE)
    assert await titles(shipped, "departure-document") == ["sent"]
    await shipped.move(end_on=LATER)
    await shipped.move(end_on=LATER)
    await shipped.run()
    assert await titles(shipped, "dates-changed") == ["sent"]
    await shipped.at(datetime(2026, 6, 7, 9, tzinfo=UTC))
    assert await titles(shipped, "departure-document") == ["sent"]
    assert await titles(shipped, "dates-changed") == ["sent"]
    (told,) = [row.told for row in await rows(shipped) if row.code == "dates-changed"]
    assert told == {"start": "2026-03-02", "end": "2026-06-21"}


async def test_dates_that_go_back_before_the_correction_is_out_need_none(shipped: World) -> None:
    await shipped.known()
    await shipped.at(DEPARTURE)
    await shipped.move(end_on=LATER)
    await shipped.move(end_on=END)
    await shipped.run()
    assert await titles(shipped, "dates-changed") == ["cancelled"]


async def test_each_further_change_after_a_correction_is_corrected_once_more(shipped: World) -> None:
    await shipped.known()
    await shipped.at(DEPARTURE)
    for end_on in (LATER, END):
        await shipped.move(end_on=end_on)
        await shipped.run()
    assert await titles(shipped, "dates-changed") == ["sent", "sent"]


async def test_shortened_so_that_it_is_overdue_the_late_policy_decides(shipped: World) -> None:
    await shipped.known()
    await shipped.at(datetime(2026, 4, 20, 12, tzinfo=UTC))
    await shipped.move(end_on=date(2026, 4, 24))
    await shipped.run()
    assert await titles(shipped, "departure-document") == ["sent"]  # owed, whenever it comes
    (reminder,) = [row for row in await rows(shipped) if row.code == "re-raise"]
    assert (reminder.state, reminder.reason) == ("skipped", "late") or reminder.state == "sent"


async def test_a_broken_approval_cancels_what_waits_with_the_reason_and_says_so_once(shipped: World) -> None:
    await shipped.known()
    await shipped.run()
    before = [row.code for row in await rows(shipped) if row.state == "waiting"]
    assert len(before) >= 6
    broken = {"reason": "serious_illness", "refund": True, "side": Side.sending}
    await shipped.step(facts.ApprovalBroken, **broken)
    after = {row.code: row for row in await rows(shipped) if row.code in before}
    assert {(row.state, row.reason) for row in after.values()} == {("cancelled", "approval_broken")}
    await shipped.run()
    assert await titles(shipped, "calendar-stopped") == ["sent"]
    await shipped.at(DEPARTURE)
    assert await titles(shipped, "calendar-stopped") == ["sent"]
    assert [row.code for row in await rows(shipped) if row.state == "waiting"] == []


async def test_who_joins_five_days_before_the_start_gets_one_message_for_all_that_is_late(shipped: World) -> None:
    shipped.room.clock.set(datetime(2026, 2, 25, 9, tzinfo=UTC))
    await shipped.known()
    await shipped.run()
    mine = [row for row in await rows(shipped) if row.audience == Audience.ep and row.kind == "message"]
    folded = {row.code for row in mine if row.folded_into is not None}
    assert folded >= {"visa-papers", "insurance-papers", "purpose-papers", "country-papers", "host-contact"}
    assert await titles(shipped, "catch-up") == ["sent"]
    assert {row.state for row in mine if row.folded_into is not None} == {"sent"}
    to_ep = [letter for letter in shipped.inbox() if "ioana" in str(letter.message["To"])]
    assert len(to_ep) <= 4  # pick-up, booklet, policies in writing, and the one for all the rest
    texts = [str(letter.message.get_body(("plain",)).get_content()) for letter in to_ep]  # type: ignore[union-attr]
    assert max(said.count("\n* ") for said in texts) == len(folded), "what a late letter says is said, not only named"


@pytest.mark.parametrize("seed", range(6))
async def test_the_room_heals_through_crashes_repetitions_and_any_order(shipped: World, seed: int) -> None:
    chance = random.Random(seed)
    await shipped.hear_people()
    await shipped.hear_places()
    await shipped.hear_dossier()
    told = _history(shipped, chance)
    order = told + [chance.choice(told) for _ in range(6)]
    chance.shuffle(order)
    for sequence, fact in order:
        if chance.random() < 0.3:
            with pytest.raises(Crash):
                await shipped.room.do(_crash, _envelope(fact, sequence))
        await shipped.hear_as(fact, sequence)
        if chance.random() < 0.4:
            shipped.room.clock.advance(timedelta(days=chance.randint(0, 30)))
            await shipped.room.due()
            if chance.random() < 0.5:
                await shipped.sender.step()
    await shipped.room.do(_as_wanted, shipped.application_id)


class Crash(Exception):
    """The process died before its transaction was committed."""


async def _crash(uow: Uow, envelope: Envelope) -> None:
    await hear_experience(uow, [envelope])
    await uow.flush()
    raise Crash


def _envelope(fact: Any, sequence: int) -> Envelope:
    now = datetime(2026, 2, 2, 9, sequence, tzinfo=UTC)
    source = "/sojourn/applications"
    return Envelope(new_id(), fact.TYPE, source, fact.key, now, now.date(), sequence, new_id(), None, None, fact)


def _history(world: World, chance: random.Random) -> list[tuple[int, Any]]:
    stay = dict(world.stay)
    told: list[Any] = [facts.ApplicationSubmitted.model_validate(stay), builders.approved(stay)]
    for _ in range(chance.randint(1, 4)):
        stay["start_on"] += timedelta(days=chance.randint(-10, 20))
        stay["end_on"] = stay["start_on"] + timedelta(days=chance.randint(20, 200))
        told.append(facts.ExperienceDatesChanged(**stay, move="moved"))
    if chance.random() < 0.4:
        told.append(facts.ApprovalBroken(**stay, reason="serious_illness", refund=False))
    return list(enumerate(told, 1))


async def _as_wanted(uow: Uow, application_id: Any) -> None:
    """What waits in the tables is what the policy wants of the final dates and of what is out."""
    experience = await uow.get(Experience, application_id)
    held = await uow.rows(select(Touchpoint).where(Touchpoint.subject == application_id))
    around = (await surroundings(uow, [experience]))[experience.id]
    wanted = plan_calendar(ENTRIES, stay_of(experience), gone(held), around)
    moving = {(row.code, row.round) for row in held if row.state in {State.due, State.skipped} or row.folded_into}
    carriers = {entry.code for entry in PLAN.touchpoints if entry.trigger.event is Happening.fallen_behind}
    found = {(row.code, row.round): row_of(row) for row in held if row.state == State.waiting}
    assert {k: r.slot for k, r in found.items() if k[0] not in carriers} == {
        row.key: row.slot for row in wanted if row.state is State.waiting and row.key not in moving
    }
    due = await uow.fetch(
        "SELECT t.code, t.round FROM due d JOIN touchpoint t ON t.id = d.subject WHERE d.state = 'waiting' AND"
        " d.kind = 'touchpoint' AND t.subject = $1 AND d.due_at = t.due_at",
        application_id,
    )
    assert {tuple(row) for row in due} == found.keys()
    twice = [key for key in found if key in {(row.code, row.round) for row in held if row.state in FINAL}]
    assert twice == []
    assert all(due_at(row.slot).tzinfo is not None for row in found.values())

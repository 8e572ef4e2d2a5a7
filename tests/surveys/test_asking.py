"""Who is asked when: a year of one EP and one enabler, in any order of what is heard, with reminders and decisions."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.surveys import commands, handlers, views
from services.surveys.policy.invitations import State
from services.surveys.programmes import current, read, using
from services.surveys.schemas import DecisionsOut
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope, Event
from shared.contracts.notifications import ContactRestored, ContactSuppressed
from shared.contracts.surveys import SurveyInvited, SurveyReminded
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.surveys.world import World

STANDING = """
code: partnership
title: Partnership
questionnaire: enabler-feedback
audience: [enabler]
lifecycle: false
when: {waves: {months: [3, 9]}, at: "10:00"}
late_days: 14
expires_after_days: 30
"""
MIDDLE = """
code: middle
title: In the middle of the stay
questionnaire: first-weeks
audience: [ep]
lifecycle: false
when: {anchor: start, days: 40, at: "10:00"}
late_days: 14
expires_after_days: 14
"""
APPROVED = datetime(2026, 1, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def programmes() -> Iterator[None]:
    """The lifecycle set that ships, a standing one of enablers, and one that isn't of the lifecycle."""
    lifecycle = [one for one in current().values() if one.lifecycle]
    with using(*lifecycle, read(STANDING, "partnership"), read(MIDDLE, "middle")):
        yield


async def until(world: World, moment: datetime) -> None:
    """Let time pass, a day a step: whatever is due happens in its turn."""
    while world.room.clock.now() < moment:
        world.room.clock.set(min(moment, world.room.clock.now() + timedelta(days=1)))
        await world.room.due()


async def known(world: World, stay: dict[str, Any] | None = None) -> None:
    stay = stay or world.stay
    await world.room.hear(builders.person(stay["person_id"], language="ro"))
    await world.room.hear(builders.enabler_details(stay["enabler_id"]))


async def asked(world: World) -> list[tuple[str, str]]:
    return [(one.programme, one.party) for one in await world.room.said(SurveyInvited)]


async def decisions(world: World, caller: Caller | None = None) -> dict[str, tuple[str, str | None]]:
    caller = caller or callers.auditor()
    found: DecisionsOut = await world.room.read(views.list_person_decisions, world.stay["person_id"], caller=caller)
    return {one.programme: (one.decision.value, one.reason) for one in found.items}


async def test_a_year_of_one_ep_and_one_enabler(world: World) -> None:
    world.room.clock.set(APPROVED)
    await known(world)
    await world.room.hear(builders.approved(world.stay))
    assert (await decisions(world))["first-weeks"] == ("not_asked", "when_status")
    await until(world, datetime(2026, 3, 2, 8, tzinfo=UTC))
    await world.room.hear(facts.ExperienceRealized(**world.stay))
    ahead = await decisions(world)
    assert (ahead["first-weeks"], ahead["after-case"]) == (("will_be_asked", None), ("not_asked", "no_occasion"))
    await until(world, datetime(2026, 5, 25, 1, tzinfo=UTC))
    await world.room.hear(facts.ExperienceCompleted(**world.stay))
    await until(world, datetime(2027, 1, 12, 9, tzinfo=UTC))
    assert await asked(world) == [
        ("at-approval", "ep"),
        ("enabler-expectations", "enabler"),
        ("first-weeks", "ep"),
        ("after-completion", "ep"),
        ("enabler-feedback", "enabler"),
        ("partnership", "enabler"),  # in September: in March the cool-down of January's survey held it back
    ]
    when = {one.programme for one in await world.room.said(SurveyInvited)}
    mine = await world.room.read(views.list_person_decisions, world.stay["person_id"], caller=callers.auditor())
    due = {one.programme: one.due_at for one in mine.items}
    assert due["first-weeks"] == datetime(2026, 3, 16, 9, tzinfo=UTC)  # 10:00 in Stockholm
    after = await decisions(world)
    assert after["middle"] == ("not_asked", "cool_down")
    found = await world.room.read(views.list_enabler_decisions, world.stay["enabler_id"], caller=callers.auditor())
    waves = [
        (one.occasion, one.reason, one.numbers.get("days")) for one in found.items if one.programme == "partnership"
    ]
    assert waves == [("2026-03-01", "cool_down", 60), ("2026-09-01", None, None), ("2027-03-01", None, None)]
    counted = [(one.programme, one.number) for one in await world.room.said(SurveyReminded)]
    assert sorted(counted) == sorted(
        [(code, n) for code, one in current().items() for n in range(1, one.reminders.most + 1) if code in when]
    )


async def test_an_answer_stops_the_reminders(world: World) -> None:
    invited = await world.asked_shortly()
    world.room.clock.advance(timedelta(days=8))
    await world.room.due()
    await world.answer(invited)
    world.room.clock.advance(timedelta(days=60))
    await world.room.due()
    assert [one.number for one in await world.room.said(SurveyReminded) if one.invitation_id == invited] == [1]


async def test_a_manager_has_a_letter_sent_again_a_day_later_at_the_earliest(world: World) -> None:
    command = commands.ResendInvitation(await world.complete())
    with pytest.raises(Conflict):
        await world.room.do(handlers.resend_invitation, command, world.se)
    world.room.clock.advance(timedelta(days=1))
    assert (await world.room.do(handlers.resend_invitation, command, world.se)).reminders == 1
    with pytest.raises(NotFound):
        await world.room.do(handlers.resend_invitation, command, callers.sending_manager(new_id()))


async def test_who_cant_be_reached_isnt_asked_and_what_is_open_shows_it(world: World) -> None:
    invited = await world.complete()
    person = world.stay["person_id"]
    contact: dict[str, Any] = {"suppression_id": new_id(), "recipient_id": person, "person_id": person}
    contact |= {"channel": "email", "budget": None, "sending_entity_id": None, "hosting_entity_id": None}
    await world.room.hear(ContactSuppressed(**contact, reason="hard_bounce"))
    wanted = views.Asked(programme="after-completion")
    (open_,) = (await world.room.read(views.list_invitations, wanted, Paging())).items
    assert (open_.id, open_.state) == (invited, State.undelivered)
    again = world.another_stay(person_id=person)
    await world.room.hear(builders.approved(again))
    await world.room.hear(facts.ExperienceCompleted(**again))
    found = await world.room.read(views.list_person_decisions, person, caller=world.ep)
    mine = [one for one in found.items if one.application_id == again["application_id"]]
    assert ("after-completion", "unreachable", {"suppressed": "hard_bounce"}) in [
        (one.programme, one.reason, one.numbers) for one in mine
    ]
    await world.room.hear(ContactRestored(**contact, reason="hard_bounce"))
    (open_,) = (await world.room.read(views.list_invitations, wanted, Paging())).items
    assert open_.state is State.invited


async def test_a_country_switches_a_programme_off_for_its_committees(world: World) -> None:
    command = commands.SwitchProgramme("after-completion", world.sending, False, None)
    await world.room.do(handlers.switch_programme, command, callers.global_manager(), expected=0)
    with pytest.raises(NotFound):
        await world.room.do(handlers.switch_programme, command, world.mc, expected=1)
    with pytest.raises(RuntimeError, match="StopIteration"):
        await world.complete()
    assert await asked(world) == []
    assert (await decisions(world, world.ep))["after-completion"] == ("not_asked", "programme_off")
    with pytest.raises(NotFound):
        await decisions(world, callers.participant())


# --- any order


def history(rng: random.Random, stay: dict[str, Any]) -> list[Event]:
    """One stay's way, in the order in which it happened."""
    moved = stay | {"start_on": date(2026, 3, 9), "end_on": date(2026, 6, 7)}
    broken = facts.ApprovalBroken(**stay, reason="visa", refund=False)
    names = facts.ApplicationFact.model_fields
    ids = {name: stay[name] for name in names}
    again = facts.ApplicationReopened(**ids, former="approval_broken", status="in_progress", terms=builders.TERMS)
    way: list[Event] = [builders.approved(stay)]
    if rng.random() < 0.5:
        way += [facts.ExperienceDatesChanged(**moved, move="postponed")]
        stay = moved
    if rng.random() < 0.5:
        way += [broken, again, builders.approved(stay)][: rng.choice((1, 2, 3))]
    if isinstance(way[-1], facts.Experience) and not isinstance(way[-1], facts.ApprovalBroken):
        end = [facts.ExperienceRealized(**stay), facts.ExperienceCompleted(**stay)]
        way += end[: rng.choice((0, 1, 2))]
    return way


async def hear(world: World, events: list[tuple[int, Event]]) -> None:
    """Hand events to their handlers, past the inbox that keeps the order of a key."""
    base = world.room.clock.now()
    for sequence, event in events:
        at = base + timedelta(minutes=sequence)
        envelope = Envelope(
            new_id(), event.TYPE, "/sojourn/test", event.key, at, at.date(), sequence, new_id(), None, None, event
        )
        handler = world.room.service.hears[type(event)]
        await world.room.do(lambda uow, one, handler=handler: handler(uow, one), envelope)


async def open_of(world: World, application_id: UUID) -> list[tuple[str, str]]:
    query = text(
        "SELECT programme, party FROM invitation WHERE application_id = :id AND state <> 'cancelled' ORDER BY 1"
    )
    async with world.room.runtime.database.engine.connect() as connection:
        return [(row.programme, row.party) for row in await connection.execute(query, {"id": application_id})]


async def test_in_any_order_and_however_often_the_same_are_asked(world: World) -> None:
    rng = random.Random(7)
    world.room.clock.set(APPROVED)
    pairs = []
    for _ in range(8):
        seed, erased = rng.random(), rng.random() < 0.25
        one, other = world.another_stay(), world.another_stay()
        for stay, shuffled in ((one, False), (other, True)):
            way = list(enumerate(history(random.Random(seed), stay), 1))
            people: list[tuple[int, Event]] = [(1, builders.person(stay["person_id"]))]
            people += [
                (2, builders.person_details(stay["person_id"])),
                (1, builders.enabler_details(stay["enabler_id"])),
            ]
            told = [*people, *way]
            if shuffled:
                told = rng.sample(told, len(told)) + rng.sample(told, 2)
            await hear(world, told)
            if erased:
                await world.room.hear_erased(facts.PersonDetails, stay["person_id"])
        pairs.append((one["application_id"], other["application_id"]))
    await until(world, datetime(2026, 1, 14, 12, tzinfo=UTC))
    world.room.clock.set(datetime(2026, 3, 25, 12, tzinfo=UTC))
    await world.room.due()
    found = [(await open_of(world, one), await open_of(world, other)) for one, other in pairs]
    assert [one for one, _ in found] == [other for _, other in found]
    assert any(one for one, _ in found)

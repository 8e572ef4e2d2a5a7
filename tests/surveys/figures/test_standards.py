"""Standards kept, expectation gaps and delivery gaps, on a real database and by HTTP."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.surveys.model import Answer, Given, Invitation
from services.surveys.policy import figures
from services.surveys.policy.invitations import State
from services.surveys.policy.measures import Kind, measures
from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_parts import RATING
from services.surveys.questionnaires import LIBRARY, read
from shared.access import Caller
from shared.contracts.fields import Product
from shared.contracts.notifications import StandardEvidenced
from shared.contracts.surveys import Party
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import callers
from tests.surveys.world import World

TRY = """
id: try
version: 1
languages: [en]
title: {en: Try}
intro: {en: Try}
thanks: {en: Thanks}
questions:
  - {kind: matrix, id: kept, of: standard, text: {en: Kept}, rows: [
      {id: arrival_pickup, text: {en: Picked up}}, {id: insurance, text: {en: Insured}}]}
  - {kind: standard, id: seven, standard: first_day_of_work, text: {en: First day}}
  - {kind: matrix, id: before, of: expectation, text: {en: Expect}, low: {en: Little}, high: {en: Much}, rows: [
      {id: learning, text: {en: Learning}}, {id: hosting, text: {en: Hosting}}]}
  - {kind: perception, id: learned, item: learning, text: {en: Learned}, low: {en: Little}, high: {en: Much}}
"""
OTHER = TRY.replace("version: 1", "version: 2").replace("id: seven", "id: day_one")
LEARNING, PICKUP, FIRST = ("before", "learning"), ("kept", "arrival_pickup"), ("seven", "")


@pytest.fixture(autouse=True)
def questionnaires(monkeypatch: pytest.MonkeyPatch) -> Questionnaire:
    """Two versions of a questionnaire that is in no room."""
    for text in (TRY, OTHER):
        asked = read(text, "try")
        monkeypatch.setitem(LIBRARY.all, (asked.id, asked.version), asked)  # type: ignore[arg-type]
    return asked


@dataclass(frozen=True)
class Said:
    """One answer: (question, row) → a word or a rating."""

    given: dict[tuple[str, str], str | int]
    person: UUID
    stay: UUID
    version: int = 1
    on: date = date(2026, 5, 30)
    product: Product = Product.talent
    programme: str = "after"
    party: Party = Party.ep


async def fill(world: World, answers: Iterable[Said]) -> None:
    async def kept(uow: Uow, _: object) -> None:
        for one in answers:
            moment = datetime.combine(one.on, datetime.min.time(), UTC) + timedelta(hours=9)
            row: dict[str, Any] = {
                "party": one.party, "recipient_id": one.person, "person_id": one.person, "application_id": one.stay,
                "programme": one.programme, "occasion": str(new_id()), "questionnaire": "try",
                "questionnaire_version": one.version, "sending_entity_id": world.sending,
                "hosting_entity_id": world.hosting, "product": one.product, "country": "SE", "language": "en",
            }  # fmt: skip
            times = {"invited_at": moment, "expires_at": moment, "answered_at": moment}
            invited = uow.add(Invitation(id=new_id(), state=State.answered, token_digest="", **times, **row))
            await uow.flush()
            answer = uow.add(Answer(id=new_id(), invitation_id=invited.id, answered_at=moment, **row))
            await uow.flush()
            for (question, part), value in one.given.items():
                what = {"value": value} if isinstance(value, int) else {"word": value}
                uow.add(Given(answer_id=answer.id, question=question, part=part, **what))

    await world.room.do(kept, None)


def said(given: dict[tuple[str, str], str | int], **values: Any) -> Said:
    return Said(given, **{"person": new_id(), "stay": new_id(), **values})


async def ask(world: World, path: str, caller: Caller | None = None, **query: Any) -> Any:
    client = await world.room.client(caller or callers.auditor())
    reply = await client.get(f"/v1/scores/{path}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_a_matrix_row_and_a_question_of_its_own_measure_by_code(questionnaires: Questionnaire) -> None:
    found = {(one.question, one.row): one.code for one in measures(Kind.standard, [questionnaires])}
    assert found == {
        ("kept", "arrival_pickup"): "arrival_pickup",
        ("kept", "insurance"): "insurance",
        ("day_one", ""): "first_day_of_work",
    }
    assert [one.code for one in measures(Kind.expectation, [questionnaires])] == ["learning", "hosting"]
    assert [one.code for one in measures(Kind.perception, [questionnaires])] == ["learning"]


async def test_standards_kept_are_yes_among_yes_and_no(world: World) -> None:
    words = ["yes"] * 6 + ["no"] * 2 + ["not_needed"] * 3
    await fill(world, [said({PICKUP: word, ("kept", "insurance"): "yes"}) for word in words] + [said({})] * 4)
    found = await ask(world, "standards")
    rows = {row["standard"]: row for row in found["standards"]}
    pickup = rows["arrival_pickup"]
    counts = (pickup["yes"], pickup["no"], pickup["not_needed"], pickup["unanswered"])
    assert (counts, pickup["kept"]["n"], pickup["kept"]["value"]) == ((6, 2, 3, 4), 8, 0.75)
    known = figures.share(6, 8).interval
    assert (pickup["kept"]["interval"]["low"], pickup["kept"]["interval"]["high"]) == pytest.approx(
        (known.low, known.high)
    )
    never = rows["first_day_of_work"]
    assert (never["yes"], never["unanswered"], never["kept"]["value"]) == (0, 15, None)
    assert [row["standard"] for row in found["standards"]] == ["arrival_pickup", "insurance", "first_day_of_work"]


async def test_versions_that_ask_it_differently_make_one_figure(world: World) -> None:
    await fill(world, [said({FIRST: "yes"}) for _ in range(3)])
    await fill(world, [said({("day_one", ""): "no"}, version=2) for _ in range(3)])
    rows = {row["standard"]: row for row in (await ask(world, "standards"))["standards"]}
    assert (rows["first_day_of_work"]["kept"]["n"], rows["first_day_of_work"]["kept"]["value"]) == (6, 0.5)


async def test_standards_can_be_told_apart_by_a_dimension(world: World) -> None:
    await fill(world, [said({PICKUP: "yes"}) for _ in range(5)])
    await fill(world, [said({PICKUP: "no"}, product=Product.teacher) for _ in range(4)])
    rows = [
        row for row in (await ask(world, "standards", by="product"))["standards"] if row["standard"] == "arrival_pickup"
    ]
    assert [(row["key"], row["kept"]["n"], row["kept"]["value"]) for row in rows] == [
        ("talent", 5, 1.0),
        ("teacher", 4, None),
    ]


async def test_a_gap_is_that_of_people_who_answered_both_about_the_same_stay(world: World) -> None:
    pairs = [(7, 5), (6, 6), (7, 4), (5, 6), (6, 4), (7, 6)]
    people = [(new_id(), new_id()) for _ in pairs]
    spring, summer = date(2026, 2, 1), date(2026, 6, 1)
    for (person, stay), (before, after) in zip(people, pairs, strict=True):
        await fill(world, [Said({LEARNING: 1}, person, stay, on=spring - timedelta(days=9), programme="approval")])
        await fill(world, [Said({LEARNING: before}, person, stay, on=spring, programme="approval")])
        await fill(world, [Said({("learned", ""): after}, person, stay, on=summer)])
    await fill(world, [said({("learned", ""): 1}, on=summer), Said({LEARNING: 1}, people[0][0], new_id(), on=spring)])
    (row,) = (await ask(world, "gaps", since="2026-05-01"))["gaps"]
    known = figures.gap(RATING, dict.fromkeys(pairs, 1), 5)
    assert (row["item"], row["touchpoint"], row["n"], row["enough"]) == ("learning", "after", 6, True)
    assert row["gap"]["value"] == pytest.approx(known.gap.value)
    assert row["gap"]["p"] == row["corrected"] == pytest.approx(known.gap.p)
    assert (row["worse"], row["same"], row["better"]) == (4, 1, 1)
    assert (row["expectation"]["value"], row["perception"]["value"]) == pytest.approx((38 / 6, 31 / 6))


async def test_what_an_enabler_expected_once_holds_for_the_stays_that_follow(world: World) -> None:
    enabler, spring = new_id(), {"on": date(2026, 2, 1), "party": Party.enabler}
    later = {"on": date(2026, 6, 1), "party": Party.enabler}
    await fill(world, [Said({LEARNING: 7}, enabler, new_id(), on=date(2026, 8, 1), party=Party.enabler)])
    await fill(world, [Said({LEARNING: 5}, enabler, new_id(), **spring)])
    await fill(world, [Said({("learned", ""): value}, enabler, new_id(), **later) for value in (5, 5, 4, 6, 3)])
    (row,) = (await ask(world, "gaps", party="enabler"))["gaps"]
    assert (row["n"], row["expectation"]["value"], row["worse"], row["better"]) == (5, 5.0, 2, 1)
    assert (await ask(world, "gaps"))["gaps"] == []


async def test_from_too_few_pairs_there_is_no_gap(world: World) -> None:
    for _ in range(4):
        person, stay = new_id(), new_id()
        await fill(world, [Said({LEARNING: 6}, person, stay), Said({("learned", ""): 2}, person, stay)])
    (row,) = (await ask(world, "gaps"))["gaps"]
    assert (row["n"], row["enough"], row["gap"], row["expectation"]["value"]) == (4, False, None, None)


async def evidence(world: World, stay: UUID, standard: str = "arrival_pickup") -> None:
    sides = {"sending_entity_id": world.sending, "hosting_entity_id": world.hosting}
    ids = {"standard_id": new_id(), "application_id": stay, "person_id": new_id(), "standard": standard}
    days = {"due_on": date(2026, 3, 1), "done_on": date(2026, 2, 20), "late": False}
    await world.room.hear(StandardEvidenced(**sides, **ids, **days, source="statement", source_id=None))


async def test_the_delivery_gap_is_what_is_claimed_less_what_was_met(world: World) -> None:
    words = ["yes"] * 4 + ["no"] * 4 + ["not_needed"] * 2
    answers = [said({PICKUP: word}) for word in words]
    await fill(world, answers)
    for one in answers[1:]:
        await evidence(world, one.stay)
        await evidence(world, one.stay)  # told twice, it is one claim
    (row,) = (await ask(world, "delivery"))["standards"]
    known = figures.delivery({(True, True): 3, (False, True): 1, (True, False): 4}, 5)
    assert (row["standard"], row["n"], row["conflicts"]) == ("arrival_pickup", 8, 4)
    assert (row["claimed"]["value"], row["perceived"]["value"], row["gap"]["value"]) == (7 / 8, 4 / 8, 3 / 8)
    assert (row["gap"]["p"], row["gap"]["interval"]["low"]) == pytest.approx((known.gap.p, known.gap.interval.low))


async def test_of_two_answers_about_a_stay_the_last_one_counts(world: World) -> None:
    stays = [new_id() for _ in range(5)]
    for stay in stays:
        await fill(world, [said({PICKUP: "no"}, stay=stay, on=date(2026, 4, 1)), said({PICKUP: "yes"}, stay=stay)])
        await evidence(world, stay)
    (row,) = (await ask(world, "delivery"))["standards"]
    assert (row["n"], row["perceived"]["value"], row["conflicts"]) == (5, 1.0, 0)


async def test_these_too_are_of_the_callers_answers_only(world: World) -> None:
    person, stay = new_id(), new_id()
    await fill(world, [Said({PICKUP: "yes", LEARNING: 6, ("learned", ""): 5}, person, stay)] * 1)
    for caller, seen in ((world.he, True), (callers.hosting_manager(new_id()), False)):
        assert bool((await ask(world, "standards", caller))["standards"]) is seen
        assert bool((await ask(world, "gaps", caller))["gaps"]) is seen
        assert bool((await ask(world, "delivery", caller))["standards"]) is seen

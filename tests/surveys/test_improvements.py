"""The product-improvement report: which standards fail, where, how surely, and since when."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys import commands, handlers, views
from services.surveys.handlers.case_opening import open_for_answer
from services.surveys.model import Answer, Given, Invitation
from services.surveys.policy.figures import share
from services.surveys.policy.improvements import Where, trend
from services.surveys.policy.measures import Kind, measures
from services.surveys.questionnaires import LIBRARY
from services.surveys.views import Failing
from shared.contracts.notifications import StandardConflicted
from shared.contracts.surveys import Party, StandardWord
from shared.ids import new_id
from shared.testing import builders, callers
from tests.surveys.world import World

SAID = datetime(2026, 4, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # The ends solve (hits/n - p)² = z²·p(1 - p)/n, found by bisection.
    [(0, 10, 0.0, 0.277533), (1, 10, 0.017876, 0.404150), (5, 10, 0.236593, 0.763407), (10, 10, 0.722467, 1.0)],
)
def test_wilsons_interval_is_that_of_the_books(hits: int, n: int, low: float, high: float) -> None:
    found = share(hits, n).interval
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-5)


@given(n=st.integers(1, 500), data=st.data())
def test_a_share_lies_in_its_interval_and_the_interval_in_the_range(n: int, data: Any) -> None:
    found = share(data.draw(st.integers(0, n)), n)
    assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1


def test_the_trend_is_the_cochran_armitage_test() -> None:
    # Worked by hand: hits 1, 2, 4 of 10 each: p = 7/30, numerator 1·(−1) + 2·0 + 4·1 = 3, spread 20.
    found = trend([(1, 1, 10), (2, 2, 10), (3, 4, 10)])
    assert found is not None
    assert found.z == pytest.approx(3 / ((7 / 30 * 23 / 30 * 20) ** 0.5))
    assert found.p == pytest.approx(0.11273, abs=1e-5)
    assert trend([(1, 1, 10), (2, 2, 10)]) is None
    assert trend([(1, 0, 10), (2, 0, 10), (3, 0, 10)]) is None


def test_the_places_where_standards_are_asked_are_found_in_the_questionnaires() -> None:
    found = measures(Kind.standard, LIBRARY.all.values())
    assert {(one.questionnaire, one.row, one.code) for one in found} >= {
        ("first-weeks", "accommodation", "accommodation"),
        ("enabler-feedback", "enabler_preparation", "enabler_preparation"),
    }


async def said(world: World, stay: dict[str, Any], **words: StandardWord) -> None:
    """An answer of the first weeks with these words, and the case that follows."""

    async def answer(uow: Any, _: None) -> None:
        asked = {
            "party": Party.ep, "recipient_id": stay["person_id"], "programme": "first-weeks", "occasion": "once",
            "questionnaire": "first-weeks", "questionnaire_version": 1, "language": "ro", "country": stay["country"],
            "product": stay["product"], "application_id": stay["application_id"],
            **{name: stay[name] for name in ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id")},
        }  # fmt: skip
        moments = {"invited_at": uow.now, "expires_at": uow.now + timedelta(days=9)}
        invitation = uow.add(Invitation(id=new_id(), state="answered", token_digest="", **moments, **asked))
        await uow.flush()
        answered = uow.add(Answer(id=new_id(), invitation_id=invitation.id, answered_at=uow.now, **asked))
        for standard, word in words.items():
            uow.add(Given(answer_id=answered.id, question="standards", part=standard, word=word))
        await uow.flush()
        await open_for_answer(uow, invitation, [], words)

    await world.room.do(answer, None)


async def stays(world: World, count: int, **values: Any) -> list[dict[str, Any]]:
    found = []
    for _ in range(count):
        stay = world.another_stay(**values)
        await world.room.hear(builders.person(stay["person_id"]))
        await world.room.hear(builders.approved(stay))
        found.append(stay)
    return found


async def report(world: World, by: Where = Where.standard, **wanted: Any) -> list[Any]:
    found = await world.room.read(views.where_to_improve, by, Failing(**wanted), caller=callers.global_manager())
    return found.rows


@pytest.fixture
async def spoken(world: World) -> World:
    """Six stays at one company, of which four deny the accommodation; two at another, where all is well."""
    world.room.clock.set(SAID)
    company = new_id()
    for number, stay in enumerate(await stays(world, 6, enabler_id=company)):
        word = StandardWord.no if number < 4 else StandardWord.yes
        await said(world, stay, accommodation=word, job_description=StandardWord.yes)
    for stay in await stays(world, 2):
        await said(world, stay, accommodation=StandardWord.not_needed, job_description=StandardWord.yes)
    return world


async def test_the_surest_failure_comes_first_with_its_interval_and_its_cases(spoken: World) -> None:
    worst, fine = await report(spoken)
    assert (worst.key, worst.asked, worst.denied, worst.cases, worst.open_cases) == ("accommodation", 6, 4, 4, 4)
    assert (worst.rate, worst.low, worst.high) == pytest.approx(
        (4 / 6, *(share(4, 6).interval.low, share(4, 6).interval.high))
    )
    assert (fine.key, fine.asked, fine.denied, fine.low) == ("job_description", 8, 0, 0.0)
    for case_id in worst.case_ids:
        case = await spoken.room.read(views.get_case, case_id, caller=callers.global_manager())
        assert case.standards == ["accommodation"]


@pytest.mark.parametrize("by", [Where.enabler, Where.opportunity, Where.hosting_entity, Where.product, Where.country])
async def test_the_report_says_where(spoken: World, by: Where) -> None:
    rows = await report(spoken, by, standard="accommodation")
    expected = {Where.enabler: 1, Where.opportunity: 6, Where.hosting_entity: 1, Where.product: 1, Where.country: 1}
    assert len(rows) == expected[by]
    assert sum(row.denied for row in rows) == sum(row.cases for row in rows) == 4
    assert [row.enough for row in rows] == [by is not Where.opportunity] * len(rows)
    if by is Where.opportunity:
        assert {row.rate for row in rows} == {None}  # one answer each: no figure


async def test_conflicts_and_closed_cases_are_told_apart(spoken: World) -> None:
    stay = spoken.another_stay()
    names = ("application_id", "person_id", "sending_entity_id", "hosting_entity_id")
    ids = {name: stay[name] for name in names}
    conflict = StandardConflicted(standard_id=new_id(), standard="insurance", due_on=date(2026, 3, 16), **ids)
    await spoken.room.hear(conflict)
    (row,) = [row for row in await report(spoken) if row.key == "insurance"]
    assert (row.asked, row.conflicts, row.cases, row.open_cases, row.rate) == (0, 1, 1, 1, None)
    closing = commands.CloseCase(row.case_ids[0], "explained", "Insured all along.")  # type: ignore[arg-type]
    await spoken.room.do(handlers.close_case, closing, callers.global_manager())
    (row,) = [row for row in await report(spoken) if row.key == "insurance"]
    assert (row.cases, row.open_cases) == (1, 0)


async def test_a_manager_sees_the_failures_of_the_own_entities_only(spoken: World) -> None:
    stranger = callers.hosting_manager(new_id())
    found = await spoken.room.read(views.where_to_improve, Where.standard, Failing(), caller=stranger)
    assert found.rows == []
    own = await spoken.room.read(views.where_to_improve, Where.standard, Failing(), caller=spoken.he)
    assert [row.denied for row in own.rows] == [4, 0]
    assert len(await report(spoken, entity_id=spoken.hosting)) == 2
    assert await report(spoken, entity_id=new_id()) == []
    assert await report(spoken, until=date(2026, 3, 31)) == []


async def test_the_trend_goes_month_by_month(world: World) -> None:
    for month, bad in ((1, 1), (2, 3), (3, 5)):
        world.room.clock.set(datetime(2026, month, 15, tzinfo=UTC))
        for number, stay in enumerate(await stays(world, 6)):
            await said(world, stay, accommodation=StandardWord.no if number < bad else StandardWord.yes)
    wanted = Failing(standard="accommodation")
    found = await world.room.read(views.failure_trend, wanted, caller=callers.global_manager())
    assert [(one.month, one.asked, one.denied, one.cases) for one in found.months] == [
        ("2026-01", 6, 1, 1), ("2026-02", 6, 3, 3), ("2026-03", 6, 5, 5),
    ]  # fmt: skip
    assert found.z > 2
    assert found.p < 0.05


async def test_the_report_over_http(spoken: World) -> None:
    client = await spoken.room.client(spoken.he)
    reply = (await client.get("/v1/improvements", params={"by": "enabler", "standard": "accommodation"})).json()
    assert (reply["method"], reply["minimum_n"], reply["rows"][0]["denied"]) == ("wilson", 5, 4)
    assert (await client.get(f"/v1/cases/{reply['rows'][0]['case_ids'][0]}")).status_code == 200
    assert (await client.get("/v1/improvements/trend")).json()["months"][0]["month"] == "2026-04"
    wrong = await client.get("/v1/improvements", params={"since": "2026-02-01", "until": "2026-01-01"})
    assert wrong.status_code == 422
    assert (await (await spoken.room.client(spoken.ep)).get("/v1/improvements")).status_code == 403

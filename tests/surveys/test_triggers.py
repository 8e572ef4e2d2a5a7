"""What sets off an asking beside a stay's own steps: first stays, opportunities, waves, cases; and what quotas stop."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.surveys import commands, handlers
from services.surveys.policy.cases import Outcome
from services.surveys.programmes import current, read, using
from shared.contracts import applications as facts
from shared.contracts.fields import Product
from shared.contracts.parties import OpportunityReraised
from shared.contracts.surveys import SurveyInvited
from shared.errors import NotFound
from shared.ids import new_id
from shared.testing import builders, callers
from tests.surveys.world import AFTER, World

OFFERED = """
code: offered
title: Offered
questionnaire: enabler-feedback
audience: [enabler]
lifecycle: true
when: {moment: opportunity-posted}
late_days: 14
expires_after_days: 30
"""


@pytest.fixture(autouse=True)
def programmes() -> None:
    """All that ship."""


@contextmanager
def only(*texts: str) -> Iterator[None]:
    """These programmes and no others."""
    with using(*(read(text, "a test's") for text in texts)):
        yield


async def asked(world: World) -> list[tuple[str, str]]:
    """Who was asked by what, in order: the recipient's id and the programme."""
    return [
        (str(one.enabler_id if one.party == "enabler" else one.person_id), one.programme)
        for one in await world.room.said(SurveyInvited)
    ]


async def ended(world: World, enabler_id: Any, at: datetime) -> dict[str, Any]:
    """A stay with this enabler that is over at this moment."""
    stay = world.another_stay(enabler_id=enabler_id)
    await world.room.hear(builders.person(stay["person_id"]))
    await world.room.hear(builders.approved(stay))
    world.room.clock.set(at)
    await world.room.hear(facts.ExperienceCompleted(**stay))
    return stay


async def test_an_enabler_is_asked_after_its_first_stay_and_not_after_the_second(world: World) -> None:
    first = OFFERED.replace("opportunity-posted", "first-completed").replace("offered", "first")
    company = new_id()
    with only(first):
        await world.room.hear(builders.enabler_details(company))
        await ended(world, company, AFTER)
        await ended(world, company, AFTER + timedelta(days=40))
        other = new_id()
        await world.room.hear(builders.enabler_details(other))
        await ended(world, other, AFTER + timedelta(days=50))
    assert await asked(world) == [(str(company), "first"), (str(other), "first")]


async def test_an_opportunity_that_is_posted_and_one_that_is_raised_again_are_two_moments(world: World) -> None:
    again = OFFERED.replace("opportunity-posted", "opportunity-reraised").replace("offered", "reraised")
    company, offer = new_id(), new_id()
    world.room.clock.set(AFTER)
    with only(OFFERED, again):
        await world.room.hear(builders.enabler_details(company))
        posted = builders.opportunity(offer, enabler_id=company, hosting_entity_id=world.hosting)
        await world.room.hear(posted)
        assert await asked(world) == [(str(company), "offered")]
        raised: dict[str, Any] = {"opportunity_id": new_id(), "enabler_id": company, "raised_from": offer}
        raised |= {"hosting_entity_id": world.hosting, "product": Product.talent, "openings": 1}
        dates = {"start_on": builders.START, "end_on": builders.END}
        await world.room.hear(OpportunityReraised(**raised, **dates))
    assert await asked(world) == [(str(company), "offered"), (str(company), "reraised")]


async def test_a_quota_of_two_a_month_lets_the_third_wait_for_no_one(world: World) -> None:
    world.room.clock.set(AFTER)
    companies = [new_id() for _ in range(4)]
    with only(OFFERED + "quota: {most: 2, per: month}\n"):
        for company in companies:
            await world.room.hear(builders.enabler_details(company))
        for company in companies[:3]:
            await world.room.hear(builders.opportunity(new_id(), enabler_id=company, hosting_entity_id=world.hosting))
        assert [who for who, _ in await asked(world)] == [str(one) for one in companies[:2]]
        client = await world.room.client(callers.global_manager())
        (why,) = (await client.get(f"/v1/enablers/{companies[2]}/survey-decisions")).json()["items"]
        assert (why["decision"], why["reason"]) == ("not_asked", "quota")
        assert why["numbers"] == {"quota": 2, "used": 2, "period": "2026-05"}
        world.room.clock.set(datetime(2026, 6, 2, tzinfo=UTC))  # a new month has new places
        await world.room.hear(builders.opportunity(new_id(), enabler_id=companies[3], hosting_entity_id=world.hosting))
    assert [who for who, _ in await asked(world)] == [str(one) for one in (*companies[:2], companies[3])]


async def test_after_a_case_its_customer_is_asked_once_and_a_reopened_case_waits(world: World) -> None:
    with using(current()["after-case"]):
        await world.room.hear(builders.person(world.stay["person_id"]))
        await world.room.hear(builders.approved(world.stay))
        await world.room.hear(facts.ExperienceRealized(**world.stay))
        world.room.clock.set(datetime(2026, 4, 1, 8, tzinfo=UTC))
        report = commands.ReportCase(application_id=world.stay["application_id"], report="No heating.")
        case = await world.room.do(handlers.report_case, report, world.ep)
        closing = commands.CloseCase(case.id, Outcome.solved, "Done.")
        for by in (world.he, world.se):
            await world.room.do(handlers.acknowledge_case, commands.AcknowledgeCase(case.id), by)
        await world.room.do(handlers.close_case, closing, world.he)
        world.room.clock.advance(timedelta(days=2))
        await world.room.do(handlers.reopen_case, commands.ReopenCase(case.id, "Cold again."), world.ep)
        world.room.clock.advance(timedelta(days=5))
        await world.room.due()
        assert await asked(world) == []  # the three days after the first closing went by while it was open again
        await world.room.do(handlers.close_case, closing, callers.global_manager())
        world.room.clock.advance(timedelta(days=2))
        await world.room.due()
        assert await asked(world) == []
        world.room.clock.advance(timedelta(days=2))
        await world.room.due()
    assert await asked(world) == [(str(world.stay["person_id"]), "after-case")]


async def test_everybody_who_takes_interns_is_asked_in_march_and_in_september(world: World) -> None:
    company = world.stay["enabler_id"]
    with using(current()["enabler-partnership"]):
        await world.room.hear(builders.enabler_details(company))
        world.room.clock.set(datetime(2026, 1, 12, 9, tzinfo=UTC))
        await world.room.hear(builders.person(world.stay["person_id"]))
        await world.room.hear(builders.approved(world.stay))
        for moment in (datetime(2026, 3, 15, 8, tzinfo=UTC), datetime(2026, 3, 15, 10, tzinfo=UTC)):
            world.room.clock.set(moment)
            await world.room.due()
            assert len(await asked(world)) == (1 if moment.hour == 10 else 0)  # ten o'clock in Stockholm is nine UTC
        world.room.clock.set(datetime(2026, 9, 15, 9, tzinfo=UTC))
        await world.room.due()
    assert await asked(world) == [(str(company), "enabler-partnership")] * 2


async def test_a_switch_is_made_against_the_version_that_was_read(world: World) -> None:
    path = f"/v1/programmes/first-weeks/entities/{world.hosting}"
    client = await world.room.client(callers.global_manager())
    unsaid = await client.get(path)
    assert (unsaid.status_code, unsaid.headers["etag"]) == (200, '"0"')
    off = {"enabled": False, "share": None}
    assert (await client.put(path, json=off)).status_code == 428
    reply = await client.put(path, json=off, headers={"If-Match": '"0"'})
    assert (reply.status_code, reply.headers["etag"]) == (200, '"1"')
    assert (await client.put(path, json=off, headers={"If-Match": '"0"'})).status_code == 412
    wrong = await client.put(path, json={"share": 2}, headers={"If-Match": '"1"'})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/share")
    for by, status in ((world.he, 403), (callers.national_manager(new_id()), 404)):
        other = await world.room.client(by)
        assert (await other.put(path, json=off, headers={"If-Match": '"1"'})).status_code == status
    with pytest.raises(NotFound):
        await world.room.do(
            handlers.switch_programme, commands.SwitchProgramme("none", world.hosting, True, None),
            callers.global_manager(), 0,
        )  # fmt: skip

"""Experience at risk on a real database: signs come in from all rooms, an alarm is said once, stays teach a model."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.scoring import views
from services.scoring.consumer import STAYS
from services.scoring.handlers.risk import models_of
from services.scoring.schemas import RiskOut
from services.scoring.watching import learn_of_stays
from shared.contracts import applications as facts
from shared.contracts import notifications, papers, questions, surveys, tasks
from shared.contracts.fields import Side
from shared.contracts.risks import StayAtRisk, StayCalmed
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.storage.tx import Uow
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.scoring.world import WORLD, World

DAY = timedelta(days=1)
MIDDLE = datetime.fromisoformat("2026-04-01T10:00:00+00:00")


@pytest.fixture
async def staying(world: World) -> World:
    """The EP is in Uppsala, a month into the stay."""
    await world.room.hear(
        builders.entity(world.stay["hosting_entity_id"], path=[WORLD, world.stay["hosting_entity_id"]])
    )
    await world.room.hear(builders.approved(world.stay))
    world.room.clock.set(MIDDLE)
    await world.room.hear(facts.ExperienceRealized(**world.stay))
    return world


async def risk(world: World, **stay: Any) -> RiskOut:
    application_id = (stay or world.stay)["application_id"]
    return await world.room.read(views.get_risk, application_id)


def ids(stay: dict[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: stay[name] for name in ("application_id", "person_id", "sending_entity_id", "hosting_entity_id", *names)
    }


def survey(stay: dict[str, Any], invitation_id: UUID | None = None) -> dict[str, Any]:
    about = ids(stay, "enabler_id") | {"invitation_id": invitation_id or new_id(), "party": surveys.Party.ep}
    return about | {"programme": "first-weeks", "occasion": "one", "questionnaire": "first-weeks"}


def answered(stay: dict[str, Any], effort: int, **standards: surveys.StandardWord) -> surveys.SurveyAnswered:
    given = surveys.GivenScore(metric=surveys.Metric.ces2, about="getting_started", score=effort)
    return surveys.SurveyAnswered(**survey(stay), scores=[given], standards=standards, expectations=[], perceptions=[])


def overdue(stay: dict[str, Any], question_id: UUID) -> questions.QuestionOverdue:
    about = ids(stay) | {"question_id": question_id, "side": Side.hosting, "entity_id": stay["hosting_entity_id"]}
    return questions.QuestionOverdue(**about, touchpoint=None, due_at=MIDDLE)


async def troubled(world: World, stay: dict[str, Any]) -> None:
    """All that can go wrong without anybody having complained."""
    await world.room.hear(overdue(stay, new_id()))
    await world.room.hear(answered(stay, 1, insurance=surveys.StandardWord.no))


async def test_an_approved_stay_is_at_the_base_rate_and_says_how_little_is_known(staying: World) -> None:
    seen = await risk(staying)
    assert (seen.level, seen.model, seen.evidence, seen.reasons) == ("calm", "risk-rules-1", 0, [])
    assert seen.risk == pytest.approx(0.12, abs=1e-3)
    assert (seen.low or 1) < 0.12 < (seen.high or 0)


async def test_trouble_adds_up_to_an_alarm_that_is_said_once_and_ends_when_it_is_calm_again(staying: World) -> None:
    question = new_id()
    await staying.room.hear(overdue(staying.stay, question))
    await staying.room.hear(answered(staying.stay, 1, insurance=surveys.StandardWord.no))
    seen = await risk(staying)
    assert (seen.level, [one.code for one in seen.reasons]) == (
        "alarm", ["effort", "standards_denied", "questions_overdue"],
    )  # fmt: skip
    assert seen.reasons[2].text == "1 question without an answer in time (+0.60)"
    (said,) = await staying.room.said(StayAtRisk)
    assert (said.application_id, said.risk, said.model) == (staying.stay["application_id"], seen.risk, "risk-rules-1")
    assert [reason.code for reason in said.reasons] == [one.code for one in seen.reasons]
    await staying.room.hear(overdue(staying.stay, new_id()))
    assert len(await staying.room.said(StayAtRisk)) == 1
    staying.room.clock.advance(timedelta(hours=1))
    await staying.room.hear(answered(staying.stay, 7, insurance=surveys.StandardWord.yes))
    (calm,) = await staying.room.said(StayCalmed)
    assert (calm.why, (await risk(staying)).level) == ("calmed", "watch" if calm.risk >= 0.25 else "calm")


async def test_signs_that_come_before_their_stay_count_once_it_is_known(world: World) -> None:
    world.room.clock.set(MIDDLE)
    await troubled(world, world.stay)
    with pytest.raises(NotFound):
        await risk(world)
    await world.room.hear(builders.approved(world.stay))
    assert (await risk(world)).level == "alarm"


async def test_silence_is_noticed_by_the_calendar(staying: World) -> None:
    invited = survey(staying.stay)
    await staying.room.hear(surveys.SurveyInvited(**invited, language="en", expires_at=MIDDLE + 30 * DAY))
    before = (await risk(staying)).risk
    staying.room.clock.advance(10 * DAY)
    await staying.room.due()
    after = await risk(staying)
    assert [one.text for one in after.reasons] == ["1 survey unanswered for a week (+0.25)"]
    assert after.risk > before
    course = await staying.room.read(views.get_risk_course, staying.stay["application_id"], None, Paging(limit=50))
    assert course.items[-1].cause == "scoring.time-passed"
    then = await staying.room.read(views.get_risk_course, staying.stay["application_id"], MIDDLE, Paging(limit=50))
    assert then.items[-1].risk == before


async def test_a_stay_that_went_wrong_or_is_over_raises_no_alarm_and_says_how_it_ended(staying: World) -> None:
    await troubled(staying, staying.stay)
    case = {**ids(staying.stay, "enabler_id"), "case_id": new_id(), "party": surveys.Party.ep, "standard": None}
    case |= {"cause": surveys.CaseCause.reported, "owner": Side.hosting, "acknowledge_by": MIDDLE + DAY}
    await staying.room.hear(surveys.QualityCaseOpened(**case))
    seen = await risk(staying)
    assert (seen.running, seen.ended) == (False, "case")
    assert [one.why for one in await staying.room.said(StayCalmed)] == ["settled"]
    await troubled(staying, staying.stay)
    assert len(await staying.room.said(StayAtRisk)) == 1


async def test_nobody_looks_at_the_stay_of_somebody_who_is_erased(staying: World) -> None:
    await troubled(staying, staying.stay)
    await staying.room.hear_erased(facts.PersonDetails, staying.person_id)
    assert ((await risk(staying)).running, (await risk(staying)).alarmed_at) == (False, None)
    assert [one.why for one in await staying.room.said(StayCalmed)] == ["settled"]
    waiting = text("SELECT count(*) FROM due WHERE kind = 'look-at-stay' AND state = 'waiting'")
    async with staying.room.runtime.database.engine.connect() as connection:
        assert (await connection.execute(waiting)).scalar_one() == 0


async def test_a_stay_of_which_nothing_bad_is_heard_for_sixty_days_went_well(staying: World) -> None:
    await staying.room.hear(facts.ExperienceCompleted(**staying.stay))
    assert ((await risk(staying)).running, (await risk(staying)).ended) == (False, None)
    staying.room.clock.set(datetime.fromisoformat("2026-07-24T10:00:00+00:00"))
    await staying.room.due()
    assert (await risk(staying)).ended == "well"


async def test_every_sign_is_understood_and_what_is_over_counts_no_more(staying: World) -> None:
    """Each trouble that this part hears of, and an hour later the end of it: what is left is what came late."""
    stay = staying.stay
    standard = ids(stay) | {"standard_id": new_id(), "standard": "insurance"}
    day = {"due_on": date(2026, 3, 1)}
    paper = ids(stay) | {
        "document_id": new_id(), "kind": "pickup-sheet", "document": "a" * 64, "language": "en",
        "touchpoint_id": new_id(), "touchpoint": "pickup-information",
    }  # fmt: skip
    task = {"task_id": new_id(), "touchpoint": "departure-talk", "touchpoint_id": new_id(), "side": Side.hosting}
    task |= {
        "person_id": stay["person_id"],
        "application_id": stay["application_id"],
        "enabler_id": None,
        "entity_id": None,
    }
    question = ids(stay) | {"question_id": new_id(), "side": None, "entity_id": None, "touchpoint": None}
    lacking = ids(stay) | {"check_id": new_id(), "touchpoint_id": new_id(), "touchpoint": "x", "owner": "host"}
    events = [
        notifications.StandardMissed(**standard, **day),
        notifications.StandardEvidenced(
            **standard, **day, source="statement", source_id=None, done_on=date(2026, 3, 9), late=True
        ),
        notifications.StandardWaived(**standard, side=Side.hosting),
        papers.DocumentOpened(**paper),
        papers.DocumentAcknowledged(**paper, policy_version="xpp-2026"),
        papers.FactsMissing(**lacking, missing=["pickup_place"], **day),
        papers.FactsComplete(**lacking),
        tasks.TaskOverdue(**task, **day),
        tasks.TaskDone(**task, how="ticked", late=True),
        questions.QuestionAsked(**question, channel="email", due_at=MIDDLE),
        questions.QuestionOverdue(**question, due_at=MIDDLE),
        questions.QuestionAnswered(**question, first=True, late=True),
        facts.ExperienceDatesChanged(**stay, move="extended"),
    ]
    for event in events:
        await staying.room.hear(event)
        staying.room.clock.advance(timedelta(hours=1))
    assert {type(event) for event in events} <= set(STAYS)
    found = {one.code for one in (await risk(staying)).reasons}
    assert found == {"standards_late", "dates_changed"}


async def test_who_sees_what(staying: World) -> None:
    path = f"/v1/applications/{staying.stay['application_id']}/risk"
    for caller, status in (
        (callers.hosting_manager(staying.stay["hosting_entity_id"]), 200), (staying.se, 200),
        (callers.hosting_manager(new_id()), 404), (staying.ep, 403), (callers.enabler(), 403), (callers.auditor(), 200),
    ):  # fmt: skip
        assert (await (await staying.room.client(caller)).get(path)).status_code == status, caller
    await troubled(staying, staying.stay)
    client = await staying.room.client(staying.se)
    (one,) = (await client.get("/v1/risks", params={"level": "alarm"})).json()["items"]
    assert one["id"] == str(staying.stay["application_id"])
    assert (await client.get("/v1/risks", params={"level": "calm"})).json()["items"] == []
    report = (await client.get("/v1/risks/report")).json()
    assert (report["n"], report["enough"], report["auc"]["value"], report["model"]) == (0, False, None, "risk-rules-1")


# --- learning


ENDED = text("""
INSERT INTO stay_risk (id, person_id, enabler_id, opportunity_id, sending_entity_id, hosting_entity_id, product,
    country, zone, start_on, end_on, running, ended, ended_at, level, reasons, numbers, evidence, marked, version,
    changed_at)
SELECT md5('stay' || n)::uuid, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), :sending, :hosting, 'talent',
    'SE', 'UTC', '2025-01-01', '2025-03-01', false, CASE WHEN bad THEN 'detractor' ELSE 'well' END, '2025-05-01',
    'calm', '[]', '{}', 0, 3, 1, now()
FROM (SELECT n, n % 3 = 0 AND n % 7 > 2 OR n % 10 = 0 AS bad FROM generate_series(1, 300) AS n) AS stay
""")
POINTS = text("""
INSERT INTO risk_point (id, application_id, at, risk, low, high, base_log_odds, reasons, numbers, level, model, cause,
    mark, changed_at)
SELECT 1000000 + n * 3 + mark, md5('stay' || n)::uuid,
    timestamptz '2025-01-01' + mark * interval '20 days' + n * interval '1 minute',
    0.12, 0.02, 0.5, -2, '[]', jsonb_build_object('effort', (n % 7) / 6.0, 'standards_missed', 0), 'calm',
    'risk-rules-1', 'test', mark, now()
FROM generate_series(1, 300) AS n, generate_series(0, 2) AS mark
""")


async def test_ended_stays_make_a_model_that_looks_at_the_running_ones_from_then_on(staying: World) -> None:
    runtime = staying.room.runtime
    assert not await learn_of_stays(runtime)
    async with runtime.database.engine.begin() as connection:
        sides = {"sending": staying.stay["sending_entity_id"], "hosting": staying.stay["hosting_entity_id"]}
        await connection.execute(ENDED, sides)
        await connection.execute(POINTS)
    assert await learn_of_stays(runtime)
    assert not await learn_of_stays(runtime)  # nothing more has ended since

    async def name(uow: Uow) -> str:
        return (await models_of(uow)).name

    assert await staying.room.read(name) == "risk-1"
    await staying.room.hear(answered(staying.stay, 1))
    seen = await risk(staying)
    assert (seen.model, seen.evidence) == ("risk-1", 900)
    report = await staying.room.read(views.risk_report, caller=callers.auditor())
    assert (report.n, report.enough, report.model) == (300, True, "risk-1")
    assert report.wrong == round((report.base_rate or 0) * 300)
    assert sum(one.n for one in report.bins) == 300
    assert all(one.low <= one.wrong <= one.high for one in report.bins)


async def test_a_model_made_round_other_rules_leaves_the_rules_in_use(staying: World, room: Room) -> None:
    wrong = text("""INSERT INTO risk_model (number, digest, content, figures, stays, wrong, seed, in_use, trained_at)
        VALUES (1, 'x', '{"format": "of-old"}', '{}', 1, 1, 1, true, now())""")
    async with room.runtime.database.engine.begin() as connection:
        await connection.execute(wrong)
    await staying.room.hear(answered(staying.stay, 1))
    assert (await risk(staying)).model == "risk-rules-1"

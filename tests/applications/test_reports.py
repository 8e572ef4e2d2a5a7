"""Reports: exact numbers of small worlds, by both clocks, in everybody's scope; sums that equal their parts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.applications import commands, handlers, views
from services.applications.model import ApplicationState
from services.applications.policy import LEAST, share, wilson
from services.applications.policy.reports import Clock, Grain, Grouping, Moment, Question, end_of, question_errors
from shared.access import Caller
from shared.contracts.applications import RejectionReason
from shared.contracts.fields import Side
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import callers
from tests.applications.world import World

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
R = RejectionReason
Counts = dict[tuple[str, str], tuple[int, int]]


def question(**values: Any) -> Question:
    return Question(*YEAR, **values)


async def funnel(world: World, caller: Caller | None = None, **asked: Any) -> Counts:
    """(month, step) → (applications, people)."""
    report = await world.room.read(views.funnel_report, question(**asked), caller=caller or callers.auditor())
    return {(row.period.isoformat()[:7], row.step): (row.applications, row.people) for row in report.rows}


def on(world: World, month: int, day: int) -> None:
    world.room.clock.set(datetime(2026, month, day, 9, tzinfo=UTC))


async def reject(world: World, application: Any, reason: RejectionReason) -> None:
    await world.room.do(handlers.reject_application, commands.RejectApplication(application.id, reason), world.he)


@pytest.fixture
async def year(world: World) -> World:
    """In January four applications of one EP: one runs to the end (clicked on 5 April), one is closed by its approval,
    two are rejected in February, for their cause and for ours. In March another EP applies."""
    on(world, 1, 10)
    stay, _, weak, filled = [await world.apply() for _ in range(4)]
    on(world, 2, 3)
    await reject(world, weak, R.skills)
    await reject(world, filled, R.position_filled)
    on(world, 2, 10)
    await world.approved(stay)
    on(world, 3, 20)
    other = callers.participant()
    await world.sign_up(other, "other@sojourn.example")
    await world.apply(await world.opportunity(start_on=date(2026, 3, 30), end_on=date(2026, 6, 21)), ep=other)
    on(world, 4, 5)
    await world.room.do(handlers.realize_experience, commands.RealizeExperience(stay.id), world.he)
    on(world, 6, 1)
    assert await world.room.due() == 1
    return world


# --- what happened when


async def test_a_year_by_effective_dates(year: World) -> None:
    assert await funnel(year) == {
        ("2026-01", "submitted"): (4, 1),
        ("2026-02", "accepted"): (1, 1),
        ("2026-02", "signed"): (1, 1),
        ("2026-02", "approved"): (1, 1),
        ("2026-02", "rejected"): (2, 1),
        ("2026-02", "withdrawn"): (1, 1),
        ("2026-03", "submitted"): (1, 1),
        ("2026-03", "realized"): (1, 1),
        ("2026-05", "completed"): (1, 1),
    }


async def test_the_same_year_by_what_was_recorded_when(year: World) -> None:
    recorded, effective = await funnel(year, clock=Clock.recorded), await funnel(year)
    assert recorded.keys() - effective.keys() == {("2026-04", "realized"), ("2026-06", "completed")}
    assert effective.keys() - recorded.keys() == {("2026-03", "realized"), ("2026-05", "completed")}


async def test_a_report_as_known_then_and_as_of_a_day(year: World) -> None:
    known_in_march = await funnel(year, moment=Moment(known_at=end_of(date(2026, 3, 31))))
    assert ("2026-03", "realized") not in known_in_march
    assert known_in_march[("2026-03", "submitted")] == (1, 1)
    of_early_march = await funnel(year, moment=Moment(as_of=date(2026, 3, 2)))
    assert of_early_march[("2026-03", "realized")] == (1, 1)
    assert ("2026-03", "submitted") not in of_early_march
    assert await funnel(year, moment=Moment(as_of=date(2026, 1, 9))) == {}


@pytest.mark.parametrize(
    ("grain", "periods"),
    [
        (Grain.year, ["2026-01-01"]),
        (Grain.quarter, ["2026-01-01"]),
        (Grain.month, ["2026-01-01", "2026-03-01"]),
        (Grain.week, ["2026-01-05", "2026-03-16"]),
    ],
)
async def test_periods_are_calendar_periods(year: World, grain: Grain, periods: list[str]) -> None:
    report = await year.room.read(views.funnel_report, question(by=grain))
    submitted = [(row.period.isoformat(), row.applications) for row in report.rows if row.step == "submitted"]
    assert [period for period, _ in submitted] == periods
    assert sum(count for _, count in submitted) == 5


async def append(world: World, application: Any, status: str, day: datetime, reason: str | None = None) -> None:
    """A state as another handler records it."""

    async def write(uow: Uow, command: None) -> None:
        names = ApplicationState.model_fields.keys() - {"id", "reason", "status", "recorded_at", "effective_on"}
        given = application.model_dump() | {"application_id": application.id}
        values = {name: given[name] for name in names}
        more = {"reason": reason, "status": status, "recorded_at": day, "effective_on": day.date()}
        uow.add(ApplicationState(**values, **more))

    await world.room.do(write, None)


async def test_a_break_is_void_when_the_stage_is_reached_again(world: World) -> None:
    on(world, 2, 1)
    application = await world.approved()
    steps = [("approval_broken", 10, "illness"), ("accepted", 12, None), ("in_progress", 13, None)]
    for status, day, reason in steps:
        await append(world, application, status, datetime(2026, 2, day, 9, tzinfo=UTC), reason)
    broken = await funnel(world)
    assert (broken[("2026-02", "approved")], broken[("2026-02", "approval_broken")]) == ((1, 1), (1, 1))
    await append(world, application, "approved", datetime(2026, 2, 20, 9, tzinfo=UTC))
    again = await funnel(world)
    assert again[("2026-02", "approved")] == (1, 1)
    assert ("2026-02", "approval_broken") not in again
    assert await funnel(world, moment=Moment(as_of=date(2026, 2, 19))) == broken
    assert await funnel(world, moment=Moment(known_at=end_of(date(2026, 2, 19)))) == broken


# --- cohorts


async def test_a_cohort_tells_who_came_on_who_left_and_who_waits(year: World) -> None:
    report = await year.room.read(views.cohorts_report, question())
    january = {row.stage.value: row for row in report.rows if row.period == date(2026, 1, 1)}
    told = {stage: (row.part, row.n, row.left, row.waiting, row.people) for stage, row in january.items()}
    assert told == {
        "accepted": (1, 4, 3, 0, 1),
        "signed": (1, 1, 0, 0, 1),
        "approved": (1, 1, 0, 0, 1),
        "realized": (1, 1, 0, 0, 1),
        "completed": (1, 1, 0, 0, 1),
    }
    march = next(row for row in report.rows if row.period == date(2026, 3, 1) and row.stage == "accepted")
    assert (march.part, march.n, march.left, march.waiting) == (0, 1, 0, 1)
    earlier = await year.room.read(views.cohorts_report, question(moment=Moment(known_at=end_of(date(2026, 2, 5)))))
    first = earlier.rows[0]
    assert (first.part, first.n, first.left, first.waiting) == (0, 4, 2, 2)


async def test_too_few_have_no_rate_and_no_median(year: World) -> None:
    report = await year.room.read(views.cohorts_report, question())
    assert {(row.enough, row.rate, row.low, row.high, row.median_days) for row in report.rows} == {
        (False, None, None, None, None)
    }


async def test_enough_have_a_rate_an_interval_and_a_median(world: World) -> None:
    """Twelve apply on 1 March; after 1, 2 … 10 days ten of them are accepted."""
    on(world, 3, 1)
    applications = [await world.apply() for _ in range(12)]
    for days, application in enumerate(applications[:10], 1):
        on(world, 3, 1 + days)
        await world.accept(application)
    report = await world.room.read(views.cohorts_report, question())
    first = report.rows[0]
    assert (first.stage, first.part, first.n, first.people, first.median_days) == ("accepted", 10, 12, 1, 5.5)
    assert (first.rate, first.low, first.high) == (0.8333, 0.552, 0.953)


# --- exits


async def test_rejections_are_split_into_our_causes_and_theirs(year: World) -> None:
    report = await year.room.read(views.exits_report, question())
    told = [(row.exit.value, row.reason, row.ours, row.part, row.n, row.people) for row in report.rows]
    assert told == [
        ("rejected", "position_filled", True, 1, 3, 1),
        ("rejected", "skills", False, 1, 3, 1),
        ("withdrawn", "approved_elsewhere", None, 1, 3, 1),
    ]


# --- entities


async def test_a_subtrees_sum_is_the_sum_of_its_parts(world: World) -> None:
    """Two local committees under one national one, which has an EP of its own."""
    room, top = world.room, callers.global_manager()
    entity = await room.read(views.get_entity, world.sending)
    common = {"zone": "Europe/Bucharest", "email": "lc@sojourn.example", "phone": "+40700000000"}
    command = commands.RegisterEntity(name="Iași", kind="local", parent_id=entity.parent_id, **common)
    second = (await room.do(handlers.register_entity, command, top)).id
    for number, place in enumerate([world.sending, second, second, entity.parent_id]):
        ep = callers.participant()
        who = {"given_name": "Ana", "family_name": "Pop", "country": "RO", "language": "ro"}
        email = f"ep{number}@sojourn.example"
        sign_up = commands.RegisterPerson(sending_entity_id=place, zone="Europe/Bucharest", email=email, **who)
        await room.do(handlers.register_person, sign_up, ep)
        await world.apply(ep=ep)
    national = entity.parent_id
    whole = await room.read(views.funnel_report, question(entity=national))
    parts = await room.read(views.funnel_report, question(entity=national, group=Grouping.entity))
    counts = {row.group: row.applications for row in parts.rows}
    assert counts == {str(world.sending): 1, str(second): 2, str(national): 1}
    assert sum(counts.values()) == whole.rows[0].applications == 4
    for place, count in ((second, 2), (world.sending, 1), (world.hosting, 0)):
        found = await room.read(views.funnel_report, question(entity=place))
        assert sum(row.applications for row in found.rows) == count
    of_the_world = await room.read(views.funnel_report, question(group=Grouping.entity))
    assert {row.group: row.applications for row in of_the_world.rows} == {str(national): 4}
    hosting = await room.read(views.funnel_report, question(group=Grouping.entity, side=Side.hosting))
    assert sum(row.applications for row in hosting.rows) == 4


async def test_products_and_countries_are_told_apart(world: World) -> None:
    await world.apply()
    weeks = {"start_on": date(2026, 3, 2), "end_on": date(2026, 4, 19)}
    await world.apply(await world.opportunity(product="volunteer", country="NO", **weeks))
    by_product = await world.room.read(views.funnel_report, question(group=Grouping.product))
    assert [(row.group, row.applications) for row in by_product.rows] == [("talent", 1), ("volunteer", 1)]
    by_country = await world.room.read(views.funnel_report, question(group=Grouping.country, product="volunteer"))
    assert [(row.group, row.applications) for row in by_country.rows] == [("NO", 1)]


# --- openings


async def test_openings_offered_and_taken(year: World) -> None:
    async def told(**asked: Any) -> list[tuple[str, int, int]]:
        report = await year.room.read(views.openings_report, question(side=Side.hosting, **asked))
        return [(row.period.isoformat(), row.part, row.n) for row in report.rows]

    assert await told() == [("2026-03-01", 1, 5)]
    assert await told(moment=Moment(known_at=end_of(date(2026, 2, 9)))) == [("2026-03-01", 0, 5)]
    assert await told(entity=year.hosting) == [("2026-03-01", 1, 5)]
    assert await told(entity=year.sending) == []


# --- over the door: who sees what


PERIOD = {"since": "2026-01-01", "until": "2026-12-31"}


async def total(world: World, caller: Caller, report: str = "funnel", **query: str) -> tuple[int, int]:
    """Status, and how many rows' cases there are."""
    reply = await (await world.room.client(caller)).get(f"/v1/reports/{report}", params=PERIOD | query)
    rows = reply.json().get("rows", [])
    return reply.status_code, sum(row["applications"] for row in rows if row["step"] == "submitted")


async def test_everybody_gets_their_own_figures(year: World) -> None:
    parents = [(await year.room.read(views.get_entity, id_)).parent_id for id_ in (year.sending, year.hosting)]
    assert await total(year, year.se) == (200, 5)
    assert await total(year, year.he) == (200, 5)
    assert await total(year, callers.national_manager(parents[0])) == (200, 5)
    assert await total(year, callers.national_manager(parents[1])) == (200, 0)
    assert await total(year, callers.national_manager(parents[1]), side="hosting") == (200, 5)
    assert await total(year, callers.global_manager()) == (200, 5)
    assert await total(year, callers.enabler(year.enabler_id)) == (200, 5)
    assert await total(year, callers.enabler()) == (200, 0)
    assert await total(year, callers.sending_manager(year.hosting)) == (200, 0)
    assert await total(year, callers.hosting_manager(year.sending)) == (200, 0)
    assert await total(year, year.ep) == (403, 0)


async def test_naming_a_foreign_entity_shows_nothing_of_it(year: World) -> None:
    stranger = callers.sending_manager(new_id())
    for query in ({"entity": str(year.sending)}, {"entity": str(year.hosting), "side": "hosting"}):
        assert await total(year, stranger, **query) == (200, 0)
        assert await total(year, stranger, as_of="2026-03-01", **query) == (200, 0)
    assert await total(year, year.se, entity=str(year.hosting), side="hosting") == (200, 5)


@pytest.mark.parametrize("report", ["funnel", "cohorts", "exits", "openings"])
async def test_every_report_answers_over_http(year: World, report: str) -> None:
    for query in ({}, {"as_of": "2026-03-01", "known_at": "2026-03-31", "group": "entity", "by": "quarter"}):
        reply = await (await year.room.client(year.he)).get(f"/v1/reports/{report}", params=PERIOD | query)
        assert reply.status_code == 200, reply.text
        body = reply.json()
        assert (body["since"], body["until"], body["side"]) == ("2026-01-01", "2026-12-31", "hosting")
        assert body["entity"] == str(year.hosting)
        assert len(body["rows"]) > 0
    assert (await (await year.room.client(year.ep)).get(f"/v1/reports/{report}", params=PERIOD)).status_code == 403


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"until": "2025-12-31"}, "#/until"),
        ({"until": "2199-12-31"}, "#/until"),
        ({"until": "2030-12-31", "by": "week"}, "#/until"),
        ({"by": "hour"}, "#/by"),
        ({"group": "person"}, "#/group"),
        ({"known_at": "soon"}, "#/known_at"),
        ({"country": "Sweden"}, "#/country"),
        ({"format": "xls"}, "#/format"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(world: World, query: dict[str, str], pointer: str) -> None:
    refused = await (await world.room.client(world.he)).get("/v1/reports/funnel", params=PERIOD | query)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_ten_years_are_a_report_and_a_century_is_none() -> None:
    assert question_errors(Question(date(2020, 1, 1), date(2029, 12, 31))) == []
    assert question_errors(Question(date(2020, 1, 1), date(2119, 12, 31)))


# --- rates


@pytest.mark.parametrize(
    ("part", "n", "low", "high"),
    [
        # By hand: z² / (n + z²) with z² = 3.841459 for none of ten, 0.5 ± 0.263407 for five of ten; the last three are
        # of R. G. Newcombe (1998), Statistics in Medicine 17, table I, method 3 (0.0089–0.2361, 0.2553–0.3662 …).
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (5, 10, 0.236593, 0.763407),
        (1, 20, 0.008881, 0.236131),
        (81, 263, 0.255288, 0.366175),
        (15, 148, 0.062386, 0.160530),
    ],
)
def test_wilsons_interval(part: int, n: int, low: float, high: float) -> None:
    assert wilson(part, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("part", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(part: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(part, n)


def test_too_few_cases_have_no_rate() -> None:
    assert not share(3, LEAST - 1).enough
    assert share(3, LEAST).rate == 0.3
    assert (share(0, 0).rate, share(0, 0).n) == (None, 0)
